"""A reminder whose time has come: it becomes a nudge, or a change, and is set for its next time, in one commit."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.commands import GetState, ListTypes
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import NudgeView
from twin_core.contract.ports import Batch, Claimed, Due, TwinCore
from twin_core.contract.reminders import Condition
from twin_core.nudges.journal import Journal
from twin_core.nudges.outbox import DELIVERY
from twin_core.nudges.records import Reminder, kind_of, nudge_document, owner_of, reminder_from
from twin_core.nudges.reminder_words import catch_up, happening, nudge_of, nudge_of_concern, nudge_of_failure
from twin_core.nudges.reminders import WORK
from twin_core.nudges.repeating import next_at
from twin_core.nudges.triggers import Triggers, holds
from twin_core.nudges.wishes import carry_out

_MISSED = timedelta(hours=1)
_SINGLE = 3  # so many missed ones come one by one

_Work = tuple[Claimed, Reminder]


class Ringing:
    """Turns due reminders into nudges."""

    def __init__(self, journal: Journal, core: TwinCore, clock: Clock, triggers: Triggers) -> None:
        self._journal = journal
        self._core = core
        self._clock = clock
        self._triggers = triggers
        self.expect: Callable[[], None] = lambda: None  # told when there is something to deliver

    async def ring(self, lane: Sequence[Claimed]) -> None:
        """The reminders of one person. A person who was not told for a while is told in one message."""
        zone = ZoneInfo((await self._core.query(GetPerson(owner_of(lane[0].key)))).zone)
        now = self._clock.now()
        due = [each for each in await asyncio.gather(*map(self._still_due, lane)) if each]
        told = [(work, reminder) for work, reminder in due if not reminder.view.wishes]
        missed = [(work, reminder) for work, reminder in told if now - work.at > _MISSED]
        if len(missed) > _SINGLE:
            due = [each for each in due if each not in missed]
            nudge = catch_up([(reminder.view, work.at) for work, reminder in missed], now, zone)
            await self._keep(missed, nudge, now, zone)
        await asyncio.gather(*(self._one(each, now, zone) for each in due))

    async def _one(self, each: _Work, now: datetime, zone: ZoneInfo) -> None:
        work, reminder = each
        view = reminder.view
        nudge: NudgeView | None
        if view.wishes:
            failed = await carry_out(view, work.at, now, self._core)
            nudge = nudge_of_failure(view, failed, work.at, now, zone) if failed else None
        elif view.unacknowledged and (concern := await self._triggers.open_concern(view.unacknowledged, view.owner)):
            nudge = nudge_of_concern(view, concern, work.at, zone)
        else:
            happened = await self._happened(view.condition) if view.condition else ""
            nudge = nudge_of(view, work.at, now, zone, happened)
        await self._keep([each], nudge, now, zone)

    async def _keep(self, rung: Sequence[_Work], nudge: NudgeView | None, now: datetime, zone: ZoneInfo) -> None:
        after = [_rung(reminder, now, zone) for _, reminder in rung]
        documents = [nudge_document(nudge)] if nudge else []
        due = [Due(DELIVERY, nudge.id, nudge.due_at, lane=nudge.owner)] if nudge else []
        for (work, _), reminder in zip(rung, after, strict=True):
            documents += [reminder.document(), *self._triggers.documents(reminder)]
            due.append(Due(WORK, work.key, reminder.view.at, lane=work.lane, lease=work.lease))
        if await self._journal.keep(Batch(documents=documents, due=due)):
            for reminder in after:
                self._triggers.follow(reminder)
            self.expect()

    async def _still_due(self, work: Claimed) -> _Work | None:
        """With its reminder, where that is still to come now; else what became of it is kept."""
        doc = await self._journal.read(kind_of("reminder", owner_of(work.key)), work.key)
        if doc is None or doc["status"] != "waiting":
            await self._journal.keep(Batch(due=[Due(WORK, work.key, None, lease=work.lease)]))
            return None
        reminder = reminder_from(work.key, doc)
        now_it_is = await self._triggers.as_it_is(reminder)
        if now_it_is is reminder:
            return work, reminder
        at = now_it_is.view.at if now_it_is.view.status == "waiting" else None
        documents = [now_it_is.document(), *self._triggers.documents(now_it_is)]
        later = Due(WORK, work.key, at, lane=work.lane, lease=work.lease)
        if await self._journal.keep(Batch(documents=documents, due=[later])):
            self._triggers.follow(now_it_is)
        return None

    async def _happened(self, condition: Condition) -> str:
        """What it waited for, as it is now; empty where that is not so any more."""
        try:
            state = await self._core.query(GetState(condition.twin))
        except NotFound:
            return ""
        kind = next(kind for kind in await self._core.query(ListTypes()) if kind.name == state.twin.type)
        spec, known = kind.properties.get(condition.property), state.reported.get(condition.property)
        return (
            happening(state.twin.name, spec, condition, known.value)
            if spec and known and holds(condition, known.value)
            else ""
        )


def _rung(reminder: Reminder, now: datetime, zone: ZoneInfo) -> Reminder:
    """Those that were missed while nobody ran are one: the next is still to come."""
    rule, starts = reminder.view.recurrence, reminder.starts
    again = next_at(rule, starts, now, zone) if rule and starts else None
    after = reminder.changed(at=again, delivered_at=now, status="waiting" if again else "delivered")
    return replace(after, zone=zone.key)
