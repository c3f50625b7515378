"""Series made of other series: the third Tuesday of May, the day before Easter, from noon on for an hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from bot.nlu.times.reckoning import Grain, Length, floor, length, shift
from bot.nlu.times.series import FARTHEST, PATIENCE, Series, Stretch


@dataclass(frozen=True, slots=True)
class In:
    """The stretches of `inner` that begin inside one of `outer`."""

    outer: Series
    inner: Series

    def after(self, at: datetime) -> Iterator[Stretch]:
        # A night runs on after its day is over, so the search begins a little earlier.
        for wide in islice(self.outer.after(at - timedelta(days=1)), PATIENCE):
            for narrow in self._inside(wide):
                if narrow.end > at:
                    yield narrow

    def before(self, at: datetime) -> Iterator[Stretch]:
        begun = self.outer.after(at)
        current = next(begun, None)
        wides = self.outer.before(at)
        if current is not None and current.start < at:
            yield from (n for n in reversed(list(self._inside(current))) if n.end <= at)
        for wide in islice(wides, PATIENCE):
            yield from (n for n in reversed(list(self._inside(wide))) if n.end <= at)

    def _inside(self, wide: Stretch) -> Iterator[Stretch]:
        for narrow in islice(self.inner.after(wide.start), FARTHEST):
            if narrow.start >= wide.end:
                return
            if narrow.start >= wide.start:
                yield narrow


@dataclass(frozen=True, slots=True)
class NthIn:
    """Of each stretch of `outer` the n-th `inner` that begins in it, from 0; negative ones from the end, whole ones."""

    n: int
    outer: Series
    inner: Series

    def after(self, at: datetime) -> Iterator[Stretch]:
        found = (self._in(wide) for wide in islice(self.outer.after(at), PATIENCE))
        return (s for s in found if s is not None)

    def before(self, at: datetime) -> Iterator[Stretch]:
        found = (self._in(wide) for wide in islice(self.outer.before(at), PATIENCE))
        return (s for s in found if s is not None)

    def _in(self, wide: Stretch) -> Stretch | None:
        if self.n >= 0:
            inside = (s for s in self.inner.after(wide.start) if s.start >= wide.start)
            found = next(islice(inside, self.n, None), None)
            return found if found is not None and found.start < wide.end else None
        found = next(islice(self.inner.before(wide.end), -self.n - 1, None), None)
        return found if found is not None and found.start >= wide.start else None


@dataclass(frozen=True, slots=True)
class Beside:
    """The n-th `inner` after each stretch of `of`, from 0; before it where n is negative, from -1."""

    n: int
    inner: Series
    of: Series

    def after(self, at: datetime) -> Iterator[Stretch]:
        found = (self._beside(s) for s in islice(self.of.after(at), PATIENCE))
        return (s for s in found if s is not None)

    def before(self, at: datetime) -> Iterator[Stretch]:
        found = (self._beside(s) for s in islice(self.of.before(at), PATIENCE))
        return (s for s in found if s is not None)

    def _beside(self, anchor: Stretch) -> Stretch | None:
        if self.n >= 0:
            return next(islice((s for s in self.inner.after(anchor.end) if s.start >= anchor.end), self.n, None), None)
        return next(islice(self.inner.before(anchor.start), -self.n - 1, None), None)


@dataclass(frozen=True, slots=True)
class Closest:
    """The n-th nearest `inner` to each stretch of `to`, from 0."""

    n: int
    inner: Series
    to: Series

    def after(self, at: datetime) -> Iterator[Stretch]:
        return map(self._near, islice(self.to.after(at), PATIENCE))

    def before(self, at: datetime) -> Iterator[Stretch]:
        return map(self._near, islice(self.to.before(at), PATIENCE))

    def _near(self, anchor: Stretch) -> Stretch:
        near = [
            *islice(self.inner.after(anchor.start), self.n + 2),
            *islice(self.inner.before(anchor.start), self.n + 2),
        ]
        return sorted(near, key=lambda s: (abs(s.start - anchor.start), s.start))[self.n]


@dataclass(frozen=True, slots=True)
class Shifted:
    """Each stretch of `of`, later by a length (earlier where `times` is -1), as long as one `grain`."""

    of: Series
    by: Length
    times: int
    grain: Grain

    def after(self, at: datetime) -> Iterator[Stretch]:
        return map(self._shift, islice(self.of.after(at), PATIENCE))

    def before(self, at: datetime) -> Iterator[Stretch]:
        return map(self._shift, islice(self.of.before(at), PATIENCE))

    def _shift(self, stretch: Stretch) -> Stretch:
        start = floor(shift(stretch.start, self.by, self.times), self.grain)
        return Stretch(start, shift(start, length(1, self.grain)))


@dataclass(frozen=True, slots=True)
class Lasting:
    """From the start of each stretch of `of`, for so long."""

    of: Series
    span: Length

    def after(self, at: datetime) -> Iterator[Stretch]:
        return map(self._from, islice(self.of.after(at), PATIENCE))

    def before(self, at: datetime) -> Iterator[Stretch]:
        return map(self._from, islice(self.of.before(at), PATIENCE))

    def _from(self, start: Stretch) -> Stretch:
        return Stretch(start.start, shift(start.start, self.span))


@dataclass(frozen=True, slots=True)
class Between:
    """From each stretch of `first` to the next of `last`: to its end, or only to its start."""

    first: Series
    last: Series
    whole: bool = True

    def after(self, at: datetime) -> Iterator[Stretch]:
        found = (self._from(s) for s in islice(self.first.after(at - timedelta(days=1)), PATIENCE))
        return (s for s in found if s is not None and s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        found = (self._from(s) for s in islice(self.first.before(at), PATIENCE))
        return (s for s in found if s is not None and s.end <= at)

    def _from(self, start: Stretch) -> Stretch | None:
        last = next((s for s in islice(self.last.after(start.start), 4) if s.start >= start.start), None)
        if last is None:
            return None
        end = last.end if self.whole else last.start
        return Stretch(start.start, end) if end > start.start else None


@dataclass(frozen=True, slots=True)
class Weekend:
    """From Friday evening to the end of the weekend, or of the holiday that follows it."""

    fridays: Series
    holidays: Series

    def after(self, at: datetime) -> Iterator[Stretch]:
        return self._joined(self.fridays.after(at - timedelta(days=4)), self.holidays.after(at))

    def before(self, at: datetime) -> Iterator[Stretch]:
        return self._joined(self.fridays.before(at), self.holidays.before(at))

    @staticmethod
    def _joined(fridays: Iterator[Stretch], holidays: Iterator[Stretch]) -> Iterator[Stretch]:
        for holiday in islice(holidays, 12):
            friday = holiday.start - timedelta(days=(holiday.start.weekday() - 4) % 7)
            monday = friday + timedelta(days=3)
            yield Stretch(friday + timedelta(hours=18), max(monday, holiday.end))


@dataclass(frozen=True, slots=True)
class PartOf:
    """From one day (or month) of each stretch to before another, counted from 0; to its end where that is None."""

    of: Series
    first: int
    last: int | None
    in_months: bool = False

    def after(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in map(self._part, islice(self.of.after(at), 12)) if s.end > at)

    def before(self, at: datetime) -> Iterator[Stretch]:
        return (s for s in map(self._part, islice(self.of.before(at), 12)) if s.end <= at)

    def _part(self, whole: Stretch) -> Stretch:
        step = length(1, "month" if self.in_months else "day")
        end = whole.end if self.last is None else shift(whole.start, step, self.last)
        return Stretch(shift(whole.start, step, self.first), end)
