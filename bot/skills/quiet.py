"""Quiet hours: when a person wants to be left alone."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.buttons import UNDO, says
from bot.planning.quiet_said import UNTIL, quiet_said
from bot.planning.setting import set_and_told
from bot.planning.speaking_said import A_DAY, speaking_said
from bot.replies.phrases import capital
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import GetPerson

EXAMPLE: Mapping[str, Any] = {}
_LONGER = (says("do not disturb me for 3 hours", "3 hours"), says("be quiet until tomorrow at 8", "Until tomorrow"))


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"set_quiet_hours": set_quiet_hours}


async def set_quiet_hours(turn: Turn) -> Outcome:
    """For every day, for whole days of the week, or once."""
    person = await turn.query(GetPerson(turn.user))
    here = turn.now.astimezone(ZoneInfo(person.zone))
    usual = (person.quiet_start_s, person.quiet_end_s)
    # "Make that eleven to six": of a correction its own hours count, and not those before it.
    text = str(turn.request.get("correction") or turn.request.get("text", ""))
    if A_DAY in (often := speaking_said(text, None, person.config)):  # "at most 0 messages a day" is no hour
        told, effect = await set_and_told(turn, person, often)
        return Outcome((say(f"Set: {told}.", UNDO),), effect=effect)
    wanted = quiet_said(text, turn.request.slots, here, usual)
    if not wanted:
        text = "I can't keep quiet hours of some days only. Say “quiet hours 22 to 7”, or “no messages on weekends”."
        return Outcome((say(text),))
    told, effect = await set_and_told(turn, person, wanted)
    unsaid = not turn.request.get("times") and not turn.request.get("duration")
    longer = _LONGER if wanted.get(UNTIL) and unsaid else ()
    return Outcome((say(f"{capital(told)}. A danger I tell at any hour.", *longer, UNDO),), effect=effect)
