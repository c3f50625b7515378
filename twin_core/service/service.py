"""The twin service: owns the twins, their streams and what waits to be done to them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

from twin_core.contract.clock import Clock, Timer
from twin_core.contract.commands import (
    CreateTwin,
    DecideApproval,
    Diagnose,
    EditTwin,
    EraseTwin,
    GetEvents,
    GetHistory,
    GetState,
    GetTwin,
    ListApprovals,
    ListTwins,
    ListTypes,
    MoveTwin,
    SetDesired,
    TwinPage,
)
from twin_core.contract.errors import PolluxError
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import Bus, Readings, Store, TwinCore
from twin_core.contract.privacy import ListHidden
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import RecordFacts, RecordTelemetry
from twin_core.contract.template import TwinType
from twin_core.contract.views import Fault, TwinView
from twin_core.domain import TwinState, fold, is_news
from twin_core.service.acting import Acting
from twin_core.service.alert_timer import AlertTimer
from twin_core.service.approvals import Approvals
from twin_core.service.discretion import Discretion
from twin_core.service.ledger import Change, Ledger, Work
from twin_core.service.lifecycle import Lifecycle
from twin_core.service.monitors import Monitors
from twin_core.service.questions import Questions
from twin_core.service.registry import Registry
from twin_core.service.telemetry import Telemetry
from twin_core.templates import Library

_PROFILE: Final = "profile"  # what of a person's twin is looked at, of privacy.LOOKS


class StoreWithReadings(Store, Protocol):
    """A store that holds the readings too."""

    @property
    def readings(self) -> Readings: ...


class TwinService:
    """Answers for the twins. Await start() before its handlers are called."""

    def __init__(self, *, store: StoreWithReadings, bus: Bus, core: TwinCore, library: Library, clock: Clock) -> None:
        """`core` answers whose twin a person's is."""
        self._store = store
        self._library = library
        self._registry = Registry()
        self._ledger = Ledger(store, store.readings, bus, self._registry)
        self._monitors = Monitors(store, store.readings, library)
        self._approvals = Approvals(store, self._ledger, clock)
        self._lives = Lifecycle(self._ledger, self._registry, library, self._monitors, self._approvals, clock)
        self._acting = Acting(self._ledger, self._registry, library, self._approvals, clock)
        self._discretion = Discretion(core, bus, self._registry, library)
        self._telemetry = Telemetry(self._ledger, self._registry, library, self._monitors, clock, self._discretion)
        self._questions = Questions(
            store, store.readings, self._ledger, self._registry, library, clock, self._discretion
        )

    async def start(self) -> None:
        """Takes up what the store holds."""
        await self._ledger.load_registry()
        await self._monitors.load()
        await self._approvals.load()

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        """For Core.register."""
        return {
            CreateTwin: self._create,
            EditTwin: self._edit,
            MoveTwin: self._lives.move,
            EraseTwin: self._lives.erase,
            RecordTelemetry: self._telemetry.record,
            RecordFacts: self._record_facts,
            SetDesired: self._acting.set_desired,
            DecideApproval: self._acting.decide,
            ListApprovals: self._approvals.listed,
            GetTwin: self._get_twin,
            ListTwins: self._list_twins,
            ListTypes: self._list_types,
            GetState: self._questions.state,
            GetEvents: self._questions.events,
            GetHistory: self._questions.history,
            ListHidden: self._discretion.listen,
            Diagnose: self._diagnose,
        }

    def timers(self) -> list[Timer]:
        """For Timers: pending alerts, approvals that expire."""
        return [AlertTimer(self._ledger, self._registry, self._monitors), self._approvals]

    async def _create(self, command: CreateTwin, cause: Cause) -> TwinView:
        await self._discretion.check_create(command, cause)
        return await self._lives.create(command, cause)

    async def _edit(self, command: EditTwin, cause: Cause) -> TwinView:
        await self._discretion.check_edit(command, cause)
        return await self._lives.edit(command, cause)

    async def _get_twin(self, query: GetTwin) -> TwinView:
        twin = self._registry.resolve(query.twin)
        await self._discretion.looked(query.person, _PROFILE, twin)
        return twin

    async def _list_twins(self, query: ListTwins) -> TwinPage:
        page = self._registry.page(query)
        await self._discretion.looked(query.person, _PROFILE, *page.items)
        return page

    async def _list_types(self, _query: ListTypes) -> tuple[TwinType, ...]:
        return self._library.types

    async def _record_facts(self, command: RecordFacts, cause: Cause) -> int:
        async def plan() -> Work[int]:
            twin = self._registry.resolve(command.twin)
            state = await self._ledger.state(twin.id)
            news = _news(state, command, cause) if state.status in ("active", "hibernated") else []
            return Work(lambda _: len(news), [Change(state, news)] if news else [])

        return await self._ledger.change(plan, cause)

    async def _diagnose(self, _query: Diagnose) -> tuple[Fault, ...]:
        """Asks the store for something small, and says what is wrong with the twins it holds."""
        try:
            await self._store.get("twin", "none")
        except PolluxError as error:
            return (Fault("store", "critical", error.message, error.hint),)
        unknown = [view for view in self._registry if view.type not in self._library]
        return tuple(
            Fault(
                "twins",
                "warning",
                f"{view.name} is a {view.type}, which the library does not hold.",
                "Put the type's TOML file back, or erase the twin.",
            )
            for view in unknown
        )


def _news(state: TwinState, command: RecordFacts, cause: Cause) -> list[NewEvent]:
    """The facts that the state, with those before them, does not hold yet."""
    news: list[NewEvent] = []
    for fact in command.facts:
        if is_news(state, fact):
            news.append(fact)
            state = fold(state, Event(state.id, state.version + 1, fact.name, fact.at, fact.data, cause.actor))
    return news
