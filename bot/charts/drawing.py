"""The line of a number over time as SVG 1.1: no script, no style sheet, nothing from outside."""

import html
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.views import Limit, Sample

WIDTH, HEIGHT = 480, 220
_TOP, _RIGHT, _BOTTOM, _CHAR = 38, 18, 26, 6.4  # margins, and the width of a character of a label
_INK, _SOFT, _LINE, _LIMIT = "#1c2733", "#5b6875", "#0b62a8", "#b3261e"
_STEPS_S = (60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000)
_MOST_TIMES = 6


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `text` says a value with its unit."""

    title: str
    samples: Sequence[Sample]  # at least one, in order, with mean, minimum and maximum
    limits: Sequence[Limit]
    start: datetime
    end: datetime
    zone: ZoneInfo
    text: Callable[[float], str]
    resolution: float  # of the values: labels are no finer


def svg(chart: Chart) -> str:
    """The picture, readable on any background."""
    plane = _Plane.of(chart)
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#ffffff"/>',
        _label(14, 22, chart.title, fill=_INK, size=13),
        *_grid(chart, plane),
        *_limits(chart, plane),
        *_curve(chart, plane),
        "</svg>",
    )
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where values and instants stand in the picture."""

    left: float
    start: datetime
    span_s: float
    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def of(cls, chart: Chart) -> "_Plane":
        """A limit that is far from the values would flatten them: it stands at the edge instead."""
        low = min(s.minimum or 0.0 for s in chart.samples)
        high = max(s.maximum or 0.0 for s in chart.samples)
        reach = 1.5 * max(high - low, abs(high) * 0.05, 0.5)
        near = [limit.value for limit in chart.limits if low - reach <= limit.value <= high + reach]
        ticks = tuple(_ticks(min([low, *near]), max([high, *near]), chart.resolution))
        left = 20 + _CHAR * max(len(chart.text(tick)) for tick in ticks)
        return cls(left, chart.start, (chart.end - chart.start).total_seconds(), ticks[0], ticks[-1], ticks)

    def x(self, at: datetime) -> float:
        share = (at - self.start).total_seconds() / self.span_s
        return self.left + min(max(share, 0.0), 1.0) * (WIDTH - _RIGHT - self.left)

    def y(self, value: float) -> float:
        return _TOP + (self.high - value) / (self.high - self.low) * (HEIGHT - _BOTTOM - _TOP)


def _ticks(low: float, high: float, finest: float) -> Iterator[float]:
    """Two to six round values that hold all between them."""
    rough = max((high - low) / 4, finest, abs(high) * 1e-6)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    for n in range(first, max(last, first + 1) + 1):
        yield round(n * step, 9)


def _grid(chart: Chart, plane: _Plane) -> Iterator[str]:
    for tick in plane.ticks:
        y = plane.y(tick)
        yield f'<path d="M{plane.left:.1f} {y:.1f}H{WIDTH - _RIGHT}" stroke="#dde3e9"/>'
        yield _label(plane.left - 6, y + 4, chart.text(tick), anchor="end")
    for at, said in _times(chart):
        yield _label(plane.x(at), HEIGHT - 9, said, anchor="middle")


def _times(chart: Chart) -> Iterator[tuple[datetime, str]]:
    """Round local times, so many as there is room for; of longer spans days."""
    span_s = (chart.end - chart.start).total_seconds()
    step_s = next((step for step in _STEPS_S if span_s / step <= _MOST_TIMES), _STEPS_S[-1])
    local = chart.start.astimezone(chart.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    done = math.ceil((local.replace(tzinfo=None) - midnight.replace(tzinfo=None)).total_seconds() / step_s)
    for n in range(done, done + _MOST_TIMES + 2):
        at = midnight + timedelta(seconds=n * step_s)  # by the clock on the wall
        if at > chart.end:
            return
        yield at, f"{at.day} {at:%b}" if step_s >= 86400 else f"{at:%H:%M}"


def _limits(chart: Chart, plane: _Plane) -> Iterator[str]:
    for limit in chart.limits:
        if plane.low <= limit.value <= plane.high:
            y = plane.y(limit.value)
            yield f'<path d="M{plane.left:.1f} {y:.1f}H{WIDTH - _RIGHT}" stroke="{_LIMIT}" stroke-dasharray="6 4"/>'
            said = f"limit {chart.text(limit.value)}"
            yield _label(plane.left + 4, y + (12 if limit.kind == "below" else -4), said, fill=_LIMIT)


def _curve(chart: Chart, plane: _Plane) -> Iterator[str]:
    """The mean, with the range around it where a sample stands for several readings; the last value is named."""
    points = [(plane.x(s.at), s) for s in chart.samples]
    upper = [f"{x:.1f} {plane.y(s.maximum or 0.0):.1f}" for x, s in points]
    lower = [f"{x:.1f} {plane.y(s.minimum or 0.0):.1f}" for x, s in points]
    if upper != lower:
        yield f'<path d="M{"L".join([*upper, *reversed(lower)])}Z" fill="{_LINE}" fill-opacity="0.15"/>'
    mean = [f"{x:.1f} {plane.y(s.mean or 0.0):.1f}" for x, s in points]
    if len(mean) > 1:
        yield f'<path d="M{"L".join(mean)}" fill="none" stroke="{_LINE}" stroke-width="2" stroke-linejoin="round"/>'
    x, last = points[-1]
    value = float(last.last)
    yield f'<circle cx="{x:.1f}" cy="{plane.y(value):.1f}" r="3.5" fill="{_LINE}"/>'
    yield _label(WIDTH - _RIGHT, 22, chart.text(value), anchor="end", fill=_LINE, size=13)


def _label(x: float, y: float, text: str, *, anchor: str = "start", fill: str = _SOFT, size: int = 11) -> str:
    shown = html.escape("".join(c for c in text if c.isprintable()))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}">{shown}</text>'
