"""When a task or event is, from the times that were said. Pure; local times are of the zone given."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.moments import is_bare_clock, stretch
from bot.dialogue.state import Request
from bot.planning.impossible import check_times
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Rejected

Time = Mapping[str, Any]
HOUR = timedelta(hours=1)
_LONGEST_AT_A_STRETCH = timedelta(hours=14)  # "from 5 pm to 3 pm" is a slip, "from 10 pm to 6 am" a night
_DAYS = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|to(?:day|morrow)|next day|\d+(?:st|nd|rd|th))\b", re.IGNORECASE
)
_FINE = ("second", "minute", "hour")
_MIDNIGHT = re.compile(r"\bmidnight\b", re.IGNORECASE)  # what is due on Sunday at midnight may take all of Sunday
_CHANGED = 3  # by this hour the clocks have changed, where they do
_LONG = ("week", "month", "quarter", "year")
_EVENING = re.compile(
    r"\b(?:dinner|supper|party|concert|theat(?:re|er)|cinema|movie|film|drinks|pub|opera|show|date|gala|barbecue|bbq|"
    r"match|evening|night|choir|dance)\b",
    re.IGNORECASE,
)
_MORNING = re.compile(r"\b(?:wake|get up|alarm|breakfast|brunch|jog(?:ging)?|sunrise|school run)\b", re.IGNORECASE)
_WHOLE_DAYS = re.compile(
    r"\b(?:all[- ]day|whole day|birthday|holidays?|vacation|leave|anniversary|day off|out of office|public holiday|"
    r"trip|fair|festival|conference|sick|away|travel(?:ling)?|offsite|retreat)\b",
    re.IGNORECASE,
)
_BLOCKS = re.compile(r"^\W*(?:please\s+|can you\s+)*(?:block|reserve|keep)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Slot:
    """When something is: two instants, or two days of which the last is exclusive."""

    start: datetime | date
    end: datetime | date


@dataclass(frozen=True, slots=True)
class Open:
    """What is still to be asked: the hour within a stretch, which of two readings, or the whole time."""

    stretch: tuple[datetime, datetime] | None = None
    readings: tuple[datetime, ...] = ()  # the times that can be meant
    passed: datetime | None = None  # a time of today that is over


def said_times(request: Request) -> list[Time]:
    """Every time of the request, a date and an hour said apart taken together. Raises Rejected for 30 February."""
    check_times(str(request.get("text", "")))
    times = [_as_of_today(t) for t in request.get("times", ()) if t.get("start")]
    times = [t for t in times if str(t.get("text", "")).lower() not in ("now", "now on")]
    if len(times) == 2:
        day, clock = sorted(times, key=is_bare_clock)
        whole = day.get("grain") == "day" or _is_part_of_day(day)
        # "Move tomorrow's to ten": the day says which one is meant.
        which = request.intent == "move_event" and str(day.get("text", "")).endswith(("'s", "’s"))
        if is_bare_clock(clock) and not is_bare_clock(day) and whole and not which:
            return [_on_day(clock, day)]
    return times


def _as_of_today(time: Time) -> Time:
    """An hour that is over is that of today where something is to be done then: it is asked about, never moved."""
    return {**time, **time["passed"]} if "passed" in time else time


def rule_said(repeat: Mapping[str, Any]) -> str:
    """The rule of a repetition, with its end where one was said. Raises Rejected for an end before its beginning."""
    rule = str(repeat["rule"])
    if not repeat.get("end") or "UNTIL=" in rule or "COUNT=" in rule:
        return rule
    end = datetime.fromisoformat(str(repeat["end"]))
    if end <= datetime.fromisoformat(str(repeat["start"])):
        named = f"“{repeat['text']}”" if repeat.get("text") else "That"
        raise Rejected(
            f"{named} is over before it begins, so it would never come.",
            code="never_comes",
            hint="Say an end that is still ahead, or none.",
        )
    return f"{rule};UNTIL={end - timedelta(seconds=1):%Y%m%dT%H%M%S}"


def readings(time: Time) -> list[datetime]:
    """Every instant that it may mean, the likelier first."""
    first = parse_instant(str(time["start"]))
    others = [parse_instant(str(option["start"])) for option in time.get("options", ())]
    return [first, *(other for other in others if other != first)]


def event_slot(request: Request, now: datetime, zone: ZoneInfo, title: str = "") -> Slot | Open:
    """When a new event is, or what is to be asked."""
    if start := picked_time(request):
        return Slot(start, start + _length(request))
    if isinstance(repeat := request.get("recurrence"), Mapping):
        return _repeated(repeat, request)
    times = said_times(request)
    if not times:
        return Open()
    time, text = _telling(times), f"{title} {request.get('text', '')}"
    if time.get("grain") in _FINE and not _is_part_of_day(time):
        return _at_hour(time, request, now, zone, text)
    start, end = _stretch(time)
    days = round((end - start) / timedelta(days=1))
    if request.get("all_day") or days > 1 or (days == 1 and _WHOLE_DAYS.search(text)):
        first = start.astimezone(zone).date()
        return Slot(first, first + timedelta(days=max(1, days)))
    if days < 1 and _BLOCKS.search(text) and not request.get("duration"):
        return Slot(start, end)
    return Open(stretch=(start, end))


def _telling(times: Sequence[Time]) -> Time:
    """Of "the Sunday brunch on 29 March at 11" the date with its hour; the first where none says more."""
    dated = [t for t in times if t.get("grain") in _FINE and not is_bare_clock(t) and not _is_part_of_day(t)]
    return dated[0] if dated and times[0].get("grain") == "day" else times[0]


def due_of(time: Time, now: datetime, zone: ZoneInfo) -> datetime | date | Open:
    """By when a task is due: an hour, or the last day of what was said."""
    if time.get("grain") in _FINE and not _is_part_of_day(time):
        due = _coming(time, now, zone)
        ends_a_day = _MIDNIGHT.search(str(time.get("text", ""))) and not is_bare_clock(time)
        return due + timedelta(days=1) if ends_a_day and isinstance(due, datetime) else due
    start, end = _stretch(time)
    if time.get("grain") in _FINE:  # a part of a day; one that ends it, as a night does, is as good as the day
        day = start.astimezone(zone).date()
        return end if end.astimezone(zone).date() == day else day
    if time.get("edge") == "before":
        return start.astimezone(zone).date() - timedelta(days=1)
    return (end - timedelta(seconds=1)).astimezone(zone).date()


def due_at_end(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day, by when a task of that day is due."""
    return datetime.combine(day, datetime.max.time().replace(microsecond=0), zone).astimezone(UTC)


def picked_time(request: Request) -> datetime | None:
    """The time that was picked of those offered."""
    chosen = request.get("start")
    return parse_instant(str(chosen[0] if isinstance(chosen, (list, tuple)) else chosen)) if chosen else None


def asked_span(time: Time, now: datetime) -> tuple[datetime, datetime] | None:
    """The stretch of the calendar that a question about plans means: next week is Monday to Sunday, Friday the next."""
    return stretch({k: v for k, v in time.items() if k not in ("rolling", "previous")}, now)


def length_of(request: Request) -> timedelta | None:
    """The length that was said."""
    seconds = request.get("duration")
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds > 0:
        return timedelta(seconds=min(float(seconds), 3650 * 86_400))
    return None


def with_clock(day: date, clock: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock time of an instant, on another day."""
    wall = clock.astimezone(zone)
    return datetime.combine(day, wall.time(), zone).astimezone(UTC)


def likelier(times: Sequence[datetime], zone: ZoneInfo, text: str) -> list[datetime]:
    """Of the halves of a day the one that people meet in; both where neither or both are."""
    if len(times) < 2:
        return list(times)
    hours = [at.astimezone(zone).hour for at in times]
    if _EVENING.search(text):
        return [at for at, hour in zip(times, hours, strict=True) if hour >= 12] or list(times)
    if _MORNING.search(text):
        return [at for at, hour in zip(times, hours, strict=True) if hour < 12] or list(times)
    usual = [at for at, hour in zip(times, hours, strict=True) if 8 <= hour < 18]
    return usual if len(usual) == 1 else list(times)


def _at_hour(time: Time, request: Request, now: datetime, zone: ZoneInfo, text: str) -> Slot | Open:
    told = readings(time)
    todays = is_bare_clock(time) or told[0].astimezone(zone).date() == now.astimezone(zone).date()
    likely = likelier(_one_day(told, zone), zone, text)
    if len(likely) > 1:
        coming = [at for at in likely if at > now]
        likely = coming if len(coming) == 1 else likely
    if len(likely) > 1:
        return Open(readings=tuple(sorted(likely)))
    start = likely[0]
    end = parse_instant(str(time["end"])) - told[0] + start if time.get("end") else start + _length(request)
    if time.get("end") and end - start > _LONGEST_AT_A_STRETCH and len(_DAYS.findall(str(time.get("text", "")))) < 2:
        hours = f"from {start.astimezone(zone):%H:%M} to {end.astimezone(zone):%H:%M}"
        raise Rejected(
            f"It would end before it begins: {hours}.",
            code="ends_before",
            hint="Say when it ends, or for how long it lasts; if it goes on until the next day, name both days.",
        )
    if start <= now and todays:
        return Open(readings=tuple(at for at in _one_day(told, zone) if at > now), passed=start)
    return Slot(start, end if end > start else start + _length(request))


def _coming(time: Time, now: datetime, zone: ZoneInfo) -> datetime | Open:
    told = _one_day(readings(time), zone)
    likely = likelier(told, zone, "")
    coming = [at for at in (likely if len(likely) == 1 else told) if at > now]
    if coming:
        return coming[0] if len(likely) == 1 else next(at for at in told if at > now)
    return Open(passed=likely[0])


def _one_day(times: Sequence[datetime], zone: ZoneInfo) -> list[datetime]:
    """Both halves on the day that was meant: that of the likelier reading."""
    day = times[0].astimezone(zone).date()
    return list(dict.fromkeys(with_clock(day, at, zone) for at in times))


def _repeated(repeat: Mapping[str, Any], request: Request) -> Slot | Open:
    start = parse_instant(str(repeat["start"]))
    times = said_times(request)
    if repeat.get("grain") == "day" and not times:
        return Open(stretch=(start, start + timedelta(days=1)))
    if repeat.get("grain") == "day":
        start = with_clock(start.date(), readings(times[0])[0], ZoneInfo("UTC"))
    length = timedelta(seconds=float(repeat["length_s"])) if repeat.get("length_s") else _length(request)
    return Slot(start, start + length)


def _stretch(time: Time) -> tuple[datetime, datetime]:
    start = parse_instant(str(time["start"]))
    return start, parse_instant(str(time["end"])) if time.get("end") else start + timedelta(days=1)


def _is_part_of_day(time: Time) -> bool:
    """ "Tomorrow afternoon": hours without an hour."""
    return bool(time.get("at")) and bool(time.get("end"))


def _length(request: Request) -> timedelta:
    return length_of(request) or HOUR


def _local_date(time: Time) -> date:
    return datetime.fromisoformat(str(time["start"])).date()


def _on_day(clock: Time, on: Time) -> Time:
    """An hour that was said apart from its day; by day its offset is that of the day's end."""
    day = _local_date(on)
    offsets = [datetime.fromisoformat(str(on.get(edge) or on["start"])).tzinfo for edge in ("start", "end")]

    def moved(text: object) -> str | None:
        at = datetime.fromisoformat(str(text)) if text else None
        if at is None:
            return None
        return at.replace(year=day.year, month=day.month, day=day.day, tzinfo=offsets[at.hour >= _CHANGED]).isoformat()

    options = [{**o, "start": moved(o["start"]), "end": moved(o.get("end"))} for o in clock.get("options", ())]
    text = f"{day.isoformat()} {clock.get('text', '')}"
    return {**clock, "start": moved(clock["start"]), "end": moved(clock.get("end")), "options": options, "text": text}
