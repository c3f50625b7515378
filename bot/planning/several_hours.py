"""Several hours in one wish: "at eight in the morning and at six in the evening" is two reminders. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.dialogue.moments import is_bare_clock, on_day_of
from bot.dialogue.state import Request

_MOST = 6
_JOINT = re.compile(
    r"\s*(?:,|;)?\s*(?:and|&|plus|as well as|then)?\s*(?:also|again|then|once more)?\s*(?:at|around|about)?\s*",
    re.IGNORECASE,
)
_FINE = ("second", "minute", "hour")
Time = Mapping[str, Any]


def one_by_one(request: Request) -> list[Request]:
    """A request for each hour that was said, the day of the first for all; empty where one was said."""
    if request.get("correction"):
        return []
    repeat = request.get("recurrence")
    times = _outside(request)
    hours = len(times) + (isinstance(repeat, Mapping) and repeat.get("grain") == "minute")
    if not 2 <= hours <= _MOST or not all(map(_is_hour, times)) or not _are_joined(request):
        return []
    if isinstance(repeat, Mapping):
        again = [request.having(times=None, time=None)] if hours > len(times) else []
        others = [request.having(recurrence=_at(repeat, time), times=None, time=None) for time in times]
        return sorted([*again, *others], key=lambda r: str(r.get("recurrence")["start"])[11:])
    first, *rest = times
    if not all(map(is_bare_clock, rest)):
        return [request.having(times=[time], time=time) for time in times]
    moved = [first, *(time if is_bare_clock(first) else on_day_of(first, time) for time in rest)]
    return [request.having(times=[time], time=time) for time in moved]


def _outside(request: Request) -> list[Time]:
    """The times without the one that is the hour of the repetition, as the 9 of "every day at 9" is."""
    times = [t for t in request.get("times", ()) if t.get("start")]
    repeat = request.get("recurrence")
    if not isinstance(repeat, Mapping) or repeat.get("grain") != "minute":
        return times
    own = next((t for t in times if str(repeat["start"])[11:16] in _clocks(t)), None)
    return [t for t in times if t is not own and str(t["start"]) != str(repeat.get("end"))]


def _clocks(time: Time) -> set[str]:
    return {str(each["start"])[11:16] for each in (time, *time.get("options", ())) if each.get("start")}


def _is_hour(time: Time) -> bool:
    return time.get("grain") in _FINE and not time.get("edge") and not time.get("end")


def _are_joined(request: Request) -> bool:
    """Whether nothing but "and" stands between them: no other thing is told with the second hour."""
    text = str(request.get("text", ""))
    spans = sorted((int(s[1]), int(s[2])) for s in request.get("spans", ()) if s[0] in ("time", "recurrence"))
    spans = [b for a, b in pairwise([(0, 0), *spans]) if b[0] >= a[1]]
    gaps = [text[a[1] : b[0]] for a, b in pairwise(spans)]
    return bool(gaps) and all(gap.strip() and _JOINT.fullmatch(gap) for gap in gaps)


def _at(repeat: Time, time: Time) -> dict[str, Any]:
    """The repetition at another hour; the next one of it."""
    start = datetime.fromisoformat(str(repeat["start"]))
    said = datetime.fromisoformat(str(time["start"]))
    passed = time.get("passed")
    at = start.replace(hour=said.hour, minute=said.minute)
    today = datetime.fromisoformat(str(passed["start"])) if isinstance(passed, Mapping) else said
    is_daily = str(repeat["rule"]) == "FREQ=DAILY"
    if is_daily and today.date() < start.date() and not passed:
        at -= timedelta(days=(start.date() - today.date()).days)
    return {**repeat, "start": at.isoformat(), "grain": "minute"}
