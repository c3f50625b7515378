"""What is most critical: now, in a place, of a kind, this week; what can wait; what changed."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.attention.choosing import ALL, about
from bot.attention.explaining import explained
from bot.attention.messages import asks_what_was_not_told, asks_what_was_told, held_back, told_lately
from bot.attention.team import ALONE, is_about_the_team, of_others
from bot.attention.telling import line, told
from bot.attention.upcoming import later_in, next_coming, off_the_list
from bot.dialogue.metering import EVERYWHERE
from bot.dialogue.moments import stretch
from bot.dialogue.state import Listing
from bot.replies.phrases import SHOWN, capital, count_text, when_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import GetConcernChanges, GetCritical
from twin_core.contract.views import ConcernChange, ConcernView, CriticalView

EXAMPLE: Mapping[str, Any] = {}
_LISTED = 20
_SOON = timedelta(hours=24)
_CHANGED = re.compile(
    r"\b(?:what(?:'s|’s| has| have| is)?|anything|something)\b.*"
    r"\b(?:changed?|new|different|happen(?:ed|s)?)\b",
    re.IGNORECASE,
)
_CAN_WAIT = re.compile(
    r"\b(?:can|could|may|might)\b.*\bwait\b|\bleast (?:urgent|critical|important)|\bnot (?:so |that )?urgent\b"
    r"|\bno hurry\b|\bput off\b",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"^(?:and |but |so |ok(?:ay)?,? )*(?:what|how) about\b", re.IGNORECASE)
_CANNOT = re.compile(r"\b(?:can'?t|can’t|cannot|can not|won'?t)\b", re.IGNORECASE)
_WHAT: Mapping[str, str] = {
    "opened": "New",
    "reopened": "Back",
    "worsened": "Graver",
    "resolved": "Over",
    "acknowledged": "Acknowledged",
    "snoozed": "Snoozed",
    "dismissed": "Dismissed",
}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"ask_critical": ask_critical}


async def ask_critical(turn: Turn) -> Outcome:
    """The ranked list: the first with its reason and what can be done now; or another view of it."""
    text = str(turn.request.get("text", ""))
    if asks_what_was_not_told(text):
        return await held_back(turn)
    if asks_what_was_told(text):
        return await told_lately(turn)
    if _CHANGED.search(text) and (since := _since(turn)) is not None:
        return await _changed(turn, since)
    if (answer := await of_others(turn, _LISTED, _place(turn))) is not None:
        return answer
    critical = await _asked_for(turn)
    if _CAN_WAIT.search(text) and not _CANNOT.search(text):
        return await _can_wait(critical.items, turn)
    if _WHAT_ABOUT.search(text) and (meant := about(critical.items, turn)) is not None:
        return explained(turn, meant)
    if not critical.items:
        return await _nothing(turn)
    after = await later_in(turn, [item.task for item in critical.items])
    alone = [ALONE] if is_about_the_team(turn) else []
    return told(critical.items, critical.total, "Most critical now", *after, *alone)


async def _asked_for(turn: Turn) -> CriticalView:
    """The list of the place and the kinds that were named."""
    place, types = _place(turn), turn.request.get("types")
    limit = ALL if types else _LISTED
    critical = await turn.query(GetCritical(limit, place=place, person=turn.user))
    if not types:
        return critical
    registry = turn.services.registry
    kept = tuple(i for i in critical.items if i.twin and (t := registry.twin(i.twin)) and t.type in types)
    return CriticalView(critical.as_of, kept, len(kept))


def _place(turn: Turn) -> str | None:
    """The place that was named; "the plant" is all there is, where no place here is called so."""
    place = turn.request.get("place")
    if not place:
        return None
    known = {name.lower() for name in turn.services.registry.places()}
    return None if str(place).lower() in EVERYWHERE - known else str(place)


async def _nothing(turn: Turn) -> Outcome:
    """Said calmly, with what comes next."""
    place = _place(turn)
    where = f" in the {place}" if place else ""
    kinds = " with those" if turn.request.get("types") else ""
    coming = "" if where or kinds else await next_coming(turn)
    text = f"Nothing is critical{where}{kinds} right now. I keep watching {_watched(turn)}."
    return Outcome((say(f"{text} {coming}".rstrip()),))


async def _can_wait(items: Sequence[ConcernView], turn: Turn) -> Outcome:
    """What harms nobody today, the least critical first, and the tasks that are not near yet."""
    waiting = [i for i in reversed(items) if not i.hazard and i.severity != "critical" and _harmless(i, turn.now)]
    others = await off_the_list(turn, [item.task for item in items])
    if not items:
        return Outcome((say("\n".join(["There is nothing on the list, so everything can wait.", *others])),))
    if not waiting:
        lines = [f"Nothing on the list can wait. {capital(items[0].title)} comes first.", *others]
        return Outcome((say("\n".join(lines)),))
    shown = waiting if len(waiting) <= SHOWN + 1 else waiting[:SHOWN]
    lines = ["This can wait:", *(line(item, place) for place, item in enumerate(shown, 1))]
    if len(waiting) > len(shown):
        lines.append(f"And {len(waiting) - len(shown)} more.")
    lines += others
    if urgent := [item for item in items if item not in waiting]:
        lines.append(f"It cannot wait: {urgent[0].title}.")
    return Outcome((say("\n".join(lines)),), listing=Listing("concern", tuple(item.id for item in waiting)))


def _harmless(item: ConcernView, now: datetime) -> bool:
    return item.severity == "info" or item.due_at is None or item.due_at > now + _SOON


def _since(turn: Turn) -> datetime | None:
    """Since when: the time that was named, else this morning's midnight."""
    span = stretch(turn.request.get("time"), turn.now)
    if span is not None and span[0] < turn.now:
        return span[0]
    local = turn.now.astimezone(turn.services.zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(turn.now.tzinfo)


async def _changed(turn: Turn, since: datetime) -> Outcome:
    """What came up, went and was put away, newest first; what came and went only once."""
    newest: dict[str, ConcernChange] = {}
    came: set[str] = set()
    for change in await turn.query(GetConcernChanges(since, turn.user)):
        newest.pop(change.concern, None)
        newest[change.concern] = change
        came |= {change.concern} if change.what == "opened" else set()
    when = when_text(since, turn.now, turn.services.zone)
    told_ = [change for change in reversed(newest.values()) if change.what in _WHAT]
    if not told_:
        return Outcome((say(f"Nothing has changed since {when.removeprefix('at ')}."),))
    shown = told_[: 2 * SHOWN]
    lines = [f"Since {when.removeprefix('at ')}:", *(_change_line(change, came, turn) for change in shown)]
    if len(told_) > len(shown):
        lines.append(f"And {count_text(len(told_) - len(shown), 'more change')}.")
    there = tuple(change.concern for change in shown if change.what != "resolved" or change.reason == "")
    listing = Listing("concern", there) if there else None
    return Outcome((say("\n".join(lines)),), listing=listing)


def _change_line(change: ConcernChange, came: set[str], turn: Turn) -> str:
    what = "New" if change.what == "worsened" and change.concern in came else _WHAT[change.what]
    if change.what == "resolved" and change.concern in came:
        what = "Came and went"
    return f"{what}: {change.title}, {when_text(change.at, turn.now, turn.services.zone)}."


def _watched(turn: Turn) -> str:
    count = len(turn.services.registry.active())
    return count_text(count, "twin") if count else "for devices that announce themselves"
