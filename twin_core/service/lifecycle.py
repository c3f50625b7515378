"""The lives of twins: created, edited, moved on, erased."""

from dataclasses import replace
from datetime import datetime

from twin_core.contract import ids
from twin_core.contract.clock import Clock
from twin_core.contract.commands import CreateTwin, EditTwin, EraseTwin, MoveTwin
from twin_core.contract.errors import Conflict, Rejected
from twin_core.contract.events import NewEvent
from twin_core.contract.requests import Cause
from twin_core.contract.views import TwinView
from twin_core.domain import TwinState, decide, twin_view
from twin_core.service.approvals import Approvals
from twin_core.service.ledger import Change, Ledger, Work
from twin_core.service.monitors import Monitors
from twin_core.service.registry import Registry
from twin_core.templates import Library


class Lifecycle:
    """CreateTwin, EditTwin, MoveTwin, EraseTwin."""

    def __init__(
        self,
        ledger: Ledger,
        registry: Registry,
        library: Library,
        monitors: Monitors,
        approvals: Approvals,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._registry = registry
        self._library = library
        self._monitors = monitors
        self._approvals = approvals
        self._clock = clock

    async def create(self, command: CreateTwin, cause: Cause) -> TwinView:
        """Raises NotFound for an unknown type, Rejected for a name, id or source that is taken."""

        async def plan() -> Work[TwinView]:
            twin_type = self._library[command.type]
            events = decide.create(command, twin_type, self._clock.now())
            name, aliases = events[0].data["name"], events[0].data["aliases"]
            self._registry.check_names((name, *aliases))
            self._check_source(command.source)
            twin = self._new_id(command, name)
            # The stream of an erased twin goes on after the fact of its erasure.
            version = (await self._ledger.state(twin)).version
            return _answering(Change(TwinState(twin, version=version), events))

        return await self._ledger.change(plan, cause)

    async def edit(self, command: EditTwin, cause: Cause) -> TwinView:
        """Raises NotFound, Conflict, Rejected."""

        async def plan() -> Work[TwinView]:
            state = await self._expected(command.twin, command.expected_version)
            twin_type = self._library[command.type or state.type]
            now = self._clock.now()
            events = decide.edit(state, command, twin_type, now)
            if not events:
                return _answering(Change(state))
            changed = events[0].data
            self._registry.check_names((*_given(changed), *changed.get("aliases", ())), twin=state.id)
            if "source" in changed:
                self._check_source(changed["source"], state.id)
            return await self._with_new_rules(Change(state, events), now)

        return await self._ledger.change(plan, cause)

    async def move(self, command: MoveTwin, cause: Cause) -> TwinView:
        """Raises NotFound, Conflict, Rejected."""

        async def plan() -> Work[TwinView]:
            state = await self._expected(command.twin, command.expected_version)
            now = self._clock.now()
            events = decide.move(state, command.to, now)
            if state.status == "archived":
                self._registry.check_names((state.name, *state.aliases), twin=state.id)
                self._check_source(state.source, state.id)
            if command.to == "active":
                return _answering(Change(state, events))
            work = _answering(Change(state, [*_closings(state, now), *events]))
            if command.to == "archived":
                self._approvals.withdraw(state.id, "archived", now, cause, work)
            self._monitors.forget(state.id)
            self._monitors.plan_due(state.id, None, work)
            return work

        return await self._ledger.change(plan, cause)

    async def erase(self, command: EraseTwin, cause: Cause) -> TwinView:
        """Raises NotFound, Conflict."""
        state = await self._expected(command.twin, command.expected_version)
        await self._approvals.erase(state.id)
        await self._monitors.erase(state.id)
        data = {"type": state.type}
        await self._ledger.erase(state.id, NewEvent("system.twin_erased", data, self._clock.now()), cause)
        return twin_view(state)

    async def _expected(self, twin: str, expected_version: int | None) -> TwinState:
        state = await self._ledger.state(self._registry.resolve(twin).id)
        check_version(state, expected_version)
        return state

    async def _with_new_rules(self, change: Change, now: datetime) -> Work[TwinView]:
        """Name, type and limits are what alerts are made of: they are judged anew at once."""
        work = _answering(change)
        state = change.before
        self._monitors.forget(state.id)
        if state.status == "active":
            changed = {k: v for k, v in change.events[0].data.items() if k in ("name", "type", "config")}
            monitor = await self._monitors.of(replace(state, **changed))
            for name in {str(data.get("property")) for data in state.alerts.values()} & set(state.reported):
                change.events += monitor.observe(name, *state.reported[name])  # its limit may be another now
            change.events += monitor.tick(now)
            self._monitors.plan_due(state.id, monitor.due_at, work)
            work.failed = lambda: self._monitors.forget(state.id)
        return work

    def _check_source(self, source: str | None, twin: str | None = None) -> None:
        holder = self._registry.of_source(source) if source else None
        if holder is not None and holder.id != twin and holder.status != "archived":
            raise Rejected(
                f"That device is {holder.name} already.",
                code="source_taken",
                hint="Archive that twin first, or choose another device.",
                details={"holder": holder.id},
            )

    def _new_id(self, command: CreateTwin, name: str) -> str:
        if command.id is None:
            return self._registry.free_id(command.type, name)
        twin = ids.check_twin_id(command.id)
        if self._registry.get(twin) is not None:
            raise Rejected(f"There is already a twin with the id {twin}.", code="id_taken", hint="Leave the id out.")
        return twin


def check_version(state: TwinState, expected: int | None) -> None:
    """Raises Conflict when the twin is not as the caller has seen it."""
    if expected is not None and expected != state.version:
        raise Conflict(
            f"{state.name} was changed in the meantime.",
            code="version_conflict",
            hint="Read it again, then decide.",
            details={"expected": expected, "version": state.version},
        )


def _answering(change: Change) -> Work[TwinView]:
    return Work(lambda after: twin_view(after[change.before.id]), [change])


def _given(changed: object) -> tuple[str, ...]:
    return (changed["name"],) if isinstance(changed, dict) and "name" in changed else ()


def _closings(state: TwinState, now: datetime) -> list[NewEvent]:
    """Nobody watches a twin that is put away: what was raised about it is over."""
    events = [
        NewEvent(
            "alert.cleared",
            {"rule": rule, "property": data.get("property"), "value": None, "raised_at": data.get("since")},
            now,
        )
        for rule, data in state.alerts.items()
    ]
    events += [
        NewEvent("device.available", {k: v for k, v in data.items() if k in ("reason", "property")}, now)
        for data in state.unavailable.values()
    ]
    events += [
        NewEvent("device.converged", {"property": name, "value": data.get("reported")}, now)
        for name, data in state.diverged.items()
    ]
    return events
