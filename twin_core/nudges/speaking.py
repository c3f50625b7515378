"""From a candidate to what is stored of it: a nudge on its way, or one that was held back, with the rule."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.nudges import NudgeStatus, NudgeView, UndisturbedUntil
from twin_core.contract.ports import Document, Due, Store, TwinCore
from twin_core.nudges.candidates import stop_of
from twin_core.nudges.digests import put_by
from twin_core.nudges.manner import Manner, manner_of
from twin_core.nudges.outbox import DELIVERY
from twin_core.nudges.policy import Candidate, Verdict, decide
from twin_core.nudges.records import new_id, nudge_document

_TALLY = "nudge_tally"
_KEPT = timedelta(hours=36)  # longer than any day


@dataclass(slots=True)
class Writing:
    """What one piece of work will commit."""

    documents: list[Document] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)


async def _nobody_says(person: str) -> datetime | None:
    return None


class Speaking:
    """Puts candidates through the policy."""

    def __init__(self, store: Store, core: TwinCore) -> None:
        self._store = store
        self._core = core
        self.undisturbed_until: UndisturbedUntil = _nobody_says
        self.one_by_one = asyncio.Lock()  # from the decision to its commit: each counts for the next

    async def manner(self, person: str) -> Manner:
        manner = manner_of(await self._core.query(GetPerson(person)))
        return replace(manner, undisturbed_until=await self.undisturbed_until(person))

    async def put(
        self, candidate: Candidate, now: datetime, writing: Writing, nudge: str | None = None
    ) -> tuple[NudgeView, Verdict]:
        """Adds what is to be stored to `writing`. `nudge`: the id of one that was held back until now."""
        manner = await self.manner(candidate.person)
        found = await self._store.get(_TALLY, candidate.person)
        said, version = ([parse_instant(at) for at in found[0]["said"]], found[1]) if found else ([], 0)
        verdict = decide(candidate, manner, said, now)
        made = _nudge(candidate, verdict, now, nudge or new_id("nudge", candidate.person))
        writing.documents.append(nudge_document(made))
        if verdict.what == "say":
            writing.due.append(Due(DELIVERY, made.id, now, lane=made.owner))
            if not candidate.asked_for:
                writing.documents.append(_tally(candidate.person, [*said, now], now, version))
        elif verdict.what == "gather" and verdict.at is not None:
            entry, due = put_by(made, verdict.at)
            writing.documents.append(entry)
            writing.due.append(due)
        return made, verdict


def silenced(nudge: NudgeView, rule: str, writing: Writing) -> None:
    """It is not said any more, wherever it waits."""
    entry, _ = put_by(nudge, None)
    writing.documents += [nudge_document(replace(nudge, status="held_back", rule=rule)), entry]
    writing.due.append(Due(DELIVERY, nudge.id, None))


def _nudge(candidate: Candidate, verdict: Verdict, now: datetime, id: str) -> NudgeView:
    status: NudgeStatus = "waiting" if verdict.what == "say" else "held_back"
    return NudgeView(
        id=id,
        owner=candidate.person,
        kind=candidate.kind,
        text=candidate.text,
        actions=candidate.actions,
        why=candidate.why,
        stop=stop_of(candidate.topic, candidate.urgency),
        urgency=candidate.urgency,
        about=candidate.about,
        due_at=verdict.at or now,
        status=status,
        conversation=None,
        rule=verdict.rule,
        topic=candidate.topic,
        asks=candidate.asks,
        useless_from=candidate.useless_from,
    )


def _tally(person: str, said: Sequence[datetime], now: datetime, version: int) -> Document:
    kept = [instant_text(at) for at in said if now - at < _KEPT]
    return Document(_TALLY, person, {"said": kept}, expected_version=version)
