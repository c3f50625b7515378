"""Which of the settings of check-ins a sentence changes, as the config of a person's twin keeps them. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract.check_ins import TIMES_S
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.numbers import digit_of

CHECK_INS, PAUSED = "check_ins", "check_ins_paused_until"
_ABOUT = re.compile(
    r"\bcheck(?:ing)?[\s-]*ins?\b|\b(?:ask|asking) me\b.*\bhow (?:i am|i'm|i feel|i'm feeling|i'm doing|i slept)\b",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"\b(?:stop|no|not|don'?t|don’t|never|off|cancel|end|disable|without|drop|remove|quit|enough|leave out)\b",
    re.IGNORECASE,
)
_PAUSES = re.compile(r"\b(?:pause|suspend|interrupt|hold|skip|break from)\b", re.IGNORECASE)
_RESUMES = re.compile(r"\b(?:resume|unpause|continue|restart|again|go on with|back on)\b", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only|just)\b", re.IGNORECASE)
_TOO = re.compile(r"\b(?:too|also|as well|additionally|another)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|til|before)\b", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|start|begin|want|like|need|enable|activate|check in (?:with|on) me|ask me)\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<![\w:.])(?:(?P<half>half past )?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<m>[ap]\.?m\b\.?)?"
    r"(?!\s*(?:days?|weeks?|times|minutes?|hours?|%))(?![\w:])|(?P<noon>noon|midday))",
    re.IGNORECASE,
)
# The parts of a day, as they are said, with their hours.
_PARTS: Mapping[str, tuple[re.Pattern[str], range]] = {
    "morning": (re.compile(r"\bmornings?\b", re.IGNORECASE), range(12)),
    "evening": (re.compile(r"\b(?:evenings?|afternoons?|nights?)\b", re.IGNORECASE), range(12, 24)),
}
_AT = re.compile(r"\bat\s+$", re.IGNORECASE)
_BEFORE_DAWN = 6


def check_ins_said(text: str, slots: Mapping[str, Any], now: datetime, current: Sequence[int]) -> dict[str, Any]:
    """Config by key; empty where nothing of it is said. `current`: times they are at, in seconds after midnight;
    `now` is aware and in the person's own time zone. Raises Rejected for an hour that no day has.
    """
    if not _ABOUT.search(text):
        return {}
    at = [second // 60 for second in current]
    if _PAUSES.search(text):
        return {PAUSED: instant_text(_end(text, slots, now))}
    parts = [part for part, (pattern, _) in _PARTS.items() if pattern.search(text)]
    if (times := _times(text, parts)) and not _OFF.search(text):
        return {CHECK_INS: _text([*at, *times] if _TOO.search(text) else times)}
    if _OFF.search(text):
        return {CHECK_INS: _text([minute for minute in at if parts and not _lies_in(minute, parts)])}
    if parts and _ONLY.search(text):
        return {CHECK_INS: _text([m for m in at if _lies_in(m, parts)] or _usual(parts))}
    if parts and (_TOO.search(text) or _ON.search(text)):
        kept = at if _TOO.search(text) else []
        return {CHECK_INS: _text([*kept, *(m for part in parts for m in _usual([part]) if not _any_in(kept, part))])}
    if _RESUMES.search(text):
        return {PAUSED: None, **({} if at else {CHECK_INS: _text(_usual(list(_PARTS)))})}
    return {CHECK_INS: _text(_usual(list(_PARTS)))} if _ON.search(text) and _is_wish(text) else {}


def _is_wish(text: str) -> bool:
    """For check-ins from now on, and not for one right now: "I want to check in"."""
    return bool(re.search(r"\bcheck[\s-]*ins\b|\bcheck in (?:with|on) me\b|\bask me\b", text, re.IGNORECASE))


def _end(text: str, slots: Mapping[str, Any], now: datetime) -> datetime:
    """Until when they pause; without a word of it, until the next Monday."""
    duration = slots.get("duration")
    if isinstance(duration, (int, float)) and not isinstance(duration, bool):
        return now + timedelta(seconds=duration)
    time = slots.get("time")
    if isinstance(time, Mapping) and time.get("start"):
        start = parse_instant(str(time["start"]))
        end = parse_instant(str(time["end"])) if time.get("end") else start
        return start if _UNTIL.search(text) else max(end, start + timedelta(days=1))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=7 - now.weekday())


def _times(text: str, parts: Sequence[str]) -> list[int]:
    """Minutes after midnight, each later than the one before: 9 and 5 are nine in the morning and five o'clock."""
    said = re.sub(r"[A-Za-z]+", lambda word: digit_of(word[0].lower()), text)
    found: list[int] = []
    for match in _CLOCK.finditer(said):
        hour, minute = (12, 0) if match["noon"] else (int(match["hour"]), 30 if match["half"] else 0)
        minute = int(match["minute"]) if match["minute"] else minute
        if (hour > 23 or minute > 59) and (match["minute"] or _AT.search(said[: match.start()])):
            hint = "Say it like “check in with me at 8:30 and 17:30”."
            raise Rejected(f"{match[0].strip()} is no time of a day.", code="no_such_time", hint=hint)
        if hour > 23 or minute > 59:
            continue
        half = (match["m"] or "")[:1].lower()
        late = half == "p" or (
            not half and (hour < _BEFORE_DAWN or parts == ["evening"] or bool(found and hour * 60 + minute < found[-1]))
        )
        hour = hour + 12 if late and 0 < hour < 12 else 0 if half == "a" and hour == 12 else hour
        found.append(hour * 60 + minute)
    return found


def _lies_in(minute: int, parts: Sequence[str]) -> bool:
    return any(minute // 60 in _PARTS[part][1] for part in parts)


def _any_in(minutes: Sequence[int], part: str) -> bool:
    return any(_lies_in(minute, [part]) for minute in minutes)


def _usual(parts: Sequence[str]) -> list[int]:
    return [TIMES_S[part] // 60 for part in parts]


def _text(minutes: Sequence[int]) -> str:
    return ",".join(f"{minute // 60:02}:{minute % 60:02}" for minute in sorted(set(minutes))) or "off"
