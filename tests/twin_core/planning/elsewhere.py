"""A calendar and a task list outside, held in memory, that let themselves be changed only as they were seen last."""

from dataclasses import replace

from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Unavailable
from twin_core.contract.mirroring import ChangedElsewhere, Occurrence, OutsideTask


class OutsideCalendar:
    """mirroring.CalendarWriter. `change_there` is what somebody does with another program."""

    source = "caldav:work"
    title = "Work"

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self._edits = 0
        self.held: dict[str, Occurrence] = {}
        self.series: list[str] = []  # refs that were changed as a whole
        self.reachable = True

    def change_there(self, event: Occurrence) -> Occurrence:
        self._edits += 1
        ref = event.ref or f"/cal/{event.uid}.ics"
        held = replace(event, ref=ref, etag=f'"{self._edits}"', modified_at=self._clock.now())
        self.held[ref] = held
        return held

    async def create(self, event: Occurrence) -> Occurrence:
        self._check_reachable()
        return self.change_there(event)

    async def change(self, before: Occurrence, after: Occurrence, *, series: bool) -> Occurrence:
        self._check(before)
        if series:
            self.series.append(before.ref)
        return self.change_there(after)

    async def delete(self, event: Occurrence, *, series: bool) -> None:
        if event.ref in self.held:
            self._check(event)
            del self.held[event.ref]

    def _check(self, seen: Occurrence) -> None:
        self._check_reachable()
        now = self.held.get(seen.ref)
        if now is None or now.etag != seen.etag:
            raise ChangedElsewhere(f"“{seen.title}” was changed in Work.", now)

    def _check_reachable(self) -> None:
        if not self.reachable:
            raise Unavailable("Work does not answer.", hint="Try again later.")


class OutsideList:
    """mirroring.TaskWriter."""

    source = "todoist"
    title = "Todoist"

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self._edits = 0
        self.held: dict[str, OutsideTask] = {}

    def change_there(self, task: OutsideTask) -> OutsideTask:
        self._edits += 1
        ref = task.ref or f"t{self._edits}"
        held = replace(task, ref=ref, etag=str(self._edits), modified_at=self._clock.now())
        self.held[ref] = held
        return held

    async def create(self, task: OutsideTask) -> OutsideTask:
        return self.change_there(task)

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        self._check(before)
        return self.change_there(after)

    async def delete(self, task: OutsideTask) -> None:
        if task.ref in self.held:
            self._check(task)
            del self.held[task.ref]

    def _check(self, seen: OutsideTask) -> None:
        now = self.held.get(seen.ref)
        if now is None or now.etag != seen.etag:
            raise ChangedElsewhere(f"“{seen.title}” was changed in Todoist.", now)
