"""Cleaning and mowing robots: a state, a battery, and commands."""

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.components.plain import whole
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Draft, Field, Publish, Values
from connectors.devices.mqtt.payloads import Message, parse_json, to_number
from twin_core.contract.template import Value

_STATES = ("idle", "docked", "error", "paused", "returning", "cleaning")
_COMMANDS = {  # what is asked for -> (option, usual payload)
    "start": ("payload_start", "start"),
    "pause": ("payload_pause", "pause"),
    "stop": ("payload_stop", "stop"),
    "return_to_base": ("payload_return_to_base", "return_to_base"),
    "clean_spot": ("payload_clean_spot", "clean_spot"),
    "locate": ("payload_locate", "locate"),
}
_MOWING = ("start_mowing", "pause", "dock")


def vacuum(draft: Draft) -> None:
    speeds = draft.texts("fan_speed_list")
    topic = draft.topic("state_topic")
    if topic is not None:
        draft.add(Field("state", "choice", choices=_STATES))
        draft.add(Field("battery", "number", "%", 0, 100, aside=True))
        draft.read(topic, _read)
    send = draft.command("command_topic")
    if send is not None:
        publish = send
        draft.add(Field("command", "choice", choices=tuple(_COMMANDS), readable=False, writable=True, aside=True))

        def command(value: Value) -> list[Publish]:
            option, usual = _COMMANDS[str(value)]
            return publish(draft.text(option, usual))

        draft.entity.senders["command"] = command
    set_speed = draft.command("set_fan_speed_topic")
    if speeds or set_speed is not None:
        draft.add(Field("fan_speed", "choice", choices=speeds, writable=set_speed is not None, aside=True))
        if set_speed is not None:
            draft.entity.senders["fan_speed"] = set_speed


def lawn_mower(draft: Draft) -> None:
    activities = ("mowing", "paused", "docked", "returning", "error")
    draft.add(Field("activity", "choice", choices=activities))
    draft.readable("activity", "activity_state_topic", ("activity_value_template",), decoding.choice(activities))
    senders = {
        name: send for name in _MOWING if (send := draft.command(f"{name}_command_topic", f"{name}_command_template"))
    }
    if senders:
        draft.add(Field("command", "choice", choices=tuple(senders), readable=False, writable=True, aside=True))
        draft.entity.senders["command"] = lambda value: senders[str(value)](str(value))


def _read(message: Message) -> Values:
    told = parse_json(message.text) if message.text else {}
    if not isinstance(told, dict):
        raise Malformed("bad_value", "a vacuum reports JSON")
    values: Values = {}
    if "state" in told:
        state = told["state"]
        if state not in (*_STATES, None, UNKNOWN):
            raise Malformed("bad_value", f"{str(state)[:60]!r} is no state of a vacuum")
        values["state"] = state if state in _STATES else None
    if told.get("battery_level") is not None:
        values["battery"] = whole(to_number(told["battery_level"]))
    if isinstance(told.get("fan_speed"), str):
        values["fan_speed"] = told["fan_speed"]
    return values
