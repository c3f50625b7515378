"""What a person is told at a check-in before they are asked: what is most critical, and the day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import EventView, GetAgenda
from twin_core.contract.check_ins import MORNING, asked_at
from twin_core.contract.commands import GetCritical
from twin_core.contract.ports import TwinCore
from twin_core.contract.tasks import ListTasks, TaskView

_EVENING = 17
_CRITICAL = 2
_SHOWN = 3
_TITLE = 80  # characters: all of it is also spoken, in less than a minute


async def briefing(core: TwinCore, person: str, zone: ZoneInfo, at: datetime) -> str:
    """In the morning what is ahead, later what is left; on this clock."""
    local = at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if asked_at(local) == MORNING:
        critical = [item.title for item in (await core.query(GetCritical(_CRITICAL, person=person))).items]
        day = await _day(core, person, zone, at, midnight + timedelta(days=1), critical)
        return f"Good morning. {_critical(critical)} {day}".rstrip()
    open_ones = (await core.query(ListTasks(person, done=False, due_before=at))).items
    slipped = [task for task in open_ones if task.due is not None and task.due >= midnight]
    hello = "Good evening." if local.hour >= _EVENING else "Good afternoon."
    return f"{hello} {_slipped(slipped)}".rstrip()


def _critical(titles: Sequence[str]) -> str:
    if not titles:
        return "Nothing needs you right now."
    then = [f"Then: {_short(title)}." for title in titles[1:]]
    return " ".join([f"Most critical today: {_short(titles[0])}.", *then])


async def _day(core: TwinCore, person: str, zone: ZoneInfo, now: datetime, end: datetime, named: Sequence[str]) -> str:
    """What is left of it, and is not `named` already."""
    agenda = await core.query(GetAgenda(now, end, person))
    events = sorted((event for event in agenda.events if event.busy and event.end > now), key=lambda e: e.start)
    due = sorted((task.due, task.title) for task in agenda.tasks if task.due and not task.done)
    if not events and not due:
        return "No events, and nothing is due today."
    unnamed = [(at, title) for at, title in due if not any(title in known for known in named)]
    return " ".join(part for part in (_events(events, zone, now), _due(unnamed, zone)) if part)


def _events(events: Sequence[EventView], zone: ZoneInfo, now: datetime) -> str:
    if not events:
        return ""
    ahead = next((event for event in events if event.start > now and not event.all_day), None)
    first = ahead or events[0]
    when = f" at {first.start.astimezone(zone):%H:%M}" if ahead else " now" if not first.all_day else ""
    if len(events) == 1:
        return f"One event today: {_short(first.title)}{when}."
    return f"{len(events)} events today, next {_short(first.title)}{when}."


def _due(tasks: Sequence[tuple[datetime, str]], zone: ZoneInfo) -> str:
    if not tasks:
        return ""
    at, title = tasks[0]
    first = f"{_short(title)} at {at.astimezone(zone):%H:%M}"
    return f"Due today: {first}." if len(tasks) == 1 else f"{len(tasks)} tasks are due today, first {first}."


def _slipped(tasks: Sequence[TaskView]) -> str:
    if not tasks:
        return ""
    named = [f"“{_short(task.title)}”" for task in tasks[:_SHOWN]]
    more = f" and {len(tasks) - _SHOWN} more" if len(tasks) > _SHOWN else ""
    return f"Due today and still open: {', '.join(named)}{more}."


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else f"{title[:_TITLE].rsplit(' ', 1)[0]} …"
