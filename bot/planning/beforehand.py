"""Reminders that come so long before something else: an event, a task, another reminder."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from bot.dialogue.buttons import UNDO
from bot.dialogue.moments import is_bare_clock
from bot.dialogue.state import Effect, Reversal, Subject
from bot.planning import matching
from bot.planning.asking import passed
from bot.planning.reminder_wording import reminder_when
from bot.planning.reminding import before_it
from bot.planning.times import Open, length_of, likelier, readings, said_times, with_clock
from bot.turn import Outcome, Turn, say
from twin_core.contract.agenda import EventView, GetAgenda, GetEvent
from twin_core.contract.errors import NotFound
from twin_core.contract.reminders import BeforeEvent, CreateReminder, GetReminder, ReminderView
from twin_core.contract.tasks import GetTask

_AHEAD = timedelta(days=400)
_EACH = re.compile(r"\b(?:each|every|always|them|all)\b", re.IGNORECASE)


async def before_event(turn: Turn, time: Mapping[str, Any], about: str) -> Outcome:
    anchor = str(time["anchor"])
    agenda = await turn.query(GetAgenda(turn.now, turn.now + _AHEAD, turn.user))
    coming = [event for event in agenda.events if event.start > turn.now]
    found = [coming[i] for i in matching.best_matches(matching.said_words(anchor), [e.title for e in coming])]
    if not found:
        raise NotFound(f"I find no {anchor} in your calendar.", hint="Say a time, or add it to your calendar first.")
    event: EventView = min(found, key=lambda each: each.start)
    lead_s = -float(time.get("offset_s") or 0)
    view = await turn.execute(
        CreateReminder(about or event.title, before=BeforeEvent(event.id, lead_s), conversation=turn.conversation)
    )
    what = f": {about}" if about else ""
    return told_of(turn, view, reminder_when(turn, view.at, f", before {event.title}{what}"))


async def before_spoken_of(turn: Turn, about: str) -> Outcome | None:
    """So long before the event or the task that was spoken of; None where neither was, or no length was said."""
    lead, event, task = length_of(turn.request), _id(turn, "event"), _id(turn, "task")
    about = "" if before_it(about) else about
    if lead is None:
        return None
    if reminder := turn.meant("reminder"):
        return await _before_another(turn, reminder, lead, about)
    if not (event or task):
        raise NotFound("Before what?", hint="Name it, like “an hour before the dentist”, or say a time.")
    if event:
        view = await turn.query(GetEvent(event))
        if view.recurrence and _EACH.search(str(turn.request.get("text", ""))):
            again = CreateReminder(
                about or view.title, view.start - lead, view.recurrence, conversation=turn.conversation
            )
            return told_of(turn, await turn.execute(again))
        title = view.title
        made = CreateReminder(
            about or title, before=BeforeEvent(event, lead.total_seconds()), conversation=turn.conversation
        )
        told = await turn.execute(made)
        return told_of(turn, told, reminder_when(turn, told.at, f", before {title}{f': {about}' if about else ''}"))
    found = await turn.query(GetTask(str(task)))
    if found.due is None:
        return None
    at = found.due - lead
    if found.due_on is not None:  # a day has no hour: in the morning
        at = at.astimezone(turn.services.zone).replace(hour=9, minute=0, second=0).astimezone(UTC)
    due = CreateReminder(about or found.title, at, conversation=turn.conversation)
    return told_of(turn, await turn.execute(due))


async def days_before_spoken_of(turn: Turn, ahead: tuple[int, int], about: str) -> Outcome | None:
    """ "The day before", "the evening before": of the event or the task that was spoken of; None where neither was."""
    event, task, zone = _id(turn, "event"), _id(turn, "task"), turn.services.zone
    at = (await turn.query(GetEvent(event))).start if event else None
    if at is None and task:
        at = (await turn.query(GetTask(task))).due
    if at is None:
        return None
    days, hour = ahead
    day = (at.astimezone(zone) - timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    clocks = [t for t in said_times(turn.request) if is_bare_clock(t)]
    when = with_clock(day.date(), likelier(readings(clocks[0]), zone, "")[0], zone) if clocks else day
    if when <= turn.now:
        return passed(Open(passed=when), turn, "reminder")
    title = about or (await turn.query(GetEvent(event))).title if event else about
    if not title and task:
        title = (await turn.query(GetTask(task))).title
    made = CreateReminder(title, when.astimezone(UTC), conversation=turn.conversation)
    bound = replace(turn, request=turn.request.having(event=event, task=task))  # for "around noon would be better"
    return told_of(bound, await turn.execute(made))


async def _before_another(turn: Turn, id: str, lead: timedelta, about: str) -> Outcome:
    """So long before what one is reminded of already."""
    view = await turn.query(GetReminder(id))
    if view.at is None:
        raise NotFound(f"I can't tell when “{view.about}” will be.", hint="Say a time.")
    earlier = CreateReminder(about or view.about, view.at - lead, view.recurrence, conversation=turn.conversation)
    return told_of(turn, await turn.execute(earlier))


def _id(turn: Turn, kind: str) -> str | None:
    """The event or task that was spoken of; a name that was heard in the text is none."""
    said = turn.request.get(kind)
    if isinstance(said, str) and said.startswith(f"{kind}_"):
        return said
    subject = turn.state.subject
    return subject.id if subject and subject.kind == kind else None


def told_of(turn: Turn, view: ReminderView, text: str = "") -> Outcome:
    effect = Effect(turn.request, f"the reminder “{view.about}”", (Reversal("reminder_made", view.id),))
    said = text or reminder_when(turn, view.at, f": {view.about}", rule=view.recurrence)
    changes = {"last": turn.request}
    return Outcome((say(said, UNDO),), subject=Subject("reminder", view.id), effect=effect, changes=changes)
