"""How makers put their things on MQTT: topics, announcements and command words, each in its own fashion."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from connectors.demo.thing import Point, Thing, Value

PREFIX = "homeassistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One publication, QoS 1."""

    topic: str
    payload: str
    retain: bool = False


class Style(Protocol):
    """What a maker's firmware or bridge does for its things."""

    def will(self) -> Message:
        """What the broker says when the connection dies."""
        ...

    def online(self, things: Iterable[Thing]) -> list[Message]: ...

    def announce(self, thing: Thing) -> list[Message]: ...

    def report(self, thing: Thing) -> list[Message]: ...

    def listens_to(self, thing: Thing) -> list[str]: ...

    def obey(self, thing: Thing, topic: str, payload: str) -> None:
        """Raises ValueError, KeyError or TypeError for a command that it does not understand."""
        ...


class Zigbee:
    """A Zigbee bridge: one JSON topic a device, announcements one entity each, commands as JSON."""

    base = "zigbee2mqtt"

    def will(self) -> Message:
        return Message(f"{self.base}/bridge/state", json.dumps({"state": "offline"}), True)

    def online(self, things: Iterable[Thing]) -> list[Message]:
        bridge = Message(f"{self.base}/bridge/state", json.dumps({"state": "online"}), True)
        return [bridge, *(Message(f"{self._topic(thing)}/availability", "online", True) for thing in things)]

    def announce(self, thing: Thing) -> list[Message]:
        return [self._entity(thing, point) for point in thing.points]

    def report(self, thing: Thing) -> list[Message]:
        told: dict[str, Any] = {"linkquality": 120}
        for point in thing.points:
            told |= self._told(thing, point)
        return [Message(self._topic(thing), json.dumps(told))]

    def listens_to(self, thing: Thing) -> list[str]:
        return [f"{self._topic(thing)}/set", f"{self._topic(thing)}/set/+"]

    def obey(self, thing: Thing, topic: str, payload: str) -> None:
        part = topic.removeprefix(f"{self._topic(thing)}/set").strip("/")
        told: Any = (
            {part: _scalar(payload)} if part else json.loads(payload) if payload[:1] == "{" else {"state": payload}
        )
        for key, value in told.items():
            self._set(thing, key, value)

    def _topic(self, thing: Thing) -> str:
        return f"{self.base}/{thing.name}"

    def _entity(self, thing: Thing, point: Point) -> Message:
        component = "switch" if point.component == "switch" else point.component
        object_id = point.key if point.component in ("sensor", "binary_sensor") else point.component
        topic = self._topic(thing)
        config: dict[str, Any] = {
            "availability": [
                {"topic": f"{self.base}/bridge/state", "value_template": "{{ value_json.state }}"},
                {"topic": f"{topic}/availability"},
            ],
            "availability_mode": "all",
            "device": {
                "identifiers": [f"zigbee2mqtt_{thing.id}"],
                "name": thing.name,
                "manufacturer": thing.maker,
                "model": thing.model,
                "suggested_area": thing.place,
                "via_device": "zigbee2mqtt_bridge",
            },
            "name": point.label or None,
            "object_id": f"{thing.name} {object_id}".replace(" ", "_"),
            "origin": {"name": "Zigbee2MQTT", "sw": "2.6.0"},
            "unique_id": f"{thing.id}_{object_id}_zigbee2mqtt",
            **self._options(point, topic),
        }
        return Message(f"{PREFIX}/{component}/{thing.id}/{object_id}/config", json.dumps(config), True)

    def _options(self, point: Point, topic: str) -> dict[str, Any]:
        if point.component == "light":
            modes = (
                {"supported_color_modes": ["color_temp"], "min_mireds": 250, "max_mireds": 454} if point.tints else {}
            )
            return {
                "schema": "json",
                "brightness": True,
                "brightness_scale": 254,
                "supported_color_modes": ["brightness"],
                **modes,
                "state_topic": topic,
                "command_topic": f"{topic}/set",
            }
        if point.component == "lock":
            return {
                "state_topic": topic,
                "command_topic": f"{topic}/set",
                "payload_lock": "LOCK",
                "payload_unlock": "UNLOCK",
                "state_locked": "LOCK",
                "state_unlocked": "UNLOCK",
                "value_template": "{{ value_json.state }}",
            }
        if point.component == "cover":
            return {
                "position_topic": topic,
                "position_template": "{{ value_json.position }}",
                "set_position_topic": f"{topic}/set",
                "set_position_template": '{ "position": {{ position }} }',
                "command_topic": f"{topic}/set",
            }
        if point.component == "climate":
            return _zigbee_climate(topic)
        if point.component == "binary_sensor":
            return {
                "state_topic": topic,
                "payload_on": True,
                "payload_off": False,
                "device_class": point.device_class,
                "value_template": f"{{{{ value_json.{point.key} }}}}",
            }
        return {"state_topic": topic, "value_template": f"{{{{ value_json.{point.key} }}}}", **_measured(point)}

    def _told(self, thing: Thing, point: Point) -> dict[str, Any]:
        if point.component == "light":
            told: dict[str, Any] = {
                "state": "ON" if thing.values["on"] else "OFF",
                "brightness": round(thing.number("brightness") * 2.54),
            }
            if point.tints:
                told |= {"color_mode": "color_temp", "color_temp": round(1e6 / thing.number("color_temperature"))}
            return told
        if point.component == "lock":
            return {"state": "LOCK" if thing.values["locked"] else "UNLOCK"}
        if point.component == "cover":
            return {"position": round(thing.number("position"))}
        if point.component == "climate":
            return {
                "local_temperature": round(thing.number("temperature"), 1),
                "occupied_heating_setpoint": thing.values["setpoint"],
                "system_mode": thing.values["mode"],
                "running_state": "heat" if thing.values["action"] == "heating" else "idle",
            }
        return {point.key: thing.shown(point)}

    def _set(self, thing: Thing, key: str, value: Any) -> None:
        values = thing.values
        if key == "state" and "locked" in values:
            values["locked"] = {"LOCK": True, "UNLOCK": False}[value]
        elif key == "state" and "target" in values:
            values["target"] = {"OPEN": 100.0, "CLOSE": 0.0, "STOP": thing.number("position")}[value]
        elif key == "state":
            values["on"] = {"ON": True, "OFF": False, "TOGGLE": not values["on"]}[value]
        elif key == "position":
            values["target"] = float(value)
        elif key == "brightness":
            values["brightness"] = float(value) / 2.54
        elif key == "color_temp":
            values["color_temperature"] = round(1e6 / float(value))
        elif key == "occupied_heating_setpoint":
            values["setpoint"] = float(value)
        elif key == "system_mode":
            values["mode"] = str(value)


def _zigbee_climate(topic: str) -> dict[str, Any]:
    actions = "{% set values = {None:None,'idle':'idle','heat':'heating','cool':'cooling'} %}"
    return {
        "action_topic": topic,
        "action_template": actions + '{{ values[value_json["running_state"]] }}',
        "current_temperature_topic": topic,
        "current_temperature_template": '{{ value_json["local_temperature"] }}',
        "temperature_state_topic": topic,
        "temperature_state_template": '{{ value_json["occupied_heating_setpoint"] }}',
        "temperature_command_topic": f"{topic}/set/occupied_heating_setpoint",
        "mode_state_topic": topic,
        "mode_state_template": '{{ value_json["system_mode"] }}',
        "mode_command_topic": f"{topic}/set/system_mode",
        "modes": ["off", "heat", "auto"],
        "min_temp": "5",
        "max_temp": "30",
        "temp_step": 0.5,
        "temperature_unit": "C",
    }


def _measured(point: Point) -> dict[str, Any]:
    config: dict[str, Any] = {"state_class": "total_increasing" if point.counts else "measurement"}
    if point.unit:
        config["unit_of_measurement"] = point.unit
    if point.device_class:
        config["device_class"] = point.device_class
    if point.diagnostic:
        config["entity_category"] = "diagnostic"
    return config


def _scalar(payload: str) -> Value:
    try:
        return float(payload)
    except ValueError:
        return payload
