"""The way back into one calendar: a change made elsewhere in the meantime becomes a question, never a lost update."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.calendars._system import CalendarSystem, Collection, Window, same_content
from twin_core.contract.errors import Conflict, NotFound, Unavailable
from twin_core.contract.mirroring import ChangedElsewhere, Occurrence

_DAY = timedelta(days=1)

HandOver = Callable[[str, Sequence[Occurrence]], Awaitable[None]]


class Writer:
    """Implements CalendarWriter. What was written is handed over at once, so that no other occurrence stays stale."""

    def __init__(
        self,
        source: str,
        title: str,
        system: CalendarSystem,
        collection: Collection,
        window: Callable[[], Window],
        hand_over: HandOver,
    ) -> None:
        self.source = source
        self.title = title
        self._system = system
        self._collection = collection
        self._window = window
        self._hand_over = hand_over

    async def create(self, event: Occurrence) -> Occurrence:
        stored = await self._system.create(self._collection, event, self._reaching(event))
        return await self._handed_over(stored, event)

    async def change(self, before: Occurrence, after: Occurrence, *, series: bool) -> Occurrence:
        try:
            stored = await self._system.change(
                self._collection, before, after, self._reaching(before, after), series=series
            )
        except (Conflict, NotFound):
            now = await self._now(before)
            if now is None or not same_content(now, after):
                raise self._changed(before, now) from None
            return now  # somebody, perhaps we ourselves, did the same already
        return await self._handed_over(stored, after)

    async def delete(self, event: Occurrence, *, series: bool) -> None:
        try:
            await self._system.delete(self._collection, event, self._reaching(event), series=series)
        except NotFound:
            return
        except Conflict:
            if (now := await self._now(event)) is None:
                return
            raise self._changed(event, now) from None

    def _reaching(self, *events: Occurrence) -> Window:
        """What is kept here, stretched to events outside of it: who changes one wants to see it."""
        window = self._window()
        starts = [_instant(event.start, window.home) - _DAY for event in events]
        ends = [_instant(event.end, window.home) + _DAY for event in events]
        return replace(window, start=min(window.start, *starts), end=max(window.end, *ends))

    async def _handed_over(self, stored: Sequence[Occurrence], wanted: Occurrence) -> Occurrence:
        """The one that was meant among those stored; by its original start, else the first."""
        if not stored:
            raise Unavailable(
                f"{self.title} took “{wanted.title}”, but does not show it.",
                code="not_shown",
                hint="Look for it in that calendar.",
            )
        if len(stored) > 1:
            await self._hand_over(stored[0].uid, stored)
        return next((one for one in stored if one.recurrence_id == wanted.recurrence_id), stored[0])

    async def _now(self, known: Occurrence) -> Occurrence | None:
        there = await self._system.read(self._collection, known, self._reaching(known))
        return next((one for one in there if one.recurrence_id == known.recurrence_id), None)

    def _changed(self, known: Occurrence, now: Occurrence | None) -> ChangedElsewhere:
        return ChangedElsewhere(f"“{known.title}” was {_how(known, now, self._window().home)} in {self.title}.", now)


def _instant(when: date, home: ZoneInfo) -> datetime:
    at = when if isinstance(when, datetime) else datetime.combine(when, time(), home)
    return at.astimezone(UTC)


def _how(known: Occurrence, now: Occurrence | None, home: ZoneInfo) -> str:
    if now is None:
        return "deleted"
    if now.status == "cancelled" != known.status:
        return "cancelled"
    if now.start != known.start:
        return f"moved to {_when(now.start, home)}"
    if now.end != known.end:
        return f"changed to end at {_when(now.end, home)}"
    if now.title != known.title:
        return f"renamed to “{now.title}”"
    return "changed"


def _when(when: date, home: ZoneInfo) -> str:
    return (
        when.astimezone(home).strftime("%a %d %b, %H:%M") if isinstance(when, datetime) else when.strftime("%a %d %b")
    )
