"""Thermostats, air conditioners and water heaters."""

from collections.abc import Callable

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Decode, Draft, Field, Publish
from connectors.devices.mqtt.templates import Nothing
from twin_core.contract.template import Value

_MODES = ("auto", "off", "cool", "heat", "dry", "fan_only")
_HEATER_MODES = ("off", "eco", "electric", "gas", "heat_pump", "high_demand", "performance")
_ACTIONS = ("off", "preheating", "heating", "cooling", "drying", "idle", "fan", "defrosting")


def climate(draft: Draft) -> None:
    modes = draft.texts("modes", _MODES)
    _temperatures(draft)
    _part(draft, Field("mode", "choice", choices=modes), "mode", decoding.choice(modes))
    low, high = draft.number("min_humidity", 30), draft.number("max_humidity", 99)
    humidity = Field("target_humidity", "number", "%", low, high, aside=True)
    _part(draft, humidity, "target_humidity", decoding.number, lambda value: int(float(value)))
    for name, usual in (("fan_mode", ("auto", "low", "medium", "high")), ("swing_mode", ("on", "off"))):
        options = draft.texts(f"{name}s", usual)
        _part(draft, Field(name, "choice", choices=options, aside=True), name, decoding.choice(options))
    presets = draft.texts("preset_modes")
    if presets:
        every = ("none", *presets)
        decode = decoding.words({UNKNOWN: "none", **{option: option for option in every}})
        _part(draft, Field("preset_mode", "choice", choices=every, aside=True), "preset_mode", decode)
    _on(draft, "aux", Field("aux_heat", "boolean", aside=True))
    _power(draft)
    _current(draft, "humidity", "current_humidity", "%")
    action = decoding.choice(_ACTIONS)

    def decode_action(text: str) -> Value | None:
        if text == UNKNOWN:
            raise Nothing
        return action(text)

    if draft.readable("action", "action_topic", ("action_template", "value_template"), decode_action):
        draft.add(Field("action", "choice", choices=_ACTIONS))


def water_heater(draft: Draft) -> None:
    modes = draft.texts("modes", _HEATER_MODES)
    _temperatures(draft)
    _part(draft, Field("mode", "choice", choices=modes), "mode", decoding.choice(modes))
    _power(draft)


def _unit(draft: Draft) -> str:
    return "°F" if draft.text("temperature_unit", "C").upper().endswith("F") else "°C"


def _temperatures(draft: Draft) -> None:
    unit = _unit(draft)
    low, high = _limit(draft, "min_temp"), _limit(draft, "max_temp")
    _current(draft, "temperature", "current_temperature", unit)
    for name, prefix in (
        ("setpoint", "temperature"),
        ("setpoint_low", "temperature_low"),
        ("setpoint_high", "temperature_high"),
    ):
        spec = Field(name, "number", unit, low, high, aside=name != "setpoint")
        _part(draft, spec, prefix, decoding.number, lambda value: float(value))


def _limit(draft: Draft, key: str) -> float | None:
    """Only what was announced: Home Assistant's usual limits are for its sliders."""
    return None if draft.config.get(key) is None else draft.number(key, 0.0)


def _current(draft: Draft, name: str, prefix: str, unit: str) -> None:
    if draft.readable(name, f"{prefix}_topic", (f"{prefix}_template", "value_template"), decoding.number):
        draft.add(Field(name, "number", unit))


def _on(draft: Draft, prefix: str, spec: Field) -> None:
    on, off = draft.text("payload_on", "ON"), draft.text("payload_off", "OFF")
    decode = decoding.words({on: True, off: False, "True": True, "False": False})
    _part(draft, spec, prefix, decode, lambda value: on if value else off)


def _power(draft: Draft) -> None:
    """Write-only: what it is doing stands in its mode."""
    on, off = draft.text("payload_on", "ON"), draft.text("payload_off", "OFF")
    send = draft.command("power_command_topic", "power_command_template")
    if send is not None:
        publish = send
        draft.add(Field("on", "boolean", readable=False, writable=True, aside=True))
        draft.entity.senders["on"] = lambda value: publish(on if value else off)


def _part(
    draft: Draft,
    spec: Field,
    prefix: str,
    decode: Decode,
    encode: Callable[[Value], object] = lambda value: value,
) -> None:
    """A field with `<prefix>_state_topic`, `<prefix>_command_topic` and their templates, where there are any."""
    own = f"{prefix}_value_template" if prefix == "preset_mode" else f"{prefix}_state_template"
    templates = (own,) if prefix == "preset_mode" else (own, "value_template")
    reports = draft.readable(spec.name, f"{prefix}_state_topic", templates, decode)
    send = draft.command(f"{prefix}_command_topic", f"{prefix}_command_template")
    if not reports and send is None:
        return
    if spec.minimum is not None and spec.maximum is not None and spec.minimum >= spec.maximum:
        raise Malformed("bad_announcement", f"the range of {spec.name} is empty")
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

        def tell(value: Value) -> list[Publish]:
            return publish(encode(value))

        draft.entity.senders[spec.name] = tell
