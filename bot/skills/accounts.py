"""Accounts of chat platforms: a code that was said here links one to its person, after a yes."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import NO, YES
from bot.dialogue.state import Pending
from bot.turn import Outcome, Skill, Turn, say

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"link_account": link_account}


async def link_account(turn: Turn) -> Outcome:
    """Names the account first: whoever it belongs to will speak and read as this person."""
    identities, code = turn.services.identities, str(turn.request.get("code"))
    if turn.request.get("confirmed"):
        await turn.begin()
        linked = await identities.link(code, turn.user, person=turn.user)
        shown = linked.account.shown if linked.account else code
        return Outcome((say(f"{shown} is you from now on. I have said so there, too."),))
    offer = await identities.offer(code, turn.user)
    if offer.account is None:
        return Outcome((say("That code is to be said where I don't know you yet, not here."),))
    question = f"Let {offer.account.shown} speak and read as you?"
    text = f"{question} Say yes only if that account is your own; “disconnect {offer.account.channel}” takes it back."
    return Outcome((say(text, YES, NO),), pending=Pending(turn.cause.trace, "confirm", turn.request, question))
