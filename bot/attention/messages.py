"""What was said unasked, and what was not: which message is meant, why it came, what was held back and why."""

import re
from datetime import timedelta

from bot.dialogue.moments import stretch
from bot.replies.phrases import SHOWN, capital, count_text, when_text
from bot.turn import Outcome, Turn, say
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import GetNudge, ListNudges, NudgeView

_LATELY = timedelta(days=1)
_LISTED = 8
_SAID = re.compile(
    r"\bwhy\b.*\b(?:tell|telling|told|say|saying|said|remind\w*|ping\w*|messag\w*|notif\w*|nudg\w*|warn\w*|alert\w*|"
    r"writ\w*|wrote|bother\w*|send|sent|get|got|hear)\b",
    re.IGNORECASE,
)
_HELD_BACK = re.compile(
    r"\b(?:not|n't|n’t|never)\b.*\b(?:tell|told|say|said|mention\w*|report\w*)\b|\bh(?:e|o)ld (?:it |them )?back\b"
    r"|\bholding back\b|\bkep?t? (?:anything |things )?(?:back|from me|quiet about|to yourself)\b|\bsuppress\w*"
    r"|\bwithh(?:o|e)ld\b|\bhid(?:e|den|ing)?\b.*\bfrom me\b|\bmiss(?:ed)? while\b",
    re.IGNORECASE,
)

_TOLD = re.compile(
    r"^(?:and |so |ok(?:ay)? )?(?:what|which \w+)(?: all| else| things| messages)? (?:did|have|has) (?:you|pollux) "
    r"(?:already |ever )?(?:t(?:ell|old)|sa(?:y|id)|s(?:end|ent)|messaged?|ping(?:ed)?|nudged?|remind(?:ed)?|"
    r"warn(?:ed)?|notif(?:y|ied)|alert(?:ed)?|wr(?:ite|itten))\b"
    r"|^(?:show|list|give)\b.*\b(?:you (?:have |'ve )?(?:told|sent|said)|(?:your|the|today'?s) (?:messages|nudges|"
    r"notifications))\b",
    re.IGNORECASE,
)


def asks_what_was_told(text: str) -> bool:
    """ "What did you tell me today?": all of it, and not the last sentence once more."""
    return _TOLD.search(text) is not None


def asks_why_told(text: str) -> bool:
    """ "Why did you tell me this?": about the message, not about the thing."""
    return _SAID.search(text) is not None


def asks_what_was_not_told(text: str) -> bool:
    return _HELD_BACK.search(text) is not None


async def last_message(turn: Turn) -> NudgeView | None:
    """The message that is spoken of: about what was named; else the one said last here; else the newest of a day."""
    sent = list(await turn.query(ListNudges(turn.user, after=turn.now - _LATELY)))
    if names := [t.name.casefold() for i in turn.request.twins if (t := turn.services.registry.twin(i))]:
        return next((n for n in reversed(sent) if any(name in n.text.casefold() for name in names)), None)
    for reply in reversed(turn.state.said):
        if reply.nudge:
            try:
                return await turn.query(GetNudge(reply.nudge, turn.user))
            except NotFound:
                break
    return sent[-1] if sent else None


async def why_told(turn: Turn) -> Outcome | None:
    """Why a message came, when and where, and how to get fewer; None where there was none."""
    message = await last_message(turn)
    if message is None:
        return None
    at = message.sent_at or message.due_at
    where = f" ({message.channel})" if message.channel else ""
    lines = [
        f"{capital(when_text(at, turn.now, turn.services.zone))}{where} I told you: {_first(message)}.",
        message.why,
    ]
    if message.step:
        lines.append("I said it again because nobody had answered.")
    return Outcome((say(" ".join([*lines, message.stop]).strip()),))


async def told_lately(turn: Turn) -> Outcome:
    """What was told unasked in the time that was named, else since midnight; the newest first, with when."""
    midnight = turn.now.astimezone(turn.services.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = stretch(turn.request.get("time"), turn.now) or (midnight, turn.now)
    found = [n for n in await turn.query(ListNudges(turn.user, after=start)) if n.sent_at and start <= n.sent_at <= end]
    if not found:
        since = "today" if start == midnight else "then"
        return Outcome((say(f"I have told you nothing by myself {since}."),))
    shown = found[-_LISTED:][::-1]
    lines = [f"{capital(when_text(n.sent_at or n.due_at, turn.now, turn.services.zone))}: {_first(n)}." for n in shown]
    more = [f"And {count_text(len(found) - len(shown), 'message')} before."] if len(found) > len(shown) else []
    return Outcome((say("\n".join(["This I told you by myself:", *lines, *more])),))


def _first(nudge: NudgeView) -> str:
    return nudge.text.split("\n")[0].split(". ")[0].rstrip(".")


async def held_back(turn: Turn) -> Outcome:
    """What was not told since yesterday, and the rule that held it back."""
    found = await turn.query(ListNudges(turn.user, all=True, after=turn.now - _LATELY))
    held = [nudge for nudge in reversed(found) if nudge.status == "held_back"]
    if not held:
        return Outcome((say("I have held nothing back since this time yesterday."),))
    shown = held if len(held) <= SHOWN + 1 else held[:SHOWN]
    lines = [f"{nudge.text.split('. ')[0].rstrip('.')}: {nudge.rule}." for nudge in shown]
    more = [f"And {count_text(len(held) - len(shown), 'more message')}."] if len(held) > len(shown) else []
    return Outcome((say("\n".join(["This I have not told you by itself:", *lines, *more])),))
