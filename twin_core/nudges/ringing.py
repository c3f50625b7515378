"""A reminder whose time has come: it becomes a nudge, and is set for its next time, in one commit."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import About, NudgeView
from twin_core.contract.ports import Batch, Claimed, Due, Store, TwinCore
from twin_core.contract.views import Action
from twin_core.nudges.outbox import DELIVERY
from twin_core.nudges.records import Reminder, new_id, nudge_document
from twin_core.nudges.reminders import WORK, ReminderDesk
from twin_core.nudges.repeating import next_at
from twin_core.nudges.triggers import Triggers

_LATE = timedelta(minutes=5)


class Ringing:
    """Turns due reminders into nudges."""

    def __init__(self, store: Store, core: TwinCore, clock: Clock, desk: ReminderDesk, triggers: Triggers) -> None:
        self._store = store
        self._core = core
        self._clock = clock
        self._desk = desk
        self._triggers = triggers
        self.expect: Callable[[datetime | None], None] = lambda at: None  # told when there is something to deliver

    async def ring(self, work: Claimed) -> None:
        """Raises Conflict where the claim has run out: then somebody else has done it."""
        over = Due(WORK, work.key, None, lease=work.lease)
        try:
            reminder = await self._desk.known(work.key)
        except NotFound:
            await self._store.commit(Batch(due=[over]))
            return
        if reminder.view.status != "waiting":
            await self._store.commit(Batch(due=[over]))
            return
        now = self._clock.now()
        zone = ZoneInfo((await self._core.query(GetPerson(reminder.view.owner))).zone)
        after = _rung(reminder, now, zone)
        nudge = _nudge(reminder, work.at, now, zone)
        following = Due(WORK, work.key, after.view.at, lane=work.lane, lease=work.lease)
        delivery = Due(DELIVERY, nudge.id, now, lane=nudge.owner)
        documents = [after.document(), nudge_document(nudge), *self._triggers.documents(after.view)]
        await self._store.commit(Batch(documents=documents, due=[following, delivery]))
        self._triggers.follow(after.view)
        self.expect(now)


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
