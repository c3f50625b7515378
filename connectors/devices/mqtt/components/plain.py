"""Components with one value that can be told: switch, number, select, text, button, scene."""

from collections.abc import Callable

from jinja2 import TemplateRuntimeError

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Decode, Draft, Field, Publish
from connectors.devices.mqtt.patterns import compile_pattern
from connectors.devices.mqtt.payloads import to_number, to_text
from twin_core.contract.template import Value


def switch(draft: Draft) -> None:
    on, off = draft.text("payload_on", "ON"), draft.text("payload_off", "OFF")
    decode = decoding.on_off(draft.text("state_on", on), draft.text("state_off", off))
    reports = draft.readable("on", "state_topic", ("value_template",), decode)
    send = draft.publisher(draft.required_topic("command_topic"), "command_template")
    draft.add(Field("on", "boolean", writable=True, optimistic=draft.flag("optimistic", not reports)))
    draft.entity.senders["on"] = lambda value: send(on if value else off)


def number(draft: Draft) -> None:
    low, high = draft.number("min", 1.0), draft.number("max", 100.0)
    if low >= high:
        raise Malformed("bad_announcement", "min must be less than max")
    reset = draft.text("payload_reset", UNKNOWN)

    def decode(text: str) -> Value | None:
        if text in (reset, UNKNOWN):
            return None
        value = to_number(text)
        if not low <= value <= high:
            raise Malformed("bad_value", f"{value} lies outside {low} to {high}")
        return value

    unit = draft.text("unit_of_measurement", "") or None
    _one_value(draft, Field("value", "number", unit, low, high), decode, whole)


def select(draft: Draft) -> None:
    options = draft.texts("options")
    if not options:
        raise Malformed("bad_announcement", "options are missing")
    _one_value(draft, Field("option", "choice", choices=options), decoding.choice(options), lambda value: value)


def text(draft: Draft) -> None:
    """Raises Malformed for a pattern that could run for long."""
    low, high = draft.number("min", 0), draft.number("max", 255)
    try:
        pattern = compile_pattern(draft.text("pattern", ""))
    except TemplateRuntimeError as error:
        raise Malformed("bad_announcement", str(error)) from None

    def check(value: str) -> str:
        if not low <= len(value) <= high:
            raise Malformed("bad_value", f"a text of {len(value)} characters, not {low:.0f} to {high:.0f}")
        if not pattern.match(value):
            raise Malformed("bad_value", f"{value[:40]!r} does not fit {pattern.pattern[:60]}")
        return to_text(value)

    _one_value(
        draft,
        Field("text", "text"),
        lambda given: None if given == UNKNOWN else check(given),
        lambda value: check(str(value)),
    )


def button(draft: Draft) -> None:
    _press(draft, "press", draft.text("payload_press", "PRESS"))


def scene(draft: Draft) -> None:
    _press(draft, "activate", draft.text("payload_on", "ON"))


def whole(value: Value) -> float | int:
    """A number without ".0" where it is whole."""
    number = float(value)
    return int(number) if number.is_integer() else number


def _one_value(draft: Draft, spec: Field, decode: Decode, encode: Callable[[Value], object]) -> None:
    reports = draft.readable(spec.name, "state_topic", ("value_template",), decode, empty=spec.kind == "text")
    send = draft.publisher(draft.required_topic("command_topic"), "command_template")
    optimistic = draft.flag("optimistic", not reports)
    draft.add(
        Field(
            spec.name, spec.kind, spec.unit, spec.minimum, spec.maximum, spec.choices, True, True, optimistic=optimistic
        )
    )
    draft.entity.senders[spec.name] = lambda value: send(encode(value))


def _press(draft: Draft, name: str, payload: str) -> None:
    send = draft.publisher(draft.required_topic("command_topic"), "command_template")
    draft.add(Field(name, "boolean", readable=False, writable=True, aside=True))

    def press(value: Value) -> list[Publish]:
        return send(payload) if value else []

    draft.entity.senders[name] = press
