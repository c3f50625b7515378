"""Time to prepare a meeting, while there is some. Pure."""

from datetime import datetime, timedelta

from twin_core.contract.agenda import EventView
from twin_core.contract.clock import instant_text
from twin_core.contract.nudges import About
from twin_core.contract.tasks import TaskView
from twin_core.contract.views import Action
from twin_core.domain.preparation import is_meeting, needed_for
from twin_core.nudges.policy import Candidate
from twin_core.nudges.suggestions.day import Day, Suggestion, length

_LEAST_S = 1800.0  # nothing is prepared in no time
_BEFORE_THE_END = 2 * 3600  # of the last working day before it: then there is time to do it
_AHEAD = timedelta(minutes=15)


def suggest(day: Day) -> list[Suggestion]:
    """For meetings that take preparation, or that a task needs done which is not."""
    found = []
    for event in day.events:
        if event.start <= day.now or not is_meeting(event):
            continue
        task = next((task for task in day.tasks if needed_for(task, [event], day.now)), None)
        title = task.title if task else f"Prepare {event.title}"
        if (task or event.preparation_s) and not day.is_blocked(title):
            found.append(_suggestion(day, event, task, title))
    return found


def _suggestion(day: Day, event: EventView, task: TaskView | None, title: str) -> Suggestion:
    needs_s = max(event.preparation_s, (task.estimate_s or _LEAST_S) if task else 0.0)
    slot = _slot(day, event.start, timedelta(seconds=needs_s))
    say_at = _evening_before(day, event.start)
    if slot:
        say_at = min(say_at, slot[0] - _AHEAD)
        room, actions = f"You are free {day.span(*slot)}.", (day.block(title, *slot),)
    else:
        room, actions = "No time is free for it before that.", (Action(f"move:{event.id}", "Move the meeting"),)
    done = (Action(f"complete:{task.id}", "Done"),) if task else ()
    what = f"“{task.title}” is not done" if task else "nothing is planned to prepare it"
    candidate = Candidate(
        person=day.person.person,
        kind="suggestion",
        topic="preparation",
        urgency="normal",
        text=f"“{event.title}” begins {day.when(event.start)} and {what}: it needs about {length(needs_s)}. {room}",
        why="I suggest it because a task of yours is about that meeting."
        if task
        else "I suggest it because your calendar or your settings give it time to prepare.",
        actions=(*actions, *done),
        about=About("event", event.id),
        useless_from=event.start,
    )
    return Suggestion(f"preparation.{event.id}.{instant_text(event.start)}", say_at, candidate)


def _slot(day: Day, before: datetime, needs: timedelta) -> tuple[datetime, datetime] | None:
    """The last free time before it that is long enough: what is prepared then is still in mind."""
    ends = [(max(slot.start, day.now + _AHEAD), min(slot.end, before)) for slot in day.free]
    fitting = [end for start, end in ends if end - start >= needs]
    return (fitting[-1] - needs, fitting[-1]) if fitting else None


def _evening_before(day: Day, start: datetime) -> datetime:
    """Two hours before the end of the last working day before that day."""
    before = day.day_of(start) - timedelta(days=1)
    for _ in range(7):
        if before.weekday() in day.person.work_days:
            break
        before -= timedelta(days=1)
    return day.at_second(before, max(0, day.person.work_end_s - _BEFORE_THE_END))
