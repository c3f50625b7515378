"""Fans and humidifiers."""

import math
from collections.abc import Mapping

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.components.plain import whole
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Decode, Draft, Field, Publish
from connectors.devices.mqtt.payloads import to_number
from connectors.devices.mqtt.templates import Nothing
from twin_core.contract.template import Value

_ACTIONS = ("off", "humidifying", "drying", "idle")


def fan(draft: Draft) -> None:
    _on(draft)
    _speed(draft)
    modes = draft.texts("preset_modes")
    reset = draft.text("payload_reset_preset_mode", UNKNOWN)
    preset = decoding.words({reset: None, **{mode: mode for mode in modes}})
    if draft.topic("preset_mode_command_topic") or draft.topic("preset_mode_state_topic"):
        _told(draft, Field("preset_mode", "choice", choices=modes, aside=True), "preset_mode", preset)
    on, off = (
        draft.text("payload_oscillation_on", "oscillate_on"),
        draft.text("payload_oscillation_off", "oscillate_off"),
    )
    if draft.topic("oscillation_command_topic") or draft.topic("oscillation_state_topic"):
        swing = Field("oscillating", "boolean", aside=True)
        _told(draft, swing, "oscillation", decoding.on_off(on, off), lambda value: on if value else off)
    if draft.topic("direction_command_topic") or draft.topic("direction_state_topic"):
        directions = Field("direction", "choice", choices=("forward", "reverse"), aside=True)
        _told(draft, directions, "direction", decoding.choice(directions.choices))
    _turn_on_first(draft)


def humidifier(draft: Draft) -> None:
    _on(draft)
    low, high = draft.number("min_humidity", 0), draft.number("max_humidity", 100)
    if low >= high or low < 0 or high > 100:
        raise Malformed("bad_announcement", "min_humidity and max_humidity")
    draft.required_topic("target_humidity_command_topic")
    target = _within(low, high, draft.text("payload_reset_humidity", UNKNOWN))
    _told(draft, Field("target_humidity", "number", "%", low, high), "target_humidity", target, whole)
    if modes := draft.texts("modes"):
        reset = draft.text("payload_reset_mode", UNKNOWN)
        decode = decoding.words({reset: None, **{mode: mode for mode in modes}})
        _told(draft, Field("mode", "choice", choices=modes, aside=True), "mode", decode)
    if draft.readable("humidity", "current_humidity_topic", ("current_humidity_template",), decoding.number):
        draft.add(Field("humidity", "number", "%"))
    action = decoding.choice(_ACTIONS)
    if draft.readable("action", "action_topic", ("action_template",), lambda text: _nothing_of_unknown(action, text)):
        draft.add(Field("action", "choice", choices=_ACTIONS, aside=True))


def _nothing_of_unknown(decode: Decode, text: str) -> Value | None:
    if text == UNKNOWN:
        raise Nothing
    return decode(text)


def _on(draft: Draft) -> None:
    on, off = draft.text("payload_on", "ON"), draft.text("payload_off", "OFF")
    reports = draft.readable("on", "state_topic", ("state_value_template",), decoding.on_off(on, off))
    send = draft.publisher(draft.required_topic("command_topic"), "command_template")
    draft.add(Field("on", "boolean", writable=True, optimistic=draft.flag("optimistic", not reports)))
    draft.entity.senders["on"] = lambda value: send(on if value else off)


def _speed(draft: Draft) -> None:
    """The device's speeds run from just below speed_range_min (off) to speed_range_max."""
    first, last = draft.number("speed_range_min", 1), draft.number("speed_range_max", 100)
    if first < 1 or first >= last:
        raise Malformed("bad_announcement", "speed_range_min and speed_range_max")
    if not (draft.topic("percentage_command_topic") or draft.topic("percentage_state_topic")):
        return
    count = last - first + 1
    reset = draft.text("payload_reset_percentage", UNKNOWN)

    def decode(text: str) -> Value | None:
        if text in (reset, UNKNOWN):
            return None
        percent = (float(to_number(text)) - first + 1) / count * 100
        if not 0 <= percent <= 100:
            raise Malformed("bad_value", f"speed {text[:20]} lies outside the announced range")
        return float(int(percent))

    def encode(value: Value) -> int:
        return math.ceil(first - 1 + float(value) * count / 100)

    _told(draft, Field("speed", "number", "%", 0, 100), "percentage", decode, encode)


def _within(low: float, high: float, reset: str) -> Decode:
    def decode(text: str) -> Value | None:
        if text in (reset, UNKNOWN):
            return None
        value = to_number(text)
        if not low <= value <= high:
            raise Malformed("bad_value", f"{value} lies outside {low} to {high}")
        return value

    return decode


def _told(
    draft: Draft,
    spec: Field,
    prefix: str,
    decode: Decode,
    encode: object = None,
) -> None:
    """A field with `<prefix>_state_topic`, `<prefix>_command_topic` and their templates."""
    templates = (f"{prefix}_value_template", f"{prefix}_state_template")
    reports = draft.readable(spec.name, f"{prefix}_state_topic", templates, decode)
    send = draft.command(f"{prefix}_command_topic", f"{prefix}_command_template")
    draft.add(
        Field(
            spec.name,
            spec.kind,
            spec.unit,
            spec.minimum,
            spec.maximum,
            spec.choices,
            writable=send is not None,
            optimistic=draft.flag("optimistic", not reports),
            aside=spec.aside,
        )
    )
    if send is not None:
        publish = send
        draft.entity.senders[spec.name] = lambda value: publish(encode(value) if callable(encode) else value)


def _turn_on_first(draft: Draft) -> None:
    """Switched on before its speed is set, as Home Assistant does."""
    senders = draft.entity.senders

    def write(values: Mapping[str, Value]) -> list[Publish]:
        order = sorted(values, key=lambda name: name != "on")
        return [publish for name in order for publish in senders[name](values[name])]

    draft.entity.writer = write
