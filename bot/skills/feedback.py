"""Thumbs up and down: what was answered wrongly is learnt from, where its person allows that."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import says
from bot.turn import Outcome, Skill, Turn, say

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"feedback": feedback}


async def feedback(turn: Turn) -> Outcome:
    """Takes it for the message before; nothing is kept without consent, and that is said."""
    if turn.request.get("feedback") == "up":
        return Outcome((say("Good to know."),))
    heard = turn.state.heard
    if heard and await turn.services.lessons.note(turn.user, heard, "thumbs down"):
        text = "Sorry. I keep that message for a person to tell me what it means. Say it in other words, or “undo”."
        return Outcome((say(text, says("help")),))
    text = "Sorry. Say it in other words, or “undo”. I keep no messages to learn from unless you allow it."
    return Outcome((say(text, says("you may learn from what you misunderstand", "Allow learning")),))
