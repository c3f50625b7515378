"""When a person wants to be left alone, of a sentence, as the config of their twin keeps it. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.dialogue.moments import is_bare_clock
from interview.hours import clock_text, nearest, spans_said
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import Rejected

_IN_A_NIGHT = re.compile(r"\b(?:to)?night\b", re.IGNORECASE)
_AFTER_MIDNIGHT = timedelta(hours=6)
HOURS, DAYS, FROM, UNTIL, BREAKS = "quiet_hours", "quiet_days", "quiet_from", "quiet_until", "breaks_quiet"
_NIGHT, _AFTERNOON = "22:00-07:00", "14:00-16:00"
A_WHILE: Final = timedelta(hours=1)  # where nobody said for how long
_QUIET = r"(?:quiet|dnd|do not disturb|don'?t disturb|silen\w*|mute\w*|peace)"
_OFF = re.compile(
    rf"\b(?:turn off|switch off|off|end|stop|over|disable|remove|cancel|no)\b[^.]*\b{_QUIET}\b"
    rf"|\b{_QUIET}\b[^.]*\b(?:off|over)\b|\bunmute\b|\bdisturb me (?:any ?time|whenever|again)\b"
    r"|\byou (?:can|may|could)\b[^.]*\b(?:again|any ?time|whenever)\b|\b(?:i'?m|i am) back\b",
    re.IGNORECASE,
)
_IF_CRITICAL = re.compile(
    r"\b(?:only|just|except|unless|but|apart from)\b[^.]*\b(?:critical|urgent|serious|important|alarms?)\b",
    re.IGNORECASE,
)
# "Wake me at night for critical things" wants more, and no quiet.
_WAKES = re.compile(
    r"\b(?<!don't )(?<!not )(?:wake|disturb|call) me\b[^.]*\b(?:for|about|if|when)\b[^.]*"
    r"\b(?:critical|urgent|serious|important|alarms?)\b",
    re.IGNORECASE,
)
_IF_DANGEROUS = re.compile(
    r"\b(?:only|just|except|unless|but|apart from)\b[^.]*\b(?:emergenc\w*|danger\w*|hazards?|life)\b"
    r"|\bemergencies only\b",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:today|tonight|tomorrow|this|next|until|till?|now|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_AT_NIGHT = re.compile(r"\b(?:at night|nights|in the night)\b", re.IGNORECASE)
_EDGES = re.compile(r"\b(?:after|before|from|past|onwards?)\b", re.IGNORECASE)
_DAY_NAMES: Mapping[str, str] = {
    "MO": "mon",
    "TU": "tue",
    "WE": "wed",
    "TH": "thu",
    "FR": "fri",
    "SA": "sat",
    "SU": "sun",
}


def quiet_said(text: str, slots: Mapping[str, Any], now: datetime, quiet_s: tuple[int, int]) -> dict[str, Any]:
    """Config by key; empty where it is of a kind that cannot be kept.

    `now` is aware and in the person's own time zone; `quiet_s`: the quiet hours of today, seconds after midnight.
    Raises Rejected for hours that no day has.
    """
    found = _broken_by(text)
    if _OFF.search(text):
        return {HOURS: "off", DAYS: None, FROM: None, UNTIL: None}
    if found and (_AT_NIGHT.search(text) or _WAKES.search(text)):
        return found
    if days := _days(slots):
        return {} if slots.get("times") else {DAYS: days, **found}
    if spans := spans_said(text):
        return {HOURS: _nightly(spans), **found}
    if times := slots.get("times"):
        return {**_at_time(text, times[0], now, quiet_s), **found}
    if isinstance(length := slots.get("duration"), (int, float)) and not isinstance(length, bool):
        return {FROM: None, UNTIL: instant_text(now + timedelta(seconds=float(length))), **found}
    if not found and spans is not None:
        hint = "Say it like “quiet hours 22 to 7”."
        raise Rejected("These are no two times of a day.", code="no_such_time", hint=hint)
    return found or {FROM: None, UNTIL: instant_text(now + A_WHILE)}


def _broken_by(text: str) -> dict[str, Any]:
    """What may be told all the same."""
    if _IF_DANGEROUS.search(text):
        return {BREAKS: None}
    return {BREAKS: "critical"} if _IF_CRITICAL.search(text) or _WAKES.search(text) else {}


def _days(slots: Mapping[str, Any]) -> str:
    """`sat,sun` of whole days that come again."""
    repeat = slots.get("recurrence")
    rule = str(repeat.get("rule", "")) if isinstance(repeat, Mapping) else ""
    if "BYHOUR" in rule or (days := re.search(r"BYDAY=([A-Z,]+)", rule)) is None:
        return ""
    return ",".join(_DAY_NAMES[day] for day in days[1].split(",") if day in _DAY_NAMES)


def _nightly(pairs: list[tuple[int, int]]) -> str:
    """`22:00-07:00` of "ten to seven": hours without a half of the day are those of a night, else of the day."""
    starts = {start for start, _ in pairs}
    hour, sure = min(starts) // 60, len(starts) == 1
    return nearest(pairs, _NIGHT if (8 <= hour < 12 and not sure) or hour >= 18 else _AFTERNOON)


def _at_time(text: str, time: Mapping[str, Any], now: datetime, quiet_s: tuple[int, int]) -> dict[str, Any]:
    start = parse_instant(str(time["start"])).astimezone(now.tzinfo)
    edge = time.get("edge")
    if edge == "until":
        return {FROM: None, UNTIL: instant_text(start)}
    clock = {**time, "text": _EDGES.sub("", str(time.get("text", "")))}
    if is_bare_clock(clock) and not time.get("end") and not _ONCE.search(text):
        named_half = re.search(r"\d\s*[ap]\.?m|morning|evening|night|noon", text, re.IGNORECASE)
        minute = start.hour * 60 + start.minute
        if edge == "before":
            minute = minute if named_half else minute % 720
            return {HOURS: f"{clock_text(quiet_s[0] // 60 % 1440)}-{clock_text(minute)}"}
        minute = minute if named_half or minute // 60 < 6 or minute >= 720 else minute + 720
        return {HOURS: f"{clock_text(minute)}-{clock_text(quiet_s[1] // 60 % 1440)}"}
    end = parse_instant(str(time["end"])) if time.get("end") else None
    if end is not None and _IN_A_NIGHT.search(str(time.get("text", ""))) and not end.astimezone(now.tzinfo).hour:
        end += _AFTER_MIDNIGHT  # whoever wants quiet tonight sleeps on
    if edge == "after" or end is None:
        begin, end = (start, end or _next(start, quiet_s[1])) if start > now else (now, _next(now, quiet_s[1]))
        return {FROM: instant_text(begin), UNTIL: instant_text(end)}
    return {FROM: instant_text(start) if start > now else None, UNTIL: instant_text(end)}


def _next(at: datetime, second: int) -> datetime:
    """The next time of this hour of the day."""
    there = at.replace(hour=second // 3600 % 24, minute=second % 3600 // 60, second=0, microsecond=0)
    return there if there > at else there + timedelta(days=1)
