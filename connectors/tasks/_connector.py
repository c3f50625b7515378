"""One task list, kept in step: asked again and again, changed on request, its faults told."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.ical.faults import Finding
from connectors.surroundings import Surroundings
from connectors.tasks._options import TaskOptions
from connectors.web import Polling
from twin_core.contract.errors import Conflict, NotFound
from twin_core.contract.mirroring import ChangedElsewhere, MirrorReport, MirrorTasks, OutsideTask
from twin_core.contract.ports import Batch, Document
from twin_core.contract.requests import Cause
from twin_core.contract.views import Fault

_KIND = "task_sync"
_TOLD = 20  # items of one list that could not be read
_COMPLETE_EVERY_S = 3600.0  # what nobody tells of, as a task given to somebody else, is found then


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a source answered: all that it holds (`refs` None), or what has changed since `state`."""

    tasks: tuple[OutsideTask, ...]
    state: Mapping[str, Any] = field(default_factory=dict)
    refs: frozenset[str] | None = None
    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)  # by ref, what could not be read of it


class TaskSystem(Protocol):
    """How one system is spoken to. All raise PolluxError; what is changed was looked at just before."""

    async def pull(self, state: Mapping[str, Any] | None) -> Pulled:
        """Everything (`state` None), or what is new since. Raises NotFound "gone" where that is not known any more."""
        ...

    async def read(self, ref: str) -> OutsideTask:
        """Raises NotFound."""
        ...

    async def create(self, task: OutsideTask) -> OutsideTask: ...

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask: ...

    async def delete(self, ref: str) -> None: ...

    async def aclose(self) -> None: ...


class TaskConnector:
    """Implements Mirror and TaskWriter."""

    def __init__(
        self,
        system: TaskSystem,
        options: TaskOptions,
        around: Surroundings,
        complete_every_s: float = _COMPLETE_EVERY_S,
    ) -> None:
        self.name = self.source = options.name
        self.title = options.title
        self.owner = options.owner
        self._system = system
        self._options = options
        self._around = around
        self._complete_every_s = complete_every_s
        self._completed_at = float("-inf")
        self._findings: dict[str, Sequence[Finding]] = {}
        self._polling = Polling(self.name, self.title, options.owner, options.poll_s, around.core, self._sync)

    @property
    def ready(self) -> asyncio.Event:
        return self._polling.ready

    async def run(self) -> None:
        self._around.writers.write_tasks(self)
        try:
            await self._polling.run()
        finally:
            self._around.writers.unregister(self.source)
            await self.aclose()

    async def aclose(self) -> None:
        await self._system.aclose()

    async def sync(self) -> None:
        await self._polling.now()

    def faults(self) -> Sequence[Fault]:
        """What keeps it from being read, then what could not be read of it."""
        found = [one for told in self._findings.values() for one in told]
        items = [
            Fault(self.name, "info", f"{self.title}: {one.item}: {one.problem}.", one.hint) for one in found[:_TOLD]
        ]
        return (*self._polling.faults(), *items)

    async def create(self, task: OutsideTask) -> OutsideTask:
        return await self._system.create(task)

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        await self._unchanged(before)
        try:
            return await self._system.change(before, after)
        except (Conflict, NotFound):
            await self._unchanged(before)  # it was changed just now: that says how
            raise

    async def delete(self, task: OutsideTask) -> None:
        try:
            await self._unchanged(task)
        except ChangedElsewhere as error:
            if error.now is None:
                return  # gone already
            raise
        try:
            await self._system.delete(task.ref)
        except NotFound:
            return
        except Conflict:
            await self._unchanged(task)
            raise

    async def _unchanged(self, known: OutsideTask) -> None:
        """Hardly any of these systems writes on condition, so a change made there is looked for just before."""
        try:
            there = await self._system.read(known.ref)
        except NotFound:
            raise ChangedElsewhere(f"{known.title} was deleted in {self.title}.", None) from None
        if known.etag and there.etag != known.etag:
            raise ChangedElsewhere(f"{known.title} was changed in {self.title}.", there)

    async def _sync(self) -> MirrorReport:
        found = await self._around.store.get(_KIND, self.name)
        state = found[0] if found else None
        now = self._around.clock.now().timestamp()
        if now - self._completed_at >= self._complete_every_s:
            state = None
        try:
            pulled = await self._system.pull(state)
        except NotFound as error:
            if error.code != "gone" or state is None:
                raise
            pulled = await self._system.pull(None)
        report = await self._around.core.execute(
            MirrorTasks(self.source, pulled.tasks, pulled.refs, self._options.owner, self.title), Cause(self.name)
        )
        # Only now: whoever is stopped in between asks for the same again, and the same again changes nothing.
        await self._around.store.commit(Batch(documents=[Document(_KIND, self.name, pulled.state)]))
        if pulled.refs is None:
            self._completed_at = now
        kept = {} if pulled.refs is None else {r: f for r, f in self._findings.items() if r not in pulled.refs}
        self._findings = kept | {ref: found for ref, found in pulled.findings.items() if found}
        return report
