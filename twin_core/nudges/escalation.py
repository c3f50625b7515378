"""What nobody answered: the next way of the same person, then another person, then no more."""

from collections.abc import Sequence
from dataclasses import replace

from twin_core.contract.commands import GetConcern
from twin_core.contract.errors import NotFound
from twin_core.contract.events import NewEvent
from twin_core.contract.nudges import NudgeView
from twin_core.contract.ports import Append, Batch, Claimed, Due
from twin_core.contract.privacy import STANDING_IN, ListConsents
from twin_core.nudges.manner import Manner
from twin_core.nudges.outbox import DELIVERY, ESCALATION
from twin_core.nudges.records import kind_of, new_id, nudge_document, nudge_from, owner_of
from twin_core.nudges.speaker import Speaker
from twin_core.nudges.told import Telling, told_of

STEPS = 1  # so often the same person is called again


class Escalation(Speaker):
    """Work of the kind ESCALATION: a nudge whose time to be answered is over."""

    async def hand_on(self, lane: Sequence[Claimed]) -> None:
        """It stops on an answer, on acknowledgement, and with the concern."""
        for work in lane:
            if await self._journal.keep(await self._one(work)):
                self.expect()

    async def _one(self, work: Claimed) -> Batch:
        over, now = Due(ESCALATION, work.key, None, lease=work.lease), self._clock.now()
        found = await self._store.get(kind_of("nudge", owner_of(work.key)), work.key)
        nudge = nudge_from(found[0]) if found else None
        if nudge is None or nudge.status != "sent" or not await self._is_open(nudge):
            return Batch(due=[over])
        manner = await self._speaking.manner(nudge.owner)
        if nudge.urgency != "safety" and manner.is_quiet(now):
            return Batch(due=[replace(over, at=manner.quiet_ends(now), lane=work.lane)])
        if nudge.step < STEPS:
            again = replace(nudge, status="waiting", step=nudge.step + 1)
            event = await self._escalated(nudge, {"step": again.step})
            delivery = Due(DELIVERY, nudge.id, now, lane=nudge.owner)
            return Batch(appends=[event], documents=[nudge_document(again)], due=[over, delivery])
        return await self._to_another(nudge, manner, over)

    async def _to_another(self, nudge: NudgeView, manner: Manner, over: Due) -> Batch:
        """Never what is a person's own: that is told to nobody else."""
        other = manner.stand_in
        if nudge.about is None or nudge.instead_of or other in (None, nudge.owner):
            return Batch(due=[over])
        concern = await self._core.query(GetConcern(nudge.about.id))
        told = await told_of(self._store, concern.id)
        if (
            other is None
            or not await self._has_agreed(other, nudge.owner)
            or concern.owner is not None
            or other in told.by_person
        ):
            return Batch(due=[over])
        asked = replace(
            nudge,
            id=new_id("nudge", other),
            owner=other,
            why=f"{nudge.owner} was told of it and has not answered, so I ask you.",
            due_at=self._clock.now(),
            status="waiting",
            step=0,
            sent_at=None,
            channel=None,
            conversation=None,
            instead_of=nudge.owner,
        )
        told = told.with_telling(other, Telling(asked.id, asked.urgency))
        event = await self._escalated(nudge, {"to": other})
        delivery = Due(DELIVERY, asked.id, asked.due_at, lane=other)
        return Batch(appends=[event], documents=[nudge_document(asked), told.document()], due=[over, delivery])

    async def _has_agreed(self, other: str, owner: str) -> bool:
        """Nobody is called in the place of somebody else who has not wanted it."""
        views = await self._core.query(ListConsents(other))
        return any(view.purpose == STANDING_IN and view.is_given_to(owner) for view in views)

    async def _is_open(self, nudge: NudgeView) -> bool:
        try:
            return nudge.about is not None and (await self._core.query(GetConcern(nudge.about.id))).status == "open"
        except NotFound:
            return False

    async def _escalated(self, nudge: NudgeView, data: dict[str, object]) -> Append:
        stream = f"nudge.{nudge.id}"
        event = NewEvent("nudge.escalated", {"owner": nudge.owner, **data}, self._clock.now())
        return Append(stream, len(await self._store.read(stream)), [event])
