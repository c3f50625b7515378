"""When something that wears reaches its limit, by the line through its last weeks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import linear_regression, mean, median
from typing import Final

WINDOW: Final = timedelta(days=21)
STEP: Final = timedelta(days=1)
_FEWEST = 5  # days that are known: a line through fewer says little
_SURE = 2.0  # standard errors of the slope, to both sides: about 95 of 100 lie within
_RENEWED = 0.2  # of the limit: a step back of so much is a new filter, a new battery
_IDLE = 0.5  # of the median: a day so far below was not at work
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Crossing:
    """`at`: when the line crosses the limit; it may be as early as `earliest` and as late as `latest`."""

    at: datetime
    earliest: datetime
    latest: datetime
    since: datetime
    first: float
    last: float


def crossing(points: Sequence[tuple[datetime, float]], limit: float, *, rising: bool, now: datetime) -> Crossing | None:
    """None where it is beyond the limit already, does not get nearer for sure, or too little is known."""
    known = _since_renewed(_at_work(points) if rising else list(points), limit, rising)
    if len(known) < _FEWEST:
        return None
    days = [(at - now).total_seconds() / _DAY_S for at, _ in known]
    values = [value for _, value in known]
    slope, level = linear_regression(days, values)
    left = limit - level  # `level` is where the line is now
    margin = _SURE * _error(days, values, slope, level) * (1 if rising else -1)
    fastest, slowest = slope + margin, slope - margin
    if left * slope <= 0 or slowest * slope <= 0 or (left > 0) is not rising:
        return None
    middle, centre = mean(days), mean(values)
    return Crossing(
        at=now + timedelta(days=left / slope),
        earliest=now + timedelta(days=middle + (limit - centre) / fastest),
        latest=now + timedelta(days=middle + (limit - centre) / slowest),
        since=known[0][0],
        first=slope * days[0] + level,
        last=level,
    )


def _error(days: Sequence[float], values: Sequence[float], slope: float, level: float) -> float:
    """The standard error of the slope."""
    rest = sum((value - slope * day - level) ** 2 for day, value in zip(days, values, strict=True))
    spread = sum((day - mean(days)) ** 2 for day in days)
    return sqrt(rest / (len(days) - 2) / spread)


def _at_work(points: Sequence[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """Without the days on which it stood still."""
    usual = median(value for _, value in points) if points else 0.0
    return [(at, value) for at, value in points if value > _IDLE * usual]


def _since_renewed(
    points: Sequence[tuple[datetime, float]], limit: float, rising: bool
) -> list[tuple[datetime, float]]:
    """From the last renewal on."""
    begin = 0
    for number in range(1, len(points)):
        back = points[number - 1][1] - points[number][1]
        if (back if rising else -back) > _RENEWED * abs(limit):
            begin = number
    return list(points[begin:])
