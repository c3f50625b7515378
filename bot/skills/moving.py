"""Moving a plan to another time: an event, a task or a reminder, whichever the name said is the name of."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.planning.choosing import picked_ids
from bot.planning.likeness import likeness_of_kinds
from bot.skills.events import move_event
from bot.skills.reminder_changes import snooze
from bot.skills.tasks import postpone_task
from bot.turn import Outcome, Skill, Turn

EXAMPLE: Mapping[str, Any] = {}
_MOVED: Mapping[str, tuple[str, Skill]] = {
    "event": ("move_event", move_event),
    "task": ("postpone_task", postpone_task),
    "reminder": ("snooze", snooze),
}
_BY_INTENT: Mapping[str, str] = {intent: kind for kind, (intent, _) in _MOVED.items()}
# Whoever says what kind of plan it is has decided.
_SAYS_ITS_KIND = re.compile(
    r"\b(?:meetings?|appointments?|events?|calendar|tasks?|to-?dos?|remind\w*|alarms?|due|deadlines?)\b", re.IGNORECASE
)


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"move_event": move, "postpone_task": move}


async def move(turn: Turn) -> Outcome:
    """By the kind of plan that the name fits best; where several fit alike, by the one that was understood."""
    kind = await _kind_meant(turn)
    intent, skill = _MOVED[kind]
    if intent != turn.request.intent:
        turn = replace(turn, request=replace(turn.request, intent=intent))
    return await skill(turn)


async def _kind_meant(turn: Turn) -> str:
    request, understood = turn.request, _BY_INTENT[turn.request.intent]
    picked = any(request.get(slot) for slot in ("reminder", "ordinal", "confirmed", "start"))
    picked = picked or bool(picked_ids(turn, "event") or picked_ids(turn, "task"))
    if picked or _SAYS_ITS_KIND.search(str(request.get("text", ""))):
        return understood
    likeness = await likeness_of_kinds(turn)
    if not any(likeness.values()):
        subject = turn.state.subject
        return subject.kind if not likeness and subject and subject.kind in _MOVED else understood
    return max(likeness, key=lambda kind: (likeness[kind], kind == understood))
