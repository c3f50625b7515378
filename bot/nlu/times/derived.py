"""Series made of other series: the third Tuesday of May, the day before Easter, from noon on for an hour."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice

from bot.nlu.times.reckoning import Grain, Length, floor, length, shift
from bot.nlu.times.series import FARTHEST, PATIENCE, Series, Stretch


class Derived(ABC):
    """A series with at most one stretch for each of another one, which may be over while its own is yet to come."""

    __slots__ = ()

    @abstractmethod
    def source(self) -> Series: ...

    @abstractmethod
    def derive(self, stretch: Stretch) -> Stretch | None: ...

    def after(self, at: datetime) -> Iterator[Stretch]:
        begun = islice(self.source().before(at), 1)
        for stretch in chain(begun, islice(self.source().after(at), PATIENCE)):
            found = self.derive(stretch)
            if found is not None and found.end > at:
                yield found

    def before(self, at: datetime) -> Iterator[Stretch]:
        coming = islice(self.source().after(at), 1)
        for stretch in chain(coming, islice(self.source().before(at), PATIENCE)):
            found = self.derive(stretch)
            if found is not None and found.end <= at:
                yield found


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
class NthIn(Derived):
    """Of each stretch of `outer` the n-th `inner` that begins in it, from 0; negative ones from the end, whole ones."""

    n: int
    outer: Series
    inner: Series

    def source(self) -> Series:
        return self.outer

    def derive(self, stretch: Stretch) -> Stretch | None:
        if self.n >= 0:
            inside = (s for s in self.inner.after(stretch.start) if s.start >= stretch.start)
            found = next(islice(inside, self.n, None), None)
            return found if found is not None and found.start < stretch.end else None
        found = next(islice(self.inner.before(stretch.end), -self.n - 1, None), None)
        return found if found is not None and found.start >= stretch.start else None


@dataclass(frozen=True, slots=True)
class Beside(Derived):
    """The n-th `inner` after each stretch of `of`, from 0; before it where n is negative, from -1."""

    n: int
    inner: Series
    of: Series

    def source(self) -> Series:
        return self.of

    def derive(self, stretch: Stretch) -> Stretch | None:
        if self.n >= 0:
            behind = (s for s in self.inner.after(stretch.end) if s.start >= stretch.end)
            return next(islice(behind, self.n, None), None)
        return next(islice(self.inner.before(stretch.start), -self.n - 1, None), None)


@dataclass(frozen=True, slots=True)
class Closest(Derived):
    """The n-th nearest `inner` to each stretch of `to`, from 0."""

    n: int
    inner: Series
    to: Series

    def source(self) -> Series:
        return self.to

    def derive(self, stretch: Stretch) -> Stretch | None:
        count = self.n + 2
        near = [*islice(self.inner.after(stretch.start), count), *islice(self.inner.before(stretch.start), count)]
        near.sort(key=lambda s: (abs(s.start - stretch.start), s.start))
        return near[self.n] if self.n < len(near) else None


@dataclass(frozen=True, slots=True)
class Shifted(Derived):
    """Each stretch of `of`, later by a length (earlier where `times` is -1), as long as one `grain`."""

    of: Series
    by: Length
    times: int
    grain: Grain

    def source(self) -> Series:
        return self.of

    def derive(self, stretch: Stretch) -> Stretch | None:
        start = floor(shift(stretch.start, self.by, self.times), self.grain)
        return Stretch(start, shift(start, length(1, self.grain)))


@dataclass(frozen=True, slots=True)
class Lasting(Derived):
    """From the start of each stretch of `of`, for so long."""

    of: Series
    span: Length

    def source(self) -> Series:
        return self.of

    def derive(self, stretch: Stretch) -> Stretch | None:
        return Stretch(stretch.start, shift(stretch.start, self.span))


@dataclass(frozen=True, slots=True)
class Between(Derived):
    """From each stretch of `first` to the next of `last`: to its end, or only to its start."""

    first: Series
    last: Series
    whole: bool = True

    def source(self) -> Series:
        return self.first

    def derive(self, stretch: Stretch) -> Stretch | None:
        last = next((s for s in islice(self.last.after(stretch.start), 4) if s.start >= stretch.start), None)
        if last is None:
            return None
        end = last.end if self.whole else last.start
        return Stretch(stretch.start, end) if end > stretch.start else None


@dataclass(frozen=True, slots=True)
class Weekend(Derived):
    """From the Friday evening before each of these days to the end of the weekend, or of the day where it is later."""

    days: Series

    def source(self) -> Series:
        return self.days

    def derive(self, stretch: Stretch) -> Stretch | None:
        friday = stretch.start - timedelta(days=(stretch.start.weekday() - 4) % 7)
        return Stretch(friday + timedelta(hours=18), max(friday + timedelta(days=3), stretch.end))


@dataclass(frozen=True, slots=True)
class PartOf(Derived):
    """From one day (or month) of each stretch to before another, counted from 0; to its end where that is None."""

    of: Series
    first: int
    last: int | None
    in_months: bool = False

    def source(self) -> Series:
        return self.of

    def derive(self, stretch: Stretch) -> Stretch | None:
        step = length(1, "month" if self.in_months else "day")
        end = stretch.end if self.last is None else shift(stretch.start, step, self.last)
        return Stretch(shift(stretch.start, step, self.first), end)
