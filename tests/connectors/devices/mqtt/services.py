"""Home Assistant's service calls as values of our fields."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.devices.mqtt.entity import Entity
from twin_core.contract.template import Value

# What Home Assistant shows of an entity and no twin has: its own bookkeeping, colours, pictures.
NOT_OURS = frozenset(
    """supported_features code_format color_mode supported_color_modes rgb_color hs_color xy_color rgbw_color
    rgbww_color white device_class percentage_step source_type latitude longitude gps_accuracy last_reset state_class
    entity_picture title release_summary release_url friendly_name step""".split()
)
_KEYS = {
    "brightness": ("brightness", lambda v: v / 2.55),
    "color_temp": ("color_temperature", lambda v: 1_000_000 / v),
    "effect": ("effect", None),
    "percentage": ("speed", float),
    "preset_mode": ("preset_mode", None),
    "temperature": ("setpoint", float),
    "target_temp_low": ("setpoint_low", float),
    "target_temp_high": ("setpoint_high", float),
    "hvac_mode": ("mode", None),
    "operation_mode": ("mode", None),
    "humidity": ("target_humidity", float),
    "position": ("position", float),
    "tilt_position": ("tilt", float),
    "value": ("value", None),
    "option": ("option", None),
    "mode": ("mode", None),
    "fan_mode": ("fan_mode", None),
    "swing_mode": ("swing_mode", None),
    "direction": ("direction", None),
    "oscillating": ("oscillating", None),
    "code": ("code", str),
}
_POSITIONAL = {
    "set_hvac_mode": "hvac_mode",
    "set_fan_mode": "fan_mode",
    "set_swing_mode": "swing_mode",
    "set_preset_mode": "preset_mode",
    "set_aux_heat": "aux_heat",
    "set_operation_mode": "operation_mode",
    "set_percentage": "percentage",
    "set_direction": "direction",
    "oscillate": "oscillating",
    "set_humidity": "humidity",
    "set_mode": "mode",
    "set_value": "value",
}
_FIXED: dict[str, dict[str, Value]] = {
    "turn_on": {"on": True},
    "turn_off": {"on": False},
    "lock": {"locked": True},
    "unlock": {"locked": False},
    "open": {"open": True},
    "open_cover": {"state": "open"},
    "close_cover": {"state": "closed"},
    "stop_cover": {"state": "stopped"},
    "open_valve": {"state": "open"},
    "close_valve": {"state": "closed"},
    "stop_valve": {"state": "stopped"},
    "install": {"install": True},
    "press": {"press": True},
    "alarm_arm_home": {"state": "armed_home"},
    "alarm_arm_away": {"state": "armed_away"},
    "alarm_arm_night": {"state": "armed_night"},
    "alarm_arm_vacation": {"state": "armed_vacation"},
    "alarm_arm_custom_bypass": {"state": "armed_custom_bypass"},
    "alarm_disarm": {"state": "disarmed"},
    "alarm_trigger": {"state": "triggered"},
}
Find = Callable[[str], tuple[str, Entity | None]]
Known = Mapping[str, Mapping[str, Value | None]]


def values_of(step: Mapping[str, Any], find: Find, known: Known) -> Iterator[tuple[str, Entity, dict[str, Value]]]:
    """The entity that a service call means, and the fields to write."""
    service = step["service"]
    data = {**step.get("kwargs", {}), **step.get("data", {})}
    args = [arg for arg in step.get("args", ()) if not (isinstance(arg, str) and "." in arg)]
    targets = [arg for arg in step.get("args", ()) if isinstance(arg, str) and "." in arg]
    target = data.pop("entity_id", None) or (targets[0] if targets else _only(step, service))
    key, entity = find(target) if target else ("", None)
    if entity is None:
        return
    if service in _POSITIONAL and args:
        data[_POSITIONAL[service]] = args[0]
    elif service.startswith("alarm") and args:
        data["code"] = args[0]
    yield key, entity, _values(service, data, entity, known.get(key, {}))


def _only(step: Mapping[str, Any], service: str) -> str | None:
    """Home Assistant's helpers act on every entity when none is named; the scripts then have one."""
    return "alarm_control_panel.test" if service.startswith("alarm") else None


def _values(
    service: str, data: Mapping[str, Any], entity: Entity, known: Mapping[str, Value | None]
) -> dict[str, Value]:
    values: dict[str, Value] = dict(_FIXED.get(service, {}))
    if service == "turn_on" and entity.component == "climate" and "on" not in entity.fields:
        values = _climate_mode(entity, ("heat_cool", "heat", "cool"))
    elif service == "turn_off" and entity.component == "climate" and "on" not in entity.fields:
        values = _climate_mode(entity, ("off",))
    elif service.endswith("cover_tilt"):
        values = {"tilt": _tilt(service, entity, known)}
    elif service.startswith("toggle"):
        values = _toggled(known)
    for name, value in data.items():
        if name == "aux_heat":
            values["aux_heat"] = bool(value)
        elif name in _KEYS and value is not None:
            ours, convert = _KEYS[name]
            if ours == "value" and entity.component == "text":
                ours = "text"
            if ours == "code" and "code" not in entity.fields:
                continue
            values[ours] = convert(value) if convert else value
    return values


def _climate_mode(entity: Entity, wanted: tuple[str, ...]) -> dict[str, Value]:
    modes = entity.fields["mode"].choices if "mode" in entity.fields else ()
    return next(({"mode": mode} for mode in wanted if mode in modes), {})


def _tilt(service: str, entity: Entity, known: Mapping[str, Value | None]) -> float:
    closed = float(entity.config.get("tilt_closed_value", 0))
    opened = float(entity.config.get("tilt_opened_value", 100))
    if service.startswith("toggle"):
        return opened if known.get("tilt") == closed else closed
    return opened if service.startswith("open") else closed


def _toggled(known: Mapping[str, Value | None]) -> dict[str, Value]:
    return {"state": "open" if known.get("position") in (0, None) and known.get("state") != "open" else "closed"}
