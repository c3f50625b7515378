"""Answers what is most critical, and why; lets people acknowledge, snooze, dismiss and resolve it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from twin_core.attention.catch_up import unread
from twin_core.attention.concerns import Concern
from twin_core.attention.index import ConcernIndex, Ranked
from twin_core.attention.keeper import ConcernKeeper
from twin_core.attention.wording import word
from twin_core.contract import commands as c
from twin_core.contract.clock import Clock, Timer, instant_text
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.events import Event
from twin_core.contract.ports import Bus, Reported, Store, Stored, TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.views import ConcernStatus, ConcernView, CriticalView
from twin_core.templates import Library

_OWN = "concern."  # our own streams


class AttentionService:
    """Concerns are opened and closed by events and kept up to date by values of the twins that have one.

    The cost of a question grows with the concerns, never with the twins.
    """

    def __init__(self, store: Store, bus: Bus, core: TwinCore, library: Library, clock: Clock) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._index = ConcernIndex()
        self._keeper = ConcernKeeper(store, core, library, clock, self._index)
        self._changing = asyncio.Lock()
        self._early: list[Event] | None = []  # told while it catches up
        self._unsubscribe: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Takes up its concerns and catches up with the events it has not seen; the twin service must answer."""
        self._unsubscribe = [
            self._bus.subscribe(Stored, self._on_stored),
            self._bus.subscribe(Reported, self._on_reported),
        ]
        await self._keeper.load()
        async for event in unread(self._store, self._keeper.checkpoint):
            await self._take_in([event])
        early, self._early = self._early or [], None
        await self._take_in([event for event in early if event.position > self._keeper.checkpoint.position])

    async def aclose(self) -> None:
        """Stops listening and remembers how far it has read."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        async with self._changing:
            await self._keeper.checkpoint.save()

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            c.GetCritical: self._get_critical,
            c.GetConcern: self._get_concern,
            c.AcknowledgeConcern: self._acknowledge,
            c.SnoozeConcern: self._snooze,
            c.DismissConcern: self._dismiss,
            c.ResolveConcern: self._resolve,
            c.ReopenConcern: self._reopen,
        }

    def timers(self) -> list[Timer]:
        return [_SnoozeEnds(self)]

    # --- questions ---------------------------------------------------------------------------------

    async def _get_critical(self, query: c.GetCritical) -> CriticalView:
        now = self._clock.now()
        ranking = self._index.ranking(now)
        if query.place is not None:
            place = query.place.casefold()
            ranking = [each for each in ranking if self._place(each.concern) == place]
        items = [self._view(rank, ranked, now) for rank, ranked in enumerate(ranking[: max(0, query.limit)], 1)]
        return CriticalView(as_of=now, items=tuple(items), total=len(ranking))

    async def _get_concern(self, query: c.GetConcern) -> ConcernView:
        return self._shown(query.concern)

    # --- what people do about it -------------------------------------------------------------------

    async def _acknowledge(self, command: c.AcknowledgeConcern, cause: Cause) -> ConcernView:
        return await self._put_away(command.concern, "acknowledged", cause)

    async def _snooze(self, command: c.SnoozeConcern, cause: Cause) -> ConcernView:
        if command.until <= self._clock.now():
            raise Rejected(
                f"{instant_text(command.until)} is over already.",
                code="not_in_the_future",
                hint="Give an instant in the future.",
            )
        return await self._put_away(command.concern, "snoozed", cause, command.until)

    async def _dismiss(self, command: c.DismissConcern, cause: Cause) -> ConcernView:
        return await self._put_away(command.concern, "dismissed", cause)

    async def _resolve(self, command: c.ResolveConcern, cause: Cause) -> ConcernView:
        return await self._put_away(command.concern, "resolved", cause)

    async def _reopen(self, command: c.ReopenConcern, cause: Cause) -> ConcernView:
        return await self._put_away(command.concern, "open", cause)

    async def _put_away(
        self, id: str, status: ConcernStatus, cause: Cause, until: datetime | None = None
    ) -> ConcernView:
        async with self._changing:
            told = await self._keeper.put_away(self._known(id), status, cause, until)
            view = self._shown(id)
        await self._tell(told)
        return view

    # --- what happens ------------------------------------------------------------------------------

    async def _on_stored(self, notice: Stored) -> None:
        if self._early is not None:
            self._early.extend(notice.events)
        else:
            await self._take_in(notice.events)

    async def _take_in(self, events: Sequence[Event]) -> None:
        told: list[Event] = []
        async with self._changing:
            for event in events:
                if not event.stream.startswith(_OWN):
                    told += await self._keeper.take_in(event)
        await self._tell(told)

    async def _on_reported(self, notice: Reported) -> None:
        subject = self._index.subjects.get(notice.twin)
        if subject is None:
            return
        subject.take(notice.values)
        self._index.touch()
        if any(concern.status == "snoozed" for concern in self._index.of_twin(notice.twin)):
            async with self._changing:
                told = await self._keeper.wake(notice.twin)
            await self._tell(told)

    async def _tell(self, events: Sequence[Event]) -> None:
        if events:
            await self._bus.publish(Stored(events))

    def next_snooze_end(self) -> datetime | None:
        """When the first snooze is over."""
        return min((concern.until for concern in self._index if concern.until is not None), default=None)

    async def end_snoozes(self, now: datetime) -> None:
        """Brings back what was snoozed until now."""
        async with self._changing:
            told = await self._keeper.end_snoozes(now)
        await self._tell(told)

    # --- showing -----------------------------------------------------------------------------------

    def _known(self, id: str) -> Concern:
        concern = self._index.get(id)
        if concern is None:
            raise NotFound(f"There is no concern {id[:80]!r}.", code="unknown_concern", hint="It may be over already.")
        return concern

    def _place(self, concern: Concern) -> str:
        return (self._index.subjects[concern.twin].view.place or "").casefold()

    def _shown(self, id: str) -> ConcernView:
        now = self._clock.now()
        rank, ranked = self._index.rank_of(self._known(id), now)
        return self._view(rank, ranked, now)

    def _view(self, rank: int, ranked: Ranked, now: datetime) -> ConcernView:
        concern, weight = ranked.concern, ranked.weight
        subject = self._index.subjects[concern.twin]
        words = word(concern, subject, weight.severity, now)
        return ConcernView(
            id=concern.id,
            rank=rank,
            score=round(ranked.score, 1),
            severity=weight.severity,
            title=words.title,
            kind=words.kind,
            twin=concern.twin,
            due_at=weight.due_at,
            why=words.why,
            actions=words.actions,
            status=concern.status,
            opened_at=concern.opened_at,
            until=concern.until,
            hazard=weight.hazard,
            subject=subject.view.name,
            if_ignored=words.if_ignored,
        )


class _SnoozeEnds:
    """The Timer of a service's snoozes."""

    def __init__(self, service: AttentionService) -> None:
        self._service = service

    def next_due_at(self) -> datetime | None:
        return self._service.next_snooze_end()

    async def run_due(self, now: datetime) -> None:
        await self._service.end_snoozes(now)
