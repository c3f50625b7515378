"""What comes next in a person's calendar and tasks, beside what is critical already."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.dialogue.moments import stretch
from bot.replies.phrases import SHOWN, listed, when_text
from bot.turn import Turn
from twin_core.contract.agenda import AgendaView, GetAgenda

_AHEAD = timedelta(days=7)


async def next_coming(turn: Turn) -> str:
    """The next event or task within a week, in a sentence; empty where there is none."""
    agenda = await turn.query(GetAgenda(turn.now, turn.now + _AHEAD, turn.user))
    coming = sorted(_points(agenda, turn.now))
    return f"Next: {_point_text(coming[0], turn)}." if coming else ""


async def later_in(turn: Turn, already: Collection[str | None]) -> list[str]:
    """The tasks of the time that was asked about which are not on the list yet, in a line."""
    time = turn.request.get("time")
    span = stretch(time, turn.now) if isinstance(time, Mapping) else None
    if span is None or span[1] <= turn.now or span[1] - turn.now < timedelta(days=1):
        return []
    agenda = await turn.query(GetAgenda(turn.now, min(span[1], turn.now + 5 * _AHEAD), turn.user))
    later = [(task.due, task.title) for task in agenda.tasks if task.due and task.id not in already]
    if not later:
        return []
    texts = [_point_text(point, turn) for point in sorted(later)[: SHOWN + 1]]
    more = f", and {len(later) - len(texts)} more" if len(later) > len(texts) else ""
    return [f"Later on: {listed(texts)}{more}."]


def _points(agenda: AgendaView, now: datetime) -> list[tuple[datetime, str]]:
    events = [(event.start, event.title) for event in agenda.events if event.start > now and not event.all_day]
    return [*events, *((task.due, task.title) for task in agenda.tasks if task.due and task.due > now)]


def _point_text(point: tuple[datetime, str], turn: Turn) -> str:
    return f"{point[1]} {when_text(point[0], turn.now, turn.services.zone)}"
