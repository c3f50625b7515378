"""Components that only report: sensor, binary_sensor, event, device_tracker."""

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Draft, Field, Values
from connectors.devices.mqtt.payloads import Message, parse_json, to_text
from twin_core.contract.template import Value

_WORDED_CLASSES = frozenset({"date", "enum", "timestamp", "uptime"})


def sensor(draft: Draft) -> None:
    """A number where a unit, a state class or a measuring device class says so; else a text."""
    device_class = draft.text("device_class", "")
    options = draft.texts("options")
    measured = any(draft.config.get(key) for key in ("unit_of_measurement", "state_class", "device_class"))
    draft.required_topic("state_topic")
    if options or device_class == "enum":
        draft.add(Field("state", "choice", choices=options))
        draft.readable("state", "state_topic", ("value_template",), decoding.choice(options))
    elif measured and device_class not in _WORDED_CLASSES:
        unit = draft.text("unit_of_measurement", "") or None
        draft.add(Field("state", "number", unit=unit))
        draft.readable("state", "state_topic", ("value_template",), decoding.number)
    else:
        draft.add(Field("state", "text"))
        draft.readable("state", "state_topic", ("value_template",), decoding.text)


def binary_sensor(draft: Draft) -> None:
    """True is what Home Assistant calls on: open, detected, wet, low, unlocked."""
    draft.required_topic("state_topic")
    draft.add(Field("state", "boolean"))
    decode = decoding.on_off(draft.text("payload_on", "ON"), draft.text("payload_off", "OFF"))
    draft.readable("state", "state_topic", ("value_template",), decode)
    if draft.config.get("off_delay") is not None:
        draft.entity.off_delay_s = draft.number("off_delay", 0.0)


def event(draft: Draft) -> None:
    """The type of the event that happened last."""
    types = draft.texts("event_types")
    topic = draft.required_topic("state_topic")
    draft.add(Field("event", "choice", choices=types))
    take = draft.value_of("value_template")

    def reader(message: Message) -> Values:
        text = take(message)
        if text in ("", UNKNOWN, "null", "{}"):
            return {}
        told = parse_json(text)
        kind = told.get("event_type") if isinstance(told, dict) else None
        if kind not in types:
            raise Malformed("bad_value", f"event type {str(kind)[:60]!r}")
        return {"event": str(kind)}

    draft.read(topic, reader)


def device_tracker(draft: Draft) -> None:
    """Where it is: home, not_home or the name of a zone; the position from its attributes."""
    table = {draft.text("payload_home", "home"): "home", draft.text("payload_not_home", "not_home"): "not_home"}
    reset = draft.text("payload_reset", UNKNOWN)

    def decode(text: str) -> Value | None:
        return None if text in (reset, UNKNOWN) else table.get(text) or to_text(text)

    draft.add(Field("location", "text"))
    draft.readable("location", "state_topic", ("value_template",), decode)
    if not draft.topic("state_topic"):
        draft.required_topic("json_attributes_topic")
