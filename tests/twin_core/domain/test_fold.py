"""fold: how each stored fact changes a twin."""

from datetime import UTC, datetime
from typing import Any

import pytest

from twin_core.contract.events import NAMES, Event, NewEvent
from twin_core.domain import TwinState, fold, fold_all, is_news, state_view
from twin_core.domain.fold import _CHANGES
from twin_core.templates import load_library

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SINCE = "2026-03-02T07:00:00Z"
SILENT = {"reason": "silent", "property": "temperature", "last_at": SINCE, "allowed_s": 60, "usual_interval_s": 20}
DIVERGED = {"property": "on", "desired": True, "reported": False, "since": SINCE, "size": None, "reason": "no answer"}
RAISED = {"rule": "smoke", "property": "smoke", "value": True, "since": SINCE}


def told(*facts: tuple[str, dict[str, Any]]) -> TwinState:
    events = [Event("x.y", n, name, NOW, data) for n, (name, data) in enumerate(facts, 1)]
    return fold_all(events, TwinState("x.y"))


def test_only_names_of_the_contract_are_folded() -> None:
    assert set(_CHANGES) <= NAMES


def test_every_event_moves_the_version() -> None:
    state = fold(TwinState("x.y"), Event("x.y", 7, "system.prediction_made", NOW))
    assert state == TwinState("x.y", version=7)


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        (("device.unavailable", SILENT), ("device.available", {"reason": "silent"}), "unavailable"),
        (("device.unavailable", SILENT), ("device.available", SILENT), "unavailable"),
        (("device.unavailable", {"reason": "offline"}), ("device.available", {"reason": "offline"}), "unavailable"),
        (("device.diverged", DIVERGED), ("device.converged", {"property": "on", "value": True}), "diverged"),
        (("device.diverged", DIVERGED), ("device.desired_set", {"values": {"on": False}}), "diverged"),
        (("alert.raised", RAISED), ("alert.cleared", {"rule": "smoke"}), "alerts"),
        (
            ("device.action_requested", {"approval": "a1", "values": {"on": True}, "reason": "r"}),
            ("device.action_rejected", {"approval": "a1"}),
            "approvals",
        ),
    ],
)
def test_what_begins_ends(begin: tuple[str, dict[str, Any]], end: tuple[str, dict[str, Any]], field: str) -> None:
    assert getattr(told(begin), field)
    assert not getattr(told(begin, end), field)


def test_one_way_of_being_unavailable_does_not_end_another() -> None:
    state = told(
        ("device.unavailable", SILENT), ("device.unavailable", {"reason": "offline"}), ("device.available", SILENT)
    )
    assert set(state.unavailable) == {"offline"}


@pytest.mark.parametrize(
    "fact",
    [("device.unavailable", SILENT), ("device.diverged", DIVERGED), ("alert.raised", RAISED)],
)
def test_a_fact_is_news_once(fact: tuple[str, dict[str, Any]]) -> None:
    new = NewEvent(fact[0], fact[1], NOW)
    assert is_news(TwinState("x.y"), new)
    assert not is_news(told(fact), new)


def test_the_end_of_what_never_was_is_no_news() -> None:
    nothing = TwinState("x.y")
    for name, data in (
        ("device.available", {"reason": "offline"}),
        ("device.converged", {"property": "on"}),
        ("alert.cleared", {"rule": "smoke"}),
    ):
        assert not is_news(nothing, NewEvent(name, data, NOW))


def test_another_wish_that_diverges_is_news() -> None:
    other = NewEvent("device.diverged", {**DIVERGED, "desired": False}, NOW)
    assert is_news(told(("device.diverged", DIVERGED)), other)


def test_a_late_change_of_state_does_not_go_back() -> None:
    newer = {"property": "on", "value": True, "at": "2026-03-02T08:00:00Z", "before": None}
    older = {"property": "on", "value": False, "at": "2026-03-02T07:00:00Z", "before": None}
    assert told(("device.state_changed", newer), ("device.state_changed", older)).reported["on"][0] is True


def test_the_view_carries_units_divergence_and_availability() -> None:
    state = told(("device.diverged", DIVERGED), ("device.unavailable", {"reason": "offline"}))
    state = state.with_readings({"brightness": (40.0, NOW)})
    view = state_view(state, load_library()["light"], NOW, fresh=True)
    assert (view.reported["brightness"].unit, view.available) == ("%", False)
    assert view.divergence["on"].desired is True
