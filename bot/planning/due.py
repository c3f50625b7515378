"""Where a task is put off to: a day, an hour, or so much later than it was due. Pure."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dialogue.moments import is_bare_clock
from bot.dialogue.state import Request
from bot.planning.times import (
    Open,
    due_of,
    length_of,
    likelier,
    picked_time,
    readings,
    said_times,
    with_clock,
)
from twin_core.contract.clock import parse_instant
from twin_core.contract.tasks import Due, TaskView

_LATER = re.compile(r"\b(?:later|more)\b", re.IGNORECASE)
_SOONER = re.compile(r"\b(?:earlier|sooner|forward|prepone)\b", re.IGNORECASE)


def new_due(task: TaskView, request: Request, now: datetime, zone: ZoneInfo) -> Due | Open | None:
    """None where nothing says until when. A day alone keeps the hour at which the task was due."""
    if chosen := picked_time(request):
        return chosen
    times = said_times(request)
    length = length_of(request)
    if not times:
        return _later(task, length, request, now, zone) if length else None
    time = times[-1]
    if _LATER.search(str(time.get("text", ""))) and time.get("grain") in ("second", "minute", "hour", "day"):
        return _later(task, parse_instant(str(time["start"])) - now, request, now, zone)
    if is_bare_clock(time) and task.due is not None and task.due > now:
        day = task.due_on or task.due.astimezone(zone).date()
        on_day = [with_clock(day, at, zone) for at in readings(time)]
        coming = [at for at in likelier(on_day, zone, "") if at > now]
        return coming[0] if coming else Open(passed=on_day[0])
    if time.get("grain") in ("week", "month", "quarter", "year") and time.get("start"):
        return _on(parse_instant(str(time["start"])).astimezone(zone).date(), task, zone)
    due = due_of(time, now, zone)
    if isinstance(due, (datetime, Open)):
        return due
    return _on(due, task, zone)


def _on(day: date, task: TaskView, zone: ZoneInfo) -> Due:
    if task.due is None or task.due_on is not None:
        return day
    return with_clock(day, task.due, zone)


def _later(task: TaskView, by: timedelta, request: Request, now: datetime, zone: ZoneInfo) -> Due:
    """From when it was due, or from now where that is over or was never said."""
    by = -by if _SOONER.search(str(request.get("text", ""))) else by
    whole_days = by % timedelta(days=1) == timedelta()
    if task.due_on is not None and whole_days:
        return max(task.due_on, now.astimezone(zone).date()) + by
    start = task.due if task.due is not None and (task.due > now or whole_days) else now
    if task.due is None and whole_days:
        return now.astimezone(zone).date() + by
    moved = with_clock(start.astimezone(zone).date() + by, start, zone) if whole_days else start + by
    return moved if moved > now else now + by
