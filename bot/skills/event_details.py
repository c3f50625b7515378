"""What belongs to an event besides its time: who comes, and the calendar that it is kept in."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import UNDO
from bot.dialogue.state import Effect, Reversal, Subject
from bot.planning.calendars import the_calendar
from bot.planning.wording import event_named
from bot.replies.phrases import capital
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.agenda import CreateEvent, DeleteEvent, EditEvent, EventView, GetEvent, RestoreEvent
from twin_core.contract.errors import NotFound
from twin_core.contract.reminders import EditReminder, GetReminder
from twin_core.contract.tasks import EditTask, GetTask, Priority

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"invite_to_event": invite, "file_event": file, "rename_plan": rename, "prioritize_task": prioritize}


async def prioritize(turn: Turn) -> Outcome:
    """How much the task matters that was spoken of."""
    id, level = str(turn.meant("task")), str(turn.request.get("level", ""))
    before = await turn.query(GetTask(id))
    low = level.startswith(("low", "less"))
    wanted: Priority = "low" if low else "normal" if level.startswith(("normal", "medium")) else "high"
    await turn.execute(EditTask(id, priority=wanted))
    effect = Effect(turn.request, f"{wanted} priority", (Reversal("task_priority", id, {"priority": before.priority}),))
    text = f"“{before.title}” has {wanted} priority now."
    return Outcome((say(text, UNDO),), subject=Subject("task", id), effect=effect)


async def rename(turn: Turn) -> Outcome:
    """Another name for the event, the task or the reminder that was spoken of."""
    kind, title = str(turn.request.get("kind")), capital(str(turn.request.get("title", "")).strip(" “”\"'"))
    id = str(turn.meant(kind))
    if kind == "event":
        event = await turn.query(GetEvent(id))
        before = event.title
        await turn.execute(EditEvent(id, title=title, scope=_scope(event)))
        reversal = Reversal("event_name", id, {"title": before})
    elif kind == "task":
        before = (await turn.query(GetTask(id))).title
        await turn.execute(EditTask(id, title=title))
        reversal = Reversal("task_name", id, {"title": before})
    else:
        before = (await turn.query(GetReminder(id))).about
        await turn.execute(EditReminder(id, about=title))
        reversal = Reversal("reminder_name", id, {"title": before})
    effect = Effect(turn.request, f"the new name of “{before}”", (reversal,))
    return Outcome((say(f"It is called “{title}” now.", UNDO),), subject=Subject(kind, id), effect=effect)


async def invite(turn: Turn) -> Outcome:
    """Notes who comes in the name of the event; invitations are for its person to send."""
    event = await _spoken_of(turn)
    who = capital(str(turn.request.get("who", "")).strip())
    joint = " and " if " with " in event.title.lower() else " with "
    there = await turn.execute(EditEvent(event.id, title=f"{event.title}{joint}{who}", scope=_scope(event)))
    effect = Effect(
        turn.request, f"{who} in “{event.title}”", (Reversal("event_name", there.id, {"title": event.title}),)
    )
    named = event_named(there, turn.now, turn.services.zone)
    text = f"Noted: {named}. I send no invitations, so please tell {who} yourself."
    return Outcome((say(text, UNDO),), subject=Subject("event", there.id), effect=effect)


async def file(turn: Turn) -> Outcome:
    """Moves the event to another calendar of its person."""
    event = await _spoken_of(turn)
    to = await the_calendar(str(turn.request.get("calendar", "")), turn)
    if isinstance(to, str):
        return Outcome((say(f"{to} “{event.title}” stays where it is."),), subject=Subject("event", event.id))
    if to.id == event.source:
        return Outcome((say(f"“{event.title}” is in {to.title} already."),), subject=Subject("event", event.id))
    start, end = event.start, event.end
    there = await turn.execute(
        CreateEvent(event.title, start, end, location=event.location, notes=event.notes, source=to.id)
    )
    await turn.execute(DeleteEvent(event.id))
    reversals = (Reversal("event_copied", there.id), Reversal("event_filed", event.id))
    effect = Effect(turn.request.having(event=there.id), f"“{event.title}” moved to {to.title}", reversals)
    return Outcome(
        (say(f"In {to.title} now: {event_named(there, turn.now, turn.services.zone)}.", UNDO),),
        subject=Subject("event", there.id),
        effect=effect,
    )


async def _spoken_of(turn: Turn) -> EventView:
    meant = turn.meant("event")
    if meant is None:
        raise NotFound("I don't know which event you mean.", hint="Say “what's on my calendar?” first.")
    return await turn.query(GetEvent(meant))


def _scope(event: EventView) -> Any:
    return "series" if event.series else "this"


async def _named_back(reversal: Reversal, turn: Turn) -> None:
    event = await turn.query(GetEvent(reversal.subject))
    await turn.execute(EditEvent(reversal.subject, title=str(reversal.values["title"]), scope=_scope(event)))


async def _gone(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(DeleteEvent(reversal.subject))


async def _filed_back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(RestoreEvent(reversal.subject))


async def _task_named_back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EditTask(reversal.subject, title=str(reversal.values["title"])))


async def _reminder_named_back(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EditReminder(reversal.subject, about=str(reversal.values["title"])))


async def _priority_back(reversal: Reversal, turn: Turn) -> None:
    before: Priority = reversal.values["priority"]
    await turn.execute(EditTask(reversal.subject, priority=before))


REVERSALS: Mapping[str, Reverse] = {
    "task_priority": _priority_back,
    "event_name": _named_back,
    "task_name": _task_named_back,
    "reminder_name": _reminder_named_back,
    "event_copied": _gone,
    "event_filed": _filed_back,
}
