"""What the parts of a time phrase mean while it is being read, and how two of them become one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.nlu.times.derived import In
from bot.nlu.times.reckoning import Calendar, Grain, Length, finer, length
from bot.nlu.times.series import Cycle, OfDay, Once, OnDays, Series, Stretch, last_of, next_of

Edge = Literal["since", "until", "before", "after", "by"]
# What a time was told by: it decides what it may be put together with, and which of two is the finer.
Kind = Literal[
    "clock",  # a time of day
    "hours",  # from one time of day to another
    "part",  # a part of the day
    "weekday",
    "weekend",
    "holiday",
    "monthday",  # the 15th, of whichever month
    "day",
    "days",  # a few days in a row
    "week",
    "month",
    "season",
    "year",
    "instant",
    "stretch",  # bounded by instants
]
_ORDER: tuple[Kind, ...] = (
    *("clock", "hours", "part", "weekday", "weekend", "holiday", "monthday", "day", "days"),
    *("week", "month", "season", "year"),
)
_IN_A_DAY: tuple[Kind, ...] = ("clock", "hours", "part")
ONE_DAY: tuple[Kind, ...] = ("weekday", "holiday", "monthday", "day")


@dataclass(frozen=True, slots=True)
class Count:
    """A number, as it stands before a unit or as an hour. `digits` is how many were written, 0 where it was spoken."""

    value: float
    digits: int = 0
    vague: bool = False  # "a few", "a couple": no hour
    padded: bool = False  # written with a nought before it: 07, 0730

    @property
    def whole(self) -> int | None:
        return int(self.value) if self.value % 1 == 0 else None

    @property
    def spoken(self) -> bool:
        return not self.digits


@dataclass(frozen=True, slots=True)
class Ordinal:
    value: int
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    grain: Grain
    times: int = 1  # a fortnight is fourteen days


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its abbreviation, as minutes east of Greenwich."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was told. `half_known` is false where morning or afternoon was not said."""

    hour: int
    minute: int | None = None
    second: int | None = None
    half_known: bool = False

    @property
    def grain(self) -> Grain:
        return "second" if self.second is not None else "minute" if self.minute is not None else "hour"

    @property
    def of_day_s(self) -> int:
        return self.hour * 3600 + (self.minute or 0) * 60 + (self.second or 0)


@dataclass(frozen=True, slots=True)
class Time:
    """A time that may come again. What is certain stands for itself, the rest only as a part of something longer."""

    series: Series
    kind: Kind
    grain: Grain
    certain: bool = True
    number: int | None = None  # of the weekday, month or day
    clock: Clock | None = None
    other: Series | None = None  # the second reading: the other half of the day, this week's Friday
    days: Series | None = None  # of a part of the day: the days it was narrowed to
    edge: Edge | None = None
    recent: bool = False  # named by its distance from now: yesterday, last week
    bound: bool = False  # narrowed to a longer time already
    immediate: bool = True  # false: the one that has begun is not meant (Monday, said on a Monday)
    nearest: bool = False  # of those past and to come the nearest: Sunday, Feb 10
    night: bool = False  # what comes after midnight belongs to it: two of tonight
    spoken: bool = False  # a lone number word, which needs more beside it
    alone: bool = False  # stands for a time only where no noun follows: the 15th (floor)
    act: tuple[Literal["start", "end"], float] | None = None  # when to act on it, in seconds from there
    rolling: Stretch | None = None  # the same length measured from now
    length_s: float | None = None  # of an instant told by its distance: "in 20 minutes"


@dataclass(frozen=True, slots=True)
class Bound:
    """So long before or after something that is no time: an hour before the stand-up."""

    offset_s: float


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repetition as an iCalendar rule (RFC 5545, 3.3.10), with what is known of its time of day."""

    rule: str
    clock: Clock | None = None
    part: OfDay | None = None
    act_s: float = 0.0  # from the beginning of that part: an evening begins at six, what is done in it at seven
    certain: bool = True  # false for "from Monday to Friday", which is one stretch until hours are told
    alone: bool = False  # no repetition where a noun follows: the quarterly (report)
    within: Time | None = None  # the time it is kept to: every day next week
    until: Time | None = None
    lasting: Length | None = None  # from its first occurrence: daily for two weeks
    length_s: float | None = None  # of "10 to 11 every Monday"


def once(start: datetime, end: datetime) -> Series:
    """The series of one stretch."""
    return Once(Stretch(start, end))


def period(calendar: Calendar, grain: Grain, offset: int = 0) -> Stretch:
    """The week, month, … so many steps from the one now lies in."""
    cycle = Cycle(grain)
    found = next_of(cycle, calendar.now, offset) if offset >= 0 else last_of(cycle, calendar.now, -offset - 1)
    if found is None:
        raise OverflowError(offset)
    return found


def of_grain(grain: Grain) -> Kind:
    """The kind of a time that is one period of this grain."""
    kinds: dict[Grain, Kind] = {"day": "day", "week": "week", "month": "month", "quarter": "season", "year": "year"}
    return kinds.get(grain, "stretch")


def day(calendar: Calendar, offset: int) -> Time:
    """The day so many days from today."""
    start = calendar.today + timedelta(days=offset)
    return Time(once(start, start + timedelta(days=1)), "day", "day", recent=True)


def clock_time(clock: Clock, *, certain: bool = True, spoken: bool = False) -> Time:
    """A time of every day; where its half was not said, of both halves."""
    if clock.half_known:
        return Time(_of_day(clock), "clock", clock.grain, certain, clock=clock, spoken=spoken)
    early, late = (_of_day(replace(clock, hour=clock.hour % 12 + half)) for half in (0, 12))
    return Time(early, "clock", clock.grain, certain, clock=clock, other=late, spoken=spoken)


def narrow(a: Time, b: Time) -> Time | None:
    """The finer of two times within the coarser; None where they cannot stand together."""
    if a.edge or b.edge or a.kind not in _ORDER or b.kind not in _ORDER or a.kind == b.kind:
        return None
    wide, fine = (a, b) if _ORDER.index(a.kind) > _ORDER.index(b.kind) else (b, a)
    if fine.recent or (fine.bound and (wide.bound or (wide.recent and fine.kind in ("month", "day")))):
        return None
    if fine.kind in _IN_A_DAY and not fine.bound:
        return _within_day(wide, fine)
    if fine.kind == "monthday" and wide.kind not in ("month", "season", "year", "day", "holiday"):
        return None
    if fine.kind == "day" and wide.kind not in ("season", "year", "week", *(() if fine.bound else ("month",))):
        return None
    other = In(wide.other, fine.series) if wide.other is not None else None
    kind: Kind = "day" if fine.kind in ("monthday", "weekday") and wide.kind != "week" else fine.kind
    inner = In(wide.series, fine.series)
    return replace(
        fine,
        kind=kind,
        series=inner,
        other=other,
        certain=True,
        bound=True,
        immediate=True,
        alone=False,
        nearest=fine.kind == "weekday" and wide.kind == "day",
    )


def _within_day(wide: Time, fine: Time) -> Time | None:
    if wide.kind in ONE_DAY and isinstance(fine.series, OfDay):
        series: Series = OnDays(wide.series, fine.series)
        other: Series | None = OnDays(wide.series, fine.other) if isinstance(fine.other, OfDay) else None
        if other is None and wide.other is not None:
            other = OnDays(wide.other, fine.series)
    elif wide.kind in (*ONE_DAY, "weekend", "days"):
        series, other = In(wide.series, fine.series), In(wide.series, fine.other) if fine.other is not None else None
    else:
        return None
    return replace(
        fine,
        series=series,
        other=other,
        days=wide.series if fine.kind == "part" else None,
        certain=True,
        bound=True,
        immediate=wide.immediate,
        recent=wide.recent,
    )


def later(calendar: Calendar, by: Length, times: int = 1) -> Time:
    """The instant so far from now; where it is exact to no more than an hour or a day, `act` keeps the rest."""
    start = calendar.distant(by, times)
    exact = calendar.move(calendar.now, by, times)
    grain = finer(by.grain)
    act = None if start == exact else ("start", (exact - start).total_seconds())
    size = length(1, grain)
    series = once(start, calendar.move(start, size))
    kind: Kind = of_grain(grain) if grain in ("day", "month") else "instant"
    return Time(series, kind, grain, act=act, length_s=by.total_s, recent=True)  # type: ignore[arg-type]


def _of_day(clock: Clock) -> OfDay:
    size = {"second": 1, "minute": 60, "hour": 3600}[clock.grain]
    return OfDay(clock.of_day_s, clock.of_day_s + size)
