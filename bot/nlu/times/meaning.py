"""What the parts of a time phrase mean, and the calendar they are reckoned on.

All reckoning is in the person's wall time (naive); `Calendar.instant` gives it its zone at the end.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
Edge = Literal["since", "until", "before", "after"]

GRAINS: tuple[Grain, ...] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Count:
    """A number, as it stands before a unit or as an hour."""

    value: float
    spoken: bool = False
    exact: bool = True  # false for "a few"


@dataclass(frozen=True, slots=True)
class Ordinal:
    value: int
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    grain: Grain
    times: int = 1  # a fortnight is two weeks


@dataclass(frozen=True, slots=True)
class Weekday:
    day: int  # Monday is 0


@dataclass(frozen=True, slots=True)
class Month:
    month: int
    certain: bool = True  # "may" and "march" are also verbs


@dataclass(frozen=True, slots=True)
class DayPart:
    """A stretch of any day; hours may run past 24 into the next day."""

    name: str
    start_h: float
    end_h: float


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `half_known` is false where morning or afternoon was not said."""

    hour: int
    minute: int = 0
    half_known: bool = False
    certain: bool = True  # false for a bare number, which needs an "at" or a day beside it
    second: int = 0
    spoken: bool = False

    @property
    def grain(self) -> Grain:
        return "minute" if self.minute else "hour"


@dataclass(frozen=True, slots=True)
class Length:
    """A span of time, in months and seconds because months differ."""

    months: int
    seconds: float
    grain: Grain

    def __add__(self, other: "Length") -> "Length":
        finest = min(self.grain, other.grain, key=GRAINS.index)
        return Length(self.months + other.months, self.seconds + other.seconds, finest)

    @property
    def total_s(self) -> float:
        """Seconds, with a month of 30 days and a year of 365."""
        years, months = divmod(self.months, 12)
        return self.seconds + (years * 365 + months * 30) * 86_400.0


@dataclass(frozen=True, slots=True)
class When:
    """A period of wall time, or an instant where `end` is None."""

    start: datetime
    end: datetime | None
    grain: Grain
    other: datetime | None = None  # the same clock time in the other half of the day
    edge: Edge | None = None
    certain: bool = True
    recent: bool = False  # named by its distance from now: yesterday, last week
    day_part: bool = False
    length_s: float | None = None  # of an instant told by its distance: "in 20 minutes"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repetition as an iCalendar rule (RFC 5545, 3.3.10), with the clock time where one was said."""

    rule: str
    clock: Clock | None = None
    part: DayPart | None = None
    until: datetime | None = None
    length_s: float | None = None  # of "10 to 11 every Monday"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Now, on the wall of the person's zone."""

    now: datetime  # naive
    zone: ZoneInfo

    @property
    def today(self) -> datetime:
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)

    def instant(self, wall: datetime) -> datetime:
        """Aware. A wall time that is skipped moves forward by the gap; one that occurs twice is the first."""
        return wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC).astimezone(self.zone)

    def floor(self, at: datetime, grain: Grain) -> datetime:
        """The start of the second, hour, week, … that `at` lies in."""
        day = at.replace(hour=0, minute=0, second=0, microsecond=0)
        if grain == "week":
            return day - timedelta(days=day.weekday())
        if grain in ("month", "quarter", "year"):
            month = {"month": at.month, "quarter": at.month - (at.month - 1) % 3, "year": 1}[grain]
            return day.replace(day=1, month=month)
        if grain == "day":
            return day
        if grain == "hour":
            at = at.replace(minute=0)
        return at.replace(second=at.second if grain == "second" else 0, microsecond=0)

    def period(self, grain: Grain, offset: int = 0, around: datetime | None = None) -> When:
        """The week, month, … `offset` steps from the one now (or `around`) lies in."""
        step = length(1, grain)
        start = shift(self.floor(around or self.now, grain), step, offset)
        return When(start, shift(start, step), grain, recent=around is None)

    def weekday(self, day: int, weeks: int = 0) -> When:
        """The first such day after today, or `weeks` later."""
        ahead = (day - self.now.weekday() - 1) % 7 + 1
        return self.day(self.today + timedelta(days=ahead + 7 * weeks))

    def day(self, start: datetime) -> When:
        return When(start, start + timedelta(days=1), "day")


def length(count: float, grain: Grain) -> Length:
    """So many seconds, days, months …; a broken number of months counts 30 days for one."""
    if grain in _MONTHS:
        whole = int(count * _MONTHS[grain])
        rest = count * _MONTHS[grain] - whole
        return Length(whole, rest * 30 * 86_400.0, grain)
    return Length(0, count * _SECONDS[grain], grain)


def shift(at: datetime, by: Length, times: int = 1) -> datetime:
    """Raises OverflowError or ValueError outside the calendar's years 1 to 9999."""
    total = at.year * 12 + at.month - 1 + by.months * times
    year, month = divmod(total, 12)
    last = (datetime(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - datetime(year, month + 1, 1)).days  # noqa: DTZ001
    moved = at.replace(year=year, month=month + 1, day=min(at.day, last))
    return moved + timedelta(seconds=by.seconds * times)
