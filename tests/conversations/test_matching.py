"""What counts as the same: names, numbers, values."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conversations.matching import holds, instant, mentions, same_value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Hall Lamp is off.", "hall lamp"),
        ("It is −8.3 °C", -8),
        ("It is −8.3 °C", "-8.3"),
        ("It is −8.3 °C", 8),
        ("35.00 EUR", "35"),
        ("It cost €35.", 35),
        ("1,250 kWh", 1250),
        ("at 09:30", 9),
        ("20–21 °C", 21),
        ("Client’s kick‑off", "client's kick-off"),
        ("a\N{NO-BREAK SPACE}b", "a b"),
        ("0.25", 0.25),
    ],
)
def test_mentioned(text: str, wanted: str | float) -> None:
    assert mentions(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It is 18 °C", 8),
        ("It is 8.3 °C", -8),
        ("It is −85 °C", -8),
        ("0.35 EUR", "35"),
        ("135", "35"),
        ("350", "35"),
        ("12,35", "1235"),
        ("the hall", "hall lamp"),
        ("on 2026-08-01", -8),
        ("8.3", "8.31"),
    ],
)
def test_not_mentioned(text: str, wanted: str | float) -> None:
    assert not mentions(text, wanted)


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        (21.05, 21, True),
        (21.06, 21, False),
        (20.95, 21, True),
        (True, True, True),
        (True, 1, False),
        (0, False, False),
        ("Heat", "heat", True),
        ("preheat", "heat", False),
        (None, False, False),
        ("21", 21, False),
    ],
)
def test_values(found: Any, wanted: Any, same: bool) -> None:
    assert same_value(found, wanted) is same


def test_nested_values_hold_what_is_wanted_and_may_hold_more() -> None:
    found = {"limits": {"co2": {"high": 1200, "low": 1}}, "due": "2026-03-02T09:00:00+01:00", "tags": ["a", "b"]}
    assert holds(found, {"limits": {"co2": {"high": 1200}}, "due": datetime(2026, 3, 2, 8, tzinfo=UTC)})
    assert not holds(found, {"limits": {"co2": {"high": 1300}}})
    assert not holds(found, {"limits": {"no2": {}}})
    assert not holds(found, {"due": datetime(2026, 3, 2, 9, tzinfo=UTC)})
    assert holds(found, {"tags": ["a", "b"]})
    assert not holds(found, {"tags": ["a"]})


def test_an_instant_has_a_zone() -> None:
    assert instant("2026-03-02T08:00:00Z") == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert instant("2026-03-02T08:00:00") is None
    assert instant(None) is None
