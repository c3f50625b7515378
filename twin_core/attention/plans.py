"""Tasks and calendars as sources of concerns: what of them needs attention now, and when that changes."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from twin_core.attention.concerns import Concern, Finding
from twin_core.attention.families import clashes, tasks
from twin_core.attention.trips import AHEAD, Trips
from twin_core.contract.agenda import AgendaView, EventView, FindFreeTime, GetAgenda, GetEvent, GetPerson
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import TwinCore
from twin_core.contract.tasks import GetTask, ListTasks, TaskView
from twin_core.contract.template import Value
from twin_core.domain.preparation import needed_for

_AHEAD = timedelta(days=7)
_REFRESH = timedelta(hours=6)  # so that what comes into sight is seen
_ALL = 10**9


@dataclass(slots=True)
class _Person:
    """What is known of one person's plan."""

    zone: str = "UTC"
    tasks: set[str] = field(default_factory=set)
    events: Sequence[EventView] = ()
    clashes: set[str] = field(default_factory=set)  # groups of concerns
    refresh_at: datetime | None = None


class Plans:
    """Reads what changed, and the calendar of whoever it belongs to; answers what that means for the concerns."""

    def __init__(self, core: TwinCore, clock: Clock) -> None:
        self._core = core
        self._clock = clock
        self._trips = Trips(core)
        self._tasks: dict[str, TaskView] = {}
        self._people: dict[str, _Person] = {}
        self._owners: dict[str, str] = {}  # event or series -> person
        self._due: list[tuple[datetime, str, bool]] = []  # a heap: instant, task or person, whether it is a task

    async def load(self, concerns: Iterable[Concern]) -> list[Finding]:
        """All there is; what became of these concerns meanwhile."""
        await self._trips.load()
        known = [each for each in concerns if each.family in ("task", "clash")]
        for concern in known:
            if concern.family == "clash" and concern.owner:
                self._person(concern.owner).clashes.add(concern.group)
        for task in (await self._core.query(ListTasks(done=False, limit=_ALL))).items:
            self._take(task)
        now = self._clock.now()
        for event in (await self._core.query(GetAgenda(now, now + _AHEAD))).events:
            self._person(event.owner)
        gone = {c.first.data["task"] for c in known if c.family == "task"} - self._tasks.keys()
        found = [tasks.finding_of(task, None) for task in sorted(gone)]
        for owner in sorted(self._people):
            found += await self._read(owner)
        return found

    async def tasks_changed(self, ids: Iterable[str]) -> list[Finding]:
        """Tasks are new, changed or gone."""
        found: list[Finding] = []
        for id in ids:
            self._drop(id)
            try:
                task = await self._core.query(GetTask(id))
            except NotFound:
                task = None
            if task is None or task.done:
                found.append(tasks.finding_of(id, None))
                continue
            new = task.owner not in self._people
            self._take(task)
            found += await self._read(task.owner) if new else [await self._judge(task)]
        return found

    async def events_changed(self, ids: Iterable[str]) -> list[Finding]:
        """Events are new, changed or gone: the calendars they are in are read anew."""
        owners: set[str] = set()
        for id in ids:
            owners |= {self._owners[id]} if id in self._owners else set()
            try:
                owners.add((await self._core.query(GetEvent(id))).owner)
            except NotFound:
                continue
        found: list[Finding] = []
        for owner in sorted(owners):
            found += await self._read(owner)
        return found

    async def chargers_changed(self) -> list[Finding]:
        """There are other chargers now."""
        await self._trips.load()
        return self._judge_trips()

    def reported(self, twin: str, values: Mapping[str, tuple[Value, datetime]]) -> list[Finding]:
        """Newest values of a twin: a car may have been plugged in."""
        return self._judge_trips() if self._trips.take(twin, values) else []

    def next_due_at(self) -> datetime | None:
        """When a task or a calendar has to be looked at again, if nothing changes before."""
        while self._due and not self._still_due(*self._due[0]):
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    async def run_due(self, now: datetime) -> list[Finding]:
        """Looks at what is due again."""
        found: list[Finding] = []
        while (at := self.next_due_at()) is not None and at <= now:
            _, id, is_task = heapq.heappop(self._due)
            found += [await self._judge(self._tasks[id])] if is_task else await self._read(id)
        return found

    # --- one person --------------------------------------------------------------------------------

    async def _read(self, owner: str) -> list[Finding]:
        """The calendar of a person anew: its clashes, and what it leaves of the time for the tasks."""
        person, now = self._person(owner), self._clock.now()
        person.zone = (await self._core.query(GetPerson(owner))).zone
        agenda = await self._core.query(GetAgenda(now, now + _AHEAD, owner))
        person.events = agenda.events
        for event in agenda.events:
            self._owners[event.id] = owner
            if event.series:
                self._owners[event.series] = owner
        clashing = clashes.findings_of(agenda.clashes, owner, person.zone, now)
        groups = {finding.group for finding in clashing}
        over = [clashes.ended(group) for group in sorted(person.clashes - groups)]
        person.clashes = groups
        person.refresh_at = _refresh_at(agenda, now)
        heapq.heappush(self._due, (person.refresh_at, owner, False))
        trips = self._trips.findings_of(owner, agenda.events, person.zone, now)
        return [*over, *clashing, *trips, *[await self._judge(self._tasks[id]) for id in sorted(person.tasks)]]

    def _person(self, owner: str) -> _Person:
        return self._people.setdefault(owner, _Person())

    def _judge_trips(self) -> list[Finding]:
        now, people = self._clock.now(), sorted(self._people.items())
        return [f for owner, p in people for f in self._trips.findings_of(owner, p.events, p.zone, now)]

    # --- one task ----------------------------------------------------------------------------------

    def _take(self, task: TaskView) -> None:
        self._tasks[task.id] = task
        self._person(task.owner).tasks.add(task.id)

    def _drop(self, id: str) -> None:
        task = self._tasks.pop(id, None)
        if task is not None:
            self._person(task.owner).tasks.discard(id)

    async def _judge(self, task: TaskView) -> Finding:
        """Whether a task needs attention now; if it will later, it is looked at again then."""
        person, now = self._people[task.owner], self._clock.now()
        event = needed_for(task, person.events, now)
        begins_at = tasks.begins_at(task, event)
        if begins_at is None:
            return tasks.finding_of(task.id, None)
        if begins_at > now:
            heapq.heappush(self._due, (begins_at, task.id, True))
            return tasks.finding_of(task.id, None)
        data = tasks.data_of(task, event, person.zone, await self._free(task, event))
        return tasks.finding_of(task.id, data, begins_at, task.owner)

    async def _free(self, task: TaskView, event: EventView | None) -> list[tuple[str, str]] | None:
        """The free time there is for a task, where it is known how much it needs."""
        due, now = tasks.needed_by(task, event), self._clock.now()
        if not task.estimate_s or due is None or due <= now:
            return None
        slots = await self._core.query(FindFreeTime(task.owner, now, due, duration_s=600.0, limit=1000))
        if not slots:  # nothing of it lies in working hours: it is done beside them
            slots = await self._core.query(FindFreeTime(task.owner, now, due, 600.0, any_hour=True, limit=1000))
        return [(instant_text(slot.start), instant_text(slot.end)) for slot in slots]

    def _still_due(self, at: datetime, id: str, is_task: bool) -> bool:
        if is_task:
            return id in self._tasks
        return self._people[id].refresh_at == at


def _refresh_at(agenda: AgendaView, now: datetime) -> datetime:
    """When the calendar says something else by time alone: an event begins or ends, a clash is over."""
    points = [at for event in agenda.events for at in (event.start, event.end, event.start - AHEAD)]
    points += [clash.end for clash in agenda.clashes]
    return min(at for at in (*points, now + _REFRESH) if at > now)
