"""Plays Home Assistant's own test scripts on our entities: message → state, service → messages."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.devices.mqtt.announcement import Announced, Announcement, DeviceInfo, parse_announcement
from connectors.devices.mqtt.components import build
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Entity, Publish
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.registry import Device, Registry
from tests.connectors.devices.mqtt.services import NOT_OURS, values_of
from twin_core.contract import ids
from twin_core.contract.template import Value

MAIN_FIELD = {
    "alarm_control_panel": "state",
    "binary_sensor": "state",
    "climate": "mode",
    "cover": "state",
    "device_tracker": "location",
    "fan": "on",
    "humidifier": "on",
    "lawn_mower": "activity",
    "light": "on",
    "lock": "state",
    "number": "value",
    "select": "option",
    "sensor": "state",
    "siren": "on",
    "switch": "on",
    "text": "text",
    "vacuum": "state",
    "valve": "state",
    "water_heater": "mode",
}
ATTRIBUTES: dict[str, Any] = {
    "brightness": ("brightness", lambda v: round(v / 100 * 255)),
    "color_temp": ("color_temperature", lambda v: round(1_000_000 / v)),
    "effect": ("effect", None),
    "percentage": ("speed", None),
    "preset_mode": ("preset_mode", None),
    "oscillating": ("oscillating", None),
    "direction": ("direction", None),
    "current_position": ("position", None),
    "current_temperature": ("temperature", None),
    "current_humidity": ("humidity", None),
    "temperature": ("setpoint", None),
    "target_temp_low": ("setpoint_low", None),
    "target_temp_high": ("setpoint_high", None),
    "humidity": ("target_humidity", None),
    "fan_mode": ("fan_mode", None),
    "swing_mode": ("swing_mode", None),
    "hvac_action": ("action", None),
    "action": ("action", None),
    "mode": ("mode", None),
    "aux_heat": ("aux_heat", lambda v: "on" if v else "off"),
    "tone": ("tone", None),
    "duration": ("duration", None),
    "volume_level": ("volume", lambda v: v / 100),
    "installed_version": ("installed_version", None),
    "latest_version": ("latest_version", None),
}
OTHER_MEANING = {("text", "mode"), ("event", "duration")}
NOTHING: tuple[Any, ...] = (None, False, "off", "none")
RANGES = {
    "min": ("value", "minimum"),
    "max": ("value", "maximum"),
    "min_temp": ("setpoint", "minimum"),
    "max_temp": ("setpoint", "maximum"),
}


@dataclass
class Player:
    """One script's entities, what they reported, and what they were told."""

    registry: Registry = field(default_factory=Registry)
    values: dict[str, dict[str, Value | None]] = field(default_factory=dict)  # by entity key
    sent: list[Publish] = field(default_factory=list)
    checked: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    names: dict[str, set[str]] = field(default_factory=dict)  # an entity keeps the names it had
    _looked: bool = False  # at what was sent, since the last service

    def set_up(self, config: Mapping[str, Any]) -> None:
        """Entities that Home Assistant reads from YAML: the same options, without a discovery topic."""
        for component, given in config.items():
            for number, options in enumerate(given if isinstance(given, list) else [given]):
                key = f"yaml/{component}/{number}"
                try:
                    entity = build(component, f"yaml{number}", options)
                except Malformed:
                    continue
                self._take(Announcement(key, (Announced(key, entity, DeviceInfo()),)))

    def play(self, step: Mapping[str, Any]) -> str | None:
        """Answers what is wrong."""
        if step["op"] == "service":
            if self._looked:  # the scripts' resets of the mock were not translated
                self.sent.clear()
            self._looked = False
        elif step["op"] != "unread_assert":
            self._looked = True
        wrong: str | None = getattr(self, f"_{step['op']}", self._unread)(step)
        return wrong

    # --- steps -------------------------------------------------------------------------------------

    def _unread(self, step: Mapping[str, Any]) -> None:
        self.skipped[step["op"]] += 1

    def _message(self, step: Mapping[str, Any]) -> None:
        given = step["payload"]
        payload = bytes.fromhex(given["__bytes_hex__"]) if isinstance(given, dict) else str(given).encode()
        topic = step["topic"]
        if topic.startswith("homeassistant/") and topic.endswith("/config"):
            try:
                self._take(parse_announcement("homeassistant", topic, payload))
            except Malformed:
                return
            return
        message = Message(topic, payload)
        for _, availability in self.registry.watches.get(topic, ()):
            availability.read(message)
        for route in self.registry.routes.get(topic, ()):
            told, _ = route.entity.read(message)
            self.values.setdefault(_key(self.registry, route.entity), {}).update(told)

    def _service(self, step: Mapping[str, Any]) -> None:
        found = values_of(step, self._find, self.values)
        for key, entity, values in found:
            try:
                self.sent += entity.write(values)
            except Malformed:
                continue
            assumed = entity.assumed(values)
            self.values.setdefault(key, {}).update(assumed)

    def _expect_state(self, step: Mapping[str, Any]) -> str | None:
        key, entity = self._find(step["entity_id"])
        expected = step["value"]
        if entity is None:
            return f"{step['entity_id']} does not exist"
        device = self._device(key)
        if expected == "unavailable" or device.availability[key].topics:
            told = device.availability[key].available
            self.checked += 1
            if (expected == "unavailable") != (told is not True):
                return f"available is {told}, expected {expected}"
            if expected == "unavailable":
                return None
        if entity.component == "event":
            return self._skip("time of an event")
        state = self._state(key, entity)
        if state == "unknown" and expected != "unknown" and self._is_guess(key, entity, None):
            return self._skip("guess")
        if state == "elsewhere" or (expected == "home" and entity.component == "device_tracker"):
            return self._skip("zones")
        self.checked += 1
        return None if _same(state, expected) else f"state {state!r}, expected {expected!r}"

    def _expect_attribute(self, step: Mapping[str, Any]) -> str | None:
        name, expected = step["attribute"], step["value"]
        key, entity = self._find(step["entity_id"])
        if entity is None:
            return f"{step['entity_id']} does not exist"
        if name in RANGES:
            spec = entity.fields.get(RANGES[name][0])
            self.checked += 1
            shown = getattr(spec, RANGES[name][1], None)
            if shown is None:  # Home Assistant's usual limits are not the device's
                return self._skip("guess")
            return None if _same(shown, expected) else f"{name} {shown!r}, expected {expected!r}"
        if name in NOT_OURS or name not in ATTRIBUTES or (entity.component, name) in OTHER_MEANING:
            return self._skip("attribute")
        field_name, convert = ATTRIBUTES[name]
        value = self.values.get(key, {}).get(field_name)
        if value is None and expected is not None and self._is_guess(key, entity, field_name):
            return self._skip("guess")
        if value is None and expected in NOTHING:
            return self._skip("guess") if expected is not None else self._right()
        spec = entity.fields.get(field_name)
        if spec is not None and spec.unit == "°F" and isinstance(value, float):
            value = (value - 32) / 1.8
        if value is not None and convert:
            value = convert(value)
        self.checked += 1
        return None if _same(value, expected) else f"{name} {value!r}, expected {expected!r}"

    def _expect_attribute_truthy(self, step: Mapping[str, Any]) -> str | None:
        return self._assumed(step, True)

    def _expect_attribute_falsy(self, step: Mapping[str, Any]) -> str | None:
        return self._assumed(step, False)

    def _assumed(self, step: Mapping[str, Any], expected: bool) -> str | None:
        _, entity = self._find(step["entity_id"])
        if step["attribute"] != "assumed_state" or entity is None:
            return self._skip("attribute")
        main = entity.fields.get("locked" if entity.component == "lock" else MAIN_FIELD[entity.component])
        self.checked += 1
        return None if main is not None and main.optimistic is expected else f"assumed_state is not {expected}"

    def _expect_publish(self, step: Mapping[str, Any]) -> str | None:
        wanted = (step["topic"], step["payload"], step["qos"], step["retain"])
        self.checked += 1
        found = [item for item in self.sent if _same_publish(item, wanted)]
        told = list(self.sent)
        if step["only"]:
            return None if len(told) == 1 and found else f"sent {told}, expected only {wanted}"
        return None if found else f"sent {told}, expected {wanted}"

    def _expect_publishes(self, step: Mapping[str, Any]) -> str | None:
        told, calls = self.sent, step["calls"]
        self.checked += 1
        if step["any_order"]:
            right = len(told) == len(calls) and all(any(_same_publish(t, c) for t in told) for c in calls)
        else:
            right = len(told) == len(calls) and all(map(_same_publish, told, calls))
        return None if right else f"sent {told}, expected {calls}"

    def _expect_no_publish(self, step: Mapping[str, Any]) -> str | None:
        self.checked += 1
        return f"sent {self.sent}" if self.sent else None

    def _expect_exists(self, step: Mapping[str, Any]) -> str | None:
        self.checked += 1
        return None if self._find(step["entity_id"])[1] else f"{step['entity_id']} does not exist"

    def _expect_absent(self, step: Mapping[str, Any]) -> str | None:
        self.checked += 1
        return f"{step['entity_id']} exists" if self._find(step["entity_id"])[1] else None

    def _expect_name(self, step: Mapping[str, Any]) -> str | None:
        _, entity = self._find(step["entity_id"])
        self.checked += 1
        name = entity.config.get("name") if entity else None
        return None if name == step["value"] else f"name {name!r}, expected {step['value']!r}"

    # --- looking up --------------------------------------------------------------------------------

    def _take(self, announcement: Announcement) -> None:
        changed, _ = self.registry.apply(announcement)
        self._find(".")
        for source in changed:
            self.registry.route(source)

    def _find(self, entity_id: str) -> tuple[str, Entity | None]:
        component, _, name = entity_id.partition(".")
        for device in self.registry.devices.values():
            for key, item in device.entities.items():
                self.names.setdefault(key, set()).update(_names(item))
                enabled = item.entity.config.get("enabled_by_default", True)
                if item.entity.component == component and enabled and ids.slug(name) in self.names[key]:
                    return key, item.entity
        return "", None

    def _device(self, key: str) -> Device:
        return next(device for device in self.registry.devices.values() if key in device.entities)

    def _state(self, key: str, entity: Entity) -> Any:
        values = self.values.get(key, {})
        if entity.component == "update":
            versions = values.get("installed_version"), values.get("latest_version")
            return "unknown" if None in versions else "on" if versions[0] != versions[1] else "off"
        if entity.component == "lock" and "state" not in values:
            locked = values.get("locked")
            return "unknown" if locked is None else "locked" if locked else "unlocked"
        if entity.component in ("cover", "valve"):
            return _position_state(entity, values)
        value = values.get(MAIN_FIELD[entity.component])
        if isinstance(value, bool):
            return "on" if value else "off"
        return "unknown" if value is None else value

    def _is_guess(self, key: str, entity: Entity, field_name: str | None) -> bool:
        """Home Assistant guesses what an entity that reports nothing is at first; Pollux does not."""
        name = field_name or MAIN_FIELD.get(entity.component, "")
        if entity.component == "lock" and field_name is None:
            name = "locked"
        spec = entity.fields.get(name)
        return spec is not None and spec.optimistic and name not in self.values.get(key, {})

    def _right(self) -> str | None:
        self.checked += 1
        return None

    def _skip(self, why: str) -> str | None:
        self.skipped[why] += 1
        return None


def _position_state(entity: Entity, values: Mapping[str, Value | None]) -> Any:
    state, position = values.get("state"), values.get("position")
    if state in ("opening", "closing"):
        return state
    if position is not None:
        return "closed" if position == 0 else "open"
    return {"stopped": "open", None: "unknown"}.get(state, state)  # type: ignore[arg-type]


def _names(item: Announced) -> set[str]:
    """The names under which Home Assistant may have registered the entity."""
    config = item.entity.config
    own = str(config.get("name") or config.get("device_class") or "MQTT " + item.entity.component)
    names = {ids.slug(own), ids.slug(str(config.get("object_id") or own))}
    return names | {ids.slug(f"{item.device.name} {own}")}


def _key(registry: Registry, entity: Entity) -> str:
    return next(
        key for device in registry.devices.values() for key, item in device.entities.items() if item.entity is entity
    )


def _same(value: Any, expected: Any) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return abs(float(value) - float(expected)) < 0.051
        except (TypeError, ValueError):
            return False
    return bool(value == expected)


def _same_publish(item: Publish, wanted: Any) -> bool:
    topic, payload, qos, retain = wanted
    if (item.topic, item.qos, item.retain) != (topic, qos, retain):
        return False
    if item.payload == str(payload):
        return True
    try:
        return bool(json.loads(item.payload) == json.loads(payload))
    except (TypeError, ValueError):
        return False
