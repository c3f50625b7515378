"""Questions about tasks: what is to be done, by when, and whether it is done."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.dialogue.buttons import says
from bot.dialogue.state import Listing, Subject
from bot.planning import matching, titles
from bot.planning.times import asked_span, said_times
from bot.planning.wording import day_text, due_text, task_line
from bot.replies.phrases import SHOWN, capital, count_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.tasks import GetTask, ListTasks, TaskView

EXAMPLE: Mapping[str, Any] = {}
_OVERDUE = re.compile(r"\b(?:overdue|late|missed|behind)\b", re.IGNORECASE)
_FINISHED = re.compile(
    r"\b(?:did i (?:finish|do|complete)|finished|completed|have i (?:done|finished|completed))\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:what should i do (?:next|first|now)|what's next|do next|start with|oldest)", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many\b", re.IGNORECASE)
_COMMON = frozenset(
    "open left what's whats show tell read give still promised working high low normal priority urgent overdue late "
    "week month weekend outstanding unfinished assigned anything something everything tasks' list's".split()
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"ask_tasks": ask_tasks}


async def ask_tasks(turn: Turn) -> Outcome:
    """The tasks that were asked for: by name, by time, overdue, done; else all open ones."""
    text = str(turn.request.get("text", ""))
    words = matching.said_words(titles.without_times(text, turn.request.get("spans", ())))
    words = [word for word in words if word not in _COMMON]
    everything = (await turn.query(ListTasks(turn.user))).items
    asked_of_one = turn.request.get("ordinal") is not None or turn.request.get("of_it")
    if asked_of_one and (id := turn.meant("task")):
        return _one(await turn.query(GetTask(id)), turn)
    if matching.names_something(words):
        hits = matching.best_matches(words, [task.title for task in everything])
        if len(hits) == 1:
            return _one(everything[hits[0]], turn)
        if hits:
            return _told([everything[i] for i in hits], "", turn)
    done = bool(_FINISHED.search(text))
    pool = [task for task in everything if task.done == done]
    if _OVERDUE.search(text):
        return _told([task for task in pool if task.due and task.due < turn.now], "overdue", turn)
    if (level := titles.priority(text)) is not None:
        pool = [task for task in pool if task.priority == level]
    said = "done" if done else ""
    if times := said_times(turn.request):
        pool, said = _in_time(pool, times[0], turn, done=done)
    if _FIRST.search(text) and pool:
        return _one(_most_pressing(pool), turn, "Begin with ")
    return _told(pool, said, turn, counted=bool(_COUNT.search(text)))


def _in_time(
    pool: Sequence[TaskView], time: Mapping[str, Any], turn: Turn, *, done: bool
) -> tuple[list[TaskView], str]:
    """Those that are due then; today's also those that are overdue."""
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    start, end = asked_span(time, turn.now) or (turn.now, turn.now + timedelta(days=1))
    if time.get("edge") in ("before", "by"):
        start, end = turn.now - timedelta(days=3650), start if time.get("edge") == "before" else end
    if done:
        return [t for t in pool if t.completed_at and start <= t.completed_at < end], f"done {time.get('text', '')}"
    late = start <= turn.now < end
    found = [t for t in pool if t.due and t.due < end and (t.due >= start or late)]
    day = start.astimezone(zone).date()
    if time.get("grain") == "day" and end - start <= timedelta(days=1, hours=1):
        near = day_text(day, today)
        return found, f"due {near}" if near in ("today", "tomorrow", "yesterday") else f"due on {near}"
    return found, f"due {time.get('text', '')}".strip()


def _one(task: TaskView, turn: Turn, lead: str = "") -> Outcome:
    zone = turn.services.zone
    if task.done:
        text = f"“{task.title}” is done."
    elif lead:
        text = f"{lead}{task_line(task, turn.now, zone)}."
    else:
        when = due_text(task, turn.now, zone)
        text = f"“{task.title}” is still open{', ' + when if when else ''}."
    buttons = () if task.done else (says(f"mark “{task.title}” as done", "Done"),)
    return Outcome((say(text, *buttons),), subject=Subject("task", task.id), listing=Listing("task", (task.id,)))


def _told(tasks: Sequence[TaskView], said: str, turn: Turn, *, counted: bool = False) -> Outcome:
    if not tasks:
        nothing = f"No task is {said}." if said else "You have no open tasks."
        return Outcome((say(nothing),))
    shown = tasks if len(tasks) <= SHOWN + 1 else tasks[:SHOWN]
    kind = f" {said}" if said else " open" if not tasks[0].done else ""
    lead = f"{count_text(len(tasks), 'task')}{kind}:"
    lines = [f"{n}. {capital(task_line(task, turn.now, turn.services.zone))}" for n, task in enumerate(shown, 1)]
    more = [f"And {len(tasks) - len(shown)} more."] if len(shown) < len(tasks) else []
    text = "\n".join([lead, *lines, *more])
    return Outcome((say(text),), listing=Listing("task", tuple(task.id for task in tasks)))


def _most_pressing(tasks: Sequence[TaskView]) -> TaskView:
    """The first that is due; of those without, the most important and oldest."""
    levels = {"high": 0, "normal": 1, "low": 2}
    return min(
        tasks, key=lambda t: (t.due is None, t.due.timestamp() if t.due else 0, levels[t.priority], t.created_at)
    )
