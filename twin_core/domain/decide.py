"""decide(state, command, now) -> events: what a wish changes, or why it may not. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from twin_core.contract.clock import instant_text
from twin_core.contract.commands import CreateTwin, EditTwin
from twin_core.contract.errors import Rejected
from twin_core.contract.events import NewEvent
from twin_core.contract.template import TwinType, Value
from twin_core.contract.views import TwinStatus
from twin_core.domain.lifecycle import step
from twin_core.domain.limits import check_limits
from twin_core.domain.state import Reported, TwinState, is_newer
from twin_core.domain.values import check_value, value_text

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Change:
    """A checked wish for a change: values in the properties' own units, and what it takes to undo it."""

    values: Mapping[str, Value]
    before: Mapping[str, Value | None]
    reasons: tuple[str, ...]  # in words: what will be different
    consequences: tuple[str, ...]  # why a person has to approve it; empty: at once

    @property
    def approval_needed(self) -> bool:
        return bool(self.consequences)

    @property
    def changes_anything(self) -> bool:
        return any(self.before[name] != value for name, value in self.values.items())


def create(command: CreateTwin, twin_type: TwinType, now: datetime) -> list[NewEvent]:
    """The first event of a twin. Raises Rejected."""
    config = nested_config(command.config)
    check_limits(twin_type, config)
    data = {
        "type": twin_type.name,
        "name": check_name(command.name),
        "aliases": [check_name(alias) for alias in command.aliases],
        "place": _place(command.place),
        "importance": command.importance or twin_type.importance,
        "config": config,
        "source": command.source,
        "status": "draft" if command.draft else "active",
    }
    return [NewEvent("system.twin_created", data, now)]


def edit(state: TwinState, command: EditTwin, twin_type: TwinType, now: datetime) -> list[NewEvent]:
    """What an edit changes; nothing where all is so already. `twin_type` is the type after the edit."""
    if command.type is not None and command.type != state.type and state.status != "draft":
        raise Rejected(
            f"{state.name} is a {state.type} and in use: its type cannot change.",
            code="type_is_fixed",
            hint="Archive it and create a new twin.",
        )
    wanted: dict[str, Any] = {"type": command.type, "importance": command.importance, "source": command.source}
    if command.name is not None:
        wanted["name"] = check_name(command.name)
    if command.aliases is not None:
        wanted["aliases"] = tuple(check_name(alias) for alias in command.aliases)
    if command.place is not None:
        wanted["place"] = _place(command.place)
    config = merged(state.config, nested_config(command.config)) if command.config is not None else state.config
    check_limits(twin_type, config)
    wanted["config"] = config
    data = {k: v for k, v in wanted.items() if (v is not None or k == "place") and v != getattr(state, k)}
    if "aliases" in data:
        data["aliases"] = list(data["aliases"])
    return [NewEvent("system.twin_changed", data, now)] if data else []


def move(state: TwinState, to: TwinStatus, now: datetime) -> list[NewEvent]:
    """A step of the twin's life. Raises Rejected where no way leads."""
    return [NewEvent(step(state.status, to), {}, now)]


def plan_change(
    state: TwinState, twin_type: TwinType, values: Mapping[str, Value], units: Mapping[str, str] | None = None
) -> Change:
    """Checks a wish against the type: kinds, units, ranges, risk.

    Raises Rejected for an unknown or read-only property and for a value that is not possible.
    """
    if state.status not in ("active", "hibernated"):
        raise Rejected(f"{state.name} is {state.status} and takes no commands.", code="not_active")
    if not values:
        raise Rejected("Nothing was asked for.", code="nothing_asked", hint="Name a property and its value.")
    checked: dict[str, Value] = {}
    reasons: list[str] = []
    consequences: list[str] = []
    for name, value in values.items():
        spec = twin_type.property(name)
        if spec is None or not spec.writable:
            raise _not_writable(state, twin_type, name)
        checked[name] = check_value(spec, value, (units or {}).get(name))
        reasons.append(f"{spec.label}: {value_text(spec, checked[name])}")
        if spec.approval.needed_for(checked[name]):
            consequences.append(spec.approval.reason)
    before = {name: effective(state, name) for name in checked}
    return Change(checked, before, tuple(reasons), tuple(dict.fromkeys(consequences)))


def effective(state: TwinState, name: str) -> Value | None:
    """What holds for a property: what was asked for last, or what it reported since."""
    desired, reported = state.desired.get(name), state.reported.get(name)
    if desired is None or (reported is not None and reported[1] > desired.at):
        return reported[0] if reported else None
    return desired.value


def desired_set(change: Change, now: datetime, approval: str | None = None) -> list[NewEvent]:
    """The change happens; with the approval that allowed it, if it took one."""
    data: dict[str, Any] = {"values": dict(change.values), "before": dict(change.before)}
    if approval is not None:
        data["approval"] = approval
    return [NewEvent("device.desired_set", data, now)]


def action_requested(change: Change, approval: str, now: datetime) -> list[NewEvent]:
    """The change waits for a person."""
    data = {"approval": approval, "values": dict(change.values), "reason": "; ".join(change.consequences)}
    return [NewEvent("device.action_requested", data, now)]


def report(state: TwinState, twin_type: TwinType, values: Mapping[str, Iterable[Reported]]) -> list[NewEvent]:
    """The changes of state in checked values, oldest first; numbers are readings and give no event.

    A late value that is older than the one known gives none either.
    """
    events: list[NewEvent] = []
    for name, samples in values.items():
        spec = twin_type.property(name)
        if spec is None or spec.kind == "number":
            continue
        known = state.reported.get(name)
        for value, at in samples:
            if not is_newer((value, at), known):
                continue
            if known is None or known[0] != value:
                before = known[0] if known else None
                data = {"property": name, "value": value, "at": instant_text(at), "before": before}
                events.append(NewEvent("device.state_changed", data, at))
            known = (value, at)
    events.sort(key=lambda event: event.at)
    return events


def check_name(name: str) -> str:
    """A name as it is kept: trimmed, single spaces. Raises Rejected."""
    text = " ".join(name.split())
    speakable = text.isprintable() and any(sign.isalnum() for sign in text)
    if not speakable or len(text) > _LONGEST_NAME:
        raise Rejected(
            f"{name[:40]!r} cannot be a name.",
            code="bad_name",
            hint=f"A name has 1 to {_LONGEST_NAME} characters, a letter or a digit among them.",
        )
    return text


def nested_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Config with dotted keys unfolded: `{"tariff.price": 0.3}` and `{"tariff": {"price": 0.3}}` are the same."""
    nested: dict[str, Any] = {}
    for key, value in config.items():
        head, _, rest = str(key).partition(".")
        nested = merged(nested, {head: nested_config({rest: value}) if rest else value}, keep_none=True)
    return nested


def merged(config: Mapping[str, Any], changes: Mapping[str, Any], keep_none: bool = False) -> dict[str, Any]:
    """Config with changes put in, table by table; None removes a key."""
    result = dict(config)
    for key, value in changes.items():
        if value is None and not keep_none:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            inner = result.get(key)
            result[key] = merged(inner if isinstance(inner, Mapping) else {}, value, keep_none)
        else:
            result[key] = value
    return result


def _place(place: str | None) -> str | None:
    return check_name(place) if place and place.strip() else None


def _not_writable(state: TwinState, twin_type: TwinType, name: str) -> Rejected:
    writable = [spec.label for spec in twin_type.properties.values() if spec.writable]
    spec = twin_type.property(name)
    problem = f"{state.name} only reports its {spec.label}" if spec else f"{state.name} has no {name[:60]!r}"
    return Rejected(
        f"{problem}.",
        code="read_only" if spec else "unknown_property",
        hint=f"It can be told: {', '.join(writable)}." if writable else "It takes no commands.",
        details={"writable": [spec.name for spec in twin_type.properties.values() if spec.writable]},
    )
