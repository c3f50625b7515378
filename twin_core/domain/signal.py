"""A number as it comes in: which samples are believed, and where they are heading."""

from dataclasses import dataclass

from twin_core.contract.template import PropertySpec
from twin_core.domain.trend import Series, Trend

_LONGEST_DOUBT_S = 1800.0
_SHORTEST_DOUBT_S = 120.0

Sample = tuple[float, float]  # seconds, value


@dataclass(frozen=True, slots=True)
class Doubt:
    """The newest sample while it is out of line with those before it; believed if it stands `until`."""

    at: float
    value: float
    wild: bool
    until: float


class Signal:
    """The samples of one number. A spike, one sample out of line with both its neighbours, is never believed."""

    __slots__ = ("_levels", "_series", "_trend", "doubt")

    def __init__(self, spec: PropertySpec, window_s: float, memory_s: float | None = None) -> None:
        """`window_s` is the span of the rate; `memory_s` that of the usual level, where it is asked for."""
        bounded = spec.minimum is not None and spec.maximum is not None
        span = (spec.maximum or 0.0) - (spec.minimum or 0.0) if bounded else None
        self._series = Series(spec.resolution, span)
        self._trend = Trend(window_s)
        self._levels = Trend(memory_s) if memory_s else None
        self.doubt: Doubt | None = None

    def offer(self, at: float, value: float) -> tuple[Sample, ...]:
        """The samples believed because of this one, oldest first: none, it, or the doubtful one and it.

        One older than the newest only refines the trend.
        """
        last = self._series.last()
        if last is not None and at < last[0]:
            self._trend.add(at, value)
            return ()
        believed: tuple[Sample, ...] = ()
        doubt = self.doubt
        if doubt is not None and last is not None:
            if abs(value - doubt.value) <= abs(value - last[1]):
                believed = (self._believe(doubt.at, doubt.value),)
            self.doubt = None
        if self._series.is_odd(value):
            self.doubt = Doubt(at, value, self._series.is_wild(value), at + self._patience_s())
            return believed
        return (*believed, self._believe(at, value))

    def settle(self, now: float) -> Sample | None:
        """The doubtful sample, once it has stood for long enough."""
        doubt = self.doubt
        if doubt is None or doubt.until > now:
            return None
        self.doubt = None
        return self._believe(doubt.at, doubt.value)

    def last(self) -> Sample | None:
        """The newest sample that is believed."""
        return self._series.last()

    def rate_per_h(self) -> float | None:
        """The change an hour; None while it cannot be told."""
        return self._trend.rate_per_h()

    def usual(self) -> float | None:
        """The median over its memory; None where it has none, or remembers too little."""
        return self._levels.median() if self._levels else None

    @property
    def window_s(self) -> float:
        """The span that the rate is taken over."""
        return self._trend.window_s

    def usual_interval_s(self) -> float | None:
        return self._series.usual_interval_s()

    def _believe(self, at: float, value: float) -> Sample:
        self._series.add(at, value)
        self._trend.add(at, value)
        if self._levels is not None:
            self._levels.add(at, value)
        return (at, value)

    def _patience_s(self) -> float:
        return min(max(1.5 * (self._series.usual_interval_s() or 0.0), _SHORTEST_DOUBT_S), _LONGEST_DOUBT_S)
