"""Questions about the calendar: what is on, when something is, when there is time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.dialogue.buttons import says
from bot.dialogue.moments import is_bare_clock
from bot.dialogue.state import Listing, Subject
from bot.planning import matching
from bot.planning.clashing import clash_line
from bot.planning.reminder_wording import reminder_line
from bot.planning.times import HOUR, asked_span, length_of, likelier, readings, said_times
from bot.planning.titles import without_times
from bot.planning.wording import clock_text, day_text, event_line, event_named, event_when
from bot.replies.phrases import SHOWN, capital, count_text, listed, span_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import AgendaView, EventView, FindFreeTime, FreeSlot, GetAgenda, GetEvent
from twin_core.contract.reminders import GetReminder, ListReminders
from twin_core.contract.tasks import GetTask

EXAMPLE: Mapping[str, Any] = {}
_AHEAD = timedelta(days=400)
_NEXT = re.compile(
    r"\bnext\s+(?:meeting|appointment|event|call|thing|one)\b|\bwhat'?s next\b|\bcoming up\b", re.IGNORECASE
)
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
_WHO = re.compile(r"\bwho\b", re.IGNORECASE)
_CLASH = re.compile(r"\b(?:clash|conflict|overlap|double[- ]book)", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many\b", re.IGNORECASE)
_LONG = re.compile(r"\bhow long\b", re.IGNORECASE)
_PARTS = (("morning", 0, 12), ("afternoon", 12, 18), ("evening", 17, 24), ("night", 17, 24))
_FINISHED = re.compile(r"\bwhen (?:am i|do i|will i be) (?:done|finished|finish|free to go|through)\b", re.IGNORECASE)
_COMMON = frozenset(
    "anything something plans plan happening planned busy upcoming week weekend month morning afternoon evening night "
    "look looks like show tell read give calendar's agenda schedule free full see happen on".split()
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"ask_agenda": ask_agenda, "find_free_time": find_free_time}


async def ask_agenda(turn: Turn) -> Outcome:
    """What is on in the time that was said; else the event that was named; else what is left of today."""
    text = str(turn.request.get("text", ""))
    times = said_times(turn.request)
    words = _words(turn, text)
    if turn.request.get("ordinal") is not None and (id := turn.meant("event")):
        event = await turn.query(GetEvent(id))
        return _about(turn, event, event_named(event, turn.now, turn.services.zone))
    if turn.request.get("of_it") and (id := turn.meant("event")):
        return await _of_it(turn, id, text)
    if _NEXT.search(text) and not times:
        return await _next(turn)
    if words and (found := await _named(turn, words, times)):
        return found
    start, end, said = await _that_day(turn) if turn.request.get("that_day") else _span(times, turn)
    agenda = await turn.query(GetAgenda(start, end, turn.user))
    if _CLASH.search(text):
        return _clashes(agenda, said, turn)
    if _FINISHED.search(text) and agenda.events:
        last = max((e for e in agenda.events if not e.all_day), key=lambda e: e.end, default=None)
        if last:
            ends = clock_text(last.end, turn.services.zone)
            return _about(turn, last, f"{capital(said)} your last event, {last.title}, ends at {ends}")
    outcome = _told(agenda, said, turn, counted=bool(_COUNT.search(text)))
    return await _with_wishes(turn, outcome, start, end)


async def find_free_time(turn: Turn) -> Outcome:
    """Gaps of the length that was said, or whether an hour is free."""
    times = said_times(turn.request)
    length = length_of(turn.request) or HOUR / 2
    if times and times[0].get("grain") in ("second", "minute", "hour") and not times[0].get("at"):
        return await _is_free(turn, times[0], length_of(turn.request))
    start, end, said = _span(times, turn, ahead=timedelta(days=7))
    if end <= turn.now:
        return Outcome((say(f"That is over: {said}. Ask me when you are free from now on."),))
    slots = await turn.query(FindFreeTime(turn.user, max(start, turn.now), end, length.total_seconds()))
    how_long = span_text(length) if length_of(turn.request) else ""
    if not slots:
        gap = f"There is no gap of {how_long} {said}" if how_long else f"Nothing is free {said}"
        planned = (await turn.query(GetAgenda(max(start, turn.now), end, turn.user))).events
        empty = "" if any(event.busy for event in planned) else "; nothing is in your calendar then"  # a day off
        text = f"{gap} within your working hours{empty}."
        return Outcome((say(text, says("when am I free this week?", "This week")),))
    lead = f"You have {how_long} free" if how_long else "You are free"
    lines = _slot_lines(slots, turn)
    shown = lines if len(lines) <= SHOWN + 1 else lines[:SHOWN]
    more = f", and {len(lines) - len(shown)} more days" if len(lines) > len(shown) else ""
    return Outcome((say(f"{lead} {listed(shown)}{more}."),))


async def _is_free(turn: Turn, time: Mapping[str, Any], length: timedelta | None) -> Outcome:
    zone = turn.services.zone
    at = likelier(readings(time), zone, str(turn.request.get("text", "")))[0]
    until = datetime.fromisoformat(str(time["end"])) if time.get("end") else at + (length or HOUR)
    agenda = await turn.query(GetAgenda(at, until, turn.user))
    busy = [event for event in agenda.events if event.busy and not event.all_day]
    when = f"{day_text(at.astimezone(zone).date(), turn.now.astimezone(zone).date())} at {clock_text(at, zone)}"
    if not busy:
        return Outcome((say(f"Yes, you are free {when}."),))
    lines = listed([event_line(event, zone) for event in busy])
    return Outcome((say(f"No, {when} you have {lines}."),), subject=Subject("event", busy[0].id))


async def _next(turn: Turn) -> Outcome:
    agenda = await turn.query(GetAgenda(turn.now, turn.now + _AHEAD, turn.user))
    coming = next((e for e in agenda.events if e.start >= turn.now and not e.all_day), None)
    if coming is None:
        return Outcome((say("Nothing is coming up in your calendar."),))
    return _about(turn, coming, f"Next is {event_named(coming, turn.now, turn.services.zone)}")


async def _named(turn: Turn, words: Sequence[str], times: Sequence[Mapping[str, Any]]) -> Outcome | None:
    """The event that was asked about by name; None where the words name none."""
    span = asked_span(times[0], turn.now) if times else None
    start, end = span or (turn.now, turn.now + _AHEAD)
    agenda = await turn.query(GetAgenda(start, end, turn.user))
    hits = matching.best_matches(words, [event.title for event in agenda.events])
    if not hits:
        return None
    events = [agenda.events[i] for i in hits]
    first, text = events[0], str(turn.request.get("text", ""))
    if _WHERE.search(text) or _WHO.search(text):
        return _place_or_people(turn, first, text)
    series = {event.series or event.id for event in events}
    if len(series) == 1 or len(events) == 1:
        return _about(turn, first, f"{first.title} is {event_when(first, turn.now, turn.services.zone)}")
    return _told(AgendaView(start, end, tuple(events), (), ()), "", turn)


def _place_or_people(turn: Turn, event: EventView, text: str) -> Outcome:
    if _WHERE.search(text):
        return _about(turn, event, f"{event.title}: {event.location or 'no place is given'}")
    names = [person.name for person in event.attendees]
    return _about(turn, event, f"{event.title}: {listed(names) if names else 'nobody else is named'}")


async def _of_it(turn: Turn, id: str, text: str) -> Outcome:
    """When the event that was spoken of is, or how long it takes."""
    event = await turn.query(GetEvent(id))
    if _WHERE.search(text) or _WHO.search(text):
        return _place_or_people(turn, event, text)
    if _LONG.search(text) and not event.all_day:
        length = span_text(event.end - event.start)
        return _about(turn, event, f"{length}: {event_named(event, turn.now, turn.services.zone)}")
    return _about(turn, event, f"{event.title} is {event_when(event, turn.now, turn.services.zone)}")


async def _that_day(turn: Turn) -> tuple[datetime, datetime, str]:
    """The day, or the part of it, on which that is that was spoken of."""
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    at = await _when_spoken_of(turn)
    day = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    text = str(turn.request.get("text", "")).lower()
    name, first, last = next((part for part in _PARTS if part[0] in text), ("", 0, 24))
    start, end = day + timedelta(hours=first), day + timedelta(hours=last)
    near = day_text(day.date(), today)
    on = near if near in ("today", "tomorrow", "yesterday") else f"on {near}"
    return start, end, f"{on} in the {name}" if name else on


async def _when_spoken_of(turn: Turn) -> datetime:
    """When the event, the reminder or the task is that was spoken of."""
    at = None
    if event := turn.meant("event"):
        at = (await turn.query(GetEvent(event))).start
    elif reminder := turn.meant("reminder"):
        at = (await turn.query(GetReminder(reminder))).at
    elif task := turn.meant("task"):
        at = (await turn.query(GetTask(task))).due
    return at or turn.now


async def _with_wishes(turn: Turn, outcome: Outcome, start: datetime, end: datetime) -> Outcome:
    """What was asked of devices for that time is on, too."""
    reminders = await turn.query(ListReminders(turn.user))
    lines = [reminder_line(turn, r) for r in reminders if r.wishes and r.at and start <= r.at < end]
    if not lines:
        return outcome
    first, *rest = outcome.replies
    return replace(outcome, replies=(replace(first, text=f"{first.text}\nI'll see to: {'; '.join(lines)}."), *rest))


def _about(turn: Turn, event: EventView, text: str) -> Outcome:
    where = f" ({event.location})" if event.location and event.location not in text else ""
    return Outcome((say(f"{text}{where}."),), subject=Subject("event", event.id))


def _told(agenda: AgendaView, said: str, turn: Turn, *, counted: bool = False) -> Outcome:
    events, zone = agenda.events, turn.services.zone
    if not events:
        due = f" {capital(_due(agenda))}." if agenda.tasks else ""
        return Outcome((say(f"Nothing is in your calendar {said}.".replace(" .", ".") + due),))
    shown = events if len(events) <= SHOWN + 1 else events[:SHOWN]
    lead = f"{capital(said)}: {count_text(len(events), 'event')}." if counted or len(shown) < len(events) else ""
    lines = _lines(shown, agenda.start, turn, said)
    more = [f"And {len(events) - len(shown)} more."] if len(shown) < len(events) else []
    notes = [clash_line(agenda, turn)] if agenda.clashes else []
    tasks = [f"{capital(_due(agenda))}."] if agenda.tasks else []
    text = "\n".join(line for line in (lead, *lines, *more, *notes, *tasks) if line)
    listing = Listing("event", tuple(event.id for event in events))
    card = {
        "kind": "list",
        "title": capital(said) or "Calendar",
        "items": [{"title": e.title, "detail": event_line(e, zone), "severity": "info", "buttons": []} for e in events],
    }
    return Outcome((say(text, card=card),), listing=listing)


def _lines(events: Sequence[EventView], start: datetime, turn: Turn, said: str) -> list[str]:
    """A line a day; one line alone says the day that was asked about."""
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    days: dict[str, list[str]] = {}
    for event in events:
        day = max(event.start, start).astimezone(zone).date()
        days.setdefault(day_text(day, today), []).append(event_line(event, zone))
    return [f"{capital(day)}: {', '.join(lines)}." for day, lines in days.items()]


def _due(agenda: AgendaView) -> str:
    return f"{count_text(len(agenda.tasks), 'task')} due: {listed([task.title for task in agenda.tasks])}"


def _clashes(agenda: AgendaView, said: str, turn: Turn) -> Outcome:
    if not agenda.clashes:
        return Outcome((say(f"No, nothing clashes {said}."),))
    zone = turn.services.zone
    pairs = [f"{c.first.title} and {c.second.title} ({event_when(c.first, turn.now, zone)})" for c in agenda.clashes]
    ids = tuple(dict.fromkeys(e.id for c in agenda.clashes for e in (c.first, c.second)))
    return Outcome((say(f"Yes: {listed(pairs)}."),), listing=Listing("event", ids))


def _span(
    times: Sequence[Mapping[str, Any]], turn: Turn, ahead: timedelta | None = None
) -> tuple[datetime, datetime, str]:
    """What is asked about, and how that is said; else what is left of today, or the time ahead."""
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    if (several := _adjoining(times, turn)) is not None:
        return several
    if times and (span := asked_span(times[0], turn.now)):
        time = times[0]
        if time.get("edge") == "before":
            return turn.now, span[0], f"before {time.get('text', '')}".strip()
        if is_bare_clock(time) and time.get("edge") is None and not time.get("end"):
            return span[0], span[1], f"at {clock_text(span[0], zone)}"
        if time.get("grain") == "day" and span[1] - span[0] <= timedelta(days=1, hours=1):
            day = day_text(span[0].astimezone(zone).date(), today)
            return *span, day if day in ("today", "tomorrow", "yesterday") else f"on {day}"
        return *span, str(time.get("text", "then"))
    if ahead is not None:
        return turn.now, turn.now + ahead, "in the next seven days"
    midnight = turn.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return turn.now, midnight + timedelta(days=1), "today"


def _adjoining(times: Sequence[Mapping[str, Any]], turn: Turn) -> tuple[datetime, datetime, str] | None:
    """ "Today and tomorrow" is one stretch of days; None where the days do not follow each other, or are one."""
    spans = [asked_span(time, turn.now) for time in times if time.get("grain") == "day" and not time.get("edge")]
    days = sorted(span for span in spans if span)
    if len(days) < 2 or len(days) < len(times) or any(b[0] > a[1] for a, b in pairwise(days)):
        return None
    return days[0][0], days[-1][1], listed([str(time.get("text", "then")) for time in times])


def _words(turn: Turn, text: str) -> list[str]:
    words = matching.said_words(without_times(text, turn.request.get("spans", ())))
    return [w for w in words if w not in _COMMON] if matching.names_something(words) else []


def _slot_lines(slots: Sequence[FreeSlot], turn: Turn) -> list[str]:
    """A line a day: `tomorrow from 09:15 to 10:00 and from 12:30 to 17:00`."""
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    days: dict[str, list[str]] = {}
    for slot in slots:
        hours = f"from {clock_text(slot.start, zone)} to {clock_text(slot.end, zone)}"
        days.setdefault(day_text(slot.start.astimezone(zone).date(), today), []).append(hours)
    return [f"{day} {listed(hours)}" for day, hours in days.items()]
