"""Suggestions from what people plan: looked for when a plan changes, and when one of them is to be said."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from twin_core.contract.agenda import EventView, FindFreeTime, GetAgenda, GetEvent, GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import Batch, Claimed, Due, PlanChanged, Store, TwinCore
from twin_core.contract.tasks import GetTask, ListTasks, TaskView
from twin_core.nudges.journal import Journal
from twin_core.nudges.matters import Matters
from twin_core.nudges.speaker import Speaker
from twin_core.nudges.speaking import Speaking, Writing
from twin_core.nudges.suggestions.day import Day, Suggestion
from twin_core.nudges.suggestions.memory import Memory
from twin_core.nudges.suggestions.registry import OF_A_PLAN

PLAN_LOOK = "plan_look"
SETTLES_IN = timedelta(minutes=1)  # plans change in bursts
_EVENTS, _FREE = timedelta(days=4), timedelta(days=6)
_MORNING_S = 6 * 3600
_SHORTEST_S = 15 * 60.0


class PlanSuggestions(Speaker):
    """Work of the kind PLAN_LOOK; its key is the person. Whoever plans nothing is not looked at."""

    def __init__(self, store: Store, core: TwinCore, clock: Clock, speaking: Speaking, journal: Journal) -> None:
        super().__init__(store, core, clock, speaking, journal)
        self._matters = Matters(store, core)
        self._expected: dict[str, datetime] = {}  # looks that a change has called for

    async def planned(self, notice: PlanChanged) -> None:
        """Whose plan it is, is looked at soon; what is gone leads to nothing by itself."""
        now = self._clock.now()
        people = {await self._owner(GetTask(id)) for id in notice.tasks}
        people |= {await self._owner(GetEvent(id)) for id in notice.events}
        new = sorted(person for person in people if person and self._expected.get(person, now) <= now)
        if new:
            at = now + SETTLES_IN
            self._expected |= dict.fromkeys(new, at)
            await self._store.commit(Batch(due=[Due(PLAN_LOOK, person, at, lane=person) for person in new]))
            self.expect_at(at)

    async def look(self, lane: Sequence[Claimed]) -> None:
        for work in lane:
            self._expected.pop(work.key, None)
            async with self._speaking.one_by_one:
                await self._one(work)

    async def _one(self, work: Claimed) -> None:
        day, writing = await self._day(work.key), Writing()
        memory = await Memory.of(self._store, work.key, day.now)
        found = sorted((s for suggest in OF_A_PLAN for s in suggest(day)), key=lambda s: (s.say_at, s.key))
        points = [at for each in found if (at := await self._put(each, day, memory, writing)) is not None]
        if day.events or day.tasks:
            points.append(_next_morning(day))
        writing.documents += memory.changed
        writing.due.append(Due(PLAN_LOOK, work.key, min(points, default=None), lane=work.lane, lease=work.lease))
        if await self._journal.keep(Batch(documents=writing.documents, due=writing.due)):
            self.expect()

    async def _put(self, suggestion: Suggestion, day: Day, memory: Memory, writing: Writing) -> datetime | None:
        """Says it where it is time; answers when to look again because of it."""
        key, topic, end = suggestion.key, suggestion.candidate.topic, suggestion.candidate.useless_from
        last = memory.last(topic) if suggestion.daily else None
        enough = last is not None and day.day_of(last) == day.day_of(day.now)
        if memory.is_settled(key) or enough or (end is not None and end <= day.now):
            return None
        if suggestion.say_at > day.now:
            return suggestion.say_at
        if until := await self._matters.silent_until(key, day.person.person, day.now):
            return until
        nudge, verdict = await self._speaking.put(suggestion.candidate, day.now, writing, memory.held(key))
        memory.note(key, verdict, nudge.id, day.now)
        return verdict.at if verdict.what == "wait" else None

    async def _day(self, person: str) -> Day:
        now, settings = self._clock.now(), await self._core.query(GetPerson(person))
        empty = Day(settings, now, (), (), ())
        midnight = empty.at_second(empty.day_of(now), 0)
        agenda = await self._core.query(GetAgenda(midnight, now + _EVENTS, person))
        tasks = await self._core.query(ListTasks(person, done=False))
        free = await self._core.query(FindFreeTime(person, now, now + _FREE, _SHORTEST_S, limit=200))
        return Day(settings, now, agenda.events, tasks.items, free)

    async def _owner(self, of: GetTask | GetEvent) -> str | None:
        try:
            found: TaskView | EventView = await self._core.query(of)
            return found.owner
        except NotFound:
            return None


def _next_morning(day: Day) -> datetime:
    """When what has come into sight is seen."""
    return day.at_second(day.day_of(day.now) + timedelta(days=1), _MORNING_S)
