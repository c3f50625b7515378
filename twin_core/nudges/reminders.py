"""What is done with reminders: made, changed, put off, cancelled."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract import reminders as r
from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock, seconds
from twin_core.contract.commands import SetDesired
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.ports import Batch, Document, Due, Store, TwinCore
from twin_core.contract.requests import Cause, Keep
from twin_core.contract.wall_time import wall_of
from twin_core.nudges.records import Reminder, kind_of, new_id, owner_of, reminder_from
from twin_core.nudges.repeating import checked, next_at
from twin_core.nudges.triggers import Triggers

WORK = "reminder"
OWNER = "owner"
_LAST = datetime.max.replace(tzinfo=UTC)
_A_MOMENT = timedelta(minutes=1)  # a clock that stands still between asking and doing; "in a second"
_MAX_CHARS = 1000
_LIFETIME = timedelta(days=36_525)


class ReminderDesk:
    """Commands and queries of reminders."""

    def __init__(self, store: Store, core: TwinCore, clock: Clock, triggers: Triggers) -> None:
        self._store = store
        self._core = core
        self._clock = clock
        self._triggers = triggers
        self.expect: Callable[[datetime | None], None] = lambda at: None  # told when something will be due

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            r.CreateReminder: self._create,
            r.EditReminder: self._edit,
            r.SnoozeReminder: self._snooze,
            r.CancelReminder: self._cancel,
            r.RestoreReminder: self._restore,
            r.GetReminder: self._get,
            r.ListReminders: self._list,
        }

    async def known(self, id: str) -> Reminder:
        """Raises NotFound."""
        found = await self._store.get(kind_of("reminder", owner_of(id)), id)
        if found is None:
            raise NotFound("There is no such reminder (any more).", hint="Ask for your reminders to see them.")
        return reminder_from(id, found[0])

    # --- what others set off -----------------------------------------------------------------------

    async def retime(self, id: str) -> None:
        """What it hangs on was moved, or is gone: then it waits for nothing any more."""
        reminder = await self.known(id)
        view = reminder.view
        zone = await self._zone(view.owner)
        at = view.at
        if view.before:
            try:
                at = await self._triggers.before(view.before)
            except NotFound:
                await self._keep(reminder.changed(at=None, status="cancelled"), Cause())
                return
        elif view.free:
            at = await self._triggers.free(view.free, view.owner)
        elif view.recurrence and reminder.starts:
            at = next_at(view.recurrence, reminder.starts, self._clock.now(), zone)
        if at != view.at or reminder.zone != zone.key:
            await self._keep(replace(reminder.changed(at=at), zone=zone.key), Cause())

    async def ring_now(self, id: str) -> None:
        """The condition it waits for is met."""
        await self._keep((await self.known(id)).changed(at=self._clock.now()), Cause())

    # --- questions ---------------------------------------------------------------------------------

    async def _get(self, query: r.GetReminder) -> r.ReminderView:
        return (await self.known(query.reminder)).view

    async def _list(self, query: r.ListReminders) -> tuple[r.ReminderView, ...]:
        found = self._store.scan(kind_of("reminder", query.owner or OWNER))
        views = [reminder_from(id, doc).view async for id, doc in found]
        listed = [view for view in views if query.over or view.status == "waiting"]
        return tuple(sorted(listed, key=lambda view: (view.at or _LAST, view.created_at))[: max(0, query.limit)])

    # --- changes -----------------------------------------------------------------------------------

    async def _create(self, command: r.CreateReminder, cause: Cause) -> r.ReminderView:
        now = self._clock.now()
        owner = command.owner or (cause.actor if cause.actor != "system" else OWNER)
        about = _checked_about(command.about)
        ways = (command.at or command.recurrence, command.condition, command.before, command.free)
        if sum(way is not None for way in (*ways, command.unacknowledged)) != 1:
            raise Rejected("A reminder needs one time.", code="no_time", hint="Say when, or what has to happen first.")
        for wish in command.wishes:  # what cannot be done is said now, not when nobody is there
            await self._core.execute(SetDesired(wish.twin, wish.values, dry_run=True), cause)
        zone = await self._zone(owner)
        first = _checked_at(command.at, now) if command.at else None
        starts = wall_of(first or now, zone) if command.recurrence else None
        view = r.ReminderView(
            id=new_id("reminder", owner),
            about=about,
            at=first,
            recurrence=checked(command.recurrence, starts, zone) if command.recurrence and starts else None,
            condition=command.condition,
            before=command.before,
            owner=owner,
            status="waiting",
            created_at=now,
            delivered_at=None,
            conversation=command.conversation,
            twin=command.twin,
            version=1,
            free=command.free,
            unacknowledged=command.unacknowledged,
            wishes=command.wishes,
        )
        reminder = Reminder(view, starts, zone.key)
        reminder = replace(reminder, view=replace(view, at=await self._first(reminder, zone)))
        await self._keep(reminder, cause)
        return reminder.view

    async def _first(self, reminder: Reminder, zone: ZoneInfo) -> datetime | None:
        """Its next delivery. Raises Rejected where that would be past, NotFound for what it hangs on."""
        view, now = reminder.view, self._clock.now()
        if view.before:
            return _checked_at(await self._triggers.before(view.before), now)
        if view.condition:
            return now if await self._triggers.is_met(view.condition) else None
        if view.free:
            if (at := await self._triggers.free(view.free, view.owner)) is None:
                hint = "Ask for a shorter one, or say a time."
                raise Rejected("You have no such stretch of time in the coming weeks.", code="never_free", hint=hint)
            return at
        if view.unacknowledged:
            if await self._triggers.open_concern(view.unacknowledged, view.owner) is None:
                raise Rejected("Somebody is on that already.", code="taken_on", hint="Ask what is most critical now.")
            return _checked_at(now + seconds(view.unacknowledged.after_s), now)
        if view.recurrence and reminder.starts:
            # The first is the one that was named; without one it counts from now on.
            after = view.at - timedelta(seconds=1) if view.at else now
            return next_at(view.recurrence, reminder.starts, after, zone)
        return view.at

    async def _edit(self, command: r.EditReminder, cause: Cause) -> r.ReminderView:
        before = await self.known(command.reminder)
        about = before.view.about if command.about is None else _checked_about(command.about)
        changed = before.changed(about=about, status="waiting")
        zone = await self._zone(before.view.owner)
        if not isinstance(command.recurrence, Keep) or command.at:
            rule = before.view.recurrence if isinstance(command.recurrence, Keep) else command.recurrence
            at = _checked_at(command.at, self._clock.now()) if command.at else before.view.at
            starts = wall_of(at or self._clock.now(), zone) if rule else None
            timed = changed.changed(
                at=at if command.at or not rule else None,
                recurrence=checked(rule, starts, zone) if rule and starts else None,
                condition=None,
                before=None,
                free=None,
                unacknowledged=None,
            )
            timed = replace(timed, starts=starts, zone=zone.key)
            changed = replace(timed, view=replace(timed.view, at=await self._first(timed, zone)))
        await self._keep(changed, cause)
        return changed.view

    async def _snooze(self, command: r.SnoozeReminder, cause: Cause) -> r.ReminderView:
        before = await self.known(command.reminder)
        until = _checked_at(command.until, self._clock.now())
        return await self._changed(before.changed(at=until, status="waiting", put_off=True), cause)

    async def _cancel(self, command: r.CancelReminder, cause: Cause) -> r.ReminderView:
        before = await self.known(command.reminder)
        return await self._changed(before.changed(status="cancelled"), cause)

    async def _restore(self, command: r.RestoreReminder, cause: Cause) -> r.ReminderView:
        before = await self.known(command.reminder)
        rule = before.view.recurrence if isinstance(command.recurrence, Keep) else command.recurrence
        about = command.about or before.view.about
        return await self._changed(
            before.changed(at=command.at, status=command.status, about=about, recurrence=rule), cause
        )

    async def _changed(self, reminder: Reminder, cause: Cause) -> r.ReminderView:
        await self._keep(reminder, cause)
        return reminder.view

    async def _keep(self, reminder: Reminder, cause: Cause) -> None:
        """Stores it with what is due of it."""
        view = reminder.view
        at = view.at if view.status == "waiting" else None
        documents: list[Document] = [reminder.document(), *self._triggers.documents(reminder)]
        due = Due(WORK, view.id, at, lane=view.owner)
        await self._store.commit(Batch(documents=documents, due=[due], cause=cause))
        self._triggers.follow(reminder)
        self.expect(at)

    async def _zone(self, owner: str) -> ZoneInfo:
        return ZoneInfo((await self._core.query(GetPerson(owner))).zone)


def _checked_about(about: str) -> str:
    text = " ".join(about.split())[:_MAX_CHARS]
    if not text:
        raise Rejected("A reminder is about something.", code="no_topic", hint="Say what I shall remind you of.")
    return text


def _checked_at(at: datetime, now: datetime) -> datetime:
    if at < now - _A_MOMENT:
        raise Rejected("That time is past.", code="past", hint="Name a time that is still to come.")
    if at > now + _LIFETIME:
        raise Rejected("That is too far away.", code="too_far", hint="Name a time within a hundred years.")
    return at
