"""A twin is the fold of its events: stored and read back it is the same, in whatever order readings came."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from twin_core.contract.commands import CreateTwin, EditTwin
from twin_core.contract.errors import Rejected
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.template import PropertySpec, TwinType, Value
from twin_core.contract.views import TwinStatus
from twin_core.domain import TwinState, check_value, decide, fold_all
from twin_core.templates import load_library

TYPES = load_library().types
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STATUSES: tuple[TwinStatus, ...] = ("draft", "active", "hibernated", "archived")

instants = st.integers(0, 10**6).map(lambda n: NOW + timedelta(microseconds=n * 997))
names = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20)


def values_of(spec: PropertySpec) -> st.SearchStrategy[Value]:
    if spec.kind == "number":
        return st.floats(spec.minimum, spec.maximum, allow_nan=False, allow_infinity=False)
    if spec.kind == "boolean":
        return st.booleans()
    return st.sampled_from(spec.choices) if spec.choices else st.text(max_size=20)


@st.composite
def steps(draw: st.DrawFn, twin_type: TwinType, state: TwinState, at: datetime) -> list[NewEvent]:
    """Any one thing that may happen to a twin; nothing where the rules refuse it."""
    spec = draw(st.sampled_from(list(twin_type.properties.values())))
    value = check_value(spec, draw(values_of(spec)))
    kind = draw(st.sampled_from(("report", "desire", "request", "edit", "move", "alert", "silence", "diverge")))
    since = "2026-03-02T08:00:00Z"
    try:
        if kind == "report":
            return decide.report(state, twin_type, {spec.name: [(value, at)]})
        if kind in ("desire", "request"):
            change = decide.plan_change(state, twin_type, {spec.name: value})
            return decide.desired_set(change, at) if kind == "desire" else decide.action_requested(change, "a", at)
        if kind == "edit":
            command = EditTwin(state.id, name=draw(names), aliases=tuple(draw(st.lists(names, max_size=2))))
            return decide.edit(state, command, twin_type, at)
        if kind == "move":
            return decide.move(state, draw(st.sampled_from(STATUSES)), at)
    except Rejected:
        return []
    facts: dict[str, tuple[str, dict[str, Any]]] = {
        "alert": ("alert.raised", {"rule": "r", "property": spec.name, "value": value, "since": since}),
        "silence": ("device.unavailable", {"reason": "silent", "property": spec.name}),
        "diverge": ("device.diverged", {"property": spec.name, "desired": value, "since": since}),
    }
    name, data = facts[kind]
    end = draw(st.booleans())
    endings = {"alert": "alert.cleared", "silence": "device.available", "diverge": "device.converged"}
    return [NewEvent(endings[kind] if end else name, data, at)]


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    twin_type = draw(st.sampled_from(TYPES))
    new = decide.create(CreateTwin(twin_type.name, draw(names), draft=draw(st.booleans())), twin_type, NOW)
    events: list[Event] = []
    state = TwinState("x.y")
    for _ in range(draw(st.integers(0, 12))):
        fresh = [Event("x.y", len(events) + n, e.name, e.at, e.data, "anna") for n, e in enumerate(new, 1)]
        events += fresh
        state = fold_all(fresh, state)
        new = draw(steps(twin_type, state, draw(instants)))
    return events


@given(histories())
def test_a_stored_state_is_the_state(events: list[Event]) -> None:
    state = fold_all(events, TwinState("x.y"))
    assert TwinState.from_json(json.loads(json.dumps(state.to_json()))) == state


@given(histories(), st.data())
def test_a_snapshot_anywhere_changes_nothing(events: list[Event], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(events)))
    snapshot = json.loads(json.dumps(fold_all(events[:cut], TwinState("x.y")).to_json()))
    assert fold_all(events[cut:], TwinState.from_json(snapshot)) == fold_all(events, TwinState("x.y"))


@given(st.sampled_from(TYPES), st.data())
def test_readings_give_one_state_in_whatever_order_they_come(twin_type: TwinType, data: st.DataObject) -> None:
    specs = list(twin_type.properties.values())
    rows = data.draw(
        st.lists(
            st.sampled_from(specs).flatmap(lambda spec: st.tuples(st.just(spec.name), values_of(spec), instants)),
            max_size=20,
            unique_by=lambda row: (row[0], row[2]),
        )
    )
    shuffled = data.draw(st.permutations(rows))
    one, other = TwinState("x.y"), TwinState("x.y")
    for name, value, at in rows:
        one = one.with_readings({name: (value, at)})
    for name, value, at in shuffled:
        other = other.with_readings({name: (value, at)})
    assert one == other
