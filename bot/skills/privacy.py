"""What the person allows, and who sees what is theirs."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.dialogue.buttons import UNDO, says
from bot.dialogue.moments import deadline
from bot.dialogue.state import Effect, Reversal
from bot.replies.phrases import when_text
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.privacy import LEARNING, ConsentView, ListConsents, SetConsent

EXAMPLE: Mapping[str, Any] = {}
_ABOUT = {LEARNING: re.compile(r"\b(?:learn|train|teach|improve|misunderst|mistake|understand)", re.IGNORECASE)}
_WITHDRAWS = re.compile(
    r"\b(?:stop|don'?t|do not|no longer|withdraw|revoke|not allow|opt out|never|without|forbid|disallow|cancel|off)\b",
    re.IGNORECASE,
)
_ALLOW = "you may learn from what you misunderstand"
_STOP = "stop learning from what you misunderstand"


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"change_consent": change_consent, "who_sees_my_data": who_sees_my_data}


async def change_consent(turn: Turn) -> Outcome:
    """Gives or withdraws consent for the purpose that is named; shows all where none is."""
    text = str(turn.request.get("text", ""))
    purpose = next((name for name, pattern in _ABOUT.items() if pattern.search(text)), None)
    if purpose is None:
        return await _shown(turn)
    granted = not _WITHDRAWS.search(text)
    before = await _consent(turn, purpose)
    until = deadline(turn.request.get("time")) if granted else None
    view = await turn.execute(SetConsent(turn.user, purpose, granted, until))
    reply = f"Agreed{_until(view, turn)}: I {view.about}." if granted else f"I no longer {view.about}."
    if not granted:
        reply += " What I had kept for it is deleted."
    values = {"granted": before.granted, "until": _text(before.until)}
    effect = Effect(turn.request, f"consent to {purpose}", (Reversal("consent", purpose, values),))
    return Outcome((say(reply, UNDO),), effect=effect)


async def who_sees_my_data(turn: Turn) -> Outcome:
    """Where the person's data is, who can see it, and what they have allowed."""
    contact = turn.services.contact
    lines = [
        "Everything you tell me stays on this machine, in Pollux's own database; nothing goes to a cloud by itself.",
        "What you say of yourself (energy, mood, stress, sleep) is shown to nobody but you. Twins of devices are seen"
        " by everybody who may sign in here.",
    ]
    if contact:
        lines.append(f"{contact.name} gets a message only after I showed it to you and you said yes.")
    lines += [_line(view, turn) for view in await turn.query(ListConsents(turn.user))]
    return Outcome((say("\n".join(lines), *_buttons(await turn.query(ListConsents(turn.user)))),))


async def _shown(turn: Turn) -> Outcome:
    views = await turn.query(ListConsents(turn.user))
    text = "\n".join(["This is what you can allow me, or not:", *(_line(view, turn) for view in views)])
    return Outcome((say(text, *_buttons(views)),))


async def _consent(turn: Turn, purpose: str) -> ConsentView:
    return next(view for view in await turn.query(ListConsents(turn.user)) if view.purpose == purpose)


def _line(view: ConsentView, turn: Turn) -> str:
    state = f"you allow it{_until(view, turn)}" if view.granted else "you have not allowed it"
    return f"{view.purpose.capitalize()} ({view.about}): {state}."


def _buttons(views: tuple[ConsentView, ...]) -> tuple[Any, ...]:
    learning = next(view for view in views if view.purpose == LEARNING)
    return (says(_STOP, "Stop learning"),) if learning.granted else (says(_ALLOW, "Allow learning"),)


def _until(view: ConsentView, turn: Turn) -> str:
    return f" until {when_text(view.until, turn.now, turn.services.zone)}" if view.until else ""


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


async def _consented_before(reversal: Reversal, turn: Turn) -> None:
    until = reversal.values["until"]
    end = datetime.fromisoformat(until) if until else None
    await turn.execute(SetConsent(turn.user, reversal.subject, bool(reversal.values["granted"]), end))


REVERSALS: Mapping[str, Reverse] = {"consent": _consented_before}
