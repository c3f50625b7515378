"""What happened to a concern, and whether somebody is to be told of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from twin_core.contract.clock import Clock
from twin_core.contract.commands import GetConcern, ReopenConcern
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import CONCERN_NEWS, ListResponsible, NudgeView
from twin_core.contract.ports import Batch, Claimed, Due, Store, TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.views import ConcernView
from twin_core.nudges.candidates import candidate_of, is_graver, urgency_of
from twin_core.nudges.journal import Journal
from twin_core.nudges.matters import Matters
from twin_core.nudges.outbox import UPDATE, ended
from twin_core.nudges.records import kind_of, nudge_document, nudge_from
from twin_core.nudges.speaker import Speaker
from twin_core.nudges.speaking import Speaking, Writing, silenced
from twin_core.nudges.told import Telling, Told, told_of

HAZARD_TAKEN_ON = timedelta(hours=1)  # so long "I am on it" holds for a danger
TAKEN_ON = timedelta(hours=8)  # and for what is critical


class ConcernNews(Speaker):
    """Work of the kind CONCERN_NEWS: looks at the concern as it is now, whatever happened in between."""

    def __init__(self, store: Store, core: TwinCore, clock: Clock, speaking: Speaking, journal: Journal) -> None:
        super().__init__(store, core, clock, speaking, journal)
        self._matters = Matters(store, core)

    async def hear(self, lane: Sequence[Claimed]) -> None:
        """What is not kept has been taken over by another node, or something newer happened meanwhile."""
        for work in lane:
            async with self._speaking.one_by_one:
                await self._one(work)

    async def _one(self, work: Claimed) -> None:
        now, writing = self._clock.now(), Writing()
        told, concern = await told_of(self._store, work.key), await self._concern(work.key)
        again: datetime | None = None
        if concern is not None and concern.status == "open":
            told, again = await self._consider(concern, replace(told, acknowledged_at=None), writing, now)
        else:
            told = await self._settle(concern, told, writing, now)
            again = _runs_out(concern, told)
        ran_out = concern is not None and again is not None and again <= now
        writing.documents.append(told.document() if concern is not None else told.forgotten())
        following = None if ran_out else again
        writing.due.append(Due(CONCERN_NEWS, work.key, following, lane=work.lane, lease=work.lease))
        if await self._journal.keep(Batch(documents=writing.documents, due=writing.due)):
            self.expect()
            if concern is not None and ran_out:
                await self._core.execute(ReopenConcern(concern.id), Cause())

    async def _concern(self, id: str) -> ConcernView | None:
        try:
            return await self._core.query(GetConcern(id))
        except NotFound:
            return None

    # --- it needs somebody -------------------------------------------------------------------------

    async def _consider(
        self, concern: ConcernView, told: Told, writing: Writing, now: datetime
    ) -> tuple[Told, datetime | None]:
        """For everybody who answers for it. Answers when to look again."""
        people = (concern.owner,) if concern.owner else await self._core.query(ListResponsible())
        points: list[datetime] = []
        for person in people:
            before = told.by_person.get(person)
            if before and not (before.waits or before.over or is_graver(urgency_of(concern, now), before.urgency)):
                continue
            zone = (await self._speaking.manner(person)).zone
            asked_for = before is not None and before.again_at is not None and before.again_at <= now
            suggested_at = await self._matters.suggested_at(concern, person, now)
            candidate = candidate_of(concern, person, zone, now, asked_for=asked_for, suggested_at=suggested_at)
            held = before.nudge if before and before.waits else None
            nudge, verdict = await self._speaking.put(candidate, now, writing, held)
            if before and not held:
                await self._close(before, person, "I have told you anew", writing, now)
            waits = verdict.what == "wait"
            told = told.with_telling(person, Telling(nudge.id, candidate.urgency, waits))
            points += [verdict.at] if waits and verdict.at else []
        return told, min(points, default=None)

    # --- it does not, any more ---------------------------------------------------------------------

    async def _settle(self, concern: ConcernView | None, told: Told, writing: Writing, now: datetime) -> Told:
        """Everybody who was told of it sees how it ended; who was not, is not told any more."""
        how = "it is over" if concern is None else concern.status
        until = concern.until if concern is not None else None
        for person, telling in told.by_person.items():
            if not telling.over:
                await self._close(telling, person, how, writing, now)
            told = told.with_telling(person, replace(telling, over=True, waits=False, again_at=until))
        if concern is not None and concern.status == "acknowledged":
            return replace(told, acknowledged_at=told.acknowledged_at or now)
        return replace(told, acknowledged_at=None)

    async def _close(self, telling: Telling, person: str, how: str, writing: Writing, now: datetime) -> None:
        nudge = await self._nudge(person, telling.nudge)
        if nudge is None or nudge.status == "answered":
            return
        if nudge.status in ("waiting", "held_back"):
            if not nudge.rule.startswith("told in a digest"):
                silenced(nudge, f"{nudge.rule or 'it was about to be told'}; {how} before that", writing)
            return
        answered = replace(nudge, status="answered", answered_at=now, text=ended(nudge.text, how))
        writing.documents.append(nudge_document(answered))
        writing.due.append(Due(UPDATE, nudge.id, now, lane=nudge.owner))

    async def _nudge(self, person: str, id: str) -> NudgeView | None:
        found = await self._store.get(kind_of("nudge", person), id)
        return nudge_from(found[0]) if found else None


def _runs_out(concern: ConcernView | None, told: Told) -> datetime | None:
    """When "I am on it" is to be said again: it would else be the end of what nobody finishes."""
    if concern is None or told.acknowledged_at is None or not (concern.hazard or concern.severity == "critical"):
        return None
    return told.acknowledged_at + (HAZARD_TAKEN_ON if concern.hazard else TAKEN_ON)
