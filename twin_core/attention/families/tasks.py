"""Tasks that are due or overdue: how much work is left, and how much free time there is for it."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.attention.concerns import Concern
from twin_core.attention.phrasing import Words, buttons, capital, span_text, when_text, work_text
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.contract.clock import parse_instant, seconds
from twin_core.contract.tasks import TaskView
from twin_core.contract.template import Importance, Severity
from twin_core.contract.views import Action

_AHEAD_S: Mapping[str, float] = {"high": 5 * 86400.0, "normal": 3 * 86400.0, "low": 1.5 * 86400.0}
_DAY_S = 86400.0
_TIGHT_S = 3600.0  # a task of high priority that leaves less slack is critical
_LEAST_EFFORT_S = 1800.0  # nothing is done in no time
_LIKELY = 0.7  # deadlines give way more easily than bearings


def begins_at(task: TaskView) -> datetime | None:
    """From when on a task is worth attention: the sooner the more it matters and the longer it takes."""
    if task.due is None or task.done:
        return None
    return task.due - seconds((task.estimate_s or 0.0) + _AHEAD_S[task.priority])


def weigh(concern: Concern, scene: Scene) -> Weight:
    data, now = concern.first.data, scene.now
    due, start_by = parse_instant(data["due"]), _start_by(data)
    importance: Importance = data["priority"]
    points = (start_by - seconds(_TIGHT_S), due - seconds(_DAY_S), due)
    return Weight(
        severity=_severity(data["priority"], due, start_by, now),
        importance=importance if importance == "low" else "normal",
        due_at=start_by,
        probability=_LIKELY,
        holds_until=min((at for at in points if at > now), default=None),
    )


def word(concern: Concern, scene: Scene, weight: Weight) -> Words:
    data, now = concern.first.data, scene.now
    due, zone = parse_instant(data["due"]), ZoneInfo(data["zone"])
    late = due <= now
    state = "is overdue" if late else f"is due {_due_text(data, due, now, zone)}"
    why = [
        f"due {_due_text(data, due, now, zone)}, "
        + (f"{span_text((now - due).total_seconds())} late" if late else f"in {span_text((due - now).total_seconds())}")
    ]
    if data["priority"] != "normal":
        why.append(f"{data['priority']} priority")
    why += _effort_lines(data, late)
    if event := data.get("event"):
        why.append(f"{event['title']} begins {when_text(parse_instant(event['start']), now, zone)} and needs it")
    task = data["task"]
    own = (Action(f"complete:{task}", "Done"), Action(f"postpone:{task}", "Postpone"))
    return Words(
        title=capital(f"{data['title']} {state}"),
        kind="task",
        subject=data["title"],
        why=tuple(why),
        if_ignored=f"{event['title']} begins without it" if event else "it is late, and whoever waits for it waits on",
        actions=(*own, *(action for action in buttons(concern) if not action.id.startswith("resolve:"))),
    )


def _severity(priority: str, due: datetime, start_by: datetime, now: datetime) -> Severity:
    if priority == "low":
        return "info"
    if priority == "high":
        return "critical" if start_by <= now + seconds(_TIGHT_S) else "warning"
    return "warning" if due <= now + seconds(_DAY_S) else "info"


def _start_by(data: Mapping[str, Any]) -> datetime:
    """The latest instant at which the free time that is left is enough for the work that is left."""
    if data.get("start_by"):
        return parse_instant(data["start_by"])
    effort_s = max(float(data.get("estimate_s") or 0.0), _LEAST_EFFORT_S)
    return parse_instant(data["due"]) - seconds(effort_s)


def _effort_lines(data: Mapping[str, Any], late: bool) -> list[str]:
    estimate_s, free_s = data.get("estimate_s"), data.get("free_s")
    if not estimate_s:
        return []
    needs = f"it needs about {work_text(estimate_s)}"
    if late or free_s is None:
        return [needs]
    return [f"{needs}, {work_text(free_s)} of your time before it is free" if free_s else f"{needs}, no time is free"]


def _due_text(data: Mapping[str, Any], due: datetime, now: datetime, zone: tzinfo) -> str:
    if data.get("due_on"):
        return when_text(due - seconds(1), now, zone).partition(" at ")[0].removeprefix("at 23:59") or "today"
    return when_text(due, now, zone)
