"""Where a number is heading: its rate over a window, and whether its newest sample fits the ones before."""

from bisect import insort
from collections import deque
from itertools import pairwise
from statistics import median

_MOST_POINTS = 64
_FEWEST_POINTS = 3
_RECENT = 8
_FEWEST_LEVELS = 8


class Trend:
    """The samples of a window, thinned to at most 64, and their least-squares slope. Times in seconds."""

    __slots__ = ("_points", "_rate", "_spacing", "_stale", "window_s")

    def __init__(self, window_s: float) -> None:
        self.window_s = window_s
        self._spacing = window_s / _MOST_POINTS
        self._points: list[tuple[float, float]] = []
        self._rate: float | None = None
        self._stale = False

    def add(self, at: float, value: float) -> None:
        """Takes a sample, also a late one that still falls into the window."""
        points = self._points
        if points and at < points[-1][0]:
            if at > points[-1][0] - self.window_s:
                insort(points, (at, value))
                self._stale = True
        elif len(points) > 1 and points[-1][0] - points[-2][0] < self._spacing:
            points[-1] = (at, value)  # the newest floats until it stands far enough from the one before
        else:
            points.append((at, value))
            self._stale = True
        start = points[-1][0] - self.window_s
        if points[0][0] < start:
            self._points = [point for point in points if point[0] >= start]

    def rate_per_h(self) -> float | None:
        """The change an hour; None with fewer than three samples, or over less than a quarter of the window.

        As of the newest sample that stands far enough from the one before it: a sensor that speaks every
        second does not move it.
        """
        if self._stale:
            self._rate = self._slope()
            self._stale = False
        return self._rate

    def median(self) -> float | None:
        """The middle of its values; None with fewer than eight, or over less than a quarter of the window."""
        points = self._points
        if len(points) < _FEWEST_LEVELS or points[-1][0] - points[0][0] < self.window_s / 4:
            return None
        return median(value for _, value in points)

    def _slope(self) -> float | None:
        points = self._points
        n = len(points)
        if n < _FEWEST_POINTS or points[-1][0] - points[0][0] < self.window_s / 4:
            return None
        first = points[0][0]
        mean_t = sum(t - first for t, _ in points) / n
        mean_v = sum(v for _, v in points) / n
        spread = sum((t - first - mean_t) ** 2 for t, _ in points)
        if not spread:
            return None
        return 3600.0 * sum((t - first - mean_t) * (v - mean_v) for t, v in points) / spread


class Series:
    """The newest samples of a number, to tell a spike from a change. Times in seconds."""

    __slots__ = ("_recent", "_resolution", "_wild_step")

    def __init__(self, resolution: float, span: float | None) -> None:
        """`span` is the physical range: a jump over a fifth of it is wild, whatever the rule."""
        self._resolution = resolution
        self._wild_step = span / 5 if span else 100 * resolution
        self._recent: deque[tuple[float, float]] = deque(maxlen=_RECENT)

    def add(self, at: float, value: float) -> None:
        self._recent.append((at, value))

    def last(self) -> tuple[float, float] | None:
        return self._recent[-1] if self._recent else None

    def is_odd(self, value: float) -> bool:
        """Whether a sample lies out of line: more than three times as far as any step before it.

        With fewer than three samples before it, nothing can be said against it.
        """
        recent = self._recent
        if len(recent) < _FEWEST_POINTS:
            return False
        step = abs(value - recent[-1][1])
        if step <= 9 * self._resolution:
            return False
        values = [v for _, v in recent]
        usual = max(abs(b - a) for a, b in pairwise(values))
        return step > 3 * max(usual, 3 * self._resolution)

    def is_wild(self, value: float) -> bool:
        """Whether an odd sample is also so far off that even the gravest rule waits for a second one."""
        return bool(self._recent) and abs(value - self._recent[-1][1]) > self._wild_step

    def usual_interval_s(self) -> float | None:
        """The median gap between samples."""
        times = [t for t, _ in self._recent]
        return median(b - a for a, b in pairwise(times)) if len(times) > 1 else None
