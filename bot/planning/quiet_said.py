"""When a person wants to be left alone, of a sentence, as the config of their twin keeps it. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.dialogue.moments import is_bare_clock
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.numbers import digit_of

HOURS, DAYS, FROM, UNTIL, BREAKS = "quiet_hours", "quiet_days", "quiet_from", "quiet_until", "breaks_quiet"
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
_IF_DANGEROUS = re.compile(
    r"\b(?:only|just|except|unless|but|apart from)\b[^.]*\b(?:emergenc\w*|danger\w*|hazards?|life)\b"
    r"|\bemergencies only\b",
    re.IGNORECASE,
)
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*([ap])?\.?(?:m\b\.?)?"
_SPAN = re.compile(rf"(?<![\w:.]){_CLOCK}\s*(?:-|–|to|till?|until|and)\s*{_CLOCK}(?![\w:])", re.IGNORECASE)
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
    if found and _AT_NIGHT.search(text):
        return found
    if days := _days(slots):
        return {} if slots.get("times") else {DAYS: days, **found}
    if hours := _span(text):
        return {HOURS: hours, **found}
    if times := slots.get("times"):
        return {**_at_time(text, times[0], now, quiet_s), **found}
    if isinstance(length := slots.get("duration"), (int, float)) and not isinstance(length, bool):
        return {FROM: None, UNTIL: instant_text(now + timedelta(seconds=float(length))), **found}
    if not found and _SPAN.search(text):
        hint = "Say it like “quiet hours 22 to 7”."
        raise Rejected("These are no two times of a day.", code="no_such_time", hint=hint)
    return found or {FROM: None, UNTIL: instant_text(now + A_WHILE)}


def _broken_by(text: str) -> dict[str, Any]:
    """What may be told all the same."""
    if _IF_DANGEROUS.search(text):
        return {BREAKS: None}
    return {BREAKS: "critical"} if _IF_CRITICAL.search(text) else {}


def _days(slots: Mapping[str, Any]) -> str:
    """`sat,sun` of whole days that come again."""
    repeat = slots.get("recurrence")
    rule = str(repeat.get("rule", "")) if isinstance(repeat, Mapping) else ""
    if "BYHOUR" in rule or (days := re.search(r"BYDAY=([A-Z,]+)", rule)) is None:
        return ""
    return ",".join(_DAY_NAMES[day] for day in days[1].split(",") if day in _DAY_NAMES)


def _span(text: str) -> str:
    """`22:00-07:00` of "ten to seven": hours without a half of the day are those of a night, else of the day."""
    digits = re.sub(r"[A-Za-z]+", lambda word: digit_of(word[0].lower()), text)
    digits = re.sub(r"\b(?:noon|midday)\b", "12 pm", re.sub(r"\bmidnight\b", "12 am", digits))
    if (match := _SPAN.search(digits)) is None:
        return ""
    start, end = _minute(match[1], match[2], match[3]), _minute(match[4], match[5], match[6])
    if start is None or end is None:
        return ""
    halved = not (match[3] or match[6]) and max(int(match[1]), int(match[4])) <= 12
    if halved and start // 60 >= 8 and start // 60 < 12:
        start += 720
    elif halved and start // 60 < 8:
        start, end = start + 720, end + 720 if end // 60 < 12 else end
    elif match[3] and not match[6] and end < start < end + 720:
        end += 720
    return f"{_clock(start)}-{_clock(end)}" if start % 1440 != end % 1440 else ""


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    at, past = int(hour), int(minute or 0)
    if half:
        at = at % 12 + (12 if half.lower() == "p" else 0)
    return at * 60 + past if at < 24 and past < 60 else None


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
            return {HOURS: f"{_clock(quiet_s[0] // 60)}-{_clock(minute)}"}
        minute = minute if named_half or minute // 60 < 6 or minute >= 720 else minute + 720
        return {HOURS: f"{_clock(minute)}-{_clock(quiet_s[1] // 60)}"}
    end = parse_instant(str(time["end"])) if time.get("end") else None
    if edge == "after" or end is None:
        begin, end = (start, end or _next(start, quiet_s[1])) if start > now else (now, _next(now, quiet_s[1]))
        return {FROM: instant_text(begin), UNTIL: instant_text(end)}
    return {FROM: instant_text(start) if start > now else None, UNTIL: instant_text(end)}


def _next(at: datetime, second: int) -> datetime:
    """The next time of this hour of the day."""
    there = at.replace(hour=second // 3600 % 24, minute=second % 3600 // 60, second=0, microsecond=0)
    return there if there > at else there + timedelta(days=1)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
