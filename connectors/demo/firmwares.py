"""Things that are on the network themselves: Tasmota, ESPHome and Shelly, and a plant's controller."""

import json
from collections.abc import Iterable
from typing import Any

from connectors.demo.styles import PREFIX, Message
from connectors.demo.thing import Point, Thing

_TASMOTA_KEYS = {"power": "Power", "energy": "Total", "reading": "Total_in"}


class Tasmota:
    """Abbreviated announcements, `cmnd/`, `stat/` and `tele/` topics, a last will on LWT."""

    def __init__(self, thing: Thing) -> None:
        self._id = thing.id
        self._topic = thing.id.lower()

    def will(self) -> Message:
        return Message(f"{self._topic}/tele/LWT", "Offline", True)

    def online(self, things: Iterable[Thing]) -> list[Message]:
        return [Message(f"{self._topic}/tele/LWT", "Online", True)]

    def announce(self, thing: Thing) -> list[Message]:
        device = {"ids": [thing.id], "name": thing.name, "mf": thing.maker, "mdl": thing.model, "sa": thing.place}
        shared = {
            "~": f"{self._topic}/",
            "avty_t": "~tele/LWT",
            "pl_avail": "Online",
            "pl_not_avail": "Offline",
            "dev": {**device, "sw": "14.2.0"},
        }
        found = []
        for point in thing.points:
            if point.component == "switch":
                object_id, own = f"{thing.id}_RL_1", self._relay()
            else:
                object_id, own = f"{thing.id}_{point.key}", self._sensor(point)
            config = {"name": point.label or None, "uniq_id": object_id, **own, **shared}
            found.append(Message(f"{PREFIX}/{point.component}/{object_id}/config", json.dumps(config), True))
        return found

    def report(self, thing: Thing) -> list[Message]:
        energy = {_TASMOTA_KEYS[p.key]: thing.shown(p) for p in thing.points if p.component == "sensor"}
        told = [Message(f"{self._topic}/tele/SENSOR", json.dumps({"ENERGY": energy}))]
        if "on" in thing.values:
            state = {"Uptime": "1T02:11:43", "POWER": "ON" if thing.values["on"] else "OFF"}
            told.append(Message(f"{self._topic}/tele/STATE", json.dumps(state)))
        return told

    def listens_to(self, thing: Thing) -> list[str]:
        return [f"{self._topic}/cmnd/POWER"]

    def obey(self, thing: Thing, topic: str, payload: str) -> None:
        thing.values["on"] = {"ON": True, "OFF": False, "TOGGLE": not thing.values["on"]}[payload]

    def _relay(self) -> dict[str, Any]:
        return {"stat_t": "~tele/STATE", "val_tpl": "{{value_json.POWER}}", "cmd_t": "~cmnd/POWER"}

    def _sensor(self, point: Point) -> dict[str, Any]:
        return {
            "stat_t": "~tele/SENSOR",
            "val_tpl": f"{{{{value_json['ENERGY']['{_TASMOTA_KEYS[point.key]}']}}}}",
            "unit_of_meas": point.unit,
            "dev_cla": point.device_class,
            "stat_cla": "total_increasing" if point.counts else "measurement",
        }


class EspHome:
    """A topic a value, plain payloads, one status topic a node."""

    def __init__(self, thing: Thing) -> None:
        self._node = thing.id

    def will(self) -> Message:
        return Message(f"{self._node}/status", "offline", True)

    def online(self, things: Iterable[Thing]) -> list[Message]:
        return [Message(f"{self._node}/status", "online", True)]

    def announce(self, thing: Thing) -> list[Message]:
        found = []
        for point in thing.points:
            topic = self._topic(point)
            config: dict[str, Any] = {
                "name": point.label,
                "stat_t": f"{topic}/state",
                "avty_t": f"{self._node}/status",
                "uniq_id": f"{self._node}{point.component}{point.key}",
                "dev": {
                    "ids": self._node,
                    "name": thing.name,
                    "sw": "esphome v2026.1.0",
                    "mdl": thing.model,
                    "mf": thing.maker,
                    "sa": thing.place,
                },
            }
            if point.component == "switch":
                config["cmd_t"] = f"{topic}/command"
            if point.device_class:
                config["dev_cla"] = point.device_class
            if point.component == "sensor":
                config |= {
                    "unit_of_meas": point.unit,
                    "stat_cla": "total_increasing" if point.counts else "measurement",
                }
            found.append(
                Message(f"{PREFIX}/{point.component}/{self._node}/{point.key}/config", json.dumps(config), True)
            )
        return found

    def report(self, thing: Thing) -> list[Message]:
        return [Message(f"{self._topic(point)}/state", _word(thing.shown(point)), True) for point in thing.points]

    def listens_to(self, thing: Thing) -> list[str]:
        return [f"{self._topic(point)}/command" for point in thing.points if point.component == "switch"]

    def obey(self, thing: Thing, topic: str, payload: str) -> None:
        thing.values[topic.split("/")[-2]] = {"ON": True, "OFF": False}[payload]

    def _topic(self, point: Point) -> str:
        return f"{self._node}/{point.component}/{point.key}"


class Shelly:
    """The device form of discovery; JSON of a component on its status topic; plain words as commands."""

    def __init__(self, thing: Thing) -> None:
        self._id = thing.id

    def will(self) -> Message:
        return Message(f"{self._id}/online", "false", True)

    def online(self, things: Iterable[Thing]) -> list[Message]:
        return [Message(f"{self._id}/online", "true", True)]

    def announce(self, thing: Thing) -> list[Message]:
        parts = {f"{thing.id}_{point.key}": self._part(point) for point in thing.points}
        config = {
            "dev": {"ids": [thing.id], "name": thing.name, "mf": thing.maker, "mdl": thing.model, "sa": thing.place},
            "o": {"name": "shelly-discovery", "sw": "1.4.4"},
            "avty": {"t": f"{self._id}/online", "pl_avail": "true", "pl_not_avail": "false"},
            "qos": 1,
            "cmps": {
                object_id: {"name": point.label or None, "uniq_id": object_id, **part}
                for (object_id, part), point in zip(parts.items(), thing.points, strict=True)
            },
        }
        return [Message(f"{PREFIX}/device/{thing.id}/config", json.dumps(config), True)]

    def report(self, thing: Thing) -> list[Message]:
        if "target" in thing.values:
            told: dict[str, Any] = {
                "id": 0,
                "state": thing.values["state"],
                "current_pos": round(thing.number("position")),
            }
            return [Message(f"{self._id}/status/cover:0", json.dumps(told))]
        told = {"id": 0, "output": thing.values["on"], "apower": round(thing.number("power"), 1)}
        told["aenergy"] = {"total": round(thing.number("energy") * 1000, 1)}
        if "plugged_in" in thing.values:
            told["plugged_in"] = thing.values["plugged_in"]
        return [Message(f"{self._id}/status/switch:0", json.dumps(told))]

    def listens_to(self, thing: Thing) -> list[str]:
        return [f"{self._id}/command/+"]

    def obey(self, thing: Thing, topic: str, payload: str) -> None:
        if "target" not in thing.values:
            thing.values["on"] = {"on": True, "off": False, "toggle": not thing.values["on"]}[payload]
        elif payload.startswith("pos,"):
            thing.values["target"] = float(payload.removeprefix("pos,"))
        else:
            thing.values["target"] = {"open": 100.0, "close": 0.0, "stop": thing.number("position")}[payload]

    def _part(self, point: Point) -> dict[str, Any]:
        status, command = f"{self._id}/status/switch:0", f"{self._id}/command/switch:0"
        if point.component == "cover":
            status, command = f"{self._id}/status/cover:0", f"{self._id}/command/cover:0"
            return {
                "p": "cover",
                "pos_t": status,
                "pos_tpl": "{{ value_json.current_pos }}",
                "cmd_t": command,
                "set_pos_t": command,
                "set_pos_tpl": "pos,{{ position }}",
                "pl_open": "open",
                "pl_cls": "close",
                "pl_stop": "stop",
            }
        if point.component == "switch":
            return {
                "p": "switch",
                "stat_t": status,
                "val_tpl": "{{ 'on' if value_json.output else 'off' }}",
                "cmd_t": command,
                "pl_on": "on",
                "pl_off": "off",
            }
        if point.component == "binary_sensor":
            template = f"{{{{ 'ON' if value_json.{point.key} else 'OFF' }}}}"
            return {"p": "binary_sensor", "stat_t": status, "val_tpl": template, "dev_cla": point.device_class}
        template = {"power": "{{ value_json.apower }}", "energy": "{{ value_json.aenergy.total | float / 1000 }}"}[
            point.key
        ]
        return {
            "p": "sensor",
            "stat_t": status,
            "val_tpl": template,
            "dev_cla": point.device_class,
            "unit_of_meas": point.unit,
            "stat_cla": "total_increasing" if point.counts else "measurement",
        }


class Controller:
    """A plant's controller: one JSON document a machine, announced in the device form."""

    base = "plant"

    def will(self) -> Message:
        return Message(f"{self.base}/status", "offline", True)

    def online(self, things: Iterable[Thing]) -> list[Message]:
        return [Message(f"{self.base}/status", "online", True)]

    def announce(self, thing: Thing) -> list[Message]:
        config = {
            "device": {
                "identifiers": [f"plant-{thing.id}"],
                "name": thing.name,
                "manufacturer": thing.maker,
                "model": thing.model,
                "suggested_area": thing.place,
            },
            "origin": {"name": "plant-gateway", "sw_version": "3.1"},
            "state_topic": f"{self.base}/{thing.id}/state",
            "availability_topic": f"{self.base}/status",
            "qos": 1,
            "components": {point.key: self._part(thing, point) for point in thing.points},
        }
        return [Message(f"{PREFIX}/device/plant-{thing.id}/config", json.dumps(config), True)]

    def report(self, thing: Thing) -> list[Message]:
        told = {point.key: thing.shown(point) for point in thing.points}
        return [Message(f"{self.base}/{thing.id}/state", json.dumps(told))]

    def listens_to(self, thing: Thing) -> list[str]:
        return [f"{self.base}/{thing.id}/set/+"]

    def obey(self, thing: Thing, topic: str, payload: str) -> None:
        key = topic.rsplit("/", 1)[-1]
        if key == "position":
            thing.values["target"] = float(payload)
        elif key == "on":
            thing.values["on"] = {"true": True, "false": False}[payload]

    def _part(self, thing: Thing, point: Point) -> dict[str, Any]:
        part: dict[str, Any] = {
            "platform": point.component,
            "name": point.label or None,
            "unique_id": f"plant_{thing.id}_{point.key}",
            "value_template": f"{{{{ value_json.{point.key} }}}}",
        }
        if point.component == "sensor":
            part |= {
                "state_class": "measurement",
                "unit_of_measurement": point.unit,
                "device_class": point.device_class,
            }
        elif point.component == "valve":
            part |= {"reports_position": True, "command_topic": f"{self.base}/{thing.id}/set/position"}
        else:
            part |= {
                "command_topic": f"{self.base}/{thing.id}/set/{point.key}",
                "payload_on": "true",
                "payload_off": "false",
                "state_on": True,
                "state_off": False,
            }
        return {key: value for key, value in part.items() if value is not None or key == "name"}


def _word(value: object) -> str:
    return {True: "ON", False: "OFF"}[value] if isinstance(value, bool) else str(value)
