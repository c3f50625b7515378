"""What the person allows, and all that is kept of them: handed out, or erased."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.attention.consents import consent_buttons, consent_lines, until_text
from bot.attention.sharing import ABOUT_IT, STOP, WITH_THE_TEAM, sharing_said, towards_text
from bot.attention.team import names_of_people
from bot.dialogue.buttons import NO, UNDO, YES, says
from bot.dialogue.moments import deadline
from bot.dialogue.state import Effect, Pending, Reversal
from bot.planning.standing_in import ABOUT_IT as ABOUT_STANDING_IN
from bot.planning.standing_in import agree_to_stand_in
from bot.replies.phrases import capital, count_text, listed
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.privacy import (
    LEARNING,
    SHARING,
    STANDING_IN,
    ConsentView,
    EraseData,
    ExportData,
    ListConsents,
    SetConsent,
)

EXAMPLE: Mapping[str, Any] = {}
_ABOUT = {
    LEARNING: re.compile(r"\b(?:learn|train|teach|improve|misunderst|mistake|understand)", re.IGNORECASE),
    SHARING: ABOUT_IT,
    STANDING_IN: ABOUT_STANDING_IN,
}
_WITHDRAWS = re.compile(
    r"\b(?:stop|don'?t|do not|no longer|withdraw|revoke|not allow|opt out|never|without|forbid|disallow|cancel|off)\b",
    re.IGNORECASE,
)
EXPORTED_AT = "/api/v1/me/export"
_COUNTED = {
    "conversation": "conversation",
    "event": "appointment",
    "nudge": "notice",
    "reminder": "reminder",
    "task": "task",
}
_ERASING = (
    "I can only erase everything of you together, and nothing brings it back: your conversations with me, reminders,"
    " notices, tasks and appointments kept here, preferences, consents, linked accounts, and your own twin with what"
    " you said of yourself.\n"
    "What stays: the twins of devices; what was done to them, without your name; your sign-in, which whoever runs this"
    " house takes away; backups that were made before; and what your own calendars and task lists hold, which I read"
    " again for as long as they are connected.\n"
    "Shall I erase it all?"
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {
        "change_consent": change_consent,
        "export_data": export_data,
        "erase_data": erase_data,
    }


async def change_consent(turn: Turn) -> Outcome:
    """Gives or withdraws consent for the purpose that is named; shows all where none is."""
    text = str(turn.request.get("text", ""))
    purpose = next((name for name, pattern in _ABOUT.items() if pattern.search(text)), None)
    if purpose is None:
        return await _shown(turn)
    granted = not _WITHDRAWS.search(text)
    before = await _consent(turn, purpose)
    until = deadline(turn.request.get("time")) if granted else None
    if purpose == STANDING_IN:
        reply, is_decided = await agree_to_stand_in(turn, granted, before)
        return _decided(turn, before, reply) if is_decided else Outcome((say(reply),))
    if purpose == SHARING:
        return await _share(turn, text, granted, before, until)
    view = await turn.execute(SetConsent(turn.user, purpose, granted, until))
    reply = f"Agreed{until_text(view, turn)}: I {view.about}." if granted else f"I no longer {view.about}."
    if not granted:
        reply += " What I had kept for it is deleted."
    return _decided(turn, before, reply)


async def _share(turn: Turn, text: str, granted: bool, before: ConsentView, until: datetime | None) -> Outcome:
    """Shows the list to those who are named, beside those before; or to them, or anybody, no longer."""
    people = await names_of_people(turn)
    wanted = sharing_said(text, granted, before, people, turn.user)
    if wanted.refusal:
        button = says(WITH_THE_TEAM, "With the team") if granted else says(STOP, "Stop sharing")
        return Outcome((say(wanted.refusal, *([button] if people else [])),))
    end = (until or before.until) if wanted.granted else None
    view = await turn.execute(SetConsent(turn.user, SHARING, wanted.granted, end, wanted.towards))
    if not view.granted:
        return _decided(turn, before, "Nobody but you sees your list any more.")
    whom = towards_text(view.towards, people)
    sees = f"{capital(whom)} may see{until_text(view, turn)} what is most critical of your tasks, calendar and reviews"
    return _decided(turn, before, f"{sees}, by asking what is critical for the team; never how you are.")


def _decided(turn: Turn, before: ConsentView, reply: str) -> Outcome:
    values = {"granted": before.granted, "until": _text(before.until), "towards": list(before.towards)}
    reversal = Reversal("consent", before.purpose, values)
    effect = Effect(turn.request, f"consent to {before.purpose}", (reversal,))
    return Outcome((say(reply, UNDO),), effect=effect)


async def export_data(turn: Turn) -> Outcome:
    """What is kept of the person, counted, and where it all is."""
    kept = (await turn.execute(ExportData(turn.user))).documents
    known = {kind: documents for kind, documents in kept.items() if kind in _COUNTED}
    counted = listed([count_text(len(documents), _COUNTED[kind]) for kind, documents in known.items()])
    what = f"Of you I keep {counted}, and smaller things." if counted else "Of you I keep hardly anything."
    return Outcome((say(f"{what} All of it, as one file: {EXPORTED_AT}, where you are signed in."),))


async def erase_data(turn: Turn) -> Outcome:
    """Erases all that is kept of the person, only after a yes to what goes and what stays."""
    if not turn.request.get("confirmed"):
        pending = Pending(turn.cause.trace, "confirm", turn.request, "Erase all that I keep of you, for good?")
        return Outcome((say(_ERASING, YES, NO, says("export my data", "Export first")),), pending=pending)
    erased = await turn.execute(EraseData(turn.user))
    if not erased.documents and not erased.twin:
        return Outcome((say("There was nothing of you to erase."),), changes={"forgotten": True})
    text = "All that I kept of you is erased, this conversation too. That it was done is the one thing I remember."
    return Outcome((say(text),), changes={"forgotten": True})


async def _shown(turn: Turn) -> Outcome:
    views, people = await turn.query(ListConsents(turn.user)), await names_of_people(turn)
    text = "\n".join(["This is what you can allow me, or not:", *consent_lines(views, turn, people)])
    return Outcome((say(text, *consent_buttons(views)),))


async def _consent(turn: Turn, purpose: str) -> ConsentView:
    return next(view for view in await turn.query(ListConsents(turn.user)) if view.purpose == purpose)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


async def _consented_before(reversal: Reversal, turn: Turn) -> None:
    until = reversal.values["until"]
    end = datetime.fromisoformat(until) if until else None
    towards = tuple(reversal.values.get("towards", ()))
    await turn.execute(SetConsent(turn.user, reversal.subject, bool(reversal.values["granted"]), end, towards))


REVERSALS: Mapping[str, Reverse] = {"consent": _consented_before}
