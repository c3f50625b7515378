"""Limits that a person set for one twin, among the rules of its type."""

from typing import Any

import pytest

from twin_core.contract.errors import Rejected
from twin_core.contract.template import AlertRule
from twin_core.domain import check_limits, rules_of
from twin_core.templates import load_library

LIBRARY = load_library()


def rules(type: str, **limits: dict[str, float]) -> dict[str, AlertRule]:
    return {rule.name: rule for rule in rules_of(LIBRARY[type], {"limits": limits})}


def test_without_limits_the_rules_are_those_of_the_type() -> None:
    assert rules_of(LIBRARY["freezer"], {}) is LIBRARY["freezer"].rules


def test_a_limit_equal_to_the_types_changes_nothing() -> None:
    assert rules("freezer", temperature={"high": -15}) == {rule.name: rule for rule in LIBRARY["freezer"].rules}


def test_a_near_limit_keeps_the_meaning_and_moves_the_numbers() -> None:
    rule = rules("freezer", temperature={"high": -18})["too_warm"]
    assert rule.limit == -18
    assert rule.text == "{twin} is too warm"
    assert rule.clear is not None and rule.clear < -18
    assert rule.escalates_at is not None and -18 < rule.escalates_at <= -10


def test_a_far_limit_speaks_of_the_limit_not_of_the_types_danger() -> None:
    rule = rules("sensor", temperature={"high": 8, "low": 2})["heat"]
    assert rule.limit == 8
    assert "limit set for it" in rule.text
    assert "burning" not in rule.consequence
    assert rule.escalates_at is not None and 8 < rule.escalates_at < 12


def test_graver_rules_beyond_the_limit_stay() -> None:
    found = rules("lock", battery={"low": 30})
    assert found["battery_low"].limit == 30
    assert found["battery_empty"].limit == 5


def test_rules_that_the_limit_overtakes_go() -> None:
    found = rules("sensor", co2={"high": 3000})
    assert "stale_air" not in found
    assert found["bad_air"].limit == 3000


def test_a_limit_where_the_type_has_none_becomes_a_rule() -> None:
    found = rules("sensor", pressure={"low": 980})
    assert found["pressure_low"].limit == 980
    assert found["pressure_low"].severity == "warning"


def test_patterns_and_hazards_are_no_limits_and_stay() -> None:
    assert rules("water_meter", flow={"high": 0.5})["continuous_flow"] == next(
        rule for rule in LIBRARY["water_meter"].rules if rule.name == "continuous_flow"
    )
    assert "fire_risk" in rules("battery_storage", temperature={"high": 70})


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("8 °C", "for each property"),
        ({"colour": {"high": 1}}, "no number called 'colour'"),
        ({"leak": {"high": 1}}, "no number called 'leak'"),
        ({"temperature": 8}, "high and low"),
        ({"temperature": {"max": 8}}, "high and low"),
        ({"temperature": {"high": "warm"}}, "no number"),
        ({"temperature": {"high": True}}, "no number"),
        ({"temperature": {"high": float("nan")}}, "no number"),
        ({"temperature": {"high": 2, "low": 8}}, "below the high one"),
    ],
)
def test_wrong_limits_are_refused_and_never_break_the_rules(limits: Any, said: str) -> None:
    with pytest.raises(Rejected) as error:
        check_limits(LIBRARY["sensor"], {"limits": limits})
    assert said in str(error.value)
    if said != "below the high one":
        assert rules_of(LIBRARY["sensor"], {"limits": limits}) == LIBRARY["sensor"].rules
