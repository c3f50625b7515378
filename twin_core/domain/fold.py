"""state = fold(events): how each stored fact changes a twin."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from twin_core.contract.clock import parse_instant
from twin_core.contract.events import Event, NewEvent
from twin_core.domain.lifecycle import STATUS_AFTER
from twin_core.domain.state import Desired, TwinState, is_newer

_CHANGEABLE = ("type", "name", "place", "importance", "config", "source")


def fold(state: TwinState, event: Event) -> TwinState:
    """The state after one more event. Names that do not concern the state only move its version."""
    change = _CHANGES.get(event.name)
    changed = change(state, event) if change else state
    return replace(changed, version=event.version)


def fold_all(events: Iterable[Event], state: TwinState) -> TwinState:
    """The state after all these events."""
    for event in events:
        state = fold(state, event)
    return state


def is_news(state: TwinState, fact: NewEvent) -> bool:
    """Whether a fact found out by another room says anything that the state does not hold already."""
    data = fact.data
    if fact.name == "device.unavailable":
        return unavailable_key(data) not in state.unavailable
    if fact.name == "device.available":
        return any(_ends(data, key) for key in state.unavailable)
    if fact.name == "device.diverged":
        held = state.diverged.get(data["property"])
        return held is None or held.get("desired") != data.get("desired")
    if fact.name == "device.converged":
        return data["property"] in state.diverged
    if fact.name == "alert.raised":
        return data["rule"] not in state.alerts
    if fact.name == "alert.cleared":
        return data["rule"] in state.alerts
    return True


def unavailable_key(data: Mapping[str, Any]) -> str:
    """One key for each way of being unavailable: `offline`, `silent`, `silent:temperature`."""
    reason, name = data.get("reason", "offline"), data.get("property")
    return f"{reason}:{name}" if name else str(reason)


def _created(state: TwinState, event: Event) -> TwinState:
    data = event.data
    return replace(
        state,
        type=data["type"],
        name=data["name"],
        aliases=tuple(data.get("aliases", ())),
        place=data.get("place"),
        status=data.get("status", "active"),
        importance=data.get("importance", "normal"),
        config=data.get("config", {}),
        source=data.get("source"),
        created_at=event.at,
    )


def _changed(state: TwinState, event: Event) -> TwinState:
    data = event.data
    changes = {key: data[key] for key in _CHANGEABLE if key in data}
    if "aliases" in data:
        changes["aliases"] = tuple(data["aliases"])
    return replace(state, **changes)


def _moved(state: TwinState, event: Event) -> TwinState:
    return replace(state, status=STATUS_AFTER[event.name])


def _reported(state: TwinState, event: Event) -> TwinState:
    data = event.data
    new = (data["value"], parse_instant(data["at"]))
    name = data["property"]
    if not is_newer(new, state.reported.get(name)):
        return state
    return replace(state, reported={**state.reported, name: new})


def _desired(state: TwinState, event: Event) -> TwinState:
    desired = dict(state.desired)
    for name, value in event.data["values"].items():
        desired[name] = Desired(value, event.at, event.actor)
    diverged = {p: d for p, d in state.diverged.items() if p not in event.data["values"]}
    return replace(state, desired=desired, diverged=diverged)


def _requested(state: TwinState, event: Event) -> TwinState:
    waiting = {**event.data, "at": event.at.isoformat(), "by": event.actor}
    return replace(state, approvals={**state.approvals, event.data["approval"]: waiting})


def _decided(state: TwinState, event: Event) -> TwinState:
    return replace(state, approvals=_without(state.approvals, event.data["approval"]))


def _diverged(state: TwinState, event: Event) -> TwinState:
    return replace(state, diverged={**state.diverged, event.data["property"]: event.data})


def _converged(state: TwinState, event: Event) -> TwinState:
    return replace(state, diverged=_without(state.diverged, event.data["property"]))


def _unavailable(state: TwinState, event: Event) -> TwinState:
    return replace(state, unavailable={**state.unavailable, unavailable_key(event.data): event.data})


def _available(state: TwinState, event: Event) -> TwinState:
    left = {key: data for key, data in state.unavailable.items() if not _ends(event.data, key)}
    return replace(state, unavailable=left)


def _ends(data: Mapping[str, Any], key: str) -> bool:
    """`device.available` ends what it names: one property's silence, or everything of its reason."""
    ended = unavailable_key(data)
    return key == ended or key.startswith(f"{ended}:")


def _raised(state: TwinState, event: Event) -> TwinState:
    return replace(state, alerts={**state.alerts, event.data["rule"]: event.data})


def _cleared(state: TwinState, event: Event) -> TwinState:
    return replace(state, alerts=_without(state.alerts, event.data["rule"]))


def _without(entries: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return {k: v for k, v in entries.items() if k != key}


_CHANGES: Mapping[str, Callable[[TwinState, Event], TwinState]] = {
    "system.twin_created": _created,
    "system.twin_changed": _changed,
    **dict.fromkeys(STATUS_AFTER, _moved),
    "device.state_changed": _reported,
    "device.desired_set": _desired,
    "device.action_requested": _requested,
    "device.action_approved": _decided,
    "device.action_rejected": _decided,
    "device.diverged": _diverged,
    "device.converged": _converged,
    "device.unavailable": _unavailable,
    "device.available": _available,
    "alert.raised": _raised,
    "alert.cleared": _cleared,
}
