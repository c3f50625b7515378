"""Speaking up: reminders that are kept, and nudges that reach their person."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from twin_core.contract.clock import Clock, Timer
from twin_core.contract.nudges import Courier
from twin_core.contract.ports import Bus, Store, Stored, TwinCore
from twin_core.nudges.journal import Journal
from twin_core.nudges.outbox import DELIVERY, Outbox
from twin_core.nudges.reminders import WORK, ReminderDesk
from twin_core.nudges.ringing import Ringing
from twin_core.nudges.triggers import Triggers
from twin_core.nudges.work import Worker


class NudgeService:
    """What is due lives in the store; the cost of a look does not grow with what is not due."""

    def __init__(self, store: Store, bus: Bus, core: TwinCore, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._triggers = Triggers(store, core, bus)
        self._desk = ReminderDesk(store, core, clock, self._triggers)
        journal = Journal(store, bus)
        self._outbox = Outbox(store, bus, clock, journal)
        ringing = Ringing(journal, core, clock, self._desk, self._triggers)
        self._reminders = Worker(store, clock, WORK, ringing.ring)
        self._deliveries = Worker(store, clock, DELIVERY, self._outbox.deliver)
        self._desk.expect = self._reminders.expect
        ringing.expect = self._outbox.expect = self._deliveries.expect

    def deliver_by(self, courier: Courier) -> None:
        """From now on nudges are said; those that wait, too."""
        self._outbox.courier = courier
        self._deliveries.expect(self._clock.now())

    async def start(self) -> None:
        """The planning room and the twin service must answer."""
        await self._triggers.start(self._desk.retime, self._desk.ring_now)
        await self._reminders.start()
        await self._deliveries.start()
        self._bus.subscribe(Stored, self._on_stored)

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {**self._desk.handlers(), **self._outbox.handlers()}

    def timers(self) -> list[Timer]:
        """In this order: what rings is delivered at the same instant."""
        return [self._reminders, self._deliveries]

    async def _on_stored(self, notice: Stored) -> None:
        """A person who moves to another time zone takes the wall times of their reminders along."""
        for event in notice.events:
            if event.stream.startswith("person.") and event.name.startswith("system.twin_"):
                await self._desk.rezone(event.stream)
