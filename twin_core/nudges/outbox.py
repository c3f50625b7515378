"""The way of a nudge to its person: tried until it is there, and told of once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from twin_core.contract import nudges as n
from twin_core.contract.clock import Clock
from twin_core.contract.errors import NotFound, PolluxError, Rejected
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Bus, Claimed, Due, Store, Stored
from twin_core.contract.requests import Cause
from twin_core.nudges.journal import Journal
from twin_core.nudges.records import kind_of, nudge_document, nudge_from, owner_of

DELIVERY = "delivery"
UPDATE = "nudge_update"
ESCALATION = "escalation"
OWNER = "owner"
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(minutes=30)
_TRIES = 100  # two days of half hours
# How long an answer is waited for before somebody else, or another way, is tried.
ANSWERED_WITHIN: Mapping[n.Urgency, timedelta] = {"safety": timedelta(minutes=5), "high": timedelta(minutes=30)}

_log = structlog.get_logger(__name__)


class Outbox:
    """Queries of nudges, and their delivery. Nothing is delivered before a courier is there."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, journal: Journal) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._journal = journal
        self.courier: n.Courier | None = None
        self.expect: Callable[[], None] = lambda: None  # told when there is something to do

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        return {
            n.ListNudges: self._list,
            n.GetNudge: self._get,
            n.AnswerNudge: self._answer,
            n.RetryNudge: self._retry,
        }

    async def deliver(self, lane: Sequence[Claimed]) -> None:
        """The nudges of one person, one after another. One that cannot be delivered is tried again later."""
        for work in lane:
            came_of_it = await self._told(work)
            if not await self._journal.keep(came_of_it):
                return  # of another node by now, which goes on
            if len(came_of_it.due) > 1:  # an answer is waited for
                self.expect()

    async def _told(self, work: Claimed) -> Batch:
        """Says a nudge; answers what came of it."""
        over = Due(DELIVERY, work.key, None, lease=work.lease)
        doc = await self._journal.read(kind_of("nudge", owner_of(work.key)), work.key)
        if doc is None or doc["status"] == "answered" or self.courier is None:
            return Batch(due=[over])
        nudge, now = nudge_from(doc), self._clock.now()
        if nudge.useless_from is not None and nudge.useless_from <= now:
            missed = replace(nudge, status="held_back", rule="it could not be told while it was of use")
            return Batch(documents=[nudge_document(missed)], due=[over])
        try:
            told = await self.courier.deliver(nudge)
        except PolluxError as error:
            return self._later(work, nudge, error)
        now = self._clock.now()
        sent = replace(nudge, status="sent", sent_at=now, channel=told.channel, conversation=told.conversation)
        data = {"owner": sent.owner, "kind": sent.kind, "channel": told.channel, "conversation": told.conversation}
        fact = await self._fact(nudge, NewEvent("nudge.sent", data, now))
        due = [over]
        if (wait := ANSWERED_WITHIN.get(nudge.urgency)) and nudge.about and nudge.about.kind == "concern":
            due.append(Due(ESCALATION, nudge.id, now + wait, lane=nudge.owner))
        return Batch(appends=[fact], documents=[nudge_document(sent)], due=due)

    async def _fact(self, nudge: n.NudgeView, event: NewEvent) -> Append:
        """The next event of its stream."""
        stream = f"nudge.{nudge.id}"
        first = nudge.sent_at is None and nudge.step == 0
        return Append(stream, 0 if first else len(await self._store.read(stream)), [event])

    async def update(self, lane: Sequence[Claimed]) -> None:
        """Edits what was said, where the channel can: a courtesy, which is not tried again."""
        for work in lane:
            found = await self._store.get(kind_of("nudge", owner_of(work.key)), work.key)
            if found is not None and self.courier is not None:
                try:
                    await self.courier.update(nudge_from(found[0]))
                except PolluxError as error:
                    _log.warning("nudges.not_updated", nudge=work.key, reason=error.message)
            await self._journal.keep(Batch(due=[Due(UPDATE, work.key, None, lease=work.lease)]))

    def _later(self, work: Claimed, nudge: n.NudgeView, error: PolluxError) -> Batch:
        tries = int(work.doc.get("tries", 0)) + 1
        _log.warning("nudges.not_delivered", nudge=nudge.id, tries=tries, reason=error.message)
        if tries >= _TRIES:
            failed = replace(nudge, status="failed", rule=error.message)
            over = Due(DELIVERY, work.key, None, lease=work.lease)
            return Batch(documents=[nudge_document(failed)], due=[over])
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(tries, 20))
        again = Due(DELIVERY, work.key, self._clock.now() + wait, work.lane, {"tries": tries}, work.lease)
        return Batch(due=[again])

    async def _list(self, query: n.ListNudges) -> tuple[n.NudgeView, ...]:
        found = [nudge_from(doc) async for _, doc in self._store.scan(kind_of("nudge", query.owner or OWNER))]
        listed = [
            nudge
            for nudge in found
            if (query.all or nudge.sent_at) and (query.after is None or (nudge.sent_at or nudge.due_at) > query.after)
        ]
        listed.sort(key=lambda nudge: nudge.sent_at or nudge.due_at)
        return tuple(listed[-query.limit :]) if query.limit > 0 else ()

    async def _get(self, query: n.GetNudge) -> n.NudgeView:
        nudge = await self._known(query.nudge)
        if nudge.owner != query.owner:
            raise _not_there()
        return nudge

    async def _answer(self, command: n.AnswerNudge, cause: Cause) -> n.NudgeView:
        nudge = await self._known(command.nudge)
        if nudge.status == "answered":
            return nudge
        now = self._clock.now()
        answered = replace(nudge, status="answered", answered_at=now, text=ended(nudge.text, command.how))
        fact = await self._fact(nudge, NewEvent("nudge.acknowledged", {"owner": nudge.owner}, now))
        shown = [Due(UPDATE, nudge.id, now, lane=nudge.owner)] if nudge.sent_at else []
        batch = Batch(appends=[fact], documents=[nudge_document(answered)], due=shown, cause=cause)
        await self._bus.publish(Stored(await self._store.commit(batch)))
        self.expect()
        return answered

    async def _retry(self, command: n.RetryNudge, cause: Cause) -> n.NudgeView:
        failed = await self._known(command.nudge)
        if cause.actor not in ("system", failed.owner):
            raise _not_there()
        if failed.status != "failed":
            hint = "GET /nudges?all=true tells where each of them stands."
            raise Rejected(f"This message is {failed.status}, not failed.", code="not_failed", hint=hint)
        waiting, now = replace(failed, status="waiting", rule=""), self._clock.now()
        again = Due(DELIVERY, waiting.id, now, lane=waiting.owner)
        await self._store.commit(Batch(documents=[nudge_document(waiting)], due=[again], cause=cause))
        self.expect()
        return waiting

    async def _known(self, id: str) -> n.NudgeView:
        found = await self._store.get(kind_of("nudge", owner_of(id)), id)
        if found is None:
            raise _not_there()
        return nudge_from(found[0])


def ended(text: str, how: str) -> str:
    """What a nudge says where it stands, once nothing is waited for any more."""
    return f"{text}\n({how[:1].upper()}{how[1:]}.)"


def _not_there() -> NotFound:
    return NotFound("There is no such message of mine (any more).", hint="GET /nudges?all=true lists yours.")
