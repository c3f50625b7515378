"""Handing over to a person: what would be sent is shown, and sent after a yes."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import NO, YES, says
from bot.dialogue.state import Pending
from bot.outside.contact import SET_UP
from bot.replies.phrases import when_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.notifying import Message

EXAMPLE: Mapping[str, Any] = {}
LINES = 12  # of the talk, unless the person wants none sent
_ALONE = "talk to a human without the conversation"


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"talk_to_human": talk_to_human}


async def talk_to_human(turn: Turn) -> Outcome:
    """Shows the whole message first; exactly that is sent after a yes, and nothing without it."""
    contact = turn.services.contact
    if contact is None:
        text = f"I'm a bot, and nobody is set up here whom I could reach for you. {SET_UP} Until then “help” says what"
        return Outcome((say(f"{text} I can do.", says("help")),))
    text = str(turn.request.get("message") or _message(turn))
    if not turn.request.get("confirmed"):
        question = f"Send this to {contact.name}?"
        again = f"Send {contact.name} the message that I showed you, which asks for help?"
        pending = Pending(turn.cause.trace, "confirm", turn.request.having(message=text), again)
        shown = f"I can write to {contact.shown}. This is what I would send, and nothing else:\n\n{text}\n\n{question}"
        buttons = (YES, NO) if _is_alone(turn) else (YES, NO, says(_ALONE, "Without the conversation"))
        return Outcome((say(shown, *buttons, speech=f"I can write to {contact.name}. {question}"),), pending=pending)
    await turn.begin()
    await contact.notifier.send(Message("Somebody asks for help in Pollux", text, turn.user, turn.cause.trace))
    return Outcome((say(f"Sent to {contact.shown}. The answer comes from {contact.name}, not through me."),))


def _message(turn: Turn) -> str:
    """Who asks, when, and the last of the talk, where it is wanted."""
    when = when_text(turn.now, turn.now, turn.services.zone).removeprefix("at ")
    head = f"{turn.user} asks for your help ({turn.now:%Y-%m-%d} {when}, conversation {turn.conversation or 'chat'})."
    wish = f"Asked for as: “{turn.request.get('text')}”" if turn.request.get("text") else ""
    lines = [] if _is_alone(turn) else [f"{line.who}: {line.text}" for line in turn.state.talk[-LINES:]]
    if lines:
        lines = ["The conversation before:", *lines]
    return "\n".join(part for part in (head, wish, *lines) if part)


def _is_alone(turn: Turn) -> bool:
    text = str(turn.request.get("text", "")).lower()
    return "without the conversation" in text or "without my messages" in text
