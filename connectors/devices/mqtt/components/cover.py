"""Covers and valves: a position in per cent open, a state, and a tilt."""

from dataclasses import dataclass

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.components.plain import whole
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Draft, Field, Publish, Values
from connectors.devices.mqtt.payloads import Message, parse_json, to_number
from twin_core.contract.template import Value

_STATES = ("open", "closed", "opening", "closing", "stopped")
_ENDS = {"open": 100.0, "closed": 0.0}


@dataclass(frozen=True, slots=True)
class _Travel:
    """The device's own numbers for closed and open."""

    closed: float
    open: float

    def percent(self, value: float) -> float:
        return min(100.0, max(0.0, decoding.percent((value - self.closed) / ((self.open - self.closed) or 1.0))))

    def own(self, percent: float) -> int:
        return round(self.closed + (self.open - self.closed) * percent / 100.0)


def cover(draft: Draft) -> None:
    travel = _Travel(draft.number("position_closed", 0), draft.number("position_open", 100))
    words = {draft.text(f"state_{state}", state): state for state in _STATES}
    positioned = draft.readable(
        "position", "position_topic", ("position_template",), lambda text: _position(travel, text)
    )
    if positioned and draft.topic("set_position_topic") is None and "set_position_template" in draft.config:
        raise Malformed("bad_announcement", "set_position_template without set_position_topic")
    _read_state(draft, words, positioned)
    reports = positioned or draft.topic("state_topic") is not None
    optimistic = draft.flag("optimistic", not reports)
    move = draft.command("command_topic")
    set_position = draft.command("set_position_topic", "set_position_template")
    payloads = _payloads(draft, "open", "close", "stop")
    _add_fields(draft, optimistic, move is not None or set_position is not None, move is not None)

    def to_position(value: Value) -> list[Publish]:
        percent = float(value)
        if set_position is not None:
            return set_position(
                travel.own(percent),
                position=whole(value),
                position_open=whole(travel.open),
                position_closed=whole(travel.closed),
            )
        return _send(move, payloads["open" if percent >= 50 else "close"])

    draft.entity.senders["position"] = to_position
    draft.entity.senders["state"] = lambda value: _send(move, payloads[_VERBS[str(value)]])
    _tilt(draft)


def valve(draft: Draft) -> None:
    """Where reports_position is set, state messages are positions (or JSON with both)."""
    reports_position = draft.flag("reports_position", False)
    travel = _Travel(draft.number("position_closed", 0), draft.number("position_open", 100))
    words = {draft.text(f"state_{state}", state): state for state in _STATES[:4]}
    topic = draft.topic("state_topic")
    optimistic = draft.flag("optimistic", topic is None)
    move = draft.command("command_topic", "command_template")
    payloads = _payloads(draft, "open", "close", "stop")
    _add_fields(draft, optimistic, move is not None, move is not None)
    if topic is not None:
        take = draft.value_of("value_template")
        draft.read(topic, lambda message: _valve_values(take(message), words, travel, reports_position))

    def to_position(value: Value) -> list[Publish]:
        if reports_position:
            return _send(move, travel.own(float(value)))
        return _send(move, payloads["open" if float(value) >= 50 else "close"])

    def to_state(value: Value) -> list[Publish]:
        if reports_position and value in _ENDS:
            return to_position(_ENDS[str(value)])
        return _send(move, payloads[_VERBS[str(value)]])

    draft.entity.senders |= {"position": to_position, "state": to_state}


_VERBS = {"open": "open", "closed": "close", "stopped": "stop"}


def _add_fields(draft: Draft, optimistic: bool, positionable: bool, movable: bool) -> None:
    draft.add(
        Field("position", "number", "%", 0, 100, writable=positionable, optimistic=optimistic),
    )
    choices = _STATES
    draft.add(Field("state", "choice", choices=choices, writable=movable, optimistic=optimistic, aside=True))


def _payloads(draft: Draft, *verbs: str) -> dict[str, str | None]:
    """None where the announcement says null: the device cannot do it."""
    return {
        verb: None
        if f"payload_{verb}" in draft.config and draft.config[f"payload_{verb}"] is None
        else draft.text(f"payload_{verb}", verb.upper())
        for verb in verbs
    }


def _send(move: object, payload: object) -> list[Publish]:
    if move is None or payload is None or not callable(move):
        raise Malformed("bad_value", "the device cannot be told so")
    sent: list[Publish] = move(payload)
    return sent


def _position(travel: _Travel, text: str) -> Value | None:
    if text == UNKNOWN:
        return None
    if text.lstrip().startswith("{"):  # JSON with position and tilt is allowed too
        raise Malformed("bad_value", "a position is a number")
    return travel.percent(float(to_number(text)))


def _read_state(draft: Draft, words: dict[str, str], positioned: bool) -> None:
    topic = draft.topic("state_topic")
    if topic is None:
        return
    take = draft.value_of("value_template")

    def reader(message: Message) -> Values:
        text = take(message)
        if text == "":
            return {}
        if text == UNKNOWN:
            return {"state": None}
        if text not in words:
            raise Malformed("bad_value", f"{text[:60]!r} is no state of a cover")
        state = words[text]
        ends = {"position": _ENDS[state]} if state in _ENDS and not positioned else {}
        return {"state": state, **ends}

    draft.read(topic, reader)


def _valve_values(text: str, words: dict[str, str], travel: _Travel, reports_position: bool) -> Values:
    if text == "":
        return {}
    if text == UNKNOWN:
        return {"state": None, "position": None}
    if not reports_position:
        if text not in words:
            raise Malformed("bad_value", f"{text[:60]!r} is no state of a valve")
        state = words[text]
        return {"state": state, **({"position": _ENDS[state]} if state in _ENDS else {})}
    return _valve_position(text, words, travel)


def _valve_position(text: str, words: dict[str, str], travel: _Travel) -> Values:
    state: str | None = words.get(text)
    position: float | None = None
    if state is None:
        told = parse_json(text)
        if isinstance(told, dict):
            state = words.get(str(told.get("state")))
            position = None if told.get("position") is None else travel.percent(float(to_number(told["position"])))
        else:
            position = travel.percent(float(to_number(told)))
    if position is not None and state not in ("opening", "closing"):
        state = "closed" if position <= 0 else "open"
    values: Values = {}
    if state is not None:
        values["state"] = state
    if position is not None:
        values["position"] = position
    return values


def _tilt(draft: Draft) -> None:
    low, high = draft.number("tilt_min", 0), draft.number("tilt_max", 100)
    set_tilt = draft.command("tilt_command_topic", "tilt_command_template")
    reports = draft.readable("tilt", "tilt_status_topic", ("tilt_status_template",), decoding.scaled(low, high))
    if not reports and set_tilt is None:
        return
    optimistic = draft.flag("tilt_optimistic", not reports)
    draft.add(Field("tilt", "number", "%", 0, 100, writable=set_tilt is not None, optimistic=optimistic, aside=True))
    if set_tilt is None:
        return
    publish = set_tilt

    def to_tilt(value: Value) -> list[Publish]:
        own = round(low + (high - low) * float(value) / 100.0)
        return publish(own, tilt_position=whole(value), tilt_min=whole(low), tilt_max=whole(high))

    draft.entity.senders["tilt"] = to_tilt
