"""The planning room: tasks, events and time of people, their own and those of the sources they connected."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from twin_core.contract.agenda import GetPerson, SetPersonSettings, WhoseTwin
from twin_core.contract.clock import Clock, Timer
from twin_core.contract.ports import Bus, Store, TwinCore
from twin_core.contract.privacy import Leaving
from twin_core.planning.agenda import AgendaDesk
from twin_core.planning.event_writing import EventWriting
from twin_core.planning.events import EventDesk
from twin_core.planning.mirror import Mirror
from twin_core.planning.outside import Writers
from twin_core.planning.people import People
from twin_core.planning.plan import Plan
from twin_core.planning.tasks import TaskDesk


class PlanningService:
    """Everything is in memory and in the store; questions cost what they answer, not what is stored.

    `writers` is where connectors register (mirroring.Writers). `zone` is that of people who chose none.
    """

    def __init__(self, store: Store, bus: Bus, core: TwinCore, clock: Clock, zone: str) -> None:
        self.writers = Writers()
        self._bus = bus
        self._clock = clock
        self._people = People(store, core, bus, clock, zone)
        self._plan = Plan(store, bus)
        agenda = AgendaDesk(self._plan, self._people, clock)
        writing = EventWriting(self._plan, self.writers, clock)
        self._desks = (
            TaskDesk(self._plan, self._people, self.writers, clock),
            agenda,
            EventDesk(self._plan, self._people, agenda, writing, clock),
            Mirror(self._plan, self._people, self.writers, clock),
        )

    async def start(self) -> None:
        """Takes up what is stored; the twin service must answer."""
        await self._people.start()
        await self._plan.load(self._clock.now())
        self._bus.subscribe(Leaving, self._forget)

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        handlers: dict[type, Callable[..., Awaitable[Any]]] = {
            GetPerson: self._people.get_person,
            SetPersonSettings: self._people.set_settings,
            WhoseTwin: self._people.whose,
        }
        for desk in self._desks:
            handlers |= desk.handlers()
        return handlers

    def timers(self) -> list[Timer]:
        return []

    async def _forget(self, notice: Leaving) -> None:
        self._people.forget(notice.person)
        await self._plan.forget(notice.person)
