"""decide: what a wish changes, or why it may not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twin_core.contract.commands import CreateTwin, EditTwin
from twin_core.contract.errors import Rejected
from twin_core.contract.events import Event, NewEvent
from twin_core.domain import TwinState, decide, fold_all
from twin_core.templates import load_library

LIBRARY = load_library()
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def stored(events: list[NewEvent], stream: str = "x.y", first: int = 1, actor: str = "anna") -> list[Event]:
    return [Event(stream, first + n, e.name, e.at, e.data, actor) for n, e in enumerate(events)]


def twin(type: str, **more: Any) -> TwinState:
    events = decide.create(CreateTwin(type, f"the {type}", **more), LIBRARY[type], NOW)
    return fold_all(stored(events, f"{type}.x"), TwinState(f"{type}.x"))


def test_a_new_twin_has_what_was_said_and_else_the_defaults_of_its_type() -> None:
    state = twin("lock", place="  the   hall ", aliases=("front  door",), config={"limits.battery.low": 20})
    assert (state.name, state.place, state.aliases) == ("the lock", "the hall", ("front door",))
    assert (state.importance, state.status, state.version) == ("high", "active", 1)
    assert state.config == {"limits": {"battery": {"low": 20}}}
    assert state.created_at == NOW


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b", "left\u202eright"])
def test_names_that_cannot_be_said_are_refused(name: str) -> None:
    with pytest.raises(Rejected, match="cannot be a name"):
        decide.create(CreateTwin("light", name), LIBRARY["light"], NOW)


def test_an_edit_changes_what_is_given_and_only_that() -> None:
    state = twin("freezer", place="cellar", config={"contents": "peas", "limits": {"temperature": {"high": -16}}})
    config = {"contents": None, "limits": {"temperature": {"low": -30}}}
    [event] = decide.edit(state, EditTwin("x", name="chest", config=config), LIBRARY["freezer"], NOW)
    assert event.data == {"name": "chest", "config": {"limits": {"temperature": {"high": -16, "low": -30}}}}
    assert decide.edit(state, EditTwin("x", name=state.name, place="cellar"), LIBRARY["freezer"], NOW) == []


def test_an_empty_place_takes_the_place_away() -> None:
    [event] = decide.edit(twin("light", place="hall"), EditTwin("x", place=""), LIBRARY["light"], NOW)
    assert event.data == {"place": None}


def test_the_type_is_fixed_once_a_twin_is_in_use() -> None:
    with pytest.raises(Rejected, match="its type cannot change"):
        decide.edit(twin("light"), EditTwin("x", type="plug"), LIBRARY["plug"], NOW)
    [event] = decide.edit(twin("light", draft=True), EditTwin("x", type="plug"), LIBRARY["plug"], NOW)
    assert event.data == {"type": "plug"}


def test_a_wish_is_checked_converted_and_weighed() -> None:
    thermostat = twin("thermostat")
    change = decide.plan_change(thermostat, LIBRARY["thermostat"], {"setpoint": 68}, {"setpoint": "°F"})
    assert change.values == {"setpoint": 20.0}
    assert not change.approval_needed
    risky = decide.plan_change(thermostat, LIBRARY["thermostat"], {"setpoint": 10, "mode": "off"})
    assert risky.approval_needed
    assert "comfort band" in risky.consequences[0]
    assert risky.reasons == ("set-point: 10 °C", "mode: off")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Nothing was asked for"),
        ({"temperature": 20}, "only reports its temperature"),
        ({"colour": "red"}, "has no 'colour'"),
        ({"setpoint": 99}, "5 to 35 °C"),
    ],
)
def test_an_impossible_wish_is_refused_and_says_what_is_possible(values: dict[str, Any], said: str) -> None:
    with pytest.raises(Rejected) as error:
        decide.plan_change(twin("thermostat"), LIBRARY["thermostat"], values)
    assert said in str(error.value)


def test_drafts_and_archived_twins_take_no_commands() -> None:
    with pytest.raises(Rejected, match="is draft"):
        decide.plan_change(twin("light", draft=True), LIBRARY["light"], {"on": True})


def test_before_is_what_holds_the_last_wish_or_what_was_reported_since() -> None:
    light = twin("light")
    light = light.with_readings({"on": (False, NOW)})
    change = decide.plan_change(light, LIBRARY["light"], {"on": True, "brightness": 50})
    assert change.before == {"on": False, "brightness": None}
    light = fold_all(stored(decide.desired_set(change, NOW + timedelta(minutes=1)), first=2), light)
    assert decide.effective(light, "on") is True
    assert light.desired["on"].by == "anna"
    again = decide.plan_change(light, LIBRARY["light"], {"on": True})
    assert not again.changes_anything
    light = light.with_readings({"on": (False, NOW + timedelta(minutes=2))})
    assert decide.effective(light, "on") is False


def test_reports_become_events_only_where_a_state_changed() -> None:
    freezer = twin("freezer")
    minute = timedelta(minutes=1)
    samples = [(False, NOW), (False, NOW + minute), (True, NOW + 3 * minute), (False, NOW + 2 * minute)]
    events = decide.report(freezer, LIBRARY["freezer"], {"door_open": samples, "temperature": [(-18.0, NOW)]})
    assert [(e.data["value"], e.data["before"], e.at) for e in events] == [
        (False, None, NOW),
        (True, False, NOW + 3 * minute),
    ]
    freezer = fold_all(stored(events, first=2), freezer)
    assert freezer.reported["door_open"] == (True, NOW + 3 * minute)
