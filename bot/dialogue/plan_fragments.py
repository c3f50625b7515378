"""What a fragment takes over from the plan before it: "and with Petra at noon", "and again at six". Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialogue.decision import NEEDS
from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.moments import is_bare_clock, on_day_of
from bot.dialogue.state import DialogueState, Request
from bot.ports import Parse

_CERTAIN = 0.7  # from here on a plan that is asked for is a new one
_OF_REMINDERS = frozenset({"list_reminders", "snooze", "correct"})


def same_day(last: Request, m: Mentioned) -> dict[str, Any] | None:
    """ "And with Petra at noon": on the day of the one before."""
    before, said = last.get("times", ()), m.slots.get("times", ())
    if len(said) != 1 or len(before) != 1 or not before[0].get("start") or not is_bare_clock(said[0]):
        return None
    return on_day_of(before[0], said[0])


def is_hour_of(last: Request, m: Mentioned) -> bool:
    """Whether a bare number can only be the hour of a wish that was timed and set no number."""
    number = isinstance(m.slots.get("value"), int | float) and not isinstance(m.slots.get("value"), bool)
    set_before = last.get("value")
    switched = isinstance(set_before, bool | str) or set_before is None
    return (
        number and switched and isinstance(last.get("time"), Mapping) and not about_twins(m) and "unit" not in m.slots
    )


def has_its_time(last: Request, m: Mentioned) -> bool:
    """Whether "make it midnight" can be about the time of the last request: a plan, or a change set for later."""
    later = last.intent == "control_device" and "time" in last.slots and not about_twins(m)
    return later or last.intent not in NEEDS


def begins_anew(parse: Parse) -> bool:
    """ "Also book flights", whatever was planned before: a new plan that is asked for in so many words."""
    return parse.intent in ("create_task", "create_event", "create_reminder") and parse.confidence >= _CERTAIN


def planned_before(state: DialogueState, last: Request) -> Request:
    """The last request; where it only asked for the reminders, the one that made the last of them."""
    about_one = state.subject is not None and state.subject.kind == "reminder"
    return replace(last, intent="create_reminder") if about_one and last.intent in _OF_REMINDERS else last
