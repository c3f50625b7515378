"""Tasks that are due or overdue: how much work is left, and how much free time there is for it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.attention.concerns import Concern, Finding
from twin_core.attention.effort import Slot, free_s, start_by
from twin_core.attention.phrasing import Words, buttons, capital, day_text, span_text, when_text, work_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.agenda import EventView
from twin_core.contract.clock import instant_text, parse_instant, seconds
from twin_core.contract.tasks import TaskView
from twin_core.contract.template import Importance, Severity
from twin_core.contract.views import Action

_AHEAD_S: Mapping[str, float] = {"high": 5 * 86400.0, "normal": 3 * 86400.0, "low": 1.5 * 86400.0}
_DAY_S = 86400.0
_TIGHT_S = 3600.0  # a task of high priority that leaves less slack is critical
_LEAST_EFFORT_S = 1800.0  # nothing is done in no time
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LIKELY = 0.6  # deadlines give way more easily than bearings


def needed_by(task: TaskView, event: EventView | None) -> datetime | None:
    """When a task is due: at the latest when the event begins that needs it."""
    return min((at for at in (task.due, event.start if event else None) if at is not None), default=None)


def begins_at(task: TaskView, event: EventView | None) -> datetime | None:
    """From when on a task is worth attention: the sooner the more it matters and the longer it takes."""
    due = needed_by(task, event)
    return None if due is None else due - seconds((task.estimate_s or 0.0) + _AHEAD_S[task.priority])


def data_of(task: TaskView, event: EventView | None, zone: str, slots: Sequence[Slot] | None) -> Mapping[str, Any]:
    """What is kept of a task that is due before long; `slots`: the free time there is for it."""
    due = needed_by(task, event)
    return {
        "task": task.id,
        "title": task.title,
        "due": instant_text(due) if due else None,
        "whole_day": task.due_on is not None and due == task.due,
        "priority": task.priority,
        "estimate_s": task.estimate_s,
        "zone": zone,
        "slots": None if slots is None else [list(slot) for slot in slots],
        "event": {"title": event.title, "start": instant_text(event.start)} if event else None,
    }


def finding_of(
    task: str, data: Mapping[str, Any] | None, at: datetime | None = None, owner: str | None = None
) -> Finding:
    """That a task is due before long, or (`data` None) needs no attention."""
    return Finding("task", f"task:{task}", "due", at or _EPOCH, data, owner=owner, raises=False)


def weigh(concern: Concern, scene: Scene) -> Weight:
    data, now = concern.first.data, scene.now
    due, start_by = parse_instant(data["due"]), _start_by(data)
    importance: Importance = data["priority"] if not data["event"] else "high"
    points = (start_by - seconds(_TIGHT_S), due - seconds(_DAY_S), due)
    return Weight(
        severity=_severity(importance, due, start_by, now),
        importance=importance,
        due_at=start_by,
        probability=_LIKELY,
        holds_until=min((at for at in points if at > now), default=None),
    )


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    data, now = concern.first.data, scene.now
    due, zone = parse_instant(data["due"]), ZoneInfo(data["zone"])
    late = due <= now
    due_text = _due_text(data, due, now, zone)
    if late:
        why = [f"{span_text((now - due).total_seconds())} late, it was due {due_text}"]
    else:
        why = [f"{span_text((due - now).total_seconds())} left"]
    if data["priority"] != "normal":
        why.append(f"{data['priority']} priority")
    why += _effort_lines(data, now)
    if event := data["event"]:
        why.append(f"{event['title']} begins {when_text(parse_instant(event['start']), now, zone)} and needs it")
    task = data["task"]
    own = (Action(f"complete:{task}", "Done"), Action(f"postpone:{task}", "Postpone"))
    return Words(
        title=capital(f"{data['title']} is {'overdue' if late else f'due {due_text}'}"),
        kind="task",
        subject=data["title"],
        why=tuple(why),
        if_ignored=f"{event['title']} begins without it" if event else "it is late, and whoever waits for it waits on",
        remedy=_remedy(data, due, now),
        actions=(*own, *(action for action in buttons(concern) if not action.id.startswith("resolve:"))),
    )


def _severity(importance: Importance, due: datetime, start_by: datetime, now: datetime) -> Severity:
    """What somebody waits for in a meeting is as important as what was called so."""
    if importance == "low":
        return "info"
    if importance == "high":
        return "critical" if start_by <= now + seconds(_TIGHT_S) else "warning"
    return "warning" if due <= now + seconds(_DAY_S) else "info"


def _start_by(data: Mapping[str, Any]) -> datetime:
    """The latest instant at which the free time that is left is enough for the work that is left."""
    effort_s = max(float(data["estimate_s"] or 0.0), _LEAST_EFFORT_S)
    return start_by(data["slots"] or (), effort_s, parse_instant(data["due"]))


def _remedy(data: Mapping[str, Any], due: datetime, now: datetime) -> str:
    """What there is time for decides what helps."""
    if due <= now:
        return "do it now, or say by when it will be done"
    if _start_by(data) <= now:
        return "begin it now, hand it over, or ask for more time"
    return "keep time free for it: ask me to plan your day"


def _effort_lines(data: Mapping[str, Any], now: datetime) -> list[str]:
    estimate_s, slots = data["estimate_s"], data["slots"]
    if not estimate_s:
        return []
    needs = f"it needs about {work_text(estimate_s)}"
    if slots is None:
        return [needs]
    left_s = free_s(slots, now)
    return [f"{needs}, you have {work_text(left_s)} free before it" if left_s else f"{needs}, no time is free for it"]


def _due_text(data: Mapping[str, Any], due: datetime, now: datetime, zone: tzinfo) -> str:
    """`at 17:00`, `tomorrow at 9:00`; of a whole day `today`, `on Friday`."""
    return day_text(due - seconds(1), now, zone) if data["whole_day"] else when_text(due, now, zone)
