"""Leaving one out of the reminders that repeat."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.dialogue.buttons import UNDO, says
from bot.dialogue.state import Effect, Reversal, Subject
from bot.planning.reminder_wording import as_it_was, reminder_when
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import GetPerson
from twin_core.contract.reminders import EditReminder, GetReminder, ReminderView

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"skip@reminder": skip_next}


async def skip_next(turn: Turn) -> Outcome:
    """The next one is left out, all others come; one that comes only once is not skipped but cancelled."""
    meant = turn.meant("reminder")
    view = await turn.query(GetReminder(meant)) if meant else None
    if view is None or view.status == "cancelled":
        return Outcome((say("Nothing is open that could be skipped."),))
    after = _next(view, ZoneInfo((await turn.query(GetPerson(turn.user))).zone))
    if after is None:
        text = f"“{view.about}” comes no more after that, so there is nothing to skip to. I can cancel it."
        return Outcome((say(text, says("cancel that reminder", "Cancel it")),), subject=Subject("reminder", view.id))
    now = await turn.execute(EditReminder(view.id, at=after))
    reversal = Reversal("reminder_moved", view.id, as_it_was(view))
    effect = Effect(turn.request, f"the skipping of “{view.about}”", (reversal,))
    text = f"Skipped. {reminder_when(turn, now.at, f': {view.about}', rule=now.recurrence)}"
    return Outcome((say(text, UNDO),), subject=Subject("reminder", view.id), effect=effect)


def _next(view: ReminderView, zone: ZoneInfo) -> datetime | None:
    """When it comes after the next time, reckoned on the wall."""
    if not view.recurrence or view.at is None:
        return None
    wall = view.at.astimezone(zone).replace(tzinfo=None)
    after = rrulestr(view.recurrence.replace("Z", ""), dtstart=wall).after(wall)  # the Z of an UNTIL
    return after.replace(tzinfo=zone) if after else None
