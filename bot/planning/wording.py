"""How tasks, events and stretches of time are said."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.replies.phrases import listed, number_text, span_text
from twin_core.contract.agenda import EventView
from twin_core.contract.tasks import OWN, TaskView

_A_NIGHT = timedelta(hours=24)  # what takes longer names its days


def day_text(day: date, today: date) -> str:
    """`today`, `tomorrow`, `Friday 6 March`, `Friday 5 March 2027`."""
    if day == today:
        return "today"
    if abs((day - today).days) == 1:
        return "tomorrow" if day > today else "yesterday"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def clock_text(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def slot_text(start: datetime, end: datetime, now: datetime, zone: ZoneInfo, *, all_day: bool = False) -> str:
    """`Friday 6 March, 10:00–11:00`; days alone where it is all-day."""
    today = now.astimezone(zone).date()
    first, last = start.astimezone(zone), end.astimezone(zone)
    if all_day:
        until = (last - timedelta(microseconds=1)).date()
        days = day_text(first.date(), today)
        return days if until <= first.date() else f"{days} to {day_text(until, today)}"
    if last.date() == first.date():
        return f"{day_text(first.date(), today)}, {first:%H:%M}–{last:%H:%M}"
    return f"{day_text(first.date(), today)} {first:%H:%M} to {day_text(last.date(), today)} {last:%H:%M}"


def event_when(event: EventView, now: datetime, zone: ZoneInfo) -> str:
    return slot_text(event.start, event.end, now, zone, all_day=event.all_day)


def event_line(event: EventView, zone: ZoneInfo) -> str:
    """An event within its day: `14:00–15:00 Haircut (Main Street 1)`."""
    when = "all day" if event.all_day else f"{clock_text(event.start, zone)}–{clock_text(event.end, zone)}"
    if not event.all_day and event.end - event.start > _A_NIGHT:
        first, last = event.start.astimezone(zone), event.end.astimezone(zone)
        when = f"{first:%a} {first:%H:%M} to {last:%a} {last:%H:%M}"
    where = f" ({event.location})" if event.location else ""
    unsure = ", tentative" if event.status == "tentative" else ""
    return f"{when} {event.title}{where}{unsure}"


def event_named(event: EventView, now: datetime, zone: ZoneInfo) -> str:
    """An event among others, as on a button: `Dentist, Friday 6 March, 10:00–11:00`."""
    return f"{event.title}, {event_when(event, now, zone)}"


def due_text(task: TaskView, now: datetime, zone: ZoneInfo) -> str:
    """`due tomorrow`, `due today at 17:00`, `overdue since Friday 6 March`; empty without a due time."""
    if task.due is None:
        return ""
    today = now.astimezone(zone).date()
    local = task.due.astimezone(zone)
    day = day_text(task.due_on or local.date(), today)
    clock = "" if task.due_on else f" at {local:%H:%M}"
    return f"overdue since {day}{clock}" if task.due < now else f"due {day}{clock}"


def task_line(task: TaskView, now: datetime, zone: ZoneInfo) -> str:
    """`Send the invoice, due tomorrow at 17:00 (high priority)`."""
    marks = [f"{task.priority} priority"] if task.priority != "normal" and not task.done else []
    marks += [f"about {span_text(timedelta(seconds=task.estimate_s))}"] if task.estimate_s and not task.done else []
    when = due_text(task, now, zone) if not task.done else "done"
    said = ", ".join(part for part in (task.title, when) if part)
    return f"{said} ({', '.join(marks)})" if marks else said


def source_text(source: str, titles: dict[str, str]) -> str:
    """` in Work (Outlook)`; empty for what lives here alone."""
    return "" if source == OWN else f" in {titles.get(source, source)}"


def hours_text(seconds: float) -> str:
    """`2.5 h`, `45 min`, `nothing`."""
    if seconds < 60:
        return "nothing"
    return f"{number_text(seconds / 3600)} h" if seconds >= 3600 else f"{round(seconds / 60)} min"


def titles_text(titles: Sequence[str]) -> str:
    """Titles in one sentence, in quotes."""
    return listed([f"“{title}”" for title in titles])
