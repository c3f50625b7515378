"""What comes next in a person's calendar and tasks, beside what is critical already."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.dialogue.moments import stretch
from bot.planning.wording import due_text
from bot.replies.phrases import SHOWN, listed, when_text
from bot.turn import Turn
from twin_core.contract.agenda import AgendaView, GetAgenda
from twin_core.contract.tasks import ListTasks, TaskView

_AHEAD = timedelta(days=7)


async def next_coming(turn: Turn) -> str:
    """The next event or task within a week, in a sentence; empty where there is none."""
    agenda = await turn.query(GetAgenda(turn.now, turn.now + _AHEAD, turn.user))
    coming = sorted(_points(agenda, turn.now))
    return f"Next: {_point_text(coming[0], turn)}." if coming else ""


async def later_in(turn: Turn, already: Collection[str | None]) -> list[str]:
    """The tasks of the time that was asked about which are not on the list yet, in a line."""
    time = turn.request.get("time")
    span = stretch(time, turn.now) if isinstance(time, Mapping) else None
    if span is None or span[1] <= turn.now or span[1] - turn.now < timedelta(days=1):
        return []
    agenda = await turn.query(GetAgenda(turn.now, min(span[1], turn.now + 5 * _AHEAD), turn.user))
    later = [task for task in agenda.tasks if task.due and task.id not in already]
    return [f"Later on: {_tasks_text(later, turn)}."] if later else []


async def off_the_list(turn: Turn, already: Collection[str | None]) -> list[str]:
    """The open tasks which are not on the list at all, in a line."""
    tasks = [task for task in (await turn.query(ListTasks(turn.user, done=False))).items if task.id not in already]
    return [f"Not on the list: {_tasks_text(tasks, turn)}."] if tasks else []


def _tasks_text(tasks: Sequence[TaskView], turn: Turn) -> str:
    """The next ones with when they are due, and how many more there are."""
    ordered = sorted(tasks, key=lambda task: (task.due is None, task.due or turn.now, task.title))
    texts = [
        f"{task.title} {due_text(task, turn.now, turn.services.zone).removeprefix('due ')}".rstrip()
        for task in ordered[: SHOWN + 1]
    ]
    more = f", and {len(tasks) - len(texts)} more" if len(tasks) > len(texts) else ""
    return f"{listed(texts)}{more}"


def _points(agenda: AgendaView, now: datetime) -> list[tuple[datetime, str]]:
    events = [(event.start, event.title) for event in agenda.events if event.start > now and not event.all_day]
    return [*events, *((task.due, task.title) for task in agenda.tasks if task.due and task.due > now)]


def _point_text(point: tuple[datetime, str], turn: Turn) -> str:
    return f"{point[1]} {when_text(point[0], turn.now, turn.services.zone)}"
