"""What is most critical, why, and what is done about it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.dialogue.buttons import UNDO, of_concern, says
from bot.dialogue.moments import moment
from bot.dialogue.state import Effect, Listing, Reversal
from bot.replies.phrases import SHOWN, capital, count_text, when_text
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.commands import (
    AcknowledgeConcern,
    DismissConcern,
    GetConcern,
    GetCritical,
    ReopenConcern,
    ResolveConcern,
    SnoozeConcern,
)
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.requests import Command
from twin_core.contract.views import ConcernView, CriticalView

EXAMPLE: Mapping[str, Any] = {}
SNOOZE = timedelta(hours=1)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {
        "ask_critical": ask_critical,
        "ask_why": ask_why,
        "acknowledge": acknowledge,
        "snooze": snooze,
        "dismiss": dismiss,
        "resolve": resolve,
    }


async def ask_critical(turn: Turn) -> Outcome:
    """The ranked list: the first with its reason and what can be done now."""
    place = turn.request.get("place")
    critical = await turn.query(GetCritical(limit=20, place=str(place) if place else None, person=turn.user))
    where = f" in the {place}" if place else ""
    if not critical.items:
        return Outcome((say(f"Nothing is critical{where} right now. I keep watching {_watched(turn)}."),))
    lines = _lines(critical)
    top = critical.items[0]
    text = "\n".join(lines)
    buttons = (*of_concern(top.actions), says("why?", "Why?"))
    shown = tuple(item.id for item in critical.items)
    speech = f"Most critical: {top.title}. {top.why[0] if top.why else ''}".strip()
    reply = say(text, *buttons, card=_card(critical), speech=speech)
    return Outcome((reply,), twins=_focus(top), listing=Listing("concern", shown))


async def ask_why(turn: Turn) -> Outcome:
    """All reasons of one concern in words and numbers, what happens if it is ignored, and what can be done."""
    concern, place = await _meant(turn)
    reasons = ". ".join(capital(w.rstrip(".")) for w in concern.why)
    ignored = f" If nothing is done: {concern.if_ignored.rstrip('.')}." if concern.if_ignored else ""
    since = _since(concern, turn)
    text = f"{concern.title}. {reasons}.{ignored}{since}"
    reply = say(text, *of_concern(concern.actions))
    return Outcome((reply,), twins=_focus(concern), listing=_at(turn, concern.id, place))


def _since(concern: ConcernView, turn: Turn) -> str:
    if concern.opened_at is None:
        return ""
    return f" Since {when_text(concern.opened_at, turn.now, turn.services.zone).removeprefix('at ')}."


async def acknowledge(turn: Turn) -> Outcome:
    concern, place = await _meant(turn)
    view = await turn.execute(AcknowledgeConcern(concern.id))
    return _done(turn, view, place, f"Noted: you are on it. {capital(view.title)} stays in the list, marked.")


async def dismiss(turn: Turn) -> Outcome:
    concern, place = await _meant(turn)
    view = await turn.execute(DismissConcern(concern.id))
    return _done(turn, view, place, f"Dismissed: {view.title}. I bring it up again only if it happens anew.")


async def resolve(turn: Turn) -> Outcome:
    concern, place = await _meant(turn)
    view = await turn.execute(ResolveConcern(concern.id))
    return _done(turn, view, place, f"Closed: {view.title}. If it shows up again, so do I.")


async def snooze(turn: Turn) -> Outcome:
    """Puts a concern off until the time that was named; an hour where none was."""
    concern, place = await _meant(turn)
    until = _until(turn)
    if until <= turn.now:
        raise Rejected("That time has passed already.", code="past", hint="Name a later one, such as “for an hour”.")
    command: Command[ConcernView] = SnoozeConcern(concern.id, until)
    view = await turn.execute(command)
    text = f"Snoozed: {view.title}. It comes back {when_text(until, turn.now, turn.services.zone)}."
    return _done(turn, view, place, text)


async def _reopened(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(ReopenConcern(reversal.subject))


REVERSALS: Mapping[str, Reverse] = {"concern": _reopened}


def _done(turn: Turn, concern: ConcernView, place: int, text: str) -> Outcome:
    effect = Effect(turn.request, concern.title, (Reversal("concern", concern.id),))
    return Outcome((say(text, UNDO),), twins=_focus(concern), listing=_at(turn, concern.id, place), effect=effect)


async def _meant(turn: Turn) -> tuple[ConcernView, int]:
    """The concern that is spoken of, and its place in the list shown last.

    By button; by position ("the second one"); by twin; else the one in focus; else the most critical.
    """
    if named := turn.request.get("concern"):
        return await turn.query(GetConcern(str(named))), 0
    listing = turn.state.listing if turn.state.listing and turn.state.listing.kind == "concern" else None
    position = turn.request.get("ordinal")
    if position is not None and listing:
        if not -len(listing.ids) <= position < len(listing.ids):
            raise NotFound(f"The list has {count_text(len(listing.ids), 'item')}.", code="not_in_list")
        return await turn.query(GetConcern(listing.ids[position])), position % len(listing.ids)
    critical = await turn.query(GetCritical(limit=100, person=turn.user))
    if twins := turn.request.twins:
        for item in critical.items:
            if item.twin in twins:
                return item, item.rank - 1
        raise _nothing_about(twins, turn)
    if listing and 0 <= listing.current < len(listing.ids):
        return await turn.query(GetConcern(listing.ids[listing.current])), listing.current
    if critical.items and (position is None or position < len(critical.items)):
        return critical.items[position or 0], position or 0
    raise NotFound("There is nothing critical to speak of right now.", code="nothing_critical")


def _nothing_about(twins: tuple[str, ...], turn: Turn) -> NotFound:
    names = [t.name for i in twins if (t := turn.services.registry.twin(i))]
    return NotFound(f"Nothing is wrong with {' and '.join(names)} as far as I know.", code="no_concern")


def _at(turn: Turn, concern: str, place: int) -> Listing:
    listing = turn.state.listing
    if listing and listing.kind == "concern" and concern in listing.ids:
        return Listing("concern", listing.ids, listing.ids.index(concern))
    return Listing("concern", (concern,), 0) if listing is None else Listing("concern", (concern, *listing.ids), 0)


def _focus(concern: ConcernView) -> tuple[str, ...]:
    return (concern.twin,) if concern.twin else ()


def _lines(critical: CriticalView) -> list[str]:
    count = len(critical.items)
    shown = critical.items if count <= SHOWN + 1 else critical.items[:SHOWN]
    lines = []
    for item in shown:
        mark = " (acknowledged)" if item.status == "acknowledged" else ""
        reason = f": {item.why[0].rstrip('.')}" if item.why else ""
        lines.append(f"{item.rank}. {capital(item.title)}{mark}{reason}.")
    if count > len(shown):
        rest = critical.total - len(shown)
        lines.append(f"And {rest} more, less critical.")
    return lines


def _card(critical: CriticalView) -> dict[str, Any]:
    items = [
        {
            "title": capital(item.title),
            "detail": item.why[0] if item.why else "",
            "severity": item.severity,
            "buttons": [{"id": a.id, "title": a.title} for a in item.actions],
        }
        for item in critical.items[: SHOWN + 1]
    ]
    return {"kind": "list", "title": "Most critical now", "items": items}


def _watched(turn: Turn) -> str:
    count = len(turn.services.registry.active())
    return count_text(count, "twin") if count else "for devices that announce themselves"


def _until(turn: Turn) -> datetime:
    length = turn.request.get("duration")
    if isinstance(length, (int, float)) and not isinstance(length, bool):
        return turn.now + timedelta(seconds=float(length))
    return moment(turn.request.get("time")) or turn.now + SNOOZE
