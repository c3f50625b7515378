"""Which calendar a sentence names: "in my work calendar"."""

import re

from bot.outside.connecting import is_meant
from bot.replies.phrases import listed
from bot.turn import Turn
from twin_core.contract.mirroring import ListSources, SourceView

_NAMED = re.compile(
    r"\b(?:in|into|to|on|onto)\s+(?:my|the|our)\s+(?P<name>[\w'’-]+(?:\s[\w'’-]+)?)\s+(?:calendar|calender|diary)\b",
    re.IGNORECASE,
)
_ANY = frozenset("own main normal usual default new".split())


def calendar_named(text: str) -> str:
    """ "work" of "in my work calendar"; empty where none is named."""
    found = _NAMED.search(text)
    return "" if found is None or found["name"].lower() in _ANY else found["name"]


async def writable_calendars(turn: Turn) -> list[SourceView]:
    """Those of the person that take new events."""
    return [s for s in await turn.query(ListSources(turn.user)) if s.kind == "calendar" and s.writable]


async def the_calendar(named: str, turn: Turn) -> SourceView | str:
    """The calendar of that name; else what is said about there being none."""
    known = await writable_calendars(turn)
    found = [source for source in known if is_meant(named, source.title, source.id)]
    if len(found) == 1:
        return found[0]
    titles = listed([source.title for source in known])
    if found:
        return f"Several calendars are called “{named}”: {listed([s.title for s in found])}."
    have = f"I can write to {titles}." if titles else "None is connected that I can write to."
    return f"I know no calendar called “{named}”. {have}"
