"""Who may see what is kept of the person, and who has."""

import re
from collections.abc import Mapping
from typing import Any

from bot.attention.consents import consent_buttons, consent_lines
from bot.attention.team import names_of_people, people_named
from bot.dialogue.buttons import says
from bot.dialogue.moments import stretch
from bot.replies.phrases import count_text, when_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.privacy import LOOKS_KEPT, ListConsents, ListLooks, LookView

EXAMPLE: Mapping[str, Any] = {}
_HAS_LOOKED = re.compile(
    r"\b(?:seen|saw|looked|viewed|accessed|peeked|exported|snooped|snooping|access log|had access)\b"
    r"|\bdid\b.*\b(?:see|look|view|access|read|export|open)\b|\b(?:who|has \w+|have \w+)\s+(?:has\s+|else\s+)*read\b",
    re.IGNORECASE | re.DOTALL,
)
_NEVER_SHOWN = "Nobody else is shown your whole calendar, your list of tasks, or how you are."
_NAMELESS = {"system": "Whoever looks after this house", "erased": "Somebody who is erased"}
_SHOWN = 10


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"who_sees_my_data": who_sees_my_data}


async def who_sees_my_data(turn: Turn) -> Outcome:
    """Who has looked, where that is asked; else where the data is, who can see it, and what is allowed."""
    if _HAS_LOOKED.search(str(turn.request.get("text", ""))):
        return await _who_looked(turn)
    contact = turn.services.contact
    lines = [
        "Everything you tell me stays on this machine, in Pollux's own database; nothing goes to a cloud by itself.",
        "What you say of yourself (energy, mood, stress, sleep) is shown to nobody but you. Twins of devices are seen"
        " by everybody who may sign in here.",
    ]
    if server := turn.services.voice.elsewhere:
        lines.append(f"Except for voice: whoever runs this house has set that {server} may hear or speak for it.")
    if contact:
        lines.append(f"{contact.name} gets a message only after I showed it to you and you said yes.")
    views, people = await turn.query(ListConsents(turn.user)), await names_of_people(turn)
    lines += consent_lines(views, turn, people)
    looked = says("who has looked at my data?", "Who has looked?")
    return Outcome((say("\n".join(lines), *consent_buttons(views), looked),))


async def _who_looked(turn: Turn) -> Outcome:
    """The access log, of the time and of the people that were named."""
    people = await names_of_people(turn)
    named = [id for id in people_named(str(turn.request.get("text", "")), people) if id != turn.user]
    span = stretch(turn.request.get("time"), turn.now)
    looks = [
        look
        for look in await turn.query(ListLooks(turn.user))
        if (not named or look.by in named) and (span is None or (look.last_at >= span[0] and look.first_at < span[1]))
    ]
    if not looks:
        who = " or ".join(people[id] for id in named) or "Nobody else"
        has = "has not looked" if named else "has looked"
        when = " then" if span else f" in the last {LOOKS_KEPT.days} days"
        return Outcome((say(f"{who} {has} at what is yours{when}. {_NEVER_SHOWN}"),))
    lines = [_line(look, people, turn) for look in looks[:_SHOWN]]
    if len(looks) > _SHOWN:
        lines.append(f"{len(looks) - _SHOWN} more: GET /api/v1/me/access-log has them all.")
    return Outcome((say("\n".join(["This was looked at by others:", *lines, _NEVER_SHOWN])),))


def _line(look: LookView, people: Mapping[str, str], turn: Turn) -> str:
    who = people.get(look.by) or _NAMELESS.get(look.by, look.by)
    last = when_text(look.last_at, turn.now, turn.services.zone)
    often = "" if look.times == 1 else f" ({count_text(look.times, 'time')} that day)"
    return f"{who}, {last}{often}: {look.about}."
