"""What Rasa's channels have in common: payloads of buttons, and the messages that widgets open with."""

import re
from typing import Any

from bot.channels._wire import ChatMessage, read_message
from bot.ports import Button

PRESS = "/press "
_COMMAND = re.compile(r"/(?P<name>\w{1,60})\s*")
_OPENINGS = frozenset({"get_started", "session_start", "start", "restart", "greet"})


def read_payload(text: Any, **fields: Any) -> ChatMessage:
    """What was typed, or pressed: `/press ID` is a button of ours, `/get_started` how a widget says hello.

    Other commands, which are intents to Rasa, are read as the words they are made of. Raises Rejected.
    """
    if isinstance(text, str) and text.startswith(PRESS):
        return read_message({**fields, "action": text[len(PRESS) :].strip()})
    if isinstance(text, str) and (command := _COMMAND.fullmatch(text)):
        name = command["name"]
        text = "hello" if name in _OPENINGS else name.replace("_", " ").strip()
    return read_message({**fields, "text": "" if text is None else text})


def payload(button: Button) -> str:
    """What a widget sends back when this button is pressed."""
    return f"{PRESS}{button.id}"
