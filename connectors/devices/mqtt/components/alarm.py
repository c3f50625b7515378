"""Alarm panels: a state, and the commands that lead to it."""

from collections.abc import Mapping

from connectors.devices.mqtt import decoding
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Draft, Field, Publish
from twin_core.contract.template import Value

_STATES = (
    "disarmed armed_home armed_away armed_night armed_vacation armed_custom_bypass pending arming disarming triggered"
).split()
_COMMANDS = {  # the state asked for -> the option with its payload
    "armed_home": "arm_home",
    "armed_away": "arm_away",
    "armed_night": "arm_night",
    "armed_vacation": "arm_vacation",
    "armed_custom_bypass": "arm_custom_bypass",
    "disarmed": "disarm",
    "triggered": "trigger",
}
_REMOTE = ("REMOTE_CODE", "REMOTE_CODE_TEXT")


def alarm_control_panel(draft: Draft) -> None:
    """A code that the announcement gives is sent with the command; one that only a person knows is a field."""
    draft.required_topic("state_topic")
    features = draft.config.get("supported_features", list(_COMMANDS.values()))
    if not isinstance(features, list) or any(feature not in _COMMANDS.values() for feature in features):
        raise Malformed("bad_announcement", f"supported_features {str(features)[:60]}")
    send = draft.publisher(draft.required_topic("command_topic"), "command_template")
    draft.readable("state", "state_topic", ("value_template",), decoding.choice(_STATES))
    draft.add(Field("state", "choice", choices=tuple(_STATES), writable=True))
    given = draft.text("code", "")
    asks = given in _REMOTE  # only a person knows the code
    if asks:
        draft.add(Field("code", "text", readable=False, writable=True, aside=True))

    def write(values: Mapping[str, Value]) -> list[Publish]:
        command = _COMMANDS.get(str(values.get("state")))
        if command is None or (command != "disarm" and command not in features):
            raise Malformed("bad_value", f"{values.get('state')!r} cannot be asked for")
        code = values.get("code") if asks else given or None
        if asks and code is None and draft.flag(_code_option(command), True):
            raise Malformed("bad_value", "it wants a code")
        payload = draft.text(f"payload_{command}", command.upper())
        return send(payload, action=payload, code=code)

    draft.entity.writer = write


def _code_option(command: str) -> str:
    return {"disarm": "code_disarm_required", "trigger": "code_trigger_required"}.get(command, "code_arm_required")
