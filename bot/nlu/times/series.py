"""Times that come again: each a sequence of stretches on the wall, looked up forward or backward from any moment.

`Monday`, `at nine`, `March`, `Easter` name no single time but one in every week, day or year. A series keeps it that
way until the whole phrase is known: `in` narrows one to another ("first Tuesday of October"), and only the end of the
parse asks which stretch is meant. Every series is a frozen value, so that equal readings are one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import chain, count, islice
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.nlu.times.reckoning import Grain, floor, length, shift

# How far a narrowed series is searched: so many stretches of the wider one, before it is said not to occur.
PATIENCE = 64
FARTHEST = 400  # stretches of the narrower one within one of the wider


_left: ContextVar[list[int] | None] = ContextVar("steps left", default=None)


class OutOfReachError(ValueError):
    """What a phrase names was not found within the steps that may be spent on it."""


@contextmanager
def patience(steps: int) -> Iterator[None]:
    """Bounds the search for times in this block; what is spent in an inner block is spent in the outer one too."""
    outer = _left.get()
    allowed = steps if outer is None else min(steps, max(outer[0], 0))
    left = [allowed]
    token = _left.set(left)
    try:
        yield
    finally:
        _left.reset(token)
        if outer is not None:
            outer[0] -= allowed - left[0]


def spend() -> None:
    """One step of a search. Raises OutOfReachError when none is left."""
    left = _left.get()
    if left is not None:
        left[0] -= 1
        if left[0] < 0:
            raise OutOfReachError("too many steps")


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A piece of wall time, the end exclusive."""

    start: datetime
    end: datetime

    def holds(self, other: "Stretch") -> bool:
        """Whether the other begins inside."""
        return self.start <= other.start < self.end


class Series(Protocol):
    """Stretches in order of time. `after` yields those that end later than `at`, `before` those that ended by then."""

    def after(self, at: datetime) -> Iterator[Stretch]: ...

    def before(self, at: datetime) -> Iterator[Stretch]: ...


@dataclass(frozen=True, slots=True)
class Once:
    """One stretch, that never comes again."""

    stretch: Stretch

    def after(self, at: datetime) -> Iterator[Stretch]:
        if self.stretch.end > at or self.stretch.start >= at:
            yield self.stretch

    def before(self, at: datetime) -> Iterator[Stretch]:
        if self.stretch.end <= at and self.stretch.start < at:
            yield self.stretch


@dataclass(frozen=True, slots=True)
class Cycle:
    """Every week, every month …: the periods of the calendar."""

    grain: Grain

    def after(self, at: datetime) -> Iterator[Stretch]:
        return self._from(at, 0, 1)

    def before(self, at: datetime) -> Iterator[Stretch]:
        return self._from(at, -1, -1)

    def _from(self, at: datetime, first: int, step: int) -> Iterator[Stretch]:
        here, one = floor(at, self.grain), length(1, self.grain)
        for n in count(first, step):
            spend()
            yield Stretch(shift(here, one, n), shift(here, one, n + 1))


@dataclass(frozen=True, slots=True)
class OfDay:
    """A stretch of every day, in seconds from midnight; it may run on into the next day."""

    start_s: int
    end_s: int

    def after(self, at: datetime) -> Iterator[Stretch]:
        days = Cycle("day").after(at - timedelta(seconds=self.end_s))
        return (s for s in map(self.on, days) if s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        days = Cycle("day").before(floor(at, "day") + timedelta(days=1))
        return (s for s in map(self.on, days) if s.end <= at)

    def on(self, day: Stretch) -> Stretch:
        """This stretch on the day that begins there."""
        return Stretch(day.start + timedelta(seconds=self.start_s), day.start + timedelta(seconds=self.end_s))


@dataclass(frozen=True, slots=True)
class OnDays:
    """A stretch of the day on each of these days."""

    days: Series
    of_day: OfDay

    def after(self, at: datetime) -> Iterator[Stretch]:
        days = islice(self.days.after(at - timedelta(seconds=self.of_day.end_s)), PATIENCE)
        return (s for s in map(self.of_day.on, days) if s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        current = next(self.days.after(at), None)
        days = chain((current,) if current is not None else (), islice(self.days.before(at), PATIENCE))
        return (s for s in map(self.of_day.on, days) if s.end <= at)


@dataclass(frozen=True, slots=True)
class InZone:
    """A time of every day on the clocks of another zone, `minutes` east of Greenwich, as the wall here shows it."""

    of_day: OfDay
    minutes: int
    here: ZoneInfo

    def after(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in map(self._here, self.of_day.after(at - timedelta(days=2))) if s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in map(self._here, self.of_day.before(at + timedelta(days=2))) if s.end <= at)

    def _here(self, there: Stretch) -> Stretch:
        instant = there.start.replace(tzinfo=timezone(timedelta(minutes=self.minutes)))
        start = instant.astimezone(self.here).replace(tzinfo=None)
        return Stretch(start, start + (there.end - there.start))


@dataclass(frozen=True, slots=True)
class OnWeekday:
    """Every Monday, … (Monday is 0), or the run of days from one weekday to another."""

    day: int
    days: int = 1

    def after(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in map(self._in, Cycle("week").after(at - timedelta(days=7))) if s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in map(self._in, Cycle("week").before(at + timedelta(days=7))) if s.end <= at)

    def _in(self, week: Stretch) -> Stretch:
        start = week.start + timedelta(days=self.day)
        return Stretch(start, start + timedelta(days=self.days))


@dataclass(frozen=True, slots=True)
class WorkDays:
    """Monday to Friday."""

    def after(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in Cycle("day").after(at) if s.start.weekday() < 5)

    def before(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in Cycle("day").before(at) if s.start.weekday() < 5)


@dataclass(frozen=True, slots=True)
class OfMonth:
    """The n-th day of every month that has one."""

    day: int

    def after(self, at: datetime) -> Iterator[Stretch]:
        return (s for month in Cycle("month").after(at) if (s := self._in(month)) and s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        months = Cycle("month").before(shift(floor(at, "month"), length(1, "month")))
        return (s for month in months if (s := self._in(month)) and s.end <= at)

    def _in(self, month: Stretch) -> Stretch | None:
        start = month.start + timedelta(days=self.day - 1)
        return Stretch(start, start + timedelta(days=1)) if start < month.end else None


@dataclass(frozen=True, slots=True)
class OfYear:
    """What a function finds in every year; `name` tells series of this kind apart."""

    name: str
    find: Callable[[int], Sequence[Stretch]]
    patience: int = 12  # years without it after which it is taken not to come again

    def after(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in self._from(at.year - 1, 1) if s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in self._from(at.year + 1, -1) if s.end <= at)

    def _from(self, first: int, step: int) -> Iterator[Stretch]:
        missing = 0
        for year in count(first, step):
            if not 1 < year < 9999 or missing > self.patience:
                return
            spend()
            found = self.find(year)
            missing = 0 if found else missing + 1
            yield from found[::step]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OfYear) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


def next_of(series: Series, now: datetime, n: int = 0, immediate: bool = True) -> Stretch | None:
    """The n-th stretch from now on; without `immediate` one that has begun already does not count."""
    coming = (s for s in series.after(now) if immediate or s.start > now)
    return next(islice(coming, n, None), None)


def next_from(series: Series, at: datetime) -> Stretch | None:
    """The first stretch that begins then or later."""
    return next((s for s in series.after(at) if s.start >= at), None)


def last_of(series: Series, now: datetime, n: int = 0) -> Stretch | None:
    """The n-th stretch back from now that is over."""
    return next(islice(series.before(now), n, None), None)
