"""Firmware updates: what is installed and what there is."""

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Draft, Field, Publish, Values
from connectors.devices.mqtt.payloads import parse_json, to_text
from twin_core.contract.template import Value

_TEXTS = ("installed_version", "latest_version")


def update(draft: Draft) -> None:
    draft.add(Field("installed_version", "text", aside=True))
    draft.add(Field("latest_version", "text", aside=True))
    topic = draft.topic("state_topic")
    if topic is not None:
        take = draft.value_of("value_template")
        draft.read(topic, lambda message: _read(take(message)))
    draft.readable("latest_version", "latest_version_topic", ("latest_version_template",), decoding.text)
    send = draft.command("command_topic")
    if send is not None and draft.config.get("payload_install") is not None:
        payload = draft.text("payload_install", "")
        publish = send
        draft.add(Field("install", "boolean", readable=False, writable=True, aside=True))

        def install(value: Value) -> list[Publish]:
            return publish(payload) if value else []

        draft.entity.senders["install"] = install


def _read(text: str) -> Values:
    """A bare installed version, or JSON with what is known."""
    if text in ("", UNKNOWN):
        return {}
    try:
        told = parse_json(text)
    except Malformed:
        return {"installed_version": to_text(text)}
    if not isinstance(told, dict):
        return {"installed_version": to_text(text)}
    return {name: to_text(told[name]) for name in _TEXTS if told.get(name) is not None}
