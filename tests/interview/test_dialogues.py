"""Interviews as people hold them, a type each, with the twin that comes of it."""

from typing import Any

import pytest

from tests.interview.talk import LIBRARY, Talk

DIALOGUES: list[tuple[str, str, list[str], dict[str, Any]]] = [
    (
        "plug",
        "please make a twin for the new plug",
        [
            "it's called printer plug",
            "it is in the loft",
            "no wait, it's in the office, not the loft",
            "that's all",
            "yes",
        ],
        {"name": "printer plug", "place": "office", "importance": "normal"},
    ),
    (
        "light",
        "",
        ["call it reading lamp, it's in the bedroom", "no", "low", "yes"],
        {"name": "reading lamp", "place": "bedroom", "importance": "low", "config": {"dimmable": False}},
    ),
    (
        "freezer",
        "set up a freezer called chest freezer in the utility room",
        ["minus eighteen", "peas and bread", "it's very important", "yes"],
        {
            "name": "chest freezer",
            "place": "utility room",
            "importance": "high",
            "config": {"limits": {"temperature": {"high": -18}}, "contents": "peas and bread"},
        },
    ),
    (
        "freezer",
        "",
        ["ice box", "garage", "0 °F", "skip", "ok", "yes"],
        {"name": "ice box", "config": {"limits": {"temperature": {"high": pytest.approx(-17.7778, abs=1e-3)}}}},
    ),
    (
        "thermostat",
        "",
        ["Study TRV", "in the study", "ok", "twenty and a half", "normal", "do it"],
        {"name": "Study TRV", "place": "study", "config": {"comfort_temperature": 20.5}},
    ),
    (
        "electricity_meter",
        "",
        ["name it main meter", "basement", "it costs 31,5 cents per kWh", "that's it", "go ahead"],
        {"config": {"tariff": {"price": 0.315, "currency": "EUR", "per": "kWh"}}},
    ),
    (
        "electricity_meter",
        "",
        ["shop meter", "skip", "250 dollars per MWh", "use the defaults for the rest", "ok"],
        {"config": {"tariff": {"price": 0.25, "currency": "USD", "per": "kWh"}}},
    ),
    (
        "water_meter",
        "",
        ["Water main", "on the ground floor", "£1.90 a cubic metre", "no, 2.05", "ok", "yes please"],
        {"place": "ground floor", "config": {"tariff": {"price": 2.05, "currency": "GBP", "per": "m3"}}},
    ),
    (
        "gas_meter",
        "",
        ["gas", "cellar", "0.98", "its importance is low", "yes"],
        {"importance": "low", "config": {"tariff": {"price": 0.98, "currency": "EUR", "per": "m3"}}},
    ),
    (
        "pump",
        "",
        [
            "booster pump 2",
            "it stands in the plant room",
            "it pumps glycol",
            "200 litres per minute",
            "the bearing limit is 70 degrees celsius",
            "high",
            "looks good",
        ],
        {
            "name": "booster pump 2",
            "place": "plant room",
            "config": {"medium": "glycol", "rated_flow": 12, "limits": {"bearing_temperature": {"high": 70}}},
        },
    ),
    (
        "motor",
        "",
        ["M1", "hall 3", "it drives the conveyor belt", "7,5 kW", "ok", "ok", "yes"],
        {"place": "hall 3", "config": {"drives": "the conveyor belt", "rated_power": 7.5}},
    ),
    (
        "boiler",
        "create a boiler twin",
        ["the big boiler", "down in the cellar", "it runs on wood", "900 mbar", "ok", "correct"],
        {"name": "big boiler", "place": "cellar", "config": {"fuel": "wood", "limits": {"pressure": {"low": 0.9}}}},
    ),
    (
        "hvac_unit",
        "add an hvac unit named AHU 12",
        ["it's on the roof", "offices on floor two", "300 pascals", "that's everything", "yes"],
        {"name": "AHU 12", "place": "roof", "config": {"limits": {"filter_pressure": {"high": 300}}}},
    ),
    (
        "person",
        "make a twin of me",
        ["my name is Jo Novak", "I work about 6.5 hours a day", "London", "skip", "that's all", "yes"],
        {"name": "Jo Novak", "config": {"hours_per_day": 6.5, "timezone": "Europe/London"}},
    ),
    (
        "person",
        "",
        [
            "I'm Ada",
            "seven and a half",
            "ok",
            "eight to half past four",
            "my role is plant manager",
            "10 to 7",
            "my gmail calendar and todoist",
            "deadlines",
            "what matters most is safety and energy",
            "yes",
        ],
        {
            "name": "Ada",
            "config": {
                "hours_per_day": 7.5,
                "role": "plant manager",
                "working_hours": "08:00-16:30",
                "quiet_hours": "22:00-07:00",
                "sources": ["Google Calendar", "Todoist"],
                "matters_most": ["safety", "energy costs"],
            },
        },
    ),
    (
        "person",
        "",
        ["Ben", "ok", "ok", "ok", "ok", "no, thanks", "skip", "yes"],
        {"name": "Ben", "config": {"working_hours": "09:00-17:00"}},
    ),
    (
        "team",
        "",
        ["Maintenance", "there are six of us", "thirty five hours a week", "that's all", "yes"],
        {"name": "Maintenance", "config": {"members": 6, "hours_per_week": 35}},
    ),
    (
        "sensor",
        "",
        ["cold room sensor", "cold room", "skip", "8", "2", "high", "yes"],
        {"importance": "high", "config": {"limits": {"temperature": {"high": 8, "low": 2}}}},
    ),
    ("blind", "", ["south blind", "lounge", "ok", "create it"], {"name": "south blind", "place": "lounge"}),
    (
        "lock",
        "",
        ["front door lock", "entrance", "the front door", "yes it does", "ok", "yes"],
        {"config": {"auto_lock": True, "door": "the front door"}},
    ),
    (
        "valve",
        "",
        ["V-101", "plant room", "steam", "warn above 3 bar", "ok", "yes"],
        {"config": {"medium": "steam", "limits": {"differential_pressure": {"high": 3}}}},
    ),
    (
        "battery_storage",
        "",
        ["house battery", "garage", "13.5 kWh", "20 percent", "ok", "yes"],
        {"config": {"capacity": 13.5, "limits": {"charge": {"low": 20}}}},
    ),
    (
        "ev_charger",
        "",
        ["wallbox", "carport", "the blue van", "22 kilowatts", "ok", "yes"],
        {"place": "carport", "config": {"car": "the blue van", "rated_power": 22}},
    ),
    (
        "place",
        "",
        ["second floor", "the main building", "ok", "yes"],
        {"name": "second floor", "place": "main building"},
    ),
]


@pytest.mark.parametrize(
    ("type", "opening", "said", "expected"), DIALOGUES, ids=[f"{d[0]}-{n}" for n, d in enumerate(DIALOGUES)]
)
def test_dialogue_makes_the_twin_that_was_meant(
    type: str, opening: str, said: list[str], expected: dict[str, Any]
) -> None:
    talk = Talk(type, opening).say(*said)
    assert talk.session.status == "done", talk.text
    for key, value in expected.items():
        if key == "config":
            assert {k: v for k, v in talk.config.items() if k in value} == value
        else:
            assert talk.fields[key] == value


def test_every_type_can_be_set_up_with_a_name_alone() -> None:
    for type in LIBRARY.types:
        talk = Talk(type.name).say("call it number one", "that's all", "yes")
        assert talk.session.status == "done", type.name
        assert talk.fields["name"] == "number one"


def test_every_type_can_be_set_up_by_saying_ok_or_skip() -> None:
    for type in LIBRARY.types:
        talk = Talk(type.name, fidelity="expert")
        while talk.session.status == "open":
            talk.say("ok" if talk.question.default is not None else "skip")
        assert talk.say("yes").session.status == "done"
        assert talk.fields["name"]
