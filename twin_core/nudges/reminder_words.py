"""What a reminder says when its time has come. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from twin_core.contract.nudges import About, NudgeView
from twin_core.contract.reminders import Condition, ReminderView
from twin_core.contract.template import PropertySpec, Value
from twin_core.contract.units import canonical_unit, quantity_text
from twin_core.contract.views import Action, ConcernView
from twin_core.contract.wall_time import wall_of
from twin_core.nudges.records import new_id

_LATE: Final = timedelta(minutes=5)
_THIS_WEEK: Final = timedelta(days=6)
_THAN: Final[Mapping[str, tuple[str, str]]] = {"above": ("above", "warmer than"), "below": ("below", "colder than")}


def nudge_of(view: ReminderView, due_at: datetime, now: datetime, zone: ZoneInfo, happened: str = "") -> NudgeView:
    """`happened`: what it waited for, as it is now."""
    late = f" (this was for {_time(due_at, now, zone)})" if now - due_at > _LATE else ""
    text = f"{happened}, as you asked: {view.about}" if happened else f"Reminder: {view.about}"
    why = f"You asked for it on {view.created_at.astimezone(zone):%A, %d %B at %H:%M}."
    return _nudge(view, due_at, f"{text}{late}.", why)


def nudge_of_concern(view: ReminderView, concern: ConcernView, due_at: datetime, zone: ZoneInfo) -> NudgeView:
    """About the concern: whoever takes it on with a button has taken it on everywhere."""
    text = f"Nobody has taken this on yet: {concern.title.rstrip('.')}."
    why = f"You asked on {view.created_at.astimezone(zone):%A at %H:%M} to hear of it then."
    nudge = _nudge(view, due_at, text, why)
    return replace(nudge, actions=concern.actions, about=About("concern", concern.id))


def nudge_of_failure(view: ReminderView, failed: str, due_at: datetime, now: datetime, zone: ZoneInfo) -> NudgeView:
    """What was to be done by itself, and why it was not."""
    text = f"Not done: {view.about} ({_time(due_at, now, zone)}). {failed[:1].upper()}{failed[1:]}."
    why = f"You asked for it on {view.created_at.astimezone(zone):%A, %d %B at %H:%M}."
    return _nudge(view, due_at, text, why)


def catch_up(late: Sequence[tuple[ReminderView, datetime]], now: datetime, zone: ZoneInfo) -> NudgeView:
    """All that was missed in one message; its buttons are about the newest."""
    view, due_at = max(late, key=lambda each: each[1])
    lines = [f"– {each.about} ({_time(at, now, zone)})" for each, at in sorted(late, key=lambda each: each[1])]
    text = "\n".join([f"{len(late)} reminders came due while I could not tell you:", *lines])
    return _nudge(view, due_at, text, "You asked for each of them. The buttons are about the last one.")


def happening(twin: str, spec: PropertySpec, condition: Condition, value: Value) -> str:
    """`The freezer is at −14.2 °C, warmer than −15 °C`."""
    if isinstance(value, bool):
        return f"{twin}: {spec.label} is {spec.true_word if value else spec.false_word}"
    if isinstance(value, str) or isinstance(condition.value, (bool, str)):
        return f"{twin}: {spec.label} is {value}"
    warmth = canonical_unit(spec.unit) == "°C" and spec.name == "temperature"
    than = _THAN[condition.is_][warmth] if condition.is_ in _THAN else ""
    limit = f", {than} {quantity_text(condition.value, spec.unit)}" if than else ""
    reached = quantity_text(value, spec.unit)
    return f"{twin} is at {reached}{limit}" if warmth else f"{twin}: {spec.label} is {reached}{limit}"


def _nudge(view: ReminderView, due_at: datetime, text: str, why: str) -> NudgeView:
    return NudgeView(
        id=new_id("nudge", view.owner),
        owner=view.owner,
        kind="reminder",
        text=text,
        actions=(Action(f"snooze-reminder:{view.id}", "Snooze"), Action(f"done-reminder:{view.id}", "Done")),
        why=why,
        stop="Say “cancel that reminder” to stop it." if view.recurrence else "It does not come again by itself.",
        urgency="normal",
        about=About("reminder", view.id),
        due_at=due_at,
        status="waiting",
        conversation=view.conversation,
    )


def _time(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    return f"{wall_of(at, zone):{'%A %H:%M' if now - at < _THIS_WEEK else '%d %B, %H:%M'}}"
