"""What is left of a person's days: gaps, time to concentrate, and how full each day is. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import DayLoad, EventView, FreeSlot, PersonSettings
from twin_core.contract.tasks import TaskView
from twin_core.planning.clashes import takes_time
from twin_core.planning.intervals import Span, clip, subtract, total_s, union
from twin_core.planning.local_time import DAY, at_second, days_of, midnight

FOCUS = timedelta(hours=1)  # shorter stretches are for small things
_AHEAD = 366  # days over which work is spread, at most


def working_hours(person: PersonSettings, start: datetime, end: datetime) -> list[Span]:
    """The person's working hours within a span."""
    zone = ZoneInfo(person.zone)
    end_s = person.work_end_s + (86_400 if person.work_end_s <= person.work_start_s else 0)  # a night shift
    days = (day for day in days_of(start - DAY, end, zone) if day.weekday() in person.work_days)
    hours = ((at_second(day, person.work_start_s, zone), at_second(day, end_s, zone)) for day in days)
    return clip(hours, start, end)


def taken(events: Iterable[EventView]) -> list[Span]:
    """When they keep a person from anything else, the way there included."""
    return union((event.start - timedelta(seconds=event.travel_s), event.end) for event in events if takes_time(event))


def free_slots(
    person: PersonSettings,
    events: Sequence[EventView],
    start: datetime,
    end: datetime,
    at_least: timedelta,
    any_hour: bool,
) -> list[FreeSlot]:
    """The gaps that are long enough, in order."""
    hours = [(start, end)] if any_hour else working_hours(person, start, end)
    return [FreeSlot(a, b) for a, b in subtract(hours, taken(events)) if b - a >= at_least]


def workload(
    person: PersonSettings,
    events: Sequence[EventView],
    tasks: Sequence[TaskView],
    start: datetime,
    end: datetime,
    now: datetime,
) -> list[DayLoad]:
    """How full each day is that the span touches."""
    zone = ZoneInfo(person.zone)
    today = now.astimezone(zone).date()
    days = list(days_of(start, end, zone))
    last = max(days[-1], today)
    work = _spread(person, tasks, today, last, zone)
    return [_day(person, events, day, work.get(day, 0.0), zone) for day in days]


def _day(person: PersonSettings, events: Sequence[EventView], day: date, tasks_s: float, zone: ZoneInfo) -> DayLoad:
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    hours = working_hours(person, start, end)
    meetings = clip(union((e.start, e.end) for e in events if takes_time(e)), start, end)
    busy = clip(taken(events), start, end)
    free = subtract(hours, busy)
    working_s = min(total_s(hours), person.hours_per_day * 3600) if hours else 0.0
    needed_s = total_s(busy) + tasks_s
    return DayLoad(
        day=day,
        working_s=working_s,
        meetings_s=total_s(meetings),
        travel_s=total_s(subtract(busy, meetings)),
        tasks_s=round(tasks_s, 3),
        free_s=total_s(free),
        focus_s=total_s([span for span in free if span[1] - span[0] >= FOCUS]),
        overbooked_s=max(0.0, round(needed_s - working_s, 3)),
    )


def _spread(
    person: PersonSettings, tasks: Sequence[TaskView], today: date, last: date, zone: ZoneInfo
) -> dict[date, float]:
    """The work on open tasks by day: each spread evenly over the working days from today until it is due.

    One without a due instant takes no particular day; an overdue one is today's.
    """
    work: dict[date, float] = {}
    for task in tasks:
        if task.done or task.due is None or not task.estimate_s:
            continue
        due = max(today, (task.due - timedelta(microseconds=1)).astimezone(zone).date())
        span = [today + timedelta(days=n) for n in range(min((due - today).days, _AHEAD) + 1)]
        working = [day for day in span if day.weekday() in person.work_days] or span[-1:]
        for day in working:
            if day <= last:
                work[day] = work.get(day, 0.0) + task.estimate_s / len(working)
    return work
