"""Check-ins: how a person is, asked at the times of their own choice, and never of whoever chose none."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract.agenda import GetPerson
from twin_core.contract.check_ins import QUESTIONS, CheckInView, GetCheckIn, answers_to, asked_at
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.events import Event
from twin_core.contract.ports import Batch, Claimed, Document, Due
from twin_core.contract.privacy import ListPeople
from twin_core.contract.views import Action
from twin_core.contract.wall_time import wall_of
from twin_core.nudges.briefing import briefing
from twin_core.nudges.manner import Manner, manner_of
from twin_core.nudges.outbox import OWNER, UPDATE, ended
from twin_core.nudges.policy import Candidate
from twin_core.nudges.records import kind_of, nudge_document, nudge_from
from twin_core.nudges.speaker import Speaker
from twin_core.nudges.speaking import Writing, silenced

CHECK_IN = "check_in"
_OPEN = "check_in_open"  # the last one of each person
_ASKED_WITHIN = timedelta(hours=3)  # later it is another part of the day


class CheckIns(Speaker):
    """Work of the kind CHECK_IN; its key is the person. One at a time is open."""

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {GetCheckIn: self._now}

    async def _now(self, query: GetCheckIn) -> CheckInView:
        zone, now = ZoneInfo((await self._core.query(GetPerson(query.person))).zone), self._clock.now()
        return CheckInView(await briefing(self._core, query.person, zone, now), asked_at(now.astimezone(zone)))

    async def settings_changed(self, event: Event) -> None:
        """Of whoever it is told: the next one is at the time they want it now."""
        if event.name == "system.settings_changed":
            await self._plan(str(event.data["person"]))
        elif event.stream.startswith("person.") and event.name.startswith("system.twin_"):
            known = [each.id for each in await self._core.query(ListPeople())] or [OWNER]
            for person in known:
                if (await self._core.query(GetPerson(person))).twin == event.stream:
                    await self._plan(person)

    async def _plan(self, person: str) -> None:
        manner = await self._speaking.manner(person)
        at = manner.next_check_in(self._clock.now())
        await self._store.commit(Batch(due=[Due(CHECK_IN, person, at, lane=person)]))
        self.expect_at(at)

    async def ask(self, lane: Sequence[Claimed]) -> None:
        """What was missed for long is not asked any more; the next one is."""
        for work in lane:
            async with self._speaking.one_by_one:
                await self._one(work)

    async def _one(self, work: Claimed) -> None:
        person, now, writing = work.key, self._clock.now(), Writing()
        settings = await self._core.query(GetPerson(person))
        manner = manner_of(settings)
        following = Due(CHECK_IN, person, manner.next_check_in(now), lane=work.lane, lease=work.lease)
        if manner.check_ins_s and settings.twin:  # else there is nothing that would keep what is said
            wanted_at = parse_instant(work.doc["wanted_at"]) if "wanted_at" in work.doc else work.at
            candidate = await self._candidate(manner, wanted_at)
            made, verdict = await self._speaking.put(candidate, now, writing, work.doc.get("nudge"))
            if verdict.what == "wait":
                doc = {"wanted_at": instant_text(wanted_at), "nudge": made.id}
                following = replace(following, at=verdict.at, doc=doc)
            elif verdict.what == "say":
                await self._close_last(person, writing, now)
                writing.documents.append(Document(_OPEN, person, {"nudge": made.id}))
        writing.due.append(following)
        if await self._journal.keep(Batch(documents=writing.documents, due=writing.due)):
            self.expect()

    async def _candidate(self, manner: Manner, wanted_at: datetime) -> Candidate:
        wall = wall_of(wanted_at, manner.zone)
        asks = asked_at(wall)
        first = asks[0]
        text = await briefing(self._core, manner.person, manner.zone, wanted_at)
        answers = tuple(Action(f"say:{said}", title) for said, title in answers_to(first))
        alone = manner.quiet_until is not None and wanted_at < manner.quiet_until
        return Candidate(
            person=manner.person,
            kind="check_in",
            topic=CHECK_IN,
            urgency="normal",
            text=f"{text} {QUESTIONS[first]}",
            why=f"You wanted a check-in at {wall:%H:%M}; what you say is for you alone.",
            actions=(*answers, Action("skip", "Skip")),
            asked_for=not (alone or manner.is_muted(CHECK_IN) or CHECK_IN in manner.fewer),
            useless_from=wanted_at + _ASKED_WITHIN,
            asks=asks,
        )

    async def _close_last(self, person: str, writing: Writing, now: datetime) -> None:
        """The last one, where nobody has answered it."""
        found = await self._store.get(_OPEN, person)
        kept = await self._store.get(kind_of("nudge", person), found[0]["nudge"]) if found else None
        last = nudge_from(kept[0]) if kept else None
        if last is None or last.status not in ("sent", "waiting"):
            return
        if last.status == "waiting":
            silenced(last, "the next one came before it could be told", writing)
            return
        over = replace(last, status="answered", answered_at=now, text=ended(last.text, "not answered"))
        writing.documents.append(nudge_document(over))
        writing.due.append(Due(UPDATE, last.id, now, lane=person))
