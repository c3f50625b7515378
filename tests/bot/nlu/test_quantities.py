from typing import Any

import pytest

from bot.nlu.quantities import find_actions, find_quantities
from bot.nlu.text import tokenize
from bot.nlu.units import canonical, unit_at


def quantities(said: str) -> list[tuple[str, str, Any]]:
    tokens = tokenize(said)
    found = find_quantities(tokens, [False] * len(tokens))
    return [(f.kind, said[tokens[f.first].start : tokens[f.last - 1].end], f.value) for f in found]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "set it to twenty one and a half degrees",
            [("value", "twenty one and a half", 21.5), ("unit", "degrees", "degrees")],
        ),
        ("40%", [("value", "40", 40), ("unit", "%", "%")]),
        ("45,120 kWh", [("value", "45,120", 45120), ("unit", "kWh", "kWh")]),
        ("12 m³/h", [("value", "12", 12), ("unit", "m³/h", "m3/h")]),
        ("2700K", [("value", "2700", 2700), ("unit", "K", "K")]),
        ("€0.32 per kWh", [("value", "0.32", 0.32), ("unit", "€", "EUR/kWh")]),
        ("open the blind halfway", [("value", "halfway", "half")]),
        ("switch the lamp on", [("value", "on", True)]),
        ("lights off please", [("value", "off", False)]),
        ("is it locked", [("value", "locked", "locked")]),
        (
            "keep it between 18 and 20 degrees",
            [("value", "18 and 20", {"min": 18, "max": 20}), ("unit", "degrees", "degrees")],
        ),
        ("2-3 bar", [("value", "2-3", {"min": 2, "max": 3}), ("unit", "bar", "bar")]),
        ("from 2 to 3 bar", [("value", "2", 2), ("value", "3", 3), ("unit", "bar", "bar")]),
        ("5 degrees below zero", [("value", "5", -5), ("unit", "degrees", "degrees")]),
        ("1 metre and 20 centimetres", [("value", "1", 1.2), ("unit", "metre", "m")]),
        ("20 dollars 43 cents", [("value", "20", 20.43), ("unit", "dollars", "USD")]),
        ("$20 and 43 cents", [("value", "20", 20.43), ("unit", "$", "USD")]),
        ("EUR 20", [("value", "20", 20), ("unit", "EUR", "EUR")]),
        ("half a gallon", [("value", "half", 0.5), ("unit", "gallon", "gal")]),
        ("a litre of water", [("value", "a", 1), ("unit", "litre", "L")]),
        ("a 10-gallon tank", [("value", "10", 10), ("unit", "gallon", "gal")]),
        ("1.5k lux", [("value", "1.5k", 1500), ("unit", "lux", "lx")]),
        ("70 f please", [("value", "70", 70), ("unit", "f", "°F")]),
        ("twenty one point five degrees c", [("value", "twenty one point five", 21.5), ("unit", "degrees c", "°C")]),
        ("the 3 meters in the cellar", [("value", "3", 3)]),
        ("2 in the hall", [("value", "2", 2)]),
        ("what's on today", []),
        ("the second one", []),
    ],
)
def test_values_and_units(said: str, found: list[tuple[str, str, Any]]) -> None:
    assert quantities(said) == found


@pytest.mark.parametrize(
    ("said", "delta", "unit", "moves"),
    [
        ("two degrees warmer", 2, None, "temperature"),
        ("one degree cooler", -1, None, "temperature"),
        ("raise it by 2 kW", 2, "kW", None),
        ("lower it by 10 percent", -10, "%", None),
        ("3 more degrees", 3, None, None),
        ("a bit brighter", 10, None, "brightness"),
        ("slightly cooler", -1, None, "temperature"),
        ("much darker", -20, None, "brightness"),
    ],
)
def test_steps(said: str, delta: float, unit: str | None, moves: str | None) -> None:
    value = next(v for kind, _, v in quantities(said) if kind == "value")
    assert (value["delta"], value["unit"], value.get("property")) == (delta, unit, moves)


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("lock the front door", "lock"),
        ("please unlock it", "unlock"),
        ("can you dim the lamp", "dim"),
        ("shut down the pump", "stop"),
        ("shut the feed pump down", "stop"),
        ("turn the heating down", "lower"),
        ("turn on the lamp", "switch on"),
        ("is the window open", None),
        ("battery of the lock", None),
    ],
)
def test_verbs_are_verbs_only_where_they_stand_as_verbs(said: str, action: str | None) -> None:
    tokens = tokenize(said)
    found = [f.value for f in find_actions(tokens, [False] * len(tokens))]
    assert found == ([action] if action else [])


def test_a_lone_letter_is_a_unit_only_behind_a_number() -> None:
    assert unit_at(tokenize("c"), 0) is None
    assert unit_at(tokenize("21 c"), 1) is not None
    assert canonical("kilowatt hours") == "kWh"
