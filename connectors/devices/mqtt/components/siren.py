"""Sirens: on or off, and how they sound."""

import json
from collections.abc import Mapping
from typing import Any

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Decode, Draft, Field, Publish, Values
from connectors.devices.mqtt.payloads import parse_json, to_number
from twin_core.contract.template import Value


def siren(draft: Draft) -> None:
    on, off = draft.text("payload_on", "ON"), draft.text("payload_off", "OFF")
    decode = decoding.on_off(draft.text("state_on", on), draft.text("state_off", off))
    topic = draft.topic("state_topic")
    optimistic = draft.flag("optimistic", topic is None)
    command_topic = draft.required_topic("command_topic")
    template_on = draft.command_template("command_template")
    template_off = draft.command_template("command_off_template") or template_on
    draft.add(Field("on", "boolean", writable=True, optimistic=optimistic))
    for spec in _sounds(draft, optimistic):
        draft.add(spec)
    if topic is not None:
        take = draft.value_of("state_value_template")
        draft.read(topic, lambda message: _read_state(take(message), decode))
        draft.read(topic, lambda message: _read_sound(take(message), draft.entity.fields))

    def write(values: Mapping[str, Value]) -> list[Publish]:
        sounds = {_THEIRS.get(name, name): value for name, value in values.items() if name != "on"}
        if "volume_level" in sounds:
            sounds["volume_level"] = float(sounds["volume_level"]) / 100.0
        turn_on = bool(values.get("on", True))
        template = template_on if turn_on else template_off
        state: Any = on if turn_on else off
        if template is not None:
            payload = template(value=state, state=state, **sounds)
        else:
            payload = json.dumps({"state": state, **sounds}) if turn_on else json.dumps({"state": state})
        return [Publish(command_topic, payload, draft.qos, draft.retain)]

    draft.entity.writer = write


_THEIRS = {"volume": "volume_level"}


def _sounds(draft: Draft, optimistic: bool) -> list[Field]:
    fields = []
    if tones := draft.texts("available_tones"):
        fields.append(Field("tone", "choice", choices=tones, writable=True, optimistic=optimistic, aside=True))
    if draft.flag("support_duration", True):
        fields.append(Field("duration", "number", "s", 0, writable=True, optimistic=optimistic, aside=True))
    if draft.flag("support_volume_set", True):
        fields.append(Field("volume", "number", "%", 0, 100, writable=True, optimistic=optimistic, aside=True))
    return fields


def _read_state(text: str, decode: Decode) -> Values:
    """A bare state, or JSON with the state and the sound."""
    if not text.startswith("{"):
        return {"on": decode(text)} if text else {}
    told = parse_json(text)
    return {"on": decode(str(told["state"]))} if "state" in told else {}


def _read_sound(text: str, known: Mapping[str, Field]) -> Values:
    """Raises Malformed where a part is not what was announced: then all of it is doubtful."""
    told = parse_json(text) if text.startswith("{") else {}
    values: Values = {}
    if "tone" in known and "tone" in told:
        values["tone"] = decoding.choice(known["tone"].choices)(str(told["tone"]))
    if "duration" in known and "duration" in told:
        values["duration"] = to_number(told["duration"])
    if "volume" in known and "volume_level" in told:
        level = to_number(told["volume_level"])
        if not 0 <= level <= 1:
            raise Malformed("bad_value", f"a volume of {level}")
        values["volume"] = decoding.percent(level)
    return values
