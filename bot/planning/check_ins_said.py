"""Which of the settings of check-ins a sentence changes, as the config of a person's twin keeps them. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from interview.hours import clock_text, clocks_said
from twin_core.contract.check_ins import TIMES_S
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import Rejected

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
# The parts of a day, as they are said, with their hours.
_PARTS: Mapping[str, tuple[re.Pattern[str], range]] = {
    "morning": (re.compile(r"\bmornings?\b", re.IGNORECASE), range(12)),
    "evening": (re.compile(r"\b(?:evenings?|afternoons?|nights?)\b", re.IGNORECASE), range(12, 24)),
}
_AT = re.compile(r"\bat\s+$", re.IGNORECASE)
_BEFORE_DAWN = 6 * 60


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
    found: list[int] = []
    for clock in clocks_said(text):
        if clock.readings:
            early, late = clock.readings[0], clock.readings[-1]
            is_late = early < _BEFORE_DAWN or parts == ["evening"] or bool(found and early < found[-1])
            found.append(late if is_late else early)
        elif ":" in clock.text or _AT.search(text[: clock.start]):
            hint = "Say it like “check in with me at 8:30 and 17:30”."
            raise Rejected(f"{clock.text} is no time of a day.", code="no_such_time", hint=hint)
    return found


def _lies_in(minute: int, parts: Sequence[str]) -> bool:
    return any(minute // 60 in _PARTS[part][1] for part in parts)


def _any_in(minutes: Sequence[int], part: str) -> bool:
    return any(_lies_in(minute, [part]) for minute in minutes)


def _usual(parts: Sequence[str]) -> list[int]:
    return [TIMES_S[part] // 60 for part in parts]


def _text(minutes: Sequence[int]) -> str:
    return ",".join(map(clock_text, sorted(set(minutes)))) or "off"
