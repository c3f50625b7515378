"""Changing tasks: made, done, put off, deleted; each can be taken back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.dialogue.buttons import NO, UNDO, YES
from bot.dialogue.state import Effect, Pending, Reversal, Subject
from bot.planning import elsewhere, titles
from bot.planning.asking import ask_time, ask_title, passed, retitled
from bot.planning.choosing import Chosen, tasks_meant
from bot.planning.correcting import before_correction
from bot.planning.due import new_due
from bot.planning.offering import DAYS
from bot.planning.times import Open, due_at_end, due_of, length_of, picked_time, said_times
from bot.planning.wording import due_text, task_line, titles_text
from bot.replies.phrases import capital, count_text, listed
from bot.skills.todo import ask_tasks
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.ids import new_id
from twin_core.contract.tasks import (
    CompleteTask,
    CreateTask,
    DeleteTask,
    Due,
    EditTask,
    GetTask,
    ListTasks,
    ReopenTask,
    RestoreTask,
    TaskView,
)

EXAMPLE: Mapping[str, Any] = {}
_ASKS = re.compile(r"^\W*(?:is|are|was|were|did|do|does|has|have|am)\b.*\?\s*$", re.IGNORECASE)
_SOON = timedelta(days=1)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {
        "create_task": create_task,
        "complete_task": complete_task,
    }


async def create_task(turn: Turn) -> Outcome:
    """A new task; right after it, a correction changes the one that was made."""
    request, text = turn.request, str(turn.request.get("text", ""))
    spans = request.get("spans", ())
    title = retitled(request) or titles.task_title(text, spans)
    if not title:
        return ask_title("What is the task?", turn)
    if several := titles.several(text) or titles.listed(text, title):
        return await _all_made(turn, several)
    due = _due_said(turn)
    if isinstance(due, Open):
        return passed(due, turn, "task")
    priority = titles.priority(text)
    estimate = length_of(request) if titles.takes_effort(text, spans) else None
    estimate_s = estimate.total_seconds() if estimate else None
    if made := _just_made(turn):
        return await _corrected(turn, made, title, due)
    task = await turn.execute(CreateTask(title, due, priority or "normal", estimate_s))
    return _made(turn, task)


async def _all_made(turn: Turn, named: Sequence[str]) -> Outcome:
    """ "Add three tasks: vacuum, dust and mop"."""
    due = _due_said(turn)
    if isinstance(due, Open):
        return passed(due, turn, "task")
    tasks = [await turn.execute(CreateTask(title, due)) for title in named]
    reversals = tuple(Reversal("task_made", task.id) for task in tasks)
    effect = Effect(_with(turn, tasks), f"the tasks {_names(tasks)}", reversals)
    return _about(tasks[-1], f"Tasks added: {_names(tasks)}.", effect)


def _due_said(turn: Turn) -> Due | Open | None:
    if chosen := picked_time(turn.request):
        return chosen
    times = said_times(turn.request)
    return due_of(times[0], turn.now, turn.services.zone) if times else None


async def _corrected(turn: Turn, id: str, title: str, due: Due | None) -> Outcome:
    task = await turn.execute(EditTask(id, title=title, due=due))
    return _made(turn, task)


def _made(turn: Turn, task: TaskView) -> Outcome:
    request = turn.request.having(task=task.id)
    effect = Effect(request, f"the task “{task.title}”", (Reversal("task_made", task.id),))
    text = f"Task added: {task_line(task, turn.now, turn.services.zone)}."
    return _about(task, text, effect)


def _just_made(turn: Turn) -> str | None:
    """The task that the last request made, where this one corrects it."""
    effects, id = turn.state.effects, turn.request.get("task")
    if not effects or not isinstance(id, str) or effects[-1].request.get("task") != id:
        return None
    return id if effects[-1].request.get("text") == turn.request.get("text") else None


async def complete_task(turn: Turn) -> Outcome:
    """Marks as done what was said to be; whether it is done is only asked."""
    if _ASKS.search(str(turn.request.get("text", ""))):
        return await ask_tasks(turn)
    chosen = await tasks_meant(turn, times=said_times(turn.request))
    if chosen.asks:
        return chosen.asks
    still_open = [task for task in chosen.views if not task.done]
    if not still_open:
        return _about(chosen.views[0], f"{_names(chosen.views)} is done already.")
    done = [await turn.execute(CompleteTask(task.id)) for task in still_open]
    left = (await turn.query(ListTasks(turn.user, done=False, due_before=turn.now + _SOON))).total
    rest = f" {capital(count_text(left, 'task'))} left until this time tomorrow." if left else ""
    reversals = tuple(Reversal("task_done", task.id) for task in done)
    effect = Effect(_with(turn, done), f"{_names(done)} done", reversals)
    return _about(done[0], f"Done: {_names(done)}.{rest}", effect)


async def postpone_task(turn: Turn) -> Outcome:
    """To the time, or by the length, that was said."""
    chosen = await tasks_meant(turn)
    if chosen.asks:
        return chosen.asks
    zone = turn.services.zone
    moved: list[tuple[TaskView, Due]] = []
    for task in chosen.views:
        due = new_due(_as_it_was(task, turn), turn.request, turn.now, zone)
        if due is None:
            question = f"Until when do you want to put off “{task.title}”?"
            return ask_time(question, turn.request.having(task=[task.id]), DAYS)
        if isinstance(due, Open):
            return passed(due, turn, "task", task.id)
        moved.append((task, due))
    if len(moved) == 1:
        return await _postponed_one(turn, *moved[0])
    return await _postponed(turn, moved)


def _as_it_was(task: TaskView, turn: Turn) -> TaskView:
    """Of a correction: the task before the change that is corrected."""
    before = before_correction(turn, "task_due", task.id)
    if before is None:
        return task
    due = _parsed_due(before.values.get("due"))
    day = due if due is not None and not isinstance(due, datetime) else None
    at = due_at_end(day, turn.services.zone) if day else due
    return replace(task, due=at if isinstance(at, datetime) else None, due_on=day)


async def _postponed_one(turn: Turn, task: TaskView, due: Due) -> Outcome:
    zone = turn.services.zone
    if elsewhere.decided(turn) == elsewhere.THEIRS:
        return _about(task, f"All right, {task_line(task, turn.now, zone)}.")

    async def now_text() -> str:
        return due_text(await turn.query(GetTask(task.id)), turn.now, zone) or "without a due time"

    mine = f"my {due:%A}" if not isinstance(due, datetime) else f"my {due.astimezone(zone):%A %H:%M}"
    return await elsewhere.or_ask(lambda: _postponed(turn, [(task, due)]), turn, now_text, mine)


async def _postponed(turn: Turn, moved: Sequence[tuple[TaskView, Due]]) -> Outcome:
    after = [await turn.execute(EditTask(task.id, due=due)) for task, due in moved]
    reversals = tuple(Reversal("task_due", task.id, {"due": _due_value(task)}) for task, _ in moved)
    when = due_text(after[0], turn.now, turn.services.zone)
    effect = Effect(_with(turn, after), f"{_names(after)} {when}", reversals)
    return _about(after[0], f"{_names(after)}: {when} now.", effect)


async def delete_task(turn: Turn) -> Outcome:
    done = "completed" in str(turn.request.get("text", "")).lower()
    chosen: Chosen[TaskView] = await tasks_meant(turn, done=done, times=said_times(turn.request))
    if chosen.asks:
        return chosen.asks
    if chosen.several and not turn.request.get("confirmed"):
        return _ask_first(chosen.views, turn)
    gone = [await turn.execute(DeleteTask(task.id)) for task in chosen.views]
    reversals = tuple(Reversal("task_gone", task.id) for task in gone)
    effect = Effect(_with(turn, gone), f"{_names(gone)} deleted", reversals)
    return Outcome(
        (say(f"Deleted: {_names(gone)}.", UNDO),), effect=effect, changes={"last": effect.request, "subject": None}
    )


def _ask_first(tasks: Sequence[TaskView], turn: Turn) -> Outcome:
    """Deleting many at once is asked about, by name."""
    request = turn.request.having(task=[task.id for task in tasks])
    those = f"{count_text(len(tasks), 'task')}: {listed([task.title for task in tasks])}"
    pending = Pending(new_id("q"), "confirm", request, f"Delete {those}?")
    text = f"That deletes {those}. Shall I?"
    return Outcome((say(text, YES, NO),), pending=pending)


def _about(task: TaskView, text: str, effect: Effect | None = None) -> Outcome:
    changes = {"last": effect.request} if effect else {}
    buttons = (UNDO,) if effect else ()
    return Outcome((say(text, *buttons),), subject=Subject("task", task.id), effect=effect, changes=changes)


def _with(turn: Turn, tasks: Sequence[TaskView]) -> Any:
    """The request with what it turned out to mean, so that a correction is about the same."""
    return turn.request.having(task=[task.id for task in tasks])


def _names(tasks: Sequence[TaskView]) -> str:
    return titles_text([task.title for task in tasks])


def _due_value(task: TaskView) -> str | None:
    if task.due_on is not None:
        return task.due_on.isoformat()
    return instant_text(task.due) if task.due else None


# --- taking back -------------------------------------------------------------------------------------


async def _unmake(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(DeleteTask(reversal.subject))


async def _reopen(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(ReopenTask(reversal.subject))


async def _restore(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(RestoreTask(reversal.subject))


async def _back_to(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EditTask(reversal.subject, due=_parsed_due(reversal.values.get("due"))))


def _parsed_due(value: object) -> Due | None:
    if not isinstance(value, str):
        return None
    return date.fromisoformat(value) if len(value) == 10 else parse_instant(value)


REVERSALS: Mapping[str, Reverse] = {
    "task_made": _unmake,
    "task_done": _reopen,
    "task_gone": _restore,
    "task_due": _back_to,
}
