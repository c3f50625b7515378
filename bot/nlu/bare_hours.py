"""A bare hour at the end of a wish that needs a time: the 4 of "move it to 4" is one, whatever else a number may be."""

import re

from bot.nlu.sight import Watcher
from bot.ports import Entity

_TIMED = frozenset("move_event postpone_task snooze create_event create_reminder create_task correct".split())
_TIMES = frozenset({"time", "duration", "recurrence"})
_MOVES_A_REMINDER = re.compile(
    r"\b(?:move|push|shift|bring|reschedule|postpone|put|change|set|make)\b.*\breminder\b", re.IGNORECASE
)
_AT_THE_END = re.compile(
    r"\b(?:to|till|until|at|for|by|is)\s+(?P<hour>(?:half past |quarter (?:past|to) )?(?:\d{1,2}|one|two|three|four|"
    r"five|six|seven|eight|nine|ten|eleven|twelve))(?:\s+(?:please|instead|then|now|thanks))*[\s.!]*$",
    re.IGNORECASE,
)


# All that was said, besides a word or two that lead up to it.
_HOURS = re.compile(
    r"(?:(?:no|ok|okay|yes|sorry|actually|rather|better|make (?:it|that)|i meant?|from|at|then)[\s,]+){0,3}"
    r"(?P<hours>(?:1?\d|2[0-4])(?:[:.][0-5]\d)?\s?(?:-|–|to|till|until)\s?(?:1?\d|2[0-4])(?:[:.][0-5]\d)?)"
    r"(?:[\s,]+(?:please|instead|then|rather|thanks))*[.!]*",
    re.IGNORECASE,
)


def _with_hours(text: str, hours: str, entities: tuple[Entity, ...], watcher: Watcher) -> tuple[Entity, ...]:
    """ "9-11", said alone, is from nine to eleven."""
    time = next((t for t in watcher.times(f"from {hours}") if t.kind == "time"), None)
    if time is None:
        return entities
    start = text.find(hours)
    others = tuple(e for e in entities if e.end <= start or e.start >= start + len(hours))
    return (*others, Entity("time", hours, start, start + len(hours), time.value, 1.0, time.options))


def with_bare_hour(text: str, intent: str, entities: tuple[Entity, ...], watcher: Watcher) -> tuple[Entity, ...]:
    """The entities, with that hour where no other time was said."""
    if not any(e.kind in _TIMES for e in entities) and (hours := _HOURS.fullmatch(text.strip())):
        return _with_hours(text, hours["hours"], entities, watcher)
    if (intent not in _TIMED and not _MOVES_A_REMINDER.search(text)) or any(e.kind in _TIMES for e in entities):
        return entities
    found = _AT_THE_END.search(text)
    if found is None:
        return entities
    start, end = found.span("hour")
    time = next((t for t in watcher.times(f"at {found['hour']}") if t.kind == "time"), None)
    if time is None:
        return entities
    others = tuple(e for e in entities if e.end <= start or e.start >= end)
    return (*others, Entity("time", text[start:end], start, end, time.value, 1.0, time.options))
