"""Leaving one out of the reminders or events that repeat."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.dialogue.buttons import UNDO, says
from bot.dialogue.state import Effect, Reversal, Subject
from bot.planning.reminder_wording import as_it_was, reminder_when
from bot.planning.times import asked_span, said_times
from bot.planning.wording import event_when
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.agenda import CancelEvent, GetAgenda, GetEvent, GetPerson
from twin_core.contract.reminders import EditReminder, GetReminder, ReminderView

EXAMPLE: Mapping[str, Any] = {}
_AHEAD = timedelta(days=400)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"skip@reminder": skip_next, "skip@event": skip_one}


async def skip_one(turn: Turn) -> Outcome:
    """The occurrence of the time that was said, else the next one, is called off; all others stay."""
    meant = turn.meant("event")
    if meant is None:
        return Outcome((say("Nothing is open that could be skipped."),))
    spoken_of = await turn.query(GetEvent(meant))
    times = said_times(turn.request)
    span = asked_span(times[0], turn.now) if times else None
    agenda = await turn.query(GetAgenda(turn.now, turn.now + _AHEAD, turn.user))
    found = [e for e in agenda.events if e.id == meant or (e.series and e.series == spoken_of.series)]
    if span:
        found = [e for e in found if span[0] <= e.start < span[1]]
    if not found:
        return Outcome((say(f"{spoken_of.title} is not on then."),), subject=Subject("event", meant))
    gone = min(found, key=lambda each: each.start)
    await turn.execute(CancelEvent(gone.id))
    when = event_when(gone, turn.now, turn.services.zone)
    effect = Effect(turn.request, f"{gone.title} cancelled", (Reversal("event_gone", gone.id),))
    stays = " All others stay." if gone.series else ""
    return Outcome(
        (say(f"Left out: {gone.title}, {when}.{stays}", UNDO),), subject=Subject("event", meant), effect=effect
    )


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
