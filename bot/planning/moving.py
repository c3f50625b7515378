"""Where an event or a reminder is moved to, from what was said: pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.dialogue.moments import is_bare_clock
from bot.dialogue.state import Request
from bot.planning.times import (
    Open,
    Slot,
    Time,
    length_of,
    picked_time,
    readings,
    said_times,
    with_clock,
)
from twin_core.contract.clock import parse_instant

_FINE = ("second", "minute", "hour")
_OLD = re.compile(
    r"\b(?:from|instead of|rather than|not|away from|originally(?: at| on)?)\s+(?:the\s+)?$", re.IGNORECASE
)
_NOUN_AFTER = re.compile(
    r"^(?:'s)?\s+(?:[a-z-]+\s+){0,2}(?:meetings?|appointments?|events?|calls?|one|ones|session|slot|booking|sync)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:earlier|sooner|forward|prepone|ahead)\b", re.IGNORECASE)
_LONGER = re.compile(r"\b(?:longer|(?:extend|lengthen|prolong)(?:ed)?\b.*\bby|prolong|add)\b", re.IGNORECASE)
_SHORTER = re.compile(r"\b(?:shorter|shorten(?:ed)?\b.*\bby)\b", re.IGNORECASE)
_LENGTH = re.compile(
    r"\b(?:extend|shorten|only|enough|lasts?|takes?|duration|long|length|make (?:it|that|my|the)|it'?s|it is|for)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:ends?|ending|finish(?:es)?|be over|until|till|til|lasts? until)(?:\s+(?:at|on|by))?\s*$", re.IGNORECASE
)
_SAME_HOUR = re.compile(r"\b(?:the )?same (?:time|hour|slot)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:later|earlier|sooner)\b", re.IGNORECASE)


class Timed(Protocol):
    """What can be moved: an event, or a reminder, which begins and ends at its instant."""

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...

    @property
    def all_day(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Told:
    """The times of a wish to move: those that say which event is meant, and the one that says where it goes."""

    which: tuple[Time, ...] = ()
    to: Time | None = None


def told(request: Request) -> Told:
    """Which time is which, by the words around it: "move tomorrow's standup to Friday"."""
    text, times = str(request.get("text", "")), said_times(request)
    which: list[Time] = []
    to: list[Time] = []
    for time in times:
        words = str(time.get("text", ""))
        at = text.find(words)
        before, after = (text[:at], text[at + len(words) :]) if at >= 0 else ("", "")
        if span := _from_to(time, before):
            which.append(span[0])
            to.append(span[1])
        elif words.endswith("'s") or _OLD.search(before) or (at >= 0 and _NOUN_AFTER.match(after)):
            which.append(time)
        else:
            to.append(time)
    if len(to) > 1:  # the last one is where it goes
        which, to = [*which, *to[:-1]], to[-1:]
    return Told(tuple(which), to[0] if to else None)


def new_slot(event: Timed, request: Request, now: datetime, zone: ZoneInfo) -> Slot | Open | None:
    """When the event is to be; None where nothing says so. What is not said stays: the day, the hour, the length."""
    length = event.end - event.start
    if picked := picked_time(request):
        return Slot(picked, picked + length)
    text, by = str(request.get("correction") or request.get("text", "")), length_of(request)
    time = told(request).to
    if time is None:
        return _by_length(event, text, by, zone) if by else None
    if _SAME_HOUR.search(text) or _SAME_HOUR.search(str(time.get("text", ""))):
        return _same_hour(event, time, length, now, zone)
    if _ENDS.search(_before(time, text)) or (time.get("edge") == "until" and not event.all_day):
        return _until(event, time, now, zone)
    if _RELATIVE.search(str(time.get("text", ""))) and time.get("grain") in (*_FINE, "day"):
        return _later(event, parse_instant(str(time["start"])) - now, text, zone)
    if time.get("grain") in _FINE and not (time.get("at") and time.get("end")):
        return _at_hour(event, time, by or length, now, zone)
    return _in_stretch(event, time, length, now, zone)


def _same_hour(event: Timed, time: Time, length: timedelta, now: datetime, zone: ZoneInfo) -> Slot | Open:
    """ "The same time next week" is on the same day of it, "the same time tomorrow" then."""
    day = parse_instant(str(time["start"])).astimezone(zone).date()
    if re.search(r"\bweeks?\b", str(time.get("text", "")), re.IGNORECASE):
        day += timedelta(days=event.start.astimezone(zone).weekday() - day.weekday())
    at = with_clock(day, event.start, zone)
    return Open(passed=at) if at <= now else Slot(at, at + length)


def _before(time: Time, text: str) -> str:
    at = text.find(str(time.get("text", "")))
    return text[: max(at, 0)]


def _until(event: Timed, time: Time, now: datetime, zone: ZoneInfo) -> Slot | Open | None:
    """Another end: "make it end at 6", "until half past ten"; the first of the readings that is after its start."""
    told = readings(time)
    if is_bare_clock(time):
        day = event.start.astimezone(zone).date()
        told = [with_clock(day, at, zone) for at in told]
        told += [at + timedelta(days=1) for at in told]
    ends = sorted(at for at in told if at > event.start)
    return Slot(event.start, ends[0]) if ends else None


def _at_hour(event: Timed, time: Time, length: timedelta, now: datetime, zone: ZoneInfo) -> Slot | Open:
    at = readings(time)
    day = event.start.astimezone(zone).date() if is_bare_clock(time) else at[0].astimezone(zone).date()
    clock = event.start.astimezone(zone)
    on_day = [with_clock(day, each, zone) for each in at]
    nearest = min(on_day, key=lambda each: (_distance(each, clock, zone), each))
    ahead = [each for each in on_day if each > now]
    if nearest <= now:
        if not ahead or event.start <= now:
            return Open(passed=nearest)
        nearest = min(ahead, key=lambda each: _distance(each, clock, zone))
    end = parse_instant(str(time["end"])) - at[0] + nearest if time.get("end") else nearest + length
    return Slot(nearest, end if end > nearest else nearest + length)


def _in_stretch(event: Timed, time: Time, length: timedelta, now: datetime, zone: ZoneInfo) -> Slot | Open:
    start = parse_instant(str(time["start"]))
    end = parse_instant(str(time["end"])) if time.get("end") else start + timedelta(days=1)
    first = start.astimezone(zone).date()
    if time.get("grain") in _FINE:  # "to the afternoon"
        return Open(stretch=(start, end))
    if time.get("grain") != "day":  # "to next week": on the same day of it
        first += timedelta(days=(event.start.astimezone(zone).weekday() - first.weekday()) % 7)
    if event.all_day:
        days = round(length / timedelta(days=1))
        return Slot(first, first + timedelta(days=max(1, days)))
    at = with_clock(first, event.start, zone)
    return Open(passed=at) if at <= now else Slot(at, at + length)


def _by_length(event: Timed, text: str, by: timedelta, zone: ZoneInfo) -> Slot:
    length = event.end - event.start
    if _LONGER.search(text):
        return Slot(event.start, event.end + by)
    if _SHORTER.search(text) and length > by:
        return Slot(event.start, event.end - by)
    if _LENGTH.search(text) and not _RELATIVE.search(text) and not _EARLIER.search(text):
        return Slot(event.start, event.start + by)
    return _later(event, by, text, zone)


def _later(event: Timed, by: timedelta, text: str, zone: ZoneInfo) -> Slot:
    by = -abs(by) if _EARLIER.search(text) else by
    if by % timedelta(days=1) == timedelta():  # whole days keep the wall clock
        day = event.start.astimezone(zone).date() + by
        if event.all_day:
            return Slot(day, (event.end.astimezone(zone) + by).date())
        start = with_clock(day, event.start, zone)
        return Slot(start, start + (event.end - event.start))
    return Slot(event.start + by, event.end + by)


def _distance(at: datetime, clock: datetime, zone: ZoneInfo) -> float:
    """How far apart two hours of the day are."""
    local = at.astimezone(zone)
    return abs((local.hour - clock.hour) * 60 + local.minute - clock.minute)


def _from_to(time: Time, before: str) -> tuple[Time, Time] | None:
    """ "From Monday to Tuesday" says when it was and when it will be, where something is moved."""
    words = str(time.get("text", ""))
    starts = re.search(r"\bfrom\s+(?:the\s+)?$", before, re.IGNORECASE) or words.lower().startswith("from ")
    if not time.get("end") or " to " not in words or not starts:
        return None
    first, _, second = words.partition(" to ")
    if time.get("grain") == "day":
        end = datetime.fromisoformat(str(time["end"])) - timedelta(days=1)
        day_after = datetime.fromisoformat(str(time["start"])) + timedelta(days=1)
        return (
            {**time, "end": day_after.isoformat(), "text": first},
            {**time, "start": end.isoformat(), "end": time["end"], "text": second},
        )
    return (
        {**time, "end": None, "text": first, "options": []},
        {**time, "start": time["end"], "end": None, "text": second, "options": []},
    )
