"""What people do about a concern: acknowledge, snooze, dismiss, resolve, call it unimportant."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.attention.choosing import concern_meant, place_in_list
from bot.attention.telling import focus
from bot.dialogue.buttons import UNDO, says
from bot.dialogue.moments import moment
from bot.dialogue.state import Effect, Reversal
from bot.ports import Button
from bot.replies.phrases import capital, when_text
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import (
    AcknowledgeConcern,
    DismissConcern,
    RateConcern,
    ReopenConcern,
    ResolveConcern,
    SnoozeConcern,
)
from twin_core.contract.errors import Rejected
from twin_core.contract.views import ConcernView

EXAMPLE: Mapping[str, Any] = {}
SNOOZE = timedelta(hours=1)
_EVENING = 17
_NEXT_MORNING = re.compile(r"\bnext (?:work(?:ing)?|business) (?:morning|day)\b", re.IGNORECASE)
_UNIMPORTANT = re.compile(
    r"\b(?:not|isn'?t|isn’t|un)\s?(?:really |that |so |very )?important|\bdoes(?:n't|n’t| not) matter\b"
    r"|\b(?:less|fewer) (?:of|like) (?:these|this|those|that)\b|\bdon'?t care\b",
    re.IGNORECASE,
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"acknowledge": acknowledge, "snooze": snooze, "dismiss": dismiss, "resolve": resolve}


async def acknowledge(turn: Turn) -> Outcome:
    """Somebody is on it."""
    concern = await concern_meant(turn)
    view = await turn.execute(AcknowledgeConcern(concern.id))
    return _done(turn, view, f"Noted: you are on it. {capital(view.title)} stays in the list, marked.")


async def dismiss(turn: Turn) -> Outcome:
    """No problem: and where it was called unimportant, the like of it ranks lower from now on."""
    concern = await concern_meant(turn)
    view = await turn.execute(DismissConcern(concern.id))
    text = f"Dismissed: {view.title}. I bring it up again only if it happens anew"
    if _UNIMPORTANT.search(str(turn.request.get("text", ""))):
        await turn.execute(RateConcern(concern.id, important=False))
        lower = "a hazard never sinks" if view.hazard else "it ranks lower then"
        return _done(turn, view, f"{text}, and {lower}.", before=concern.status)
    return _done(turn, view, f"{text}.", before=concern.status)


async def resolve(turn: Turn) -> Outcome:
    """Dealt with."""
    concern = await concern_meant(turn)
    view = await turn.execute(ResolveConcern(concern.id))
    return _done(turn, view, f"Closed: {view.title}. If it shows up again, so do I.", before=concern.status)


async def snooze(turn: Turn) -> Outcome:
    """Puts a concern off until the time that was named; an hour where none was."""
    concern = await concern_meant(turn)
    until = await _until(turn)
    if until <= turn.now:
        raise Rejected("That time has passed already.", code="past", hint="Name a later one, such as “for an hour”.")
    view = await turn.execute(SnoozeConcern(concern.id, until))
    text = f"Snoozed: {view.title}. It comes back {when_text(until, turn.now, turn.services.zone)}."
    named = turn.request.get("duration") or turn.request.get("time") or _says_next_morning(turn)
    return _done(turn, view, text, *(() if named else await _others(turn)), before=concern.status)


async def _others(turn: Turn) -> tuple[Button, ...]:
    """Other lengths, where none was said: the next working morning is that of the person."""
    morning = await _next_working_morning(turn)
    evening = (
        (says("snooze it until 6 pm", "This evening"),) if turn.now.astimezone(morning.tzinfo).hour < _EVENING else ()
    )
    return (
        says("snooze it for 15 minutes", "15 minutes"),
        *evening,
        says(f"snooze it until {morning:%A} at {morning:%H:%M}", f"{morning:%A} morning"),
    )


async def _next_working_morning(turn: Turn) -> datetime:
    """When this person's work begins on their next working day, in their own time zone."""
    person = await turn.query(GetPerson(turn.user))
    here = turn.now.astimezone(ZoneInfo(person.zone))
    days = (here + timedelta(days=n) for n in range(1, 8))
    morning = next((day for day in days if day.weekday() in person.work_days), here + timedelta(days=1))
    start = timedelta(seconds=person.work_start_s)
    return morning.replace(hour=0, minute=0, second=0, microsecond=0) + start


def _says_next_morning(turn: Turn) -> bool:
    return _NEXT_MORNING.search(str(turn.request.get("text", ""))) is not None


def _done(turn: Turn, concern: ConcernView, text: str, *others: Button, before: str = "open") -> Outcome:
    """`before`: its status until now, which an undo brings back."""
    effect = Effect(turn.request, concern.title, (Reversal("concern", concern.id, {"status": before}),))
    listing = place_in_list(turn, concern.id)
    return Outcome((say(text, *others, UNDO),), twins=focus(concern), listing=listing, effect=effect)


async def _until(turn: Turn) -> datetime:
    if _says_next_morning(turn):
        return await _next_working_morning(turn)
    length = turn.request.get("duration")
    if isinstance(length, (int, float)) and not isinstance(length, bool):
        return turn.now + timedelta(seconds=float(length))
    return moment(turn.request.get("time")) or turn.now + SNOOZE


async def _reopened(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(ReopenConcern(reversal.subject))
    if reversal.values.get("status") == "acknowledged":  # somebody is on it, still
        await turn.execute(AcknowledgeConcern(reversal.subject))


REVERSALS: Mapping[str, Reverse] = {"concern": _reopened}
