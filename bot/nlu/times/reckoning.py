"""The calendar on the wall: grains, lengths, and how far apart things are.

All reckoning is in the person's wall time (naive datetimes); `Calendar.instant` gives it its zone at the end.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Grain = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]

GRAINS: tuple[Grain, ...] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# What a distance in years is exact to: "three years from now" names a month, "in two weeks" a day.
_FINER: dict[Grain, Grain] = {
    "year": "month",
    "quarter": "month",
    "month": "day",
    "week": "day",
    "day": "hour",
    "hour": "minute",
}


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

    @property
    def is_short(self) -> bool:
        """Told by the clock, not by the calendar."""
        return self.grain in ("second", "minute", "hour")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Now, on the wall of the person's zone."""

    now: datetime  # naive
    zone: ZoneInfo

    @property
    def today(self) -> datetime:
        return floor(self.now, "day")

    @property
    def month_first(self) -> bool:
        """Whether 5/6 is the sixth of May here: so it is in the Americas."""
        return not str(self.zone).startswith(("Europe/", "Africa/", "Asia/", "Australia/", "Indian/", "Pacific/A"))

    def instant(self, wall: datetime) -> datetime:
        """Aware. A wall time that is skipped moves forward by the gap; one that occurs twice is the first."""
        return wall.replace(tzinfo=self.zone).astimezone(UTC).astimezone(self.zone)

    def wall(self, instant: datetime) -> datetime:
        """What the clock on the wall shows at that instant; the second hour of two alike keeps its fold."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def move(self, at: datetime, by: Length, times: int = 1) -> datetime:
        """That much later as it is felt: hours pass one by one over a clock change, days keep the wall time."""
        if by.months or not by.is_short:
            return shift(at, by, times)
        return self.wall(self.instant(at).astimezone(UTC) + timedelta(seconds=by.seconds * times))

    def distant(self, by: Length, times: int = 1) -> datetime:
        """So far from now, exact to a finer grain than the distance was told in."""
        return floor(self.move(self.now, by, times), finer(by.grain))


def finer(grain: Grain) -> Grain:
    """The grain that a distance told in this one is exact to."""
    return _FINER.get(grain, "second")


def floor(at: datetime, grain: Grain) -> datetime:
    """The start of the second, hour, week, … that `at` lies in."""
    if grain == "second":
        return at.replace(microsecond=0)
    if grain == "minute":
        return at.replace(second=0, microsecond=0)
    if grain == "hour":
        return at.replace(minute=0, second=0, microsecond=0)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain in _MONTHS:
        month = {"month": at.month, "quarter": at.month - (at.month - 1) % 3, "year": 1}[grain]
        return day.replace(day=1, month=month)
    return day


def length(count: float, grain: Grain) -> Length:
    """So many seconds, days, months …; a broken number of months counts 30 days for one."""
    if grain in _MONTHS:
        whole = int(count * _MONTHS[grain])
        rest = count * _MONTHS[grain] - whole
        return Length(whole, rest * 30 * 86_400.0, grain)
    return Length(0, count * _SECONDS[grain], grain)


def shift(at: datetime, by: Length, times: int = 1) -> datetime:
    """Raises OverflowError or ValueError outside the calendar's years 1 to 9999."""
    if by.months:
        total = at.year * 12 + at.month - 1 + by.months * times
        year, month = divmod(total, 12)
        last = (datetime(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - datetime(year, month + 1, 1)).days  # noqa: DTZ001
        at = at.replace(year=year, month=month + 1, day=min(at.day, last))
    return at + timedelta(seconds=by.seconds * times)
