"""Suggestions from what things report: looked for when one has reported, at most twice a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.commands import GetHistory, GetState, GetTwin, ListTwins, ListTypes
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import ListResponsible
from twin_core.contract.ports import Batch, Claimed, Due, Reported, Store, TwinCore
from twin_core.contract.tariffs import tariff_of
from twin_core.contract.template import PropertySpec, TwinType, Value
from twin_core.contract.views import TwinView
from twin_core.domain.limits import rules_of
from twin_core.nudges.journal import Journal
from twin_core.nudges.matters import Matters
from twin_core.nudges.speaker import Speaker
from twin_core.nudges.speaking import Speaking, Writing
from twin_core.nudges.suggestions import tariff, upkeep
from twin_core.nudges.suggestions.day import Suggestion
from twin_core.nudges.suggestions.memory import Memory
from twin_core.nudges.suggestions.trend import STEP, WINDOW, crossing

THING_LOOK = "thing_look"
_EVERY = timedelta(hours=12)
_METER = "electricity_meter"
_STARTS = frozenset({"on", "plugged_in"})  # what of a big load calls for a look
_METERS_READ = 100


class ThingSuggestions(Speaker):
    """Work of the kind THING_LOOK; its key is the twin. What reports nothing is not looked at."""

    def __init__(self, store: Store, core: TwinCore, clock: Clock, speaking: Speaking, journal: Journal) -> None:
        super().__init__(store, core, clock, speaking, journal)
        self._matters = Matters(store, core)
        self._types: Mapping[str, TwinType] = {}
        self._wearing: Mapping[str, tuple[PropertySpec, ...]] = {}
        self._looked: dict[str, datetime] = {}
        self._started: dict[str, tuple[Value, ...]] = {}

    async def start(self) -> None:
        """Learns which properties wear; the twin service must answer."""
        self._types = {type.name: type for type in await self._core.query(ListTypes())}
        wearing = {name: tuple(s for s in type.properties.values() if s.wears) for name, type in self._types.items()}
        self._wearing = {name: specs for name, specs in wearing.items() if specs}

    async def reported(self, notice: Reported) -> None:
        type, now = notice.twin.partition(".")[0], self._clock.now()
        wears = any(spec.name in notice.values for spec in self._wearing.get(type, ()))
        due = wears and now - self._looked.get(notice.twin, now - _EVERY) >= _EVERY
        if due or (type in tariff.LOADS and self._starts(notice)):
            self._looked[notice.twin] = now
            await self._store.commit(Batch(due=[Due(THING_LOOK, notice.twin, now)]))
            self.expect_at(now)

    def _starts(self, notice: Reported) -> bool:
        """Whether a big load has begun or ended."""
        known = tuple(value for name, (value, _) in sorted(notice.values.items()) if name in _STARTS)
        if not known or self._started.get(notice.twin) == known:
            return False
        self._started[notice.twin] = known
        return True

    async def look(self, lane: Sequence[Claimed]) -> None:
        for work in lane:
            async with self._speaking.one_by_one:
                await self._one(work)

    async def _one(self, work: Claimed) -> None:
        now, writing = self._clock.now(), Writing()
        points: list[datetime] = []
        for person in await self._core.query(ListResponsible()):
            zone = ZoneInfo((await self._core.query(GetPerson(person))).zone)
            memory = await Memory.of(self._store, person, now)
            for suggestion in await self._found(work.key, person, zone, now):
                if memory.is_settled(suggestion.key):
                    continue
                if until := await self._matters.silent_until(suggestion.key, person, now):
                    points.append(until)
                    continue
                held = memory.held(suggestion.key)
                nudge, verdict = await self._speaking.put(suggestion.candidate, now, writing, held)
                memory.note(suggestion.key, verdict, nudge.id, now)
                points += [verdict.at] if verdict.what == "wait" and verdict.at else []
            writing.documents += memory.changed
        writing.due.append(Due(THING_LOOK, work.key, min(points, default=None), lease=work.lease))
        if await self._journal.keep(Batch(documents=writing.documents, due=writing.due)):
            self.expect()

    async def _found(self, id: str, person: str, zone: ZoneInfo, now: datetime) -> list[Suggestion]:
        try:
            twin = await self._core.query(GetTwin(id))
        except NotFound:
            return []
        if twin.status not in ("active", "hibernated"):
            return []
        found = [await self._upkeep(twin, spec, person, zone, now) for spec in self._wearing.get(twin.type, ())]
        found += [await self._tariff(twin, person, zone, now)] if twin.type in tariff.LOADS else []
        return [suggestion for suggestion in found if suggestion]

    async def _upkeep(
        self, twin: TwinView, spec: PropertySpec, person: str, zone: ZoneInfo, now: datetime
    ) -> Suggestion | None:
        rule = upkeep.limit_of(rules_of(self._types[twin.type], twin.config), spec.name)
        if rule is None:
            return None
        rising = rule.kind == "above"
        query = GetHistory(twin.id, spec.name, now - WINDOW, now, step_s=STEP.total_seconds())
        samples = (await self._core.query(query)).samples
        worst = [(min(s.at + STEP / 2, now), s.maximum if rising else s.minimum) for s in samples]
        points = [(at, value) for at, value in worst if value is not None]
        line = crossing(points, float(rule.limit), rising=rising, now=now)
        return upkeep.suggest(person, twin, spec, rule, line, now, zone) if line else None

    async def _tariff(self, load: TwinView, person: str, zone: ZoneInfo, now: datetime) -> Suggestion | None:
        meters = (await self._core.query(ListTwins(type=_METER, limit=_METERS_READ))).items
        known = next((found for meter in meters if (found := tariff_of(meter.config))), None)
        if known is None:
            return None
        reported = (await self._core.query(GetState(load.id))).reported
        values = {name: value.value for name, value in reported.items()}
        return tariff.suggest(person, load, values, known, now, zone)
