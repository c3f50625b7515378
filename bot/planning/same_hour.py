""" "On Friday, same time": the hour of what was spoken of, on another day."""

import re

from bot.planning.times import Open, Slot, length_of, with_clock
from bot.turn import Turn
from twin_core.contract.agenda import GetEvent

_SAME = re.compile(r"\b(?:the )?same (?:time|hour)\b", re.IGNORECASE)


async def at_the_same_hour(slot: Slot | Open, turn: Turn) -> Slot | Open:
    """The slot with that hour, where a day was said and its hour is that of the event spoken of last."""
    asks_for_hour = isinstance(slot, Open) and slot.stretch is not None
    if not asks_for_hour or not _SAME.search(str(turn.request.get("text", ""))) or not (id := turn.meant("event")):
        return slot
    event, zone = await turn.query(GetEvent(id)), turn.services.zone
    if event.all_day or not isinstance(slot, Open) or slot.stretch is None:
        return slot
    start = with_clock(slot.stretch[0].astimezone(zone).date(), event.start, zone)
    return Slot(start, start + (length_of(turn.request) or event.end - event.start))
