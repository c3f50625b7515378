"""One model: what raises a score, and what can never lower a hazard."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from twin_core.attention.scoring import Weight, acknowledged_score, score, urgency
from twin_core.contract.template import Importance, Severity

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
shares = st.floats(0.0, 1.0)
weights = st.builds(
    Weight,
    severity=st.sampled_from(get_args(Severity)),
    importance=st.sampled_from(get_args(Importance)),
    due_at=st.none() | st.integers(-(10**6), 10**6).map(lambda s: NOW + timedelta(seconds=s)),
    probability=shares,
    confidence=shares,
)


@given(weights, weights, st.none() | st.floats(0, 10**6))
def test_a_hazard_is_above_everything_else(one: Weight, other: Weight, pace_s: float | None) -> None:
    hazard = Weight("critical", one.importance, one.due_at, one.probability, one.confidence, True, pace_s)
    assert score(hazard, NOW) > score(other, NOW)


def test_neither_doubt_nor_importance_lowers_a_hazard() -> None:
    sure = Weight("critical", "high", NOW, hazard=True)
    assert score(Weight("critical", "low", NOW, 0.1, 0.1, hazard=True), NOW) == score(sure, NOW)


def test_danger_to_life_comes_before_damage_whichever_began_first() -> None:
    smoke = Weight("critical", due_at=NOW - timedelta(minutes=1), hazard=True, pace_s=60)
    leak = Weight("critical", due_at=NOW - timedelta(hours=3), hazard=True, pace_s=600)
    assert score(smoke, NOW) > score(leak, NOW)


def test_each_factor_counts() -> None:
    def at(**more: object) -> float:
        base = {"severity": "warning", "due_at": NOW + timedelta(hours=4)}
        return score(Weight(**{**base, **more}), NOW)  # type: ignore[arg-type]

    assert at(severity="critical") > at() > at(severity="info")
    assert at(importance="high") > at() > at(importance="low")
    assert at(due_at=NOW) > at() > at(due_at=NOW + timedelta(days=1)) > at(due_at=None)
    assert at() > at(probability=0.5)
    assert at() > at(confidence=0.5)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_sooner_is_never_less_urgent(one: int, other: int) -> None:
    near, far = sorted((one, other))
    assert urgency(NOW + timedelta(seconds=near), NOW) >= urgency(NOW + timedelta(seconds=far), NOW)


def test_what_is_overdue_is_urgent_and_no_more() -> None:
    assert urgency(NOW - timedelta(days=3), NOW) == urgency(NOW, NOW) == 1.0


def test_an_acknowledged_one_is_below_every_open_one_of_its_severity() -> None:
    for own, least in product((0.5, 10.0, 90.0, 190.0), (0.4, 10.0, 60.0)):
        assert acknowledged_score(own, least) < least
    assert acknowledged_score(40.0, None) < 40.0
