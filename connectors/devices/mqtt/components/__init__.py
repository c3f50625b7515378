"""What each Home Assistant component means: one family a file, each a function that fills in a Draft."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.devices.mqtt.attributes import read_attributes
from connectors.devices.mqtt.components import (
    alarm,
    climate,
    cover,
    fan,
    light,
    lock,
    plain,
    sensor,
    siren,
    update,
    vacuum,
)
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Draft, Entity

_BUILDERS: dict[str, Callable[[Draft], None]] = {
    "alarm_control_panel": alarm.alarm_control_panel,
    "binary_sensor": sensor.binary_sensor,
    "button": plain.button,
    "climate": climate.climate,
    "cover": cover.cover,
    "device_tracker": sensor.device_tracker,
    "event": sensor.event,
    "fan": fan.fan,
    "humidifier": fan.humidifier,
    "lawn_mower": vacuum.lawn_mower,
    "light": light.light,
    "lock": lock.lock,
    "number": plain.number,
    "scene": plain.scene,
    "select": plain.select,
    "sensor": sensor.sensor,
    "siren": siren.siren,
    "switch": plain.switch,
    "text": plain.text,
    "update": update.update,
    "vacuum": vacuum.vacuum,
    "valve": cover.valve,
    "water_heater": climate.water_heater,
}
# Announced by real devices, but nothing of a twin: pictures, tags, triggers, messages.
WITHOUT_SIGNALS = frozenset({"camera", "device_automation", "image", "notify", "tag"})


def build(component: str, object_id: str, config: Mapping[str, Any]) -> Entity:
    """The entity that an announcement describes. Raises Malformed."""
    builder = _BUILDERS.get(component)
    if builder is None:
        raise Malformed("bad_announcement", f"unknown component {component[:40]!r}")
    draft = Draft(component, object_id, config)
    builder(draft)
    read_attributes(draft)
    return draft.entity
