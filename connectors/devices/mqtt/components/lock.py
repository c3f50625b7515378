"""Locks: locked or not, and what the bolt is doing."""

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
    draft.entity.senders["locked"] = lambda value: send(payloads[bool(value)], code=None)
    if "payload_open" in draft.config:
        payload_open = draft.text("payload_open", "")
        draft.add(Field("open", "boolean", readable=False, writable=True, aside=True))

        def unlatch(value: Value) -> list[Publish]:
            return send(payload_open, code=None) if value else []

        draft.entity.senders["open"] = unlatch
