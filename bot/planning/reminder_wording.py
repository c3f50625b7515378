"""How reminders are said."""

from datetime import datetime
from typing import Any

from bot.planning.repetition import repetition
from bot.planning.wording import clock_text, day_text
from bot.turn import Turn
from twin_core.contract.clock import instant_text
from twin_core.contract.reminders import ReminderView


def reminder_when(turn: Turn, at: datetime | None, what: str, *, rule: str | None = None) -> str:
    """`I'll remind you tomorrow at 09:00 and from then on every weekday: call Ben.`"""
    if at is None:
        return f"I'll tell you{what}."
    zone = turn.services.zone
    day = day_text(at.astimezone(zone).date(), turn.now.astimezone(zone).date())
    return f"I'll remind you {day} at {clock_text(at, zone)}{from_then_on(rule)}{what}."


def from_then_on(rule: str | None) -> str:
    """` and from then on every weekday`, or nothing."""
    return f" and from then on {repetition(rule) or 'as you said'}" if rule else ""


def reminder_line(turn: Turn, view: ReminderView) -> str:
    """`Call Ben, tomorrow at 09:00`."""
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    if view.at is None:
        return f"{view.about} (when it happens)"
    again = f", {repetition(view.recurrence) or 'repeating'}" if view.recurrence else ""
    return f"{view.about}, {day_text(view.at.astimezone(zone).date(), today)} at {clock_text(view.at, zone)}{again}"


def as_it_was(view: ReminderView) -> dict[str, Any]:
    """What it takes to take a change back."""
    return {"at": instant_text(view.at) if view.at else None, "status": view.status}
