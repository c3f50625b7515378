"""Answers what is most critical, and why; lets people acknowledge, snooze, dismiss and resolve it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from twin_core.attention import changes
from twin_core.attention.catch_up import unread
from twin_core.attention.changes import Changes
from twin_core.attention.concerns import Finding
from twin_core.attention.families import flags
from twin_core.attention.index import ConcernIndex
from twin_core.attention.keeper import ConcernKeeper
from twin_core.attention.lists import Lists
from twin_core.attention.places import concerns_places
from twin_core.attention.plans import Plans
from twin_core.attention.surroundings import Surroundings
from twin_core.attention.trips import concerns_chargers
from twin_core.contract import commands as c
from twin_core.contract.clock import Clock, Timer, instant_text
from twin_core.contract.errors import Conflict, Rejected
from twin_core.contract.events import Event
from twin_core.contract.flags import LowerFlag, RaiseFlag
from twin_core.contract.ports import Bus, PlanChanged, Reported, Store, Stored, TwinCore
from twin_core.contract.privacy import Leaving
from twin_core.contract.requests import Cause
from twin_core.contract.views import ConcernChange, ConcernStatus, ConcernView
from twin_core.templates import Library

_SYSTEM = Cause().actor


class AttentionService:
    """Concerns are opened and closed by events, and weighed when something changed about them.

    The cost of a question depends on how much is asked for, not on how many twins or concerns there are.
    """

    def __init__(
        self, store: Store, bus: Bus, core: TwinCore, library: Library, clock: Clock, zone: tzinfo = UTC
    ) -> None:
        self._store = store
        self._bus = bus
        self._core = core
        self._clock = clock
        self._surroundings = Surroundings(store, core, library, zone)
        self._index = ConcernIndex(self._surroundings.weigh, self._surroundings.audiences)
        self._keeper = ConcernKeeper(store, clock, self._index, self._surroundings)
        self._lists = Lists(core, bus, self._index, self._surroundings, clock)
        self._plans = Plans(core, clock)
        self._changes = Changes()
        self._changing = asyncio.Lock()
        self._early: list[Event] | None = []  # told while it catches up
        self._unsubscribe: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Takes up its concerns and catches up with the events it has not seen; the twin service must answer."""
        self._unsubscribe = [
            self._bus.subscribe(Stored, self._on_stored),
            self._bus.subscribe(Reported, self._on_reported),
            self._bus.subscribe(PlanChanged, self._on_plan_changed),
            self._bus.subscribe(Leaving, self._on_leaving),
        ]
        await self._surroundings.load()
        await self._keeper.load()
        async for event in unread(self._store, self._keeper.checkpoint):
            await self._take_in([event])
        early, self._early = self._early or [], None
        await self._take_in([event for event in early if event.position > self._keeper.checkpoint.position])
        async with self._changing:
            told = await self._keeper.absorb(await self._plans.load(list(self._index)), Cause())
        await self._tell(told)
        await self._changes.load(self._store, self._keeper.checkpoint.position, self._clock.now())

    async def aclose(self) -> None:
        """Stops listening and remembers how far it has read."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        async with self._changing:
            await self._keeper.checkpoint.save()

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            c.GetCritical: self._lists.critical,
            c.GetConcern: self._lists.concern,
            c.ListPutAway: self._lists.put_away,
            c.GetConcernChanges: self._get_changes,
            c.AcknowledgeConcern: self._acknowledge,
            c.SnoozeConcern: self._snooze,
            c.DismissConcern: self._dismiss,
            c.ResolveConcern: self._resolve,
            c.ReopenConcern: self._reopen,
            c.RateConcern: self._rate,
            RaiseFlag: self._raise_flag,
            LowerFlag: self._lower_flag,
        }

    def timers(self) -> list[Timer]:
        return [
            _Rings(self._index.next_waking_at, self._end_snoozes),
            _Rings(self._index.next_change_at, self._reweigh_due),
            _Rings(self._plans.next_due_at, self._look_at_plans),
        ]

    # --- questions ---------------------------------------------------------------------------------

    async def _get_changes(self, query: c.GetConcernChanges) -> tuple[ConcernChange, ...]:
        return self._changes.since(query.since, query.person)

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

    async def _rate(self, command: c.RateConcern, cause: Cause) -> ConcernView:
        async with self._changing:
            concern = await self._lists.to_change(command.concern, cause.actor)
            told = await self._keeper.rate(concern, command.important, cause)
            view = self._lists.shown(command.concern)
        await self._tell(told)
        return view

    async def _raise_flag(self, command: RaiseFlag, cause: Cause) -> None:
        await self._absorb([flags.finding_of(command, self._clock.now())], cause)

    async def _lower_flag(self, command: LowerFlag, cause: Cause) -> None:
        prefix, now = flags.prefix_of(command.source, command.key), self._clock.now()
        groups = [f"{prefix}{command.owner}"] if command.owner else self._index.groups_from(prefix)
        await self._absorb([flags.lowered(group, now) for group in groups], cause)

    async def _absorb(self, found: Sequence[Finding], cause: Cause) -> None:
        async with self._changing:
            told = await self._keeper.absorb(found, cause)
        await self._tell(told)

    async def _put_away(
        self, id: str, status: ConcernStatus, cause: Cause, until: datetime | None = None
    ) -> ConcernView:
        async with self._changing:
            concern = await self._lists.to_change(id, cause.actor)
            if concern.status == "resolved" and status in ("acknowledged", "snoozed"):
                title = self._lists.shown(id).title
                raise Conflict(
                    f"{title}: that is closed already, so there is nothing to do.",
                    code="already_resolved",
                    hint="It comes up by itself if it happens again.",
                )
            told = await self._keeper.put_away(concern, status, cause, until)
            view = self._lists.shown(id)
        await self._tell(told)
        return view

    # --- what happens ------------------------------------------------------------------------------

    async def _on_stored(self, notice: Stored) -> None:
        self._lists.favourites.take(notice.events)
        if self._early is not None:
            self._early.extend(notice.events)
        else:
            await self._take_in(notice.events)

    async def _take_in(self, events: Sequence[Event]) -> None:
        told: list[Event] = []
        async with self._changing:
            for event in events:
                if event.stream.startswith(changes.PREFIX):
                    continue
                if concerns_places(event):
                    await self._rearrange()
                if concerns_chargers(event):
                    told += await self._keeper.absorb(await self._plans.chargers_changed(), Cause())
                told += await self._keeper.take_in(event)
        await self._tell(told)

    async def _rearrange(self) -> None:
        """Places have changed: what lies in them is asked for, and judged, by other places now."""
        await self._surroundings.places.load(self._core)
        for concern in list(self._index):
            self._index.put(concern, self._clock.now())

    async def _on_reported(self, notice: Reported) -> None:
        if self._surroundings.places.take(notice.twin, notice.values):
            for concern in list(self._index):  # somebody came or went: rare, so all are judged anew
                self._index.put(concern, self._clock.now())
        if trips := self._plans.reported(notice.twin, notice.values):
            await self._absorb(trips, Cause())
        subject = self._surroundings.subjects.get(notice.twin)
        if subject is None:
            return
        subject.take(notice.values)
        async with self._changing:
            told = await self._keeper.reweigh(notice.twin)
        await self._tell(told)

    async def _on_plan_changed(self, notice: PlanChanged) -> None:
        async with self._changing:
            found = await self._plans.tasks_changed(notice.tasks)
            found += await self._plans.events_changed(notice.events)
            told = await self._keeper.absorb(found, Cause())
        await self._tell(told)

    async def _on_leaving(self, notice: Leaving) -> None:
        async with self._changing:
            told = await self._keeper.forget(notice.person)
            self._surroundings.unlearn(notice.person, notice.streams)
        await self._tell(told)
        self._changes.forget(notice.person)

    async def _look_at_plans(self, now: datetime) -> None:
        async with self._changing:
            told = await self._keeper.absorb(await self._plans.run_due(now), Cause())
        await self._tell(told)

    async def _end_snoozes(self, now: datetime) -> None:
        async with self._changing:
            told = await self._keeper.end_snoozes(now)
        await self._tell(told)

    async def _reweigh_due(self, now: datetime) -> None:
        async with self._changing:
            told = await self._keeper.reweigh_due(now)
        await self._tell(told)

    async def _tell(self, events: Sequence[Event]) -> None:
        if events:
            self._changes.take(events)
            await self._bus.publish(Stored(events))


class _Rings:
    """A Timer of a service: what is due next, and what to do then."""

    def __init__(
        self,
        next_due_at: Callable[[], datetime | None],
        run_due: Callable[[datetime], Coroutine[Any, Any, None]],
    ) -> None:
        self._next_due_at = next_due_at
        self._run_due = run_due

    def next_due_at(self) -> datetime | None:
        return self._next_due_at()

    async def run_due(self, now: datetime) -> None:
        await self._run_due(now)
