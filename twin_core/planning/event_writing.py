"""How a change of an event is stored: first in the calendar it comes from, then here."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from twin_core.contract.agenda import PersonSettings
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Conflict
from twin_core.contract.mirroring import ChangedElsewhere, Occurrence
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import OWN
from twin_core.planning.facts import event_facts
from twin_core.planning.outside import Writers, elsewhere, event_record, kept_event, occurrence_of
from twin_core.planning.plan import Change, Plan, Work
from twin_core.planning.records import EventRecord


class EventWriting:
    """Each method answers the record as it is stored. All raise what writers raise, and Conflict."""

    def __init__(self, plan: Plan, writers: Writers, clock: Clock) -> None:
        self._plan = plan
        self._writers = writers
        self._clock = clock

    def usual_calendar(self, person: PersonSettings) -> str:
        """Where new events go: the calendar that the person chose, while it is connected; else here."""
        chosen = str(person.config.get("calendar", OWN))
        return chosen if chosen in self._writers.calendars else OWN

    async def create(self, event: EventRecord, source: str, cause: Cause) -> EventRecord:
        if source != OWN:
            self._writers.check_named(source, self._plan.sources.values())
            told = await self._writers.calendar(source).create(occurrence_of(event))
            event = replace(event_record(told, source, event.owner), preparation_s=event.preparation_s)
        return await self._store(None, event, cause)

    async def change(self, before: EventRecord, after: EventRecord, series: bool, cause: Cause) -> EventRecord:
        if before.source != OWN:
            writer = self._writers.calendar(before.source)
            written = writer.change(occurrence_of(before), occurrence_of(after), series=series)
            told = await self._telling(before, written, cause)
            after = kept_event(event_record(told, before.source, before.owner), after)
        return await self._store(before, after, cause)

    async def delete(self, event: EventRecord, series: bool, cause: Cause) -> EventRecord:
        gone = [event]
        if event.source != OWN:
            writer = self._writers.calendar(event.source)
            await self._telling(event, writer.delete(occurrence_of(event), series=series), cause)
            if series and event.series:
                gone += [
                    copy
                    for copy in self._plan.calendar.of_series(event.series)
                    if copy.source == event.source and copy.key != event.key and copy.deleted_at is None
                ]
        now = self._clock.now()
        for one in gone:
            await self._store(one, replace(one, deleted_at=now), cause)
        return event

    async def revive(self, event: EventRecord, cause: Cause) -> EventRecord:
        """Takes a deletion back; in an outside calendar it is made anew, once for all that the deletion took."""
        after = replace(event, deleted_at=None)
        if event.source != OWN:
            anew = replace(occurrence_of(event), ref="", etag="", recurrence_id=None, recurrence=None)
            told = await self._writers.calendar(event.source).create(anew)
            record = event_record(told, event.source, event.owner)
            known = next((c for c in self._plan.calendar.copies(record.id) if c.key == record.key), None)
            after = kept_event(record, known) if known else record
            event = known or event
        return await self._store(event, after, cause)

    async def _telling(self, event: EventRecord, written: Awaitable[Any], cause: Cause) -> Any:
        """Raises ChangedElsewhere once what the calendar holds now is what is known here."""
        try:
            return await written
        except ChangedElsewhere as error:
            there = replace(event, deleted_at=self._clock.now())
            if isinstance(error.now, Occurrence):
                there = kept_event(event_record(error.now, event.source, event.owner), event)
            await self._store(event, there, cause)
            error.details |= elsewhere(self._writers.calendar(event.source).title, error.now)
            error.details["event"] = event.id if error.now else None
            raise

    async def _store(self, before: EventRecord | None, after: EventRecord, cause: Cause) -> EventRecord:
        facts = event_facts(before, after, self._clock.now())

        def decide() -> tuple[Work, EventRecord]:
            now = next((copy for copy in self._plan.calendar.copies(after.id) if copy.key == after.key), None)
            if (now.version if now else 0) == after.version:
                return Work([Change(after, facts)]), after
            if now is None or after.source == OWN:
                raise Conflict(f"“{after.title}” was changed in the meantime.", hint="Read it again, then decide.")
            # Written to its calendar already, and read from there meanwhile.
            return Work([Change(after.stored(now.version, now.facts), facts)]), after

        return await self._plan.change(decide, cause)
