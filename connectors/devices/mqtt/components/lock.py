"""Locks: locked or not, and what the bolt is doing."""

from collections.abc import Mapping

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Draft, Field, Publish, Values
from connectors.devices.mqtt.payloads import Message
from twin_core.contract.template import Value

_STATES = ("locked", "unlocked", "locking", "unlocking", "jammed", "open", "opening")
_LOCKED = {"locked": True, "unlocked": False, "jammed": False, "open": False}


def lock(draft: Draft) -> None:
    """A moving bolt says nothing of `locked` until it has arrived."""
    send = draft.publisher(draft.required_topic("command_topic"), "command_template")
    words = {draft.text(f"state_{state}", state.upper()): state for state in _STATES}
    payloads = {True: draft.text("payload_lock", "LOCK"), False: draft.text("payload_unlock", "UNLOCK")}
    reset = draft.text("payload_reset", UNKNOWN)
    topic = draft.topic("state_topic")
    optimistic = draft.flag("optimistic", topic is None)
    draft.add(Field("locked", "boolean", writable=True, optimistic=optimistic))
    if topic is not None:
        draft.add(Field("state", "choice", choices=_STATES, aside=True))
        take = draft.value_of("value_template")

        def reader(message: Message) -> Values:
            text = take(message)
            if text == "":
                return {}
            if text in (reset, UNKNOWN):
                return {"locked": None, "state": None}
            if text not in words:
                raise Malformed("bad_value", f"{text[:60]!r} is no state of a lock")
            state = words[text]
            return {"state": state, **({"locked": _LOCKED[state]} if state in _LOCKED else {})}

        draft.read(topic, reader)
    if "payload_open" in draft.config:
        draft.add(Field("open", "boolean", readable=False, writable=True, aside=True))
    if "code_format" in draft.config:
        draft.add(Field("code", "text", readable=False, writable=True, aside=True))

    def write(values: Mapping[str, Value]) -> list[Publish]:
        code = values.get("code")
        if "code_format" in draft.config and code is None:
            raise Malformed("bad_value", "it wants a code")
        sent: list[Publish] = []
        if "locked" in values:
            sent += send(payloads[bool(values["locked"])], code=code)
        if values.get("open"):
            sent += send(draft.text("payload_open", ""), code=code)
        return sent

    draft.entity.writer = write
