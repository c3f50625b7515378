"""Which task an event needs done before it begins, as their titles say. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from twin_core.contract.agenda import EventView
from twin_core.contract.tasks import TaskView

_AHEAD = timedelta(days=2)
_NEAR = timedelta(hours=1)
_LONGEST = timedelta(hours=20)  # longer ones are days, not meetings
_WORD = re.compile(r"[^\W\d_]{3,}")
_PREPARING = frozenset(
    "prepare preparation finish draft write print bring rehearse slides deck presentation agenda handout".split()
)
# Words that say nothing about what it is about.
_GENERAL = _PREPARING | frozenset(
    """
    meeting call session review sync weekly daily monthly quarterly with the and for from about update team talk
    appointment lunch dinner coffee day week report send make get new all our
    """.split()
)


def needed_for(task: TaskView, events: Iterable[EventView], now: datetime) -> EventView | None:
    """The first event ahead that has its topic and begins about when it is due, or that it is to prepare."""
    words = _words(task.title)
    topic = words - _GENERAL
    if not topic:
        return None
    prepares = bool(words & _PREPARING)
    for event in events:
        if not now < event.start <= now + _AHEAD or not is_meeting(event):
            continue
        if not topic & _words(event.title):
            continue
        if task.due is None:
            if prepares:
                return event
        elif abs(event.start - task.due) <= _NEAR or (prepares and event.start <= task.due + _AHEAD):
            return event
    return None


def is_meeting(event: EventView) -> bool:
    """Whether a person has to be there at an hour: not a day, a note, or what is called off."""
    return event.busy and not event.all_day and event.status != "cancelled" and event.end - event.start < _LONGEST


def _words(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(text.casefold()))


def _stem(word: str) -> str:
    """Plural and singular are one word; the words above are in the form that this leaves."""
    return word if word in _GENERAL or len(word) < 5 else word.removesuffix("s")
