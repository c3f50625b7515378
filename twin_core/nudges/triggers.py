"""Reminders that hang on something else: an event that may be moved, a value that may be reached, a full agenda,
a concern that somebody may take on, a time zone that may be left.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract.agenda import FindFreeTime, GetEvent, GetPerson
from twin_core.contract.clock import Clock, seconds
from twin_core.contract.commands import GetConcern, GetState
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import Bus, Document, PlanChanged, Reported, Store, Stored, TwinCore
from twin_core.contract.reminders import BeforeEvent, Condition, Unacknowledged, WhenFree, condition_json
from twin_core.contract.template import Value
from twin_core.contract.views import ConcernView
from twin_core.nudges.records import Reminder, condition_from, owner_of

_EVENTS, _CONDITIONS, _FREE, _ZONES = "reminder_event", "reminder_condition", "reminder_free", "reminder_zone"
_AHEAD = timedelta(days=60)  # so far free time is looked for
_OF_PEOPLE = ("person.", "person_settings.")  # streams of whatever says how somebody's days are
Told = Callable[[str], Awaitable[None]]


class Triggers:
    """Knows which reminders hang on what. `moved` and `met` are told the reminder."""

    def __init__(self, store: Store, core: TwinCore, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._bus = bus
        self._clock = clock
        self._known: dict[str, dict[str, Mapping[str, Any]]] = {kind: {} for kind in _HANGS}

    async def start(self, moved: Told, met: Told) -> None:
        for kind, known in self._known.items():
            async for id, doc in self._store.scan(kind):
                known[id] = doc

        async def planned(notice: PlanChanged) -> None:
            theirs = [id for id, doc in self._known[_EVENTS].items() if _is_of(doc["event"], notice.events)]
            for id in (*theirs, *self._known[_FREE]) if notice.events else ():
                await moved(id)

        async def reported(notice: Reported) -> None:
            for id, doc in list(self._known[_CONDITIONS].items()):
                known = notice.values.get(doc["property"]) if doc["twin"] == notice.twin else None
                if known and holds(condition_from(doc), known[0]):
                    await met(id)

        async def stored(notice: Stored) -> None:
            if any(e.stream.startswith(_OF_PEOPLE) and e.name.startswith("system.") for e in notice.events):
                for id in (*await self._elsewhere(), *self._known[_FREE]):
                    await moved(id)

        self._bus.subscribe(PlanChanged, planned)
        self._bus.subscribe(Reported, reported)
        self._bus.subscribe(Stored, stored)

    def documents(self, reminder: Reminder) -> list[Document]:
        """What a restart finds them by."""
        found = [(kind, hangs(reminder), known) for (kind, known), hangs in self._kinds()]
        id = reminder.view.id
        return [Document(kind, id, doc) for kind, doc, known in found if doc is not None or id in known]

    def follow(self, reminder: Reminder) -> None:
        """After its documents are stored."""
        for (_, known), hangs in self._kinds():
            known.pop(reminder.view.id, None)
            if (doc := hangs(reminder)) is not None:
                known[reminder.view.id] = doc

    async def before(self, before: BeforeEvent) -> datetime:
        """When that is. Raises NotFound."""
        event = await self._core.query(GetEvent(before.event))
        return event.start - seconds(before.lead_s)

    async def free(self, free: WhenFree, owner: str, start: datetime | None = None) -> datetime | None:
        """When the person has so much time next; None where the coming weeks leave none. Raises Rejected."""
        start = start or self._clock.now()
        slots = await self._core.query(FindFreeTime(owner, start, start + _AHEAD, free.duration_s, limit=1))
        return slots[0].start if slots else None

    async def is_met(self, condition: Condition) -> bool:
        """Whether it holds now. Raises NotFound for a twin that is not there, or knows no such property."""
        state = await self._core.query(GetState(condition.twin))
        known = state.reported.get(condition.property)
        return known is not None and holds(condition, known.value)

    async def open_concern(self, wanted: Unacknowledged, owner: str) -> ConcernView | None:
        """None where somebody has taken it on, or put it away. Raises NotFound where it is over."""
        concern = await self._core.query(GetConcern(wanted.concern, owner))
        return concern if concern.status == "open" else None

    async def as_it_is(self, reminder: Reminder) -> Reminder:
        """One that is due, as it is now: later where the time for it is taken, cancelled where it is needless."""
        view = reminder.view
        if view.free and not reminder.put_off:
            now = self._clock.now()
            over = view.at is None or now - view.at >= seconds(view.free.duration_s)
            start = now if over else view.at  # rung a moment late, it is still this stretch of time
            at = await self.free(view.free, view.owner, start)
            return reminder if at == start else reminder.changed(at=at)
        if view.unacknowledged:
            try:
                concern = await self.open_concern(view.unacknowledged, view.owner)
            except NotFound:
                concern = None
            return reminder if concern else reminder.changed(status="cancelled")
        return reminder

    def _kinds(self) -> Sequence[tuple[tuple[str, dict[str, Mapping[str, Any]]], "_Hangs"]]:
        return list(zip(self._known.items(), _HANGS.values(), strict=True))

    async def _elsewhere(self) -> list[str]:
        """Those that count in the wall time of a zone that their person has left."""
        zones: dict[str, str] = {}
        for owner in {owner_of(id) for id in self._known[_ZONES]}:
            zones[owner] = (await self._core.query(GetPerson(owner))).zone
        return [id for id, doc in self._known[_ZONES].items() if doc["zone"] != zones.get(owner_of(id), doc["zone"])]


_Hangs = Callable[[Reminder], Mapping[str, Any] | None]


def _hanging(on: _Hangs) -> _Hangs:
    """Only while it waits for that, and not for an instant that its person has put it off to."""
    return lambda reminder: on(reminder) if reminder.view.status == "waiting" and not reminder.put_off else None


_HANGS: Mapping[str, _Hangs] = {
    _EVENTS: _hanging(lambda r: {"event": r.view.before.event} if r.view.before else None),
    _CONDITIONS: _hanging(lambda r: condition_json(r.view.condition) if r.view.at is None else None),
    _FREE: _hanging(lambda r: {} if r.view.free else None),
    _ZONES: _hanging(lambda r: {"zone": r.zone} if r.view.recurrence else None),
}


def holds(condition: Condition, value: Value) -> bool:
    """Whether that is reached."""
    if condition.is_ == "equal":
        return value == condition.value
    if isinstance(value, (bool, str)) or isinstance(condition.value, (bool, str)):
        return False
    return value > condition.value if condition.is_ == "above" else value < condition.value


def _is_of(event: str, changed: Sequence[str]) -> bool:
    """Changes are told of series, reminders may be for one occurrence."""
    return any(event == id or event.startswith(f"{id}.") for id in changed)
