"""Room for a task that slips: a concrete time, while there is still some. Pure."""

from datetime import datetime, timedelta

from twin_core.contract.clock import instant_text
from twin_core.contract.nudges import About
from twin_core.contract.tasks import TaskView
from twin_core.contract.views import Action
from twin_core.nudges.policy import Candidate
from twin_core.nudges.suggestions.day import Day, Suggestion, length

_AHEAD = timedelta(days=5)
_SHORT = 2.0  # times as much free time as work: less than that is short
_USUAL_S = 3600.0  # of an overdue task that nobody has estimated
_LONGEST = timedelta(hours=3)  # nobody works longer on one thing
_SHORTEST = timedelta(minutes=30)
_AT_ONCE = timedelta(minutes=10)  # nobody begins before the message is read
_QUARTER = timedelta(minutes=15)


def suggest(day: Day) -> list[Suggestion]:
    """For the most pressing task of which that holds: a day holds one such message."""
    for task in sorted(day.tasks, key=lambda task: (task.due or day.now, task.id)):
        if task.due is None or task.due > day.now + _AHEAD or day.is_blocked(task.title):
            continue
        late = task.due <= day.now
        if not task.estimate_s and not late:
            continue
        needs_s = task.estimate_s or _USUAL_S
        free_s = sum((min(s.end, task.due) - s.start).total_seconds() for s in day.free if s.start < task.due)
        slot = _slot(day, needs_s, None if late else task.due)
        if slot and (late or free_s < _SHORT * needs_s):
            return [_suggestion(day, task, needs_s, free_s, slot)]
    return []


def _slot(day: Day, needs_s: float, due: datetime | None) -> tuple[datetime, datetime] | None:
    """The first gap that holds it, or as much of it as one does at a time; else the longest there is."""
    wanted = min(timedelta(seconds=needs_s), _LONGEST)
    gaps = []
    for slot in day.free:
        start = max(slot.start, day.now + _AT_ONCE)
        start += _to_the_quarter(start)
        end = min(slot.end, due) if due else slot.end
        if end - start >= min(wanted, _SHORTEST):
            gaps.append((start, min(end, start + wanted)))
    fitting = [gap for gap in gaps if gap[1] - gap[0] >= wanted]
    return fitting[0] if fitting else max(gaps, key=lambda gap: gap[1] - gap[0], default=None)


def _to_the_quarter(at: datetime) -> timedelta:
    """How long it is to the next quarter of an hour."""
    return -timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond) % _QUARTER


def _suggestion(day: Day, task: TaskView, needs_s: float, free_s: float, slot: tuple[datetime, datetime]) -> Suggestion:
    due = task.due or day.now
    if due <= day.now:
        state = f"was due {day.when(due)} and is still open"
    else:
        state = f"is due {day.when(due)} and needs about {length(needs_s)}, with {length(free_s)} free until then"
    candidate = Candidate(
        person=day.person.person,
        kind="suggestion",
        topic="slot",
        urgency="normal",
        text=f"“{task.title}” {state}. You are free {day.span(*slot)}: shall I keep that for it?",
        why="I suggest it because the free time for it gets short."
        if due > day.now
        else "I suggest it because its due time is over.",
        actions=(day.block(task.title, *slot), Action(f"complete:{task.id}", "Done"), _later(task)),
        about=About("task", task.id),
        useless_from=slot[1],
    )
    return Suggestion(f"slot.{task.id}.{instant_text(due)}", day.now, candidate, daily=True)


def _later(task: TaskView) -> Action:
    return Action(f"postpone:{task.id}", "Postpone")
