"""Questions about the agenda: what is on, what clashes, what is free, how full the days are."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract import agenda as a
from twin_core.contract.clock import Clock
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.tasks import TaskView
from twin_core.planning import series as series_
from twin_core.planning.clashes import clashes
from twin_core.planning.free_time import free_slots, workload
from twin_core.planning.people import People
from twin_core.planning.plan import Plan
from twin_core.planning.records import EventRecord
from twin_core.planning.views import event_view, merged, task_view

_LONGEST = timedelta(days=3 * 366)


class AgendaDesk:
    """Queries of events and time."""

    def __init__(self, plan: Plan, people: People, clock: Clock) -> None:
        self._plan = plan
        self._people = people
        self._clock = clock

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            a.GetAgenda: self._get_agenda,
            a.GetEvent: self._get_event,
            a.FindFreeTime: self._find_free_time,
            a.GetWorkload: self._get_workload,
        }

    async def _get_agenda(self, query: a.GetAgenda) -> a.AgendaView:
        _check_span(query.start, query.end)
        events = self.events(query.start, query.end, query.owner)
        if not query.include_cancelled:
            events = [event for event in events if event.status != "cancelled"]
        due = [task for task in self._open_tasks(query.owner) if task.due and query.start <= task.due < query.end]
        due.sort(key=lambda task: (task.due, task.id))
        return a.AgendaView(query.start, query.end, tuple(events), tuple(due), tuple(clashes(events)))

    async def _get_event(self, query: a.GetEvent) -> a.EventView:
        return self.event(query.event)

    async def _find_free_time(self, query: a.FindFreeTime) -> tuple[a.FreeSlot, ...]:
        _check_span(query.start, query.end)
        if query.duration_s <= 0:
            hint = "Say it in minutes or hours."
            raise Rejected("A length of time is more than nothing.", code="bad_duration", hint=hint)
        person = self._people.settings(query.owner)
        # The way to an event just after the span begins within it.
        events = self.events(query.start, query.end + timedelta(days=1), query.owner)
        at_least = timedelta(seconds=query.duration_s)
        slots = free_slots(person, events, query.start, query.end, at_least, query.any_hour)
        return tuple(slots[: max(0, query.limit)])

    async def _get_workload(self, query: a.GetWorkload) -> tuple[a.DayLoad, ...]:
        _check_span(query.start, query.end)
        person = self._people.settings(query.owner)
        day = timedelta(days=1)  # whole days are counted, whatever part of them was asked for
        events = self.events(query.start - day, query.end + day, query.owner)
        tasks = self._open_tasks(query.owner)
        return tuple(workload(person, events, tasks, query.start, query.end, self._clock.now()))

    def events(self, start: datetime, end: datetime, owner: str | None) -> list[a.EventView]:
        """Events of a span, each once, by start; cancelled ones too."""
        records = (r for r in self._plan.calendar.between(start, end) if owner in (None, r.owner))
        views = (self._view(copies) for copies in merged(records, self._people))
        found = [v for v in views if v.start < end and (v.end > start or v.start >= start)]
        return sorted(found, key=lambda view: (view.start, view.end, view.id))

    def event(self, id: str) -> a.EventView:
        """Raises NotFound."""
        calendar = self._plan.calendar
        copies = [copy for copy in calendar.copies(id) if copy.deleted_at is None]
        if any(copy.is_series for copy in copies):
            return self._next_of(copies[0])
        if copies:
            return self._view(copies)
        if (one := calendar.occurrence(id)) is not None:
            return self._view([one])
        stored = [self._view([copy]) for copy in calendar.of_series(id) if copy.deleted_at is None]
        if stored:  # a series of an outside calendar
            return _nearest(stored, self._clock.now())
        raise unknown_event(id)

    def _next_of(self, series: EventRecord) -> a.EventView:
        now = self._clock.now()
        ahead = self.events(now, now + timedelta(days=400), series.owner)
        found = next((v for v in ahead if v.series == series.id and v.status != "cancelled"), None)
        if found is None and (one := series_.following(series, now)) is not None:
            found = self._view([one])
        return found or self._view([series])

    def _view(self, copies: list[EventRecord]) -> a.EventView:
        series = self._plan.calendar.series_of(copies[0])
        return event_view(copies, self._people, series)

    def _open_tasks(self, owner: str | None) -> list[TaskView]:
        tasks = self._plan.tasks.values()
        mine = (task for task in tasks if owner in (None, task.owner) and not task.done and task.deleted_at is None)
        return [task_view(task, self._people) for task in mine]


def unknown_event(id: str) -> NotFound:
    return NotFound(f"There is no event {id[:80]!r}.", code="unknown_event", hint="It may have been deleted.")


def _check_span(start: datetime, end: datetime) -> None:
    if end < start:
        raise Rejected("The span ends before it begins.", code="bad_range", hint="Swap the two.")
    if end - start > _LONGEST:
        raise Rejected("That is more than three years at once.", code="bad_range", hint="Ask for a shorter span.")


def _nearest(views: list[a.EventView], now: datetime) -> a.EventView:
    """The one that is on or comes next, else the latest."""
    views.sort(key=lambda view: view.start)
    return next((view for view in views if view.end > now), views[-1])
