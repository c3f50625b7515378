"""What a skill makes of a time that was understood: when to act on it, by when, and what stretch is asked about."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract.clock import parse_instant

_CLOCK_WORDS = re.compile(
    r"(?:\d{1,2}(?:[:.]\d\d)?|a\.?m\.?|p\.?m\.?|o'?clock|noon|midday|midnight|half|quarter|past|to|till|until|from|at|"
    r"and|by|around|about|sharp|in|the|morning|afternoon|evening|night|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|twenty|thirty|forty|fifty|fifteen|h|[-–])+",
    re.IGNORECASE,
)


def moment(time: object) -> datetime | None:
    """When to act on a time ("remind me tomorrow"): its own `at`, else its start. None where it names no instant."""
    if not isinstance(time, Mapping):
        return None
    at = time.get("at") or time.get("start")
    return parse_instant(str(at)) if at else None


def deadline(time: object) -> datetime | None:
    """The last instant by which something is due on a time ("by Friday"): the end of the day, the hour itself."""
    if not isinstance(time, Mapping) or not time.get("start"):
        return None
    before = time.get("edge") == "before"
    return parse_instant(str(time["start"] if before else time.get("end") or time["start"]))


def stretch(time: object, now: datetime) -> tuple[datetime, datetime] | None:
    """What a question about the past or a plan is about, from and to. "The last 3 days" are counted back from now."""
    if not isinstance(time, Mapping) or not time.get("start"):
        return None
    told = time.get("rolling") or time
    start = parse_instant(str(told["start"]))
    if start > now and (previous := time.get("previous")):  # "how warm was it on Monday?"
        told, start = previous, parse_instant(str(previous["start"]))
    if told.get("end"):
        return start, parse_instant(str(told["end"]))
    if time.get("edge") in ("after", "since"):
        return start, max(now, start)
    sizes = {"second": 1, "minute": 60, "hour": 3600}
    return start, start + timedelta(seconds=sizes.get(str(time.get("grain")), 3600))


def is_bare_clock(time: object) -> bool:
    """Whether no day was said: "4", "half past nine", "10 in the morning"."""
    if not isinstance(time, Mapping):
        return False
    words = re.sub(r"\s+", "", str(time.get("text", "")))
    return (
        time.get("grain") in ("second", "minute", "hour") and bool(words) and _CLOCK_WORDS.fullmatch(words) is not None
    )


def on_day_of(day: Mapping[str, Any], clock: Mapping[str, Any]) -> dict[str, Any]:
    """That hour, on the day of another time."""
    said = datetime.fromisoformat(str(day["start"]))

    def moved(text: object) -> str | None:
        at = datetime.fromisoformat(str(text)) if text else None
        there = at.replace(year=said.year, month=said.month, day=said.day, tzinfo=said.tzinfo) if at else None
        return there.isoformat() if there else None

    options = [{**o, "start": moved(o["start"]), "end": moved(o.get("end"))} for o in clock.get("options", ())]
    known = {k: v for k, v in clock.items() if k not in ("passed", "at", "previous")}
    text = f"{said:%Y-%m-%d} {clock.get('text', '')}"
    return {**known, "start": moved(clock["start"]), "end": moved(clock.get("end")), "options": options, "text": text}
