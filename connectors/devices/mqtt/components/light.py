"""Lights in Home Assistant's three schemas: default (a topic a value), json, template.

Brightness is in per cent and colour temperature in kelvin, whatever the device counts in.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Decode, Draft, Field, Publish, Values
from connectors.devices.mqtt.payloads import to_number, to_text
from connectors.devices.mqtt.templates import Nothing
from twin_core.contract.template import Value

_MIRED = 1_000_000.0
_HA_BRIGHTNESS = 255  # the scale in which templates get the brightness
_DIMMABLE = {"brightness", "color_temp", "hs", "xy", "rgb", "rgbw", "rgbww", "white"}


_JSON_STATES = decoding.words({"ON": True, "OFF": False})


def light(draft: Draft) -> None:
    """Raises Malformed for an unknown schema."""
    schema = draft.text("schema", "basic").lower()
    builder = {"basic": _default, "default": _default, "json": _json, "template": _template}.get(schema)
    if builder is None:
        raise Malformed("bad_announcement", f"unknown light schema {schema[:40]!r}")
    builder(draft)


class _Scales:
    """Between per cent and kelvin and the device's own numbers."""

    def __init__(self, draft: Draft) -> None:
        self.brightness = draft.number("brightness_scale", _HA_BRIGHTNESS)
        self.kelvin = draft.flag("color_temp_kelvin", False)
        if self.brightness < 1:
            raise Malformed("bad_announcement", "brightness_scale is less than 1")

    def percent(self, own: float) -> float:
        """Raises Nothing for 0: a light that is on is not at 0 %."""
        if own <= 0:
            raise Nothing
        return min(100.0, decoding.percent(own / self.brightness))

    def own_brightness(self, percent: Value) -> int:
        steps = round(float(percent) / 100 * _HA_BRIGHTNESS)
        return max(1, min(round(steps / _HA_BRIGHTNESS * self.brightness), round(self.brightness)))

    def to_kelvin(self, own: float) -> float:
        if own <= 0:
            raise Malformed("bad_value", f"colour temperature {own}")
        return float(round(own if self.kelvin else _MIRED / own))

    def own_temperature(self, kelvin: Value) -> int:
        return round(float(kelvin)) if self.kelvin else round(_MIRED / max(1.0, float(kelvin)))


def _add_fields(draft: Draft, optimistic: bool, *, dims: bool, tints: bool, effects: bool) -> None:
    draft.add(Field("on", "boolean", writable=True, optimistic=optimistic))
    if dims:
        draft.add(Field("brightness", "number", "%", 0, 100, writable=True, optimistic=optimistic))
    if tints:
        low, high = _kelvin(draft, "min_kelvin", "max_mireds"), _kelvin(draft, "max_kelvin", "min_mireds")
        draft.add(Field("color_temperature", "number", "K", low, high, writable=True, optimistic=optimistic))
    if effects:
        listed = draft.texts("effect_list")
        kind: Any = "choice" if listed else "text"
        draft.add(Field("effect", kind, choices=listed, writable=True, optimistic=optimistic, aside=True))


def _kelvin(draft: Draft, kelvin_key: str, mired_key: str) -> float | None:
    """An end of the range, if it was announced."""
    if draft.config.get(kelvin_key) is not None:
        return draft.number(kelvin_key, 0)
    mired = draft.number(mired_key, 0)
    return float(round(_MIRED / mired)) if mired > 0 else None


def _default(draft: Draft) -> None:
    scales = _Scales(draft)
    on, off = draft.text("payload_on", "ON"), draft.text("payload_off", "OFF")
    when = draft.text("on_command_type", "last")
    if when not in ("first", "last", "brightness"):
        raise Malformed("bad_announcement", f"on_command_type {when[:40]!r}")
    state_templates = ("state_value_template", "value_template")
    reports = draft.readable("on", "state_topic", state_templates, decoding.on_off(on, off))
    switch = draft.publisher(draft.required_topic("command_topic"))
    parts: dict[str, tuple[Callable[..., list[Publish]], Callable[[Value], object]]] = {}
    for name, prefix, decode, encode in (
        ("brightness", "brightness", _numeric(scales.percent), scales.own_brightness),
        ("color_temperature", "color_temp", _numeric(scales.to_kelvin), scales.own_temperature),
        ("effect", "effect", decoding.text, str),
    ):
        draft.readable(name, f"{prefix}_state_topic", (f"{prefix}_value_template",), decode)
        if send := draft.command(f"{prefix}_command_topic", f"{prefix}_command_template"):
            parts[name] = (send, encode)
    _add_fields(
        draft,
        draft.flag("optimistic", not reports),
        dims="brightness" in parts,
        tints="color_temperature" in parts,
        effects="effect" in parts,
    )

    def write(values: Mapping[str, Value]) -> list[Publish]:
        if _means_off(values):
            return switch(off)
        wanted = {name: value for name, value in values.items() if name != "on"}
        if when == "brightness" and not wanted and "brightness" in parts:
            wanted["brightness"] = 100.0
        sent = [publish for name, value in wanted.items() for publish in parts[name][0](parts[name][1](value))]
        if when == "brightness" and "brightness" in wanted:
            return sent
        return [*switch(on), *sent] if when == "first" else [*sent, *switch(on)]

    draft.entity.writer = write


def _json(draft: Draft) -> None:
    scales = _Scales(draft)
    topic = draft.topic("state_topic")
    modes = set(draft.texts("supported_color_modes"))
    dims = draft.flag("brightness", False) or bool(modes & _DIMMABLE)
    tints = draft.flag("color_temp", False) or "color_temp" in modes
    effects = draft.flag("effect", False)
    _add_fields(draft, draft.flag("optimistic", topic is None), dims=dims, tints=tints, effects=effects)
    send = draft.publisher(draft.required_topic("command_topic"))
    known = draft.entity.fields
    if topic is not None:
        draft.read(topic, lambda message: _read_json(message.json, known, scales))

    def write(values: Mapping[str, Value]) -> list[Publish]:
        if _means_off(values):
            return send(json.dumps({"state": "OFF"}))
        told: dict[str, Any] = {"state": "ON"}
        if "brightness" in values:
            told["brightness"] = scales.own_brightness(values["brightness"])
        if "color_temperature" in values:
            told["color_temp"] = scales.own_temperature(values["color_temperature"])
        if "effect" in values:
            told["effect"] = values["effect"]
        return send(json.dumps(told))

    draft.entity.writer = write


def _read_json(told: object, known: Mapping[str, Field], scales: _Scales) -> Values:
    if not isinstance(told, dict):
        raise Malformed("bad_value", "a light of schema json reports an object")
    values: Values = {}
    if "state" in told:
        values["on"] = None if told["state"] is None else _JSON_STATES(str(told["state"]))
    if "brightness" in known and told.get("brightness"):
        values["brightness"] = scales.percent(float(to_number(told["brightness"])))
    if "color_temperature" in known and told.get("color_temp") and told.get("color_mode") in (None, "color_temp"):
        values["color_temperature"] = scales.to_kelvin(float(to_number(told["color_temp"])))
    if "effect" in known and isinstance(told.get("effect"), str):
        values["effect"] = to_text(told["effect"])
    return values


def _template(draft: Draft) -> None:
    scales = _Scales(draft)
    scales.brightness = _HA_BRIGHTNESS  # templates do their own scaling
    topic = draft.topic("state_topic")
    has_state = topic is not None and "state_template" in draft.config
    optimistic = draft.flag("optimistic", not has_state)
    _add_fields(
        draft,
        optimistic,
        dims="brightness_template" in draft.config,
        tints="color_temp_template" in draft.config,
        effects="effect_template" in draft.config,
    )
    states = decoding.words({"on": True, "off": False})
    turn_on, turn_off = draft.command_template("command_on_template"), draft.command_template("command_off_template")
    if turn_on is None or turn_off is None:
        raise Malformed("bad_announcement", "command_on_template or command_off_template is missing")
    send = draft.publisher(draft.required_topic("command_topic"))
    for name, key, decode in (
        ("on", "state_template", states),
        ("brightness", "brightness_template", _numeric(scales.percent)),
        ("color_temperature", "color_temp_template", _numeric(scales.to_kelvin)),
        ("effect", "effect_template", decoding.text),
    ):
        if topic is not None and key in draft.config:
            draft.readable(name, "state_topic", (key,), decode)

    def write(values: Mapping[str, Value]) -> list[Publish]:
        if _means_off(values):
            return send(turn_off(state=False))
        variables: dict[str, Any] = {"state": True}
        if "brightness" in values:
            variables["brightness"] = scales.own_brightness(values["brightness"])
        if "color_temperature" in values:
            variables["color_temp"] = scales.own_temperature(values["color_temperature"])
        if "effect" in values:
            variables["effect"] = values["effect"]
        return send(turn_on(**variables))

    draft.entity.writer = write


def _means_off(values: Mapping[str, Value]) -> bool:
    return values.get("on") is False or values.get("brightness") == 0


def _numeric(convert: Callable[[float], float]) -> Decode:
    def decode(text: str) -> Value | None:
        return None if text == UNKNOWN else convert(float(to_number(text)))

    return decode
