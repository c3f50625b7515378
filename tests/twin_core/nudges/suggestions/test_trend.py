"""When a line through the last weeks crosses a limit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from twin_core.nudges.suggestions.trend import crossing

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def points(value: Callable[[int], float], days: int = 14) -> list[tuple[datetime, float]]:
    """One a day until now; day 0 is today."""
    return [(NOW + timedelta(days=day), value(day)) for day in range(1 - days, 1)]


def test_a_straight_line_crosses_when_it_must() -> None:
    line = crossing(points(lambda day: 200 + 5 * day), 250, rising=True, now=NOW)
    assert line is not None
    assert abs(line.at - (NOW + timedelta(days=10))) < timedelta(minutes=1)
    assert (round(line.first), round(line.last)) == (135, 200)


@pytest.mark.parametrize("seed", range(20))
def test_the_interval_holds_the_truth_of_noisy_days(seed: int) -> None:
    noise = Random(seed)
    line = crossing(points(lambda day: 60 + 2 * day + noise.gauss(0, 1.5)), 80, rising=True, now=NOW)
    assert line is not None
    assert line.earliest <= line.at <= line.latest
    assert line.earliest - timedelta(days=1) < NOW + timedelta(days=10) < line.latest + timedelta(days=1)


def test_what_falls_reaches_a_limit_below() -> None:
    line = crossing(points(lambda day: 20 - day), 15, rising=False, now=NOW)
    assert line is not None
    assert line.at.date() == (NOW + timedelta(days=5)).date()
    assert line.earliest <= line.at <= line.latest


@pytest.mark.parametrize(
    ("value", "rising"),
    [
        (lambda day: 200.0, True),
        (lambda day: 200 - 5 * day, True),  # it gets better
        (lambda day: 300 + day, True),  # it is beyond the limit
        (lambda day: 200 + 3 * (day % 5), True),  # ups and downs
    ],
)
def test_what_comes_no_nearer_for_sure_crosses_nothing(value: Callable[[int], float], rising: bool) -> None:
    assert crossing(points(value), 250, rising=rising, now=NOW) is None


def test_a_few_days_say_little() -> None:
    assert crossing(points(lambda day: 200 + 5 * day, days=4), 250, rising=True, now=NOW) is None


def test_a_new_filter_begins_anew() -> None:
    worn = points(lambda day: 240 + 10 * (day + 8) if day < -7 else 120 + 6 * (day + 7), days=20)
    line = crossing(worn, 250, rising=True, now=NOW)
    assert line is not None
    assert line.first == pytest.approx(120)
    assert line.since == NOW - timedelta(days=7)


def test_days_without_work_do_not_count() -> None:
    line = crossing(points(lambda day: 0.0 if day % 7 in (0, 1) else 200 + 5 * day), 250, rising=True, now=NOW)
    assert line is not None
    assert abs(line.at - (NOW + timedelta(days=10))) < timedelta(minutes=1)
