"""Speaking up: reminders that are kept, and nudges that reach their person."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from twin_core.contract.clock import Clock, Timer
from twin_core.contract.nudges import CONCERN_NEWS, Courier, UndisturbedUntil
from twin_core.contract.ports import Bus, PlanChanged, Reported, Store, Stored, TwinCore
from twin_core.nudges.check_ins import CHECK_IN, CheckIns
from twin_core.nudges.concern_news import ConcernNews
from twin_core.nudges.digests import DIGEST, Digests
from twin_core.nudges.escalation import Escalation
from twin_core.nudges.journal import Journal
from twin_core.nudges.outbox import DELIVERY, ESCALATION, UPDATE, Outbox
from twin_core.nudges.reminders import WORK, ReminderDesk
from twin_core.nudges.ringing import Ringing
from twin_core.nudges.speaking import Speaking
from twin_core.nudges.suggestions.of_plans import PLAN_LOOK, PlanSuggestions
from twin_core.nudges.suggestions.of_things import THING_LOOK, ThingSuggestions
from twin_core.nudges.triggers import Triggers
from twin_core.nudges.work import Worker


class NudgeService:
    """What is due lives in the store; the cost of a look does not grow with what is not due."""

    def __init__(self, store: Store, bus: Bus, core: TwinCore, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._triggers = Triggers(store, core, bus, clock)
        self._desk = ReminderDesk(store, core, clock, self._triggers)
        journal = Journal(store, bus)
        self._outbox = Outbox(store, bus, clock, journal)
        ringing = Ringing(journal, core, clock, self._triggers)
        self._speaking = speaking = Speaking(store, core)
        news = ConcernNews(store, core, clock, speaking, journal)
        digests = Digests(store, core, clock, journal)
        escalation = Escalation(store, core, clock, speaking, journal)
        self._check_in_desk = CheckIns(store, core, clock, speaking, journal)
        self._plan_suggestions = PlanSuggestions(store, core, clock, speaking, journal)
        self._thing_suggestions = ThingSuggestions(store, core, clock, speaking, journal)
        self._reminders = Worker(store, clock, WORK, ringing.ring)
        self._news = Worker(store, clock, CONCERN_NEWS, news.hear)
        self._check_ins = Worker(store, clock, CHECK_IN, self._check_in_desk.ask)
        self._plan_looks = Worker(store, clock, PLAN_LOOK, self._plan_suggestions.look)
        self._thing_looks = Worker(store, clock, THING_LOOK, self._thing_suggestions.look)
        self._digests = Worker(store, clock, DIGEST, digests.tell)
        self._escalations = Worker(store, clock, ESCALATION, escalation.hand_on)
        self._deliveries = Worker(store, clock, DELIVERY, self._outbox.deliver)
        self._updates = Worker(store, clock, UPDATE, self._outbox.update)
        self._deliveries.resting = self._updates.resting = True  # until there is somebody who says them
        self._desk.expect = self._reminders.expect
        self._check_in_desk.expect_at = self._check_ins.expect
        self._plan_suggestions.expect_at = self._plan_looks.expect
        self._thing_suggestions.expect_at = self._thing_looks.expect
        asking = (self._check_in_desk, self._plan_suggestions, self._thing_suggestions)
        for room in (ringing, self._outbox, news, digests, escalation, *asking):
            room.expect = self._look_soon

    def deliver_by(self, courier: Courier, undisturbed_until: UndisturbedUntil | None = None) -> None:
        """From now on nudges are said; those that wait, too."""
        self._outbox.courier = courier
        if undisturbed_until is not None:
            self._speaking.undisturbed_until = undisturbed_until
        for worker in (self._deliveries, self._updates):
            worker.resting = False
            worker.expect(self._clock.now())

    async def start(self) -> None:
        """The planning room and the twin service must answer."""
        await self._triggers.start(self._desk.retime, self._desk.ring_now)
        for worker in self._workers:
            await worker.start()
        self._bus.subscribe(Stored, self._on_stored)
        await self._thing_suggestions.start()
        self._bus.subscribe(PlanChanged, self._plan_suggestions.planned)
        self._bus.subscribe(Reported, self._thing_suggestions.reported)

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {**self._desk.handlers(), **self._outbox.handlers(), **self._check_in_desk.handlers()}

    def timers(self) -> list[Timer]:
        """In this order: what rings is delivered at the same instant."""
        return list(self._workers)

    @property
    def _workers(self) -> tuple[Worker, ...]:
        suggest = (self._plan_looks, self._thing_looks)
        speak = (self._reminders, self._news, self._check_ins, *suggest, self._digests, self._escalations)
        return *speak, self._deliveries, self._updates

    def _look_soon(self) -> None:
        """Something was put on the lists; each look finds out when the next is due."""
        now = self._clock.now()
        for worker in (self._digests, self._escalations, self._deliveries, self._updates):
            worker.expect(now)

    async def _on_stored(self, notice: Stored) -> None:
        if any(event.stream.startswith("concern.") for event in notice.events):
            self._news.expect(self._clock.now())
        for event in notice.events:
            await self._check_in_desk.settings_changed(event)
