"""When to leave for what is somewhere else. Pure."""

from datetime import timedelta
from typing import Final

from twin_core.contract.agenda import EventView
from twin_core.contract.clock import instant_text
from twin_core.contract.nudges import About
from twin_core.contract.views import Action
from twin_core.domain.preparation import is_meeting
from twin_core.nudges.policy import Candidate
from twin_core.nudges.suggestions.day import Day, Suggestion, length

BEFORE: Final = timedelta(minutes=10)


def suggest(day: Day) -> list[Suggestion]:
    """Ten minutes before one has to leave; useless once it begins."""
    return [_suggestion(day, event) for event in day.events if event.travel_s and is_meeting(event)]


def _suggestion(day: Day, event: EventView) -> Suggestion:
    leave = event.start - timedelta(seconds=event.travel_s)
    where = f" ({event.location})" if event.location else ""
    way = f"the way there takes {length(event.travel_s)}"
    late = f"Leave now for “{event.title}”{where}" if leave <= day.now else f"Leave at {day.clock(leave)}"
    named = "" if leave <= day.now else f" for “{event.title}”{where}"
    candidate = Candidate(
        person=day.person.person,
        kind="suggestion",
        topic="travel",
        urgency="normal",
        text=f"{late}{named}: it begins {day.when(event.start)}, and {way}.",
        why="I suggest it because your calendar knows the way there, or you told me how long it takes.",
        actions=(
            Action(
                f"say:remind me at {day.clock(leave)} to leave for “{event.title}”", f"Remind me at {day.clock(leave)}"
            ),
            Action(f"move:{event.id}", "Move it"),
        )
        if leave > day.now
        else (Action(f"move:{event.id}", "Move it"),),
        about=About("event", event.id),
        useless_from=event.start,
    )
    return Suggestion(f"travel.{event.id}.{instant_text(event.start)}", leave - BEFORE, candidate)
