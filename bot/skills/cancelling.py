"""Calling off a plan: an event, a task or a reminder, whichever the name said is the name of."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.planning import matching
from bot.planning.choosing import picked_ids
from bot.planning.likeness import likeness_of_kinds
from bot.planning.titles import without_times
from bot.skills.events import cancel_event
from bot.skills.reminder_changes import cancel_reminder
from bot.skills.tasks import delete_task
from bot.turn import Outcome, Skill, Turn

EXAMPLE: Mapping[str, Any] = {}
_CALLED_OFF: Mapping[str, Skill] = {
    "cancel_event": cancel_event,
    "delete_task": delete_task,
    "cancel_reminder": cancel_reminder,
}
_KINDS = {"cancel_event": "event", "delete_task": "task", "cancel_reminder": "reminder"}
# Whoever says what kind of plan it is has decided.
_SAYS_ITS_KIND: Mapping[str, re.Pattern[str]] = {
    "cancel_event": re.compile(r"\b(?:meetings?|appointments?|events?|calendar|diary|invit\w+)\b", re.IGNORECASE),
    "delete_task": re.compile(r"\b(?:tasks?|to-?dos?|(?:to-?do|task) list|completed)\b", re.IGNORECASE),
    "cancel_reminder": re.compile(r"\b(?:remind\w*|alarms?|timers?|alerts?|nudg\w+|tell me)\b", re.IGNORECASE),
}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return dict.fromkeys(_CALLED_OFF, call_off)


async def call_off(turn: Turn) -> Outcome:
    """By the kind of plan that the name fits best; where several fit alike, by the one that was understood."""
    intent = await _intent_meant(turn)
    if intent != turn.request.intent:
        turn = replace(turn, request=replace(turn.request, intent=intent))
    return await _CALLED_OFF[intent](turn)


async def _intent_meant(turn: Turn) -> str:
    request, text = turn.request, str(turn.request.get("text", ""))
    words = matching.said_words(without_times(text, request.get("spans", ())))
    picked = any(request.get(slot) for slot in ("reminder", "ordinal", "confirmed"))
    picked = picked or bool(picked_ids(turn, "event") or picked_ids(turn, "task"))
    said = [intent for intent, kind in _SAYS_ITS_KIND.items() if kind.search(text)]
    if picked or said or not matching.names_something(words):
        return request.intent
    of_kinds = await likeness_of_kinds(turn)
    likeness = {intent: of_kinds[kind] for intent, kind in _KINDS.items()}
    if request.twins and not any(likeness.values()):
        return "cancel_reminder"  # which says that nothing is planned for that thing
    return max(likeness, key=lambda intent: (likeness[intent], intent == request.intent))
