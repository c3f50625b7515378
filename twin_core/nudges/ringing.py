"""A reminder whose time has come: it becomes a nudge, and is set for its next time, in one commit."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.nudges import About, NudgeView
from twin_core.contract.ports import Batch, Claimed, Due, TwinCore
from twin_core.contract.views import Action
from twin_core.nudges.journal import Journal
from twin_core.nudges.outbox import DELIVERY
from twin_core.nudges.records import Reminder, kind_of, new_id, nudge_document, owner_of, reminder_from
from twin_core.nudges.reminders import WORK
from twin_core.nudges.repeating import next_at
from twin_core.nudges.triggers import Triggers

_LATE = timedelta(minutes=5)


class Ringing:
    """Turns due reminders into nudges."""

    def __init__(self, journal: Journal, core: TwinCore, clock: Clock, triggers: Triggers) -> None:
        self._journal = journal
        self._core = core
        self._clock = clock
        self._triggers = triggers
        self.expect: Callable[[], None] = lambda: None  # told when there is something to do

    async def ring(self, lane: Sequence[Claimed]) -> None:
        """The reminders of one person."""
        zone = ZoneInfo((await self._core.query(GetPerson(owner_of(lane[0].key)))).zone)
        await asyncio.gather(*(self._one(work, zone) for work in lane))

    async def _one(self, work: Claimed, zone: ZoneInfo) -> None:
        reminder = await self._waiting(work)
        if reminder is None:
            await self._journal.keep(Batch(due=[Due(WORK, work.key, None, lease=work.lease)]))
            return
        now = self._clock.now()
        after = _rung(reminder, now, zone)
        nudge = _nudge(reminder, work.at, now, zone)
        following = Due(WORK, work.key, after.view.at, lane=work.lane, lease=work.lease)
        delivery = Due(DELIVERY, nudge.id, nudge.due_at, lane=nudge.owner)
        documents = [after.document(), nudge_document(nudge), *self._triggers.documents(after.view)]
        if await self._journal.keep(Batch(documents=documents, due=[following, delivery])):
            self._triggers.follow(after.view)
            self.expect()

    async def _waiting(self, work: Claimed) -> Reminder | None:
        """The reminder, where it is still to come."""
        doc = await self._journal.read(kind_of("reminder", owner_of(work.key)), work.key)
        return reminder_from(work.key, doc) if doc and doc["status"] == "waiting" else None


def _rung(reminder: Reminder, now: datetime, zone: ZoneInfo) -> Reminder:
    """Those that were missed while nobody ran are one: the next is still to come."""
    rule, starts = reminder.view.recurrence, reminder.starts
    again = next_at(rule, starts, now, zone) if rule and starts else None
    return reminder.changed(at=again, delivered_at=now, status="waiting" if again else "delivered")


def _nudge(reminder: Reminder, due_at: datetime, now: datetime, zone: ZoneInfo) -> NudgeView:
    view = reminder.view
    late = f" (this was for {due_at.astimezone(zone):%A %H:%M})" if now - due_at > _LATE else ""
    return NudgeView(
        id=new_id("nudge", view.owner),
        owner=view.owner,
        kind="reminder",
        text=f"Reminder: {view.about}{late}.",
        actions=(Action(f"snooze-reminder:{view.id}", "Snooze"), Action(f"done-reminder:{view.id}", "Done")),
        why=f"You asked for it on {view.created_at.astimezone(zone):%A, %d %B at %H:%M}.",
        stop="Say “cancel that reminder” to stop it." if view.recurrence else "It does not come again by itself.",
        urgency="normal",
        about=About("reminder", view.id),
        due_at=due_at,
        status="waiting",
        conversation=view.conversation,
    )
