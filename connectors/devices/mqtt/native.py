"""Pollux's own topics: `<prefix>/<twin id>/telemetry`, `/availability` and `/desired`."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Publish
from connectors.devices.mqtt.payloads import Message, to_value
from twin_core.contract import ids
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.telemetry import AnnounceDevice, Reading
from twin_core.contract.template import Kind, Value
from twin_core.contract.views import SignalView

MAX_PROPERTIES = 1_000
_MAX_NAME = 80
_AVAILABLE = {"online": True, "offline": False}


@lru_cache(maxsize=10_000)
def twin_of(topic: str) -> str:
    """The twin id in a native topic. Raises Malformed."""
    try:
        return ids.check_twin_id(topic.split("/")[-2])
    except Rejected as error:
        raise Malformed("bad_id", error.message) from None


def read_telemetry(message: Message, arrived_at: datetime) -> tuple[list[Reading], list[Malformed]]:
    """The readings in a telemetry message, and its properties that are none. Raises Malformed."""
    twin = twin_of(message.topic)
    told = message.json
    if not isinstance(told, dict):
        raise Malformed("bad_value", "telemetry is a JSON object of properties")
    at = arrived_at
    if isinstance(told.get("values"), dict) and told.keys() <= {"at", "values"}:
        at = _instant(told["at"]) if told.get("at") is not None else arrived_at
        told = told["values"]
    if len(told) > MAX_PROPERTIES:
        raise Malformed("bad_value", f"{len(told)} properties in one message")
    readings: list[Reading] = []
    faults: list[Malformed] = []
    for name, value in told.items():
        if value is None:
            continue
        try:
            if not name or len(name) > _MAX_NAME or not name.isprintable():
                raise Malformed("bad_value", f"{name[:60]!r} is no name of a property")
            readings.append(Reading(twin, name, to_value(value), None, at))
        except Malformed as fault:
            faults.append(Malformed(fault.kind, f"{name[:60]}: {fault.reason}"))
    return readings, faults


def read_availability(message: Message) -> tuple[str, bool]:
    """Twin id, and whether it can be reached. Raises Malformed."""
    word = message.text.strip().lower()
    if word not in _AVAILABLE:
        raise Malformed("bad_value", f"{word[:40]!r} is neither online nor offline")
    return twin_of(message.topic), _AVAILABLE[word]


def source_of(twin: str) -> str:
    """The outside id of a device that speaks native topics under an id which is no twin yet."""
    return f"native:{twin}"


def addresses(twin: str, source: str | None) -> list[str]:
    """The ids whose topics a twin's device listens to: the twin's own, and the one it reported under at first."""
    own = source.removeprefix("native:") if source and source.startswith("native:") else twin
    return list(dict.fromkeys((twin, own)))


def announce(twin: str, values: Mapping[str, Value]) -> AnnounceDevice:
    """A device that never announced itself, described by what it reports."""
    kind, _, name = twin.partition(".")
    signals = tuple(
        SignalView(property, property.replace("_", " "), _kind(value), "sensor")
        for property, value in sorted(values.items())
    )
    return AnnounceDevice(source_of(twin), name.replace("_", " "), signals, type_hint=kind)


def desired(prefix: str, twin: str, values: Mapping[str, Value]) -> Publish:
    """The retained message that tells a native device what is wanted of it."""
    return Publish(f"{prefix}/{twin}/desired", json.dumps(dict(values), ensure_ascii=False), 1, True)


def _instant(given: object) -> datetime:
    try:
        return parse_instant(given if isinstance(given, str) else "")
    except Rejected as error:
        raise Malformed("bad_instant", f"{str(given)[:40]!r}: {error.message}") from None


def _kind(value: Value) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"
