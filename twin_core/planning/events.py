"""What is done with events: made, moved, cancelled, deleted, here and in the calendar they come from."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract import agenda as a
from twin_core.contract import ids
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Conflict, Forbidden, NotFound, Rejected
from twin_core.contract.requests import KEEP, Cause
from twin_core.planning.agenda import AgendaDesk, unknown_event
from twin_core.planning.event_writing import EventWriting
from twin_core.planning.local_time import starts_at
from twin_core.planning.outside import check_span
from twin_core.planning.people import People, may_change, person_of
from twin_core.planning.plan import Plan
from twin_core.planning.records import EventRecord
from twin_core.planning.series import check_recurrence, moved
from twin_core.planning.tasks import checked_title

Edit = Callable[[EventRecord], EventRecord]


class EventDesk:
    """Commands of events."""

    def __init__(self, plan: Plan, people: People, agenda: AgendaDesk, writing: EventWriting, clock: Clock) -> None:
        self._plan = plan
        self._people = people
        self._agenda = agenda
        self._writing = writing
        self._clock = clock

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            a.CreateEvent: self._create,
            a.EditEvent: self._edit,
            a.CancelEvent: self._cancel,
            a.DeleteEvent: self._delete,
            a.RestoreEvent: self._restore,
        }

    async def _create(self, command: a.CreateEvent, cause: Cause) -> a.EventView:
        check_span(command.start, command.end)
        owner = person_of(command.owner, cause)
        person = self._people.settings(owner)
        id = ids.new_id("event")
        event = EventRecord(
            id=id,
            uid=f"{id}@pollux",
            title=checked_title(command.title),
            owner=owner,
            start=command.start,
            end=command.end,
            recurrence=check_recurrence(command.recurrence) if command.recurrence else None,
            zone=person.zone if command.recurrence else None,
            status=command.status,
            busy=command.busy,
            location=command.location,
            attendees=command.attendees,
            travel_s=_checked_span(command.travel_s),
            preparation_s=_checked_span(command.preparation_s),
            notes=command.notes,
        )
        source = command.source or self._writing.usual_calendar(person)
        stored = await self._writing.create(event, source, cause)
        return self._agenda.event(stored.id)

    async def _edit(self, command: a.EditEvent, cause: Cause) -> a.EventView:
        before = self._target(command, cause)
        zone = ZoneInfo(self._people.settings(before.owner).zone)

        def edit(event: EventRecord) -> EventRecord:
            return replace(
                event,
                title=event.title if command.title is None else checked_title(command.title),
                status=command.status or event.status,
                busy=event.busy if command.busy is None else command.busy,
                location=event.location if command.location is KEEP else command.location,
                notes=event.notes if command.notes is None else command.notes,
                travel_s=event.travel_s if command.travel_s is None else _checked_span(command.travel_s),
                preparation_s=event.preparation_s
                if command.preparation_s is None
                else _checked_span(command.preparation_s),
            )

        after = edit(before)
        if command.start is not None or command.end is not None:
            span = _new_span(self._occurrence(command.event, before), command, zone)
            after = self._moved(command.event, after, span, zone)
        return await self._change(before, after, command.event, command.scope, cause)

    async def _cancel(self, command: a.CancelEvent, cause: Cause) -> a.EventView:
        before = self._target(command, cause)
        return await self._change(before, replace(before, status="cancelled"), command.event, command.scope, cause)

    async def _delete(self, command: a.DeleteEvent, cause: Cause) -> a.EventView:
        before = self._target(command, cause)
        view = self._agenda.event(command.event)
        await self._writing.delete(before, command.scope == "series", cause)
        return view

    async def _restore(self, command: a.RestoreEvent, cause: Cause) -> a.EventView:
        copies = self._plan.calendar.copies(command.event)
        if not any(may_change(copy.owner, cause) for copy in copies):
            raise unknown_event(command.event)
        for copy in copies:
            if copy.deleted_at is not None:
                stored = await self._writing.revive(copy, cause)
                return self._agenda.event(stored.id)
            if copy.status == "cancelled":
                await self._writing.change(copy, replace(copy, status="confirmed"), False, cause)
        return self._agenda.event(command.event)

    # --- what is meant, and how it is changed ----------------------------------------------------------

    def _target(self, command: a.EditEvent | a.CancelEvent | a.DeleteEvent, cause: Cause) -> EventRecord:
        """The record to change: of a series of our own the series itself, or the one occurrence."""
        id, expected = command.event, command.expected_version
        view = self._agenda.event(id)
        if not may_change(view.owner, cause):
            raise unknown_event(id)
        if expected is not None and expected != view.version:
            raise Conflict(
                f"“{view.title}” was changed in the meantime.",
                hint="Read it again, then decide.",
                details={"expected": expected, "version": view.version},
            )
        calendar = self._plan.calendar
        copies = [copy for copy in calendar.copies(id) if copy.deleted_at is None]
        if not copies and (one := calendar.occurrence(id)) is not None:
            copies = [one]
        if not copies:
            copies = [copy for copy in calendar.copies(view.id) if copy.deleted_at is None]
        first = next((copy for copy in copies if copy.source == view.source), copies[0])
        if not first.writable:
            raise Forbidden(f"“{first.title}” can only be read in its calendar.", hint="Change it there.")
        series = calendar.series_of(first)
        return series if command.scope == "series" and series is not None else first

    def _occurrence(self, id: str, target: EventRecord) -> EventRecord:
        """The occurrence that is spoken of; of a series itself, its first."""
        copies = self._plan.calendar.copies(id)
        return next(iter(copies), None) or self._plan.calendar.occurrence(id) or target

    def _moved(self, id: str, event: EventRecord, span: tuple[a.When, a.When], zone: ZoneInfo) -> EventRecord:
        start, end = span
        check_span(start, end)
        if not event.is_series:
            return replace(event, start=start, end=end)
        was = self._occurrence(id, event)
        if isinstance(start, datetime) != isinstance(was.start, datetime):
            raise Rejected("A series stays all-day, or stays at its hour.", code="series_rule", hint="Make a new one.")
        by = _wall(start, zone) - _wall(was.start, zone)
        return moved(event, by, _wall(end, zone) - _wall(start, zone))

    async def _change(
        self, before: EventRecord, after: EventRecord, id: str, scope: a.Scope, cause: Cause
    ) -> a.EventView:
        if after == before:
            return self._agenda.event(id)
        stored = await self._writing.change(before, after, scope == "series", cause)
        try:
            return self._agenda.event(id if scope == "this" else stored.id)
        except NotFound:  # the series moved, and with it the names of its occurrences
            return self._agenda.event(stored.id)


def _new_span(was: EventRecord, command: a.EditEvent, zone: ZoneInfo) -> tuple[a.When, a.When]:
    """A start alone keeps the length, an end alone keeps the start."""
    if command.start is None:
        return was.start, command.end or was.end
    if command.end is not None:
        return command.start, command.end
    if isinstance(command.start, datetime):
        usual = timedelta(hours=1)  # of an all-day event that gets an hour of the day
        return command.start, command.start + (was.end - was.start if isinstance(was.start, datetime) else usual)
    days = (_wall(was.end, zone).date() - _wall(was.start, zone).date()).days
    return command.start, command.start + timedelta(days=max(1, days))


def _wall(when: a.When, zone: ZoneInfo) -> datetime:
    return starts_at(when, zone).astimezone(zone).replace(tzinfo=None)


def _checked_span(span_s: float | None) -> float | None:
    if span_s is not None and not 0 <= span_s <= 7 * 86_400:
        raise Rejected("That is no length of time for it.", code="bad_duration", hint="Give up to a week, in seconds.")
    return span_s
