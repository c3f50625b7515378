"""When shall it be? Asked with the gaps of the day that is meant as answers."""

from datetime import date, datetime, timedelta

from bot.dialogue.state import Request
from bot.planning.asking import ask_time
from bot.planning.times import HOUR, Open, Slot, length_of
from bot.planning.wording import clock_text, day_text
from bot.replies.phrases import capital, listed
from bot.turn import Outcome, Turn
from twin_core.contract.agenda import EventView, FindFreeTime

DAYS = (("tomorrow", "Tomorrow"), ("next Monday", "Next Monday"), ("in a week", "In a week"))
_OFFERED = 3
_LOOK_AHEAD = timedelta(days=7)
_QUARTER = timedelta(minutes=15)
_APART = timedelta(hours=2)  # of the times that are offered, so that they differ


async def ask_when(
    missing: Open, title: str, turn: Turn, *, request: Request | None = None, moving: EventView | None = None
) -> Outcome:
    """The hour where the day is known, else the whole time."""
    request = request or turn.request
    zone, today = turn.services.zone, turn.now.astimezone(turn.services.zone).date()
    if missing.stretch is None:
        question = f"When do you want to move “{title}” to?" if moving else f"When is “{title}”?"
        return ask_time(question, request, DAYS if moving else ())
    start, end = missing.stretch
    length = length_of(request) or (moving.end - moving.start if moving else HOUR)
    slots = await turn.query(FindFreeTime(turn.user, max(start, turn.now), end, length.total_seconds()))
    starts = [at for slot in slots for at in _starts(slot.start, slot.end, length)][:_OFFERED]
    day = start.astimezone(zone).date()
    on = f"{day:%A} {day.day} {day:%B}" if end - start <= timedelta(days=1) else ""
    answers = [_answer(at.astimezone(zone), today) for at in starts]
    question = f"At what time{' on ' + on if on else ''}?"
    free = f" You are free {listed([f'at {clock_text(at, zone)}' for at in starts], 'or')}." if starts and on else ""
    answers += [] if moving else [("all day", "All day")]
    return ask_time(question, request, answers, f"{question}{free}" + ("" if moving else " Or is it all day?"))


async def first_gap(event: EventView, stretch: tuple[datetime, datetime] | None, turn: Turn) -> Slot | None:
    """Where an event fits that is to be moved to "when I'm free": within the stretch said, else on its day or later."""
    length = event.end - event.start
    start, end = stretch or (event.start.replace(hour=0, minute=0), event.start + _LOOK_AHEAD)
    free = await turn.query(FindFreeTime(turn.user, max(start, turn.now), end, length.total_seconds()))
    starts = [
        at for slot in free for at in _starts(slot.start, slot.end, length) if at != event.start and at > turn.now
    ]
    return Slot(starts[0], starts[0] + length) if starts else None


def _starts(start: datetime, end: datetime, length: timedelta) -> list[datetime]:
    """Times within a gap, some hours apart, on the quarter of an hour."""
    rounded = (
        start + (-timedelta(minutes=start.minute, seconds=start.second, microseconds=start.microsecond)) % _QUARTER
    )
    found: list[datetime] = []
    while rounded + length <= end:
        found.append(rounded)
        rounded += max(_APART, length)
    return found


def _answer(at: datetime, today: date) -> tuple[str, str]:
    """A time as it can be said back, and as it reads on a button."""
    near = day_text(at.date(), today)
    said = near if near in ("today", "tomorrow") else f"{at.day} {at:%B} {at.year}"
    return f"{said} at {at:%H:%M}", f"{capital(near)} at {at:%H:%M}"
