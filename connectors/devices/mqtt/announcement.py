"""Discovery messages in both of Home Assistant's forms, expanded and checked.

Source: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.devices.mqtt import abbreviations, components
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Entity
from connectors.devices.mqtt.payloads import decode_text, parse_json

MAX_COMPONENTS = 300
_PART = re.compile(r"[a-zA-Z0-9_-]{1,200}")
_SHARED = ("state_topic", "command_topic", "qos", "encoding", "availability", "availability_topic")
_SHARED_AVAILABILITY = (*_SHARED, "availability_mode", "availability_template", "payload_available")


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """What an announcement says of the device itself. `keys` are its identifiers and connections."""

    keys: tuple[str, ...] = ()
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """One entity with its full configuration; `key` tells it from every other."""

    key: str
    entity: Entity
    device: DeviceInfo


@dataclass(frozen=True, slots=True)
class Announcement:
    """All that one discovery message says; nothing in `entities` means that they go."""

    topic: str
    entities: tuple[Announced, ...] = ()
    migrates: bool = False  # the entity stays until the device form takes over
    faults: tuple[Malformed, ...] = field(default=())


def parse_announcement(prefix: str, topic: str, payload: bytes) -> Announcement:
    """Raises Malformed for a message that is wrong as a whole; wrong components are in `faults`."""
    component, object_id, key = _split(prefix, topic)
    if not payload:
        return Announcement(topic)
    given = parse_json(decode_text(payload))
    if not isinstance(given, dict):
        raise Malformed("bad_announcement", "an announcement is a JSON object")
    config = _expand(given, abbreviations.OPTIONS)
    if config.get("migrate_discovery") is True:
        return Announcement(topic, migrates=True)
    _expand_parts(config)
    _fill_base(config)
    _check_origin(config)
    if component == "device":
        return _device_form(topic, object_id, config)
    if component in components.WITHOUT_SIGNALS:
        return Announcement(topic)
    entity = components.build(component, object_id, config)
    return Announcement(topic, (Announced(key, entity, _device_info(config)),))


def _split(prefix: str, topic: str) -> tuple[str, str, str]:
    """Component, object id and key of `<prefix>/<component>/[<node>/]<object>/config`."""
    parts = topic.removeprefix(prefix + "/").split("/")
    if not 3 <= len(parts) <= 4 or parts[-1] != "config" or not all(map(_PART.fullmatch, parts)):
        raise Malformed("bad_announcement", "the topic is none of <component>/[<node>/]<object>/config")
    return parts[0], parts[-2], "/".join(parts[:-1])


def _device_form(topic: str, device_id: str, config: dict[str, Any]) -> Announcement:
    found = config.get("components")
    if not isinstance(found, dict) or len(found) > MAX_COMPONENTS or not isinstance(config.get("device"), dict):
        raise Malformed("bad_announcement", "a device announcement has a device and its components")
    if not isinstance(config.get("origin"), dict):
        raise Malformed("bad_announcement", "a device announcement names its origin")
    shared = {key: config[key] for key in (*_SHARED_AVAILABILITY, "payload_not_available", "device") if key in config}
    entities: list[Announced] = []
    faults: list[Malformed] = []
    info = _device_info(config)
    for object_id, part in found.items():
        try:
            if entity := _component(object_id, part, shared, config.get("~")):
                entities.append(Announced(f"device/{device_id}/{object_id}", entity, info))
        except Malformed as fault:
            faults.append(Malformed(fault.kind, f"{object_id[:40]}: {fault.reason}"))
    return Announcement(topic, tuple(entities), faults=tuple(faults))


def _component(object_id: str, part: object, shared: Mapping[str, Any], base: object) -> Entity | None:
    """None for a component that is removed (only its platform is left) or has no signals."""
    if not isinstance(part, dict):
        raise Malformed("bad_announcement", "a component is a JSON object")
    config = _expand(part, abbreviations.OPTIONS)
    platform = config.pop("platform", None)
    if not isinstance(platform, str):
        raise Malformed("bad_announcement", "a component names its platform")
    if not config or platform in components.WITHOUT_SIGNALS:
        return None
    if base is not None:
        config.setdefault("~", base)
    _expand_parts(config)
    _fill_base(config)
    return components.build(platform, object_id, {**shared, **config})


def _expand(given: Mapping[str, Any], table: Mapping[str, str]) -> dict[str, Any]:
    return {table.get(key, key): value for key, value in given.items()}


def _expand_parts(config: dict[str, Any]) -> None:
    if isinstance(device := config.get("device"), dict):
        config["device"] = _expand(device, abbreviations.DEVICE)
    if isinstance(origin := config.get("origin"), dict):
        config["origin"] = _expand(origin, abbreviations.ORIGIN)
    if isinstance(listed := config.get("availability"), list):
        config["availability"] = [
            _expand(item, abbreviations.OPTIONS) if isinstance(item, dict) else item for item in listed
        ]
    elif isinstance(listed, dict):
        config["availability"] = [_expand(listed, abbreviations.OPTIONS)]


def _fill_base(config: dict[str, Any]) -> None:
    """Puts the base topic in the place of `~` at the start or the end of topics."""
    base = config.pop("~", None)
    if not isinstance(base, str):
        return
    places = [config, *(item for item in config.get("availability") or () if isinstance(item, dict))]
    for place in places:
        for key, value in place.items():
            if isinstance(value, str) and value and (key.endswith("_topic") or key == "topic"):
                if value.startswith("~"):
                    value = base + value[1:]
                if value.endswith("~"):
                    value = value[:-1] + base
                place[key] = value


def _check_origin(config: Mapping[str, Any]) -> None:
    if "origin" in config and not (
        isinstance(config["origin"], dict) and isinstance(config["origin"].get("name"), str)
    ):
        raise Malformed("bad_announcement", "origin has no name")


def _device_info(config: Mapping[str, Any]) -> DeviceInfo:
    device = config.get("device")
    if device is None:
        return DeviceInfo()
    if not isinstance(device, dict):
        raise Malformed("bad_announcement", "device is no object")
    identifiers = device.get("identifiers")
    listed = identifiers if isinstance(identifiers, list) else [] if identifiers is None else [identifiers]
    connections = device.get("connections")
    pairs = connections if isinstance(connections, list) else []
    keys = [str(item)[:200] for item in listed if isinstance(item, (str, int)) and str(item)]
    keys += [str(pair[1])[:200] for pair in pairs if isinstance(pair, list) and len(pair) == 2 and pair[1]]
    return DeviceInfo(
        keys=tuple(dict.fromkeys(keys)),
        name=_short(device.get("name")),
        manufacturer=_short(device.get("manufacturer")),
        model=_short(device.get("model")) or _short(device.get("model_id")),
        place=_short(device.get("suggested_area")),
    )


def _short(given: object) -> str | None:
    text = " ".join(str(given).replace("\x00", " ").split()) if isinstance(given, (str, int, float)) else ""
    return text.encode("utf-8", "ignore").decode()[:120] or None
