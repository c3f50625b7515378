"""Tasks fitted into the gaps of a day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from twin_core.contract.tasks import TaskView

USUAL = timedelta(minutes=30)  # of a task that says nothing
LEAST = timedelta(minutes=15)  # shorter stretches are no use
LONGEST = timedelta(hours=2)  # at one go
BREATHER = timedelta(minutes=15)  # before more of the same
_LEVELS = {"high": 0, "normal": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of work on a task. `presses`: it is due on that day."""

    start: datetime
    end: datetime
    task: TaskView
    presses: bool


@dataclass(frozen=True, slots=True)
class Plan:
    blocks: tuple[Block, ...]
    left: tuple[tuple[TaskView, timedelta], ...]  # what of the work does not fit any more


def fitted(tasks: Sequence[TaskView], gaps: Sequence[tuple[datetime, datetime]]) -> Plan:
    """The most pressing first: what is due that day or before by its due time, then by importance, then by due time."""
    free = [[start, end] for start, end in gaps]
    last = max((end for _, end in gaps), default=None)
    day_end = last + timedelta(hours=12) if last else None
    blocks: list[Block] = []
    left: list[tuple[TaskView, timedelta]] = []
    for task in sorted(tasks, key=lambda t: _order(t, day_end)):
        presses = task.due is not None and day_end is not None and task.due < day_end
        open_s = timedelta(seconds=task.estimate_s) if task.estimate_s else USUAL
        for gap in free:
            while open_s and gap[1] - gap[0] >= min(open_s, LEAST):
                length = min(open_s, gap[1] - gap[0], LONGEST)
                blocks.append(Block(gap[0], gap[0] + length, task, presses))
                gap[0], open_s = gap[0] + length, open_s - length
                if open_s:
                    gap[0] = min(gap[0] + BREATHER, gap[1])
        if open_s:
            left.append((task, open_s))
    return Plan(tuple(blocks), tuple(left))


def _order(task: TaskView, day_end: datetime | None) -> tuple[object, ...]:
    pressing = task.due is not None and day_end is not None and task.due < day_end
    due = task.due.timestamp() if task.due else float("inf")
    level = _LEVELS[task.priority]
    return (0, due, level, task.id) if pressing else (1, level, due, task.id)
