"""What a skill makes of a time that was understood: when to act on it, by when, and what stretch is asked about."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from twin_core.contract.clock import parse_instant


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
