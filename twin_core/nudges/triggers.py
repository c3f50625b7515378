"""Reminders that hang on something else: an event that may be moved, a value that may be reached."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from twin_core.contract.agenda import GetEvent
from twin_core.contract.clock import seconds
from twin_core.contract.commands import GetState
from twin_core.contract.ports import Bus, Document, PlanChanged, Reported, Store, TwinCore
from twin_core.contract.reminders import BeforeEvent, Condition, ReminderView, condition_json
from twin_core.contract.template import Value

_EVENTS, _CONDITIONS = "reminder_event", "reminder_condition"
Told = Callable[[str], Awaitable[None]]


class Triggers:
    """Knows which reminders wait for which events and twins. `moved` and `met` are told the reminder."""

    def __init__(self, store: Store, core: TwinCore, bus: Bus) -> None:
        self._store = store
        self._core = core
        self._bus = bus
        self._events: dict[str, BeforeEvent] = {}
        self._conditions: dict[str, Condition] = {}

    async def start(self, moved: Told, met: Told) -> None:
        async for id, doc in self._store.scan(_EVENTS):
            self._events[id] = BeforeEvent(doc["event"], doc["lead_s"])
        async for id, doc in self._store.scan(_CONDITIONS):
            self._conditions[id] = Condition(doc["twin"], doc["property"], doc["is"], doc["value"])

        async def planned(notice: PlanChanged) -> None:
            for id in [id for id, before in self._events.items() if _is_of(before.event, notice.events)]:
                await moved(id)

        async def reported(notice: Reported) -> None:
            for id, condition in list(self._conditions.items()):
                known = notice.values.get(condition.property) if condition.twin == notice.twin else None
                if known and _holds(condition, known[0]):
                    await met(id)

        self._bus.subscribe(PlanChanged, planned)
        self._bus.subscribe(Reported, reported)

    def documents(self, view: ReminderView) -> list[Document]:
        """What a restart finds them by."""
        waits = view.status == "waiting"
        before, condition = view.before, view.condition
        event = {"event": before.event, "lead_s": before.lead_s} if waits and before else None
        wanted = condition_json(condition) if waits and condition and view.at is None else None
        known = [(_EVENTS, event, view.id in self._events), (_CONDITIONS, wanted, view.id in self._conditions)]
        return [Document(kind, view.id, doc) for kind, doc, there in known if doc is not None or there]

    def follow(self, view: ReminderView) -> None:
        """After its documents are stored."""
        waits = view.status == "waiting"
        self._events.pop(view.id, None)
        self._conditions.pop(view.id, None)
        if waits and view.before:
            self._events[view.id] = view.before
        if waits and view.condition and view.at is None:
            self._conditions[view.id] = view.condition

    async def at(self, before: BeforeEvent) -> datetime:
        """When that is. Raises NotFound."""
        event = await self._core.query(GetEvent(before.event))
        return event.start - seconds(before.lead_s)

    async def is_met(self, condition: Condition) -> bool:
        """Whether it holds now. Raises NotFound for a twin that is not there, or knows no such property."""
        state = await self._core.query(GetState(condition.twin))
        known = state.reported.get(condition.property)
        return known is not None and _holds(condition, known.value)


def _holds(condition: Condition, value: Value) -> bool:
    if condition.is_ == "equal":
        return value == condition.value
    if isinstance(value, (bool, str)) or isinstance(condition.value, (bool, str)):
        return False
    return value > condition.value if condition.is_ == "above" else value < condition.value


def _is_of(event: str, changed: Sequence[str]) -> bool:
    """Changes are told of series, reminders may be for one occurrence."""
    return any(event == id or event.startswith(f"{id}.") for id in changed)
