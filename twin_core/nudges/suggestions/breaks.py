"""A break after long focus, told in a gap that is there. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from twin_core.contract.agenda import EventView
from twin_core.contract.views import Action
from twin_core.domain.preparation import is_meeting
from twin_core.nudges.policy import Candidate
from twin_core.nudges.suggestions.day import Day, Suggestion, length

LONG: Final = timedelta(hours=2)
_GAP = timedelta(minutes=10)  # less is the way from one to the next
_TIMELY = timedelta(minutes=20)  # later than this the next thing has begun
_REST = re.compile(r"\b(?:lunch|break|pause|coffee|dinner|breakfast|walk|gym|yoga|nap)\b", re.IGNORECASE)


def suggest(day: Day) -> list[Suggestion]:
    """The first stretch of today that is long, with something still to come and a gap before it."""
    today = [e for e in day.events if is_meeting(e) and day.day_of(e.start) == day.day_of(day.now)]
    stretches = _stretches(sorted(today, key=lambda event: event.start))
    for stretch, following in pairwise([*stretches, []]):
        start, end = stretch[0].start, max(event.end for event in stretch)
        if end - start < LONG or _REST.search(stretch[0].title):
            continue
        goes_on = following[0].start if following else day.at_second(day.day_of(end), day.person.work_end_s)
        if goes_on - end >= _GAP and not (following and _REST.search(following[0].title)):
            return [_suggestion(day, stretch, end, goes_on)]
    return []


def _stretches(events: Sequence[EventView]) -> list[list[EventView]]:
    """Events without a gap between them; rest is a stretch of its own."""
    found: list[list[EventView]] = []
    for event in events:
        rests = bool(_REST.search(event.title))
        joins = found and not rests and not _REST.search(found[-1][0].title)
        if joins and event.start - max(e.end for e in found[-1]) < _GAP:
            found[-1].append(event)
        else:
            found.append([event])
    return found


def _suggestion(day: Day, stretch: Sequence[EventView], end: datetime, goes_on: datetime) -> Suggestion:
    focus = length((end - stretch[0].start).total_seconds())
    pause = min(_TIMELY, goes_on - end)
    minutes = int(pause.total_seconds() // 60)
    named = f"“{stretch[0].title}”" + (f" to “{stretch[-1].title}”" if len(stretch) > 1 else "")
    candidate = Candidate(
        person=day.person.person,
        kind="suggestion",
        topic="break",
        urgency="normal",
        text=f"Take a break: you had {focus} without one ({named}), and nothing is on until {day.clock(goes_on)}.",
        why=f"I suggest it because your calendar shows {length(LONG.total_seconds())} or more without a gap.",
        actions=(Action(f"say:remind me in {minutes} minutes to go on", f"{minutes} minutes"),),
        useless_from=end + pause,
    )
    return Suggestion(f"break.{day.day_of(end)}", end, candidate, daily=True)
