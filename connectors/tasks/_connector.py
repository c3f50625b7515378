"""One task list, kept in step: asked again and again, changed on request, its faults told."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from connectors.tasks._options import Surroundings, TaskOptions
from connectors.web import Backoff
from twin_core.contract.errors import NotFound, PolluxError, Unauthenticated
from twin_core.contract.mirroring import ChangedElsewhere, MirrorReport, MirrorTasks, OutsideTask
from twin_core.contract.ports import Batch, Document
from twin_core.contract.requests import Cause
from twin_core.contract.template import Severity
from twin_core.contract.views import Fault

_KIND = "task_sync"
_COMPLETE_EVERY_S = 3600.0  # what nobody tells of, as a task given to somebody else, is found then

_A_WHILE = 3  # failures in a row after which a fault is more than a hiccup

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a source answered: all that it holds (`refs` None), or what has changed since `state`."""

    tasks: tuple[OutsideTask, ...]
    state: Mapping[str, Any] = field(default_factory=dict)
    refs: frozenset[str] | None = None


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
    """Implements TaskWriter. `run` lives until it is cancelled."""

    def __init__(self, system: TaskSystem, options: TaskOptions, around: Surroundings) -> None:
        self.name = self.source = options.name
        self.title = options.title
        self.ready = asyncio.Event()  # everything was read once
        self._system = system
        self._options = options
        self._around = around
        self._backoff = Backoff()
        self._fault: PolluxError | None = None
        self._completed_at = float("-inf")
        self._busy = asyncio.Lock()

    async def run(self) -> None:
        """Asks at each interval; later where the source wants to be left alone, or lets nobody in."""
        self._around.writers.write_tasks(self)
        try:
            while True:
                wait_s = await self._attempt()
                await asyncio.sleep(wait_s)
        finally:
            self._around.writers.unregister(self.source)
            await self._system.aclose()

    async def sync(self) -> MirrorReport:
        """Asks now. Raises PolluxError as the source refuses."""
        async with self._busy:
            report = await self._sync()
        self._fault = None
        self._backoff.succeeded()
        self.ready.set()
        return report

    def faults(self) -> Sequence[Fault]:
        if self._fault is None:
            return ()
        lasting = isinstance(self._fault, Unauthenticated) or self._backoff.failures > _A_WHILE
        severity: Severity = "warning" if lasting else "info"
        return (Fault(self.name, severity, self._fault.message, self._fault.hint),)

    # --- writing back ------------------------------------------------------------------------------

    async def create(self, task: OutsideTask) -> OutsideTask:
        return await self._system.create(task)

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        await self._unchanged(before)
        return await self._system.change(before, after)

    async def delete(self, task: OutsideTask) -> None:
        try:
            await self._unchanged(task)
        except ChangedElsewhere as error:
            if error.now is None:
                return  # gone already
            raise
        await self._system.delete(task.ref)

    async def _unchanged(self, known: OutsideTask) -> None:
        """None of these systems writes on condition, so a change made there is looked for just before."""
        try:
            there = await self._system.read(known.ref)
        except NotFound:
            raise ChangedElsewhere(f"{known.title} was deleted in {self.title}.", None) from None
        if known.etag and there.etag != known.etag:
            raise ChangedElsewhere(f"{known.title} was changed in {self.title}.", there)

    # --- reading -----------------------------------------------------------------------------------

    async def _attempt(self) -> float:
        """Answers how long to wait before the next."""
        try:
            await self.sync()
        except PolluxError as error:
            self._fault = error
            wait_s = max(self._options.poll_s, self._backoff.failed(error))
            _log.warning("tasks.not_synced", source=self.name, reason=error.message, again_in_s=round(wait_s))
            return wait_s
        except Exception as error:  # noqa: BLE001 - a rim: one list that cannot be read stops no other
            _log.exception("tasks.failed", source=self.name)
            self._fault = PolluxError(f"{self.title} cannot be read: {error}.", hint="The log says where it failed.")
            return max(self._options.poll_s, self._backoff.failed(self._fault))
        return self._options.poll_s

    async def _sync(self) -> MirrorReport:
        found = await self._around.store.get(_KIND, self.name)
        state = found[0] if found else None
        now = self._around.clock.now().timestamp()
        if now - self._completed_at >= _COMPLETE_EVERY_S:
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
        return report
