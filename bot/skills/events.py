"""Changing the calendar: events made, moved, cancelled; each can be taken back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.dialogue.buttons import NO, UNDO, YES, says
from bot.dialogue.state import Effect, Pending, Reversal, Subject
from bot.planning import elsewhere, titles
from bot.planning.asking import ask_title, passed, retitled
from bot.planning.calendars import calendar_named, the_calendar
from bot.planning.choosing import events_meant
from bot.planning.clashing import clash_note
from bot.planning.correcting import before_correction
from bot.planning.moving import new_slot, told
from bot.planning.offering import ask_when, first_gap
from bot.planning.reminding import waits_for_time
from bot.planning.same_hour import at_the_same_hour
from bot.planning.times import Open, Slot, event_slot, rule_said, said_times
from bot.planning.wording import clock_text, event_named, event_when, titles_text
from bot.replies.phrases import count_text, listed
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.agenda import (
    CancelEvent,
    CreateEvent,
    DeleteEvent,
    EditEvent,
    EventView,
    GetEvent,
    RestoreEvent,
    Scope,
    When,
)
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import NotFound
from twin_core.contract.ids import new_id
from twin_core.contract.mirroring import SourceView
from twin_core.contract.tasks import GetTask

EXAMPLE: Mapping[str, Any] = {}
_SERIES = re.compile(
    r"\b(?:series|(?:all|every|each)\s+(?!day\b)(?:the\s+|my\s+)?\w+|from now on|for good|recurring|always)\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:another|one more|a second|a further)(?: one)?"
    r"(?=\s*(?:$|[,.!]|(?:on|at|for|in|next|tomorrow|same|the|to|from)\b))",
    re.IGNORECASE,
)
_WITH_ANOTHER = re.compile(
    r"^(?:and|also|plus)\s+(?:(?:one|another|another one|the same)\s+)?with\s+"
    r"(?P<who>[^\W\d_][\w'’ .-]*?)(?:\s+(?:too|as well))?\W*$",
    re.IGNORECASE,
)
_IS_NOW = re.compile(
    r"\b(?:(?:is|are|starts?|begins?) now|(?:was|were|got|has been|have been) (?:moved|resched))", re.IGNORECASE
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"create_event": create_event}


async def create_event(turn: Turn) -> Outcome:
    """A new event; right after it, a correction changes the one that was made."""
    request, zone = turn.request, turn.services.zone
    text = str(request.get("text", ""))
    title = retitled(request) or await _of_what(turn) or titles.event_title(text, request.get("spans", ()))
    if not title:
        return ask_title("What is it called?", turn)
    if _IS_NOW.search(text) and (await events_meant(turn)).views:
        return await move_event(turn)
    if made := _just_made(turn):
        return await _corrected(turn, made, title)
    slot = await at_the_same_hour(event_slot(request, turn.now, zone, title), turn)
    if isinstance(slot, Open):
        return passed(slot, turn, "event") if slot.passed or slot.readings else await ask_when(slot, title, turn)
    repeat = request.get("recurrence")
    rule = rule_said(repeat) if isinstance(repeat, Mapping) else None
    into = await the_calendar(named, turn) if (named := calendar_named(text)) else None
    source = into.id if isinstance(into, SourceView) else None
    event = await turn.execute(CreateEvent(title, slot.start, slot.end, recurrence=rule, source=source))
    outcome = await _made(turn, event)
    if not isinstance(into, str):
        return outcome
    first, *others = outcome.replies
    return replace(outcome, replies=(replace(first, text=f"{first.text} {into}"), *others))


async def _of_what(turn: Turn) -> str:
    """ "Block an hour for it": what was spoken of is its name."""
    kind = turn.request.get("of")
    if kind == "task" and (task := turn.meant("task")):
        return (await turn.query(GetTask(task))).title
    event = turn.meant("event")
    if kind == "event" and event:
        return f"Prepare {(await turn.query(GetEvent(event))).title}"
    text = str(turn.request.get("text", ""))
    try:
        before = (await turn.query(GetEvent(event))).title if event else ""
    except NotFound:
        before = ""  # it was deleted elsewhere meanwhile
    if before and (found := _WITH_ANOTHER.search(titles.without_times(text, turn.request.get("spans", ())))):
        what, joint, _ = before.partition(" with ")
        return f"{what} with {found['who']}" if joint else ""
    return before if before and _ANOTHER.search(text) else ""


async def _made(turn: Turn, event: EventView) -> Outcome:
    values = {"scope": "series" if event.series else "this"}
    start = None if event.all_day or event.series else instant_text(event.start)
    length_s = (event.end - event.start).total_seconds()
    request = turn.request.having(event=event.id, title=None, start=start, duration=length_s if start else None)
    effect = Effect(request, f"the event “{event.title}”", (Reversal("event_made", event.id, values),))
    again = ", and so on" if event.series else ""
    text = f"In your calendar: {event_named(event, turn.now, turn.services.zone)}{again}."
    return await _about(turn, event, text, effect)


def _just_made(turn: Turn) -> str | None:
    """The event that the last request made, where this one corrects it."""
    effects, id = turn.state.effects, turn.request.get("event")
    if not effects or not isinstance(id, str) or effects[-1].request.get("event") != id:
        return None
    return id if effects[-1].request.get("text") == turn.request.get("text") else None


async def _corrected(turn: Turn, id: str, title: str) -> Outcome:
    event = await turn.query(GetEvent(id))
    said = {str(span[0]) for span in turn.request.get("correction_spans") or ()}
    correction = turn.request.having(text=turn.request.get("correction"), spans=None, start=None)
    if said and "time" not in said:  # "it's an hour and a half": the hour of before is not said once more
        correction = correction.having(times=None, time=None)
    slot = new_slot(event, correction, turn.now, turn.services.zone)
    if isinstance(slot, Open):
        return passed(slot, turn, "event", id) if slot.passed else await ask_when(slot, title, turn)
    start, end = (slot.start, slot.end) if slot else (None, None)
    scope: Scope = "series" if event.series else "this"
    return await _made(turn, await turn.execute(EditEvent(id, title=title, start=start, end=end, scope=scope)))


async def move_event(turn: Turn) -> Outcome:
    """To another time; what is not said of it stays."""
    chosen = await events_meant(turn, told(turn.request).which)
    if chosen.asks:
        return chosen.asks
    if len(chosen.views) > 1:
        return await _moved_together(turn, chosen.views)
    event = chosen.views[0]
    slot = new_slot(_as_it_was(event, turn), turn.request, turn.now, turn.services.zone)
    if waits_for_time(str(turn.request.get("text", ""))) and not isinstance(slot, Slot):
        slot = await first_gap(event, slot.stretch if slot else None, turn) or slot
    request = turn.request.having(event=[event.id])
    if isinstance(slot, Open) and slot.passed:
        return passed(slot, turn, "event", event.id)
    if not isinstance(slot, Slot):
        return await ask_when(slot or Open(), event.title, turn, request=request, moving=event)
    if elsewhere.decided(turn) == elsewhere.THEIRS:
        return await _about(turn, event, f"All right: {event_named(event, turn.now, turn.services.zone)}.")

    async def now_text() -> str:
        return event_when(await turn.query(GetEvent(event.id)), turn.now, turn.services.zone)

    at = slot.start
    mine = f"my {clock_text(at, turn.services.zone)}" if isinstance(at, datetime) else f"my {at:%A}"
    return await elsewhere.or_ask(lambda: _moved(turn, event, slot), turn, now_text, mine)


def _as_it_was(event: EventView, turn: Turn) -> EventView:
    """Of a correction: the event before the move that is corrected."""
    before = before_correction(turn, "event_time", event.id)
    if before is None:
        return event
    start, end = (parse_instant(str(before.values[edge])) for edge in ("start", "end"))
    return replace(event, start=start, end=end)


async def _moved(turn: Turn, event: EventView, slot: Slot) -> Outcome:
    scope: Scope = "series" if event.series and _is_of_series(turn) else "this"
    there = await turn.execute(EditEvent(event.id, start=slot.start, end=slot.end, scope=scope))
    when = event_when(there, turn.now, turn.services.zone)
    if (there.start, there.end) == (event.start, event.end):
        return await _about(turn, there, f"{there.title} is {when} already.")
    effect = Effect(
        turn.request.having(event=[there.id]), f"{there.title} moved to {when}", (_back(event, there.id, scope),)
    )
    return await _about(turn, there, f"{there.title} moved: {when}.", effect)


async def _moved_together(turn: Turn, events: Sequence[EventView]) -> Outcome:
    """Each by what was said: "shift everything this afternoon by half an hour"."""
    slots = [new_slot(event, turn.request, turn.now, turn.services.zone) for event in events]
    if not all(isinstance(slot, Slot) for slot in slots):
        return Outcome((say("Say by how much, such as “move both by half an hour”, or move them one by one."),))
    pairs = [(event, slot) for event, slot in zip(events, slots, strict=True) if isinstance(slot, Slot)]
    there = [await turn.execute(EditEvent(event.id, start=slot.start, end=slot.end)) for event, slot in pairs]
    reversals = tuple(_back(event, event.id, "this") for event in events)
    lines = [event_named(event, turn.now, turn.services.zone) for event in there]
    effect = Effect(
        turn.request.having(event=[e.id for e in there]), f"{count_text(len(there), 'event')} moved", reversals
    )
    return Outcome((say(f"Moved: {listed(lines)}.", UNDO),), effect=effect, changes={"last": effect.request})


async def cancel_event(turn: Turn) -> Outcome:
    """It stays in the calendar, marked, so that it can be taken back."""
    chosen = await events_meant(turn, said_times(turn.request))
    if chosen.asks:
        return chosen.asks
    if (len(chosen.views) > 1 or chosen.several) and not turn.request.get("confirmed"):
        return _ask_first(chosen.views, turn)
    series = _is_of_series(turn)
    scopes: list[Scope] = ["series" if series and event.series else "this" for event in chosen.views]
    for event, scope in zip(chosen.views, scopes, strict=True):
        await turn.execute(CancelEvent(event.id, scope))
    pairs = zip(chosen.views, scopes, strict=True)
    reversals = tuple(Reversal("event_gone", (e.series or e.id) if scope == "series" else e.id) for e, scope in pairs)
    names = titles_text([event.title for event in chosen.views])
    request = turn.request.having(event=[event.id for event in chosen.views])
    effect = Effect(request, f"{names} cancelled", reversals)
    when = f" ({event_when(chosen.views[0], turn.now, turn.services.zone)})" if len(chosen.views) == 1 else ""
    whole = " with all that follow" if "series" in scopes else ""
    text = f"Cancelled: {names}{when}{whole}."
    stays = len(chosen.views) == 1 and chosen.views[0].series and not whole  # the others of its series
    subject = Subject("event", chosen.views[0].id) if stays else None
    return Outcome((say(text, UNDO),), effect=effect, changes={"last": request, "subject": subject})


def _is_of_series(turn: Turn) -> bool:
    """Whether more is meant than one occurrence: "from now on", "all standups"."""
    return bool(_SERIES.search(str(turn.request.get("text", ""))))


def _ask_first(events: Sequence[EventView], turn: Turn) -> Outcome:
    """Cancelling several at once is asked about, by name."""
    request = turn.request.having(event=[event.id for event in events])
    lines = [event_named(event, turn.now, turn.services.zone) for event in events]
    those = f"{count_text(len(events), 'event')}: {listed(lines)}"
    pending = Pending(new_id("q"), "confirm", request, f"Cancel {those}?")
    text = f"That cancels {those}. Shall I?"
    return Outcome((say(text, YES, NO),), pending=pending)


async def _about(turn: Turn, event: EventView, text: str, effect: Effect | None = None) -> Outcome:
    """What became of an event, and what it clashes with now."""
    note, free = await clash_note(event, turn)
    buttons = [UNDO] if effect else []
    if free is not None:
        title = f"Move to {clock_text(free, turn.services.zone)}"
        buttons.append(says(f"move it to {clock_text(free, turn.services.zone)}", title))
    changes = {"last": effect.request} if effect else {}
    reply = say(f"{text}{note}", *buttons)
    return Outcome((reply,), subject=Subject("event", event.id), effect=effect, changes=changes)


def _back(event: EventView, id: str, scope: Scope) -> Reversal:
    """How a move is taken back: all-day events by their days."""
    values = {"start": instant_text(event.start), "end": instant_text(event.end), "scope": scope}
    return Reversal("event_time", id, {**values, "all_day": event.all_day})


# --- taking back -------------------------------------------------------------------------------------


async def _unmake(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(DeleteEvent(reversal.subject, reversal.values.get("scope", "this")))


async def _to_its_time(reversal: Reversal, turn: Turn) -> None:
    values = reversal.values
    start: When = parse_instant(str(values["start"]))
    end: When = parse_instant(str(values["end"]))
    if values.get("all_day"):
        start, end = _local_day(start, turn), _local_day(end, turn)
    await turn.execute(EditEvent(reversal.subject, start=start, end=end, scope=values.get("scope", "this")))


async def _restore(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(RestoreEvent(reversal.subject))


def _local_day(at: When, turn: Turn) -> date:
    return at.astimezone(turn.services.zone).date() if isinstance(at, datetime) else at


REVERSALS: Mapping[str, Reverse] = {"event_made": _unmake, "event_time": _to_its_time, "event_gone": _restore}
