"""What an event clashes with, and when there would be room for it instead."""

from datetime import datetime, timedelta

from bot.planning.wording import clock_text, event_line
from bot.replies.phrases import listed
from bot.turn import Turn
from twin_core.contract.agenda import AgendaView, EventView, FindFreeTime, GetAgenda


async def clash_note(event: EventView, turn: Turn) -> tuple[str, datetime | None]:
    """A sentence about its clashes, empty without any, and the next time on that day that is free for so long."""
    zone = turn.services.zone
    agenda = await turn.query(GetAgenda(event.start, max(event.end, event.start + timedelta(minutes=1)), turn.user))
    pairs = ((c.first, c.second) for c in agenda.clashes if event.id in (c.first.id, c.second.id))
    others = [second if first.id == event.id else first for first, second in pairs]
    if not others:
        return "", None
    names = listed([event_line(other, zone) for other in others])
    note = f" That clashes with {names}."
    free = await _room(event, turn)
    if free is None:
        return f"{note} There is no other gap for it on that day.", None
    return f"{note} You would be free at {clock_text(free, zone)}.", free


def clash_line(agenda: AgendaView, turn: Turn) -> str:
    """The first clash of an agenda that has some, and how many more there are."""
    first = agenda.clashes[0]
    more = f", and {len(agenda.clashes) - 1} more" if len(agenda.clashes) > 1 else ""
    return f"{first.first.title} and {first.second.title} clash at {clock_text(first.start, turn.services.zone)}{more}."


async def _room(event: EventView, turn: Turn) -> datetime | None:
    """The first gap after it on its day, else the first one before it, within working hours."""
    zone = turn.services.zone
    day = event.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    length_s = (event.end - event.start).total_seconds()
    slots = await turn.query(FindFreeTime(turn.user, max(day, turn.now), day + timedelta(days=1), length_s))
    starts = [slot.start for slot in slots]
    later = [at for at in starts if at >= event.start]
    return next(iter(later or starts), None)
