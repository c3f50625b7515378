"""Changes that wait for a person: kept in documents, expired by time."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Literal

from twin_core.contract import ids
from twin_core.contract.clock import Clock, instant_text, parse_instant, seconds
from twin_core.contract.commands import ListApprovals
from twin_core.contract.errors import Conflict, NotFound
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Batch, Document, Store
from twin_core.contract.requests import Cause
from twin_core.contract.template import Value
from twin_core.contract.views import ApprovalView
from twin_core.service.ledger import Change, Ledger, Work

KIND = "approval"
_WAITS = seconds(24 * 3600)


class Approvals:
    """Waiting approvals in memory and all of them in documents; a Timer that lets them expire."""

    def __init__(self, store: Store, ledger: Ledger, clock: Clock) -> None:
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._waiting: dict[str, ApprovalView] = {}  # oldest first

    async def load(self) -> None:
        async for _, doc in self._store.scan(KIND):
            view = _read(doc)
            if view.status == "waiting":
                self._waiting[view.id] = view

    async def listed(self, query: ListApprovals) -> tuple[ApprovalView, ...]:
        if not query.include_decided:
            return tuple(self._waiting.values())
        return tuple([_read(doc) async for _, doc in self._store.scan(KIND)])

    async def waiting(self, approval: str) -> ApprovalView:
        """Raises NotFound, and Conflict where it was decided already."""
        if view := self._waiting.get(approval):
            return view
        found = await self._store.get(KIND, approval)
        if found is None:
            raise NotFound(f"There is no approval {approval[:80]!r}.", code="unknown_approval")
        raise Conflict(
            f"That was {_read(found[0]).status} already.", code="already_decided", hint="Ask for the change again."
        )

    def of_twin(self, twin: str) -> list[ApprovalView]:
        return [view for view in self._waiting.values() if view.twin == twin]

    def new(self, twin: str, values: Mapping[str, Value], reason: str, now: datetime, cause: Cause) -> ApprovalView:
        """An approval that waits as soon as it is stored."""
        return ApprovalView(ids.new_id("approval"), twin, dict(values), "waiting", reason, now, cause.actor)

    def decide(self, view: ApprovalView, approve: bool, now: datetime, cause: Cause, work: Work[Any]) -> ApprovalView:
        """The same approval as decided, stored with the work."""
        status: Literal["approved", "rejected"] = "approved" if approve else "rejected"
        decided = replace(view, status=status, decided_at=now, decided_by=cause.actor)
        self.store(decided, work)
        return decided

    def store(self, view: ApprovalView, work: Work[Any]) -> None:
        """Adds the approval, as it is now, to what the work stores."""

        def done() -> None:
            if view.status == "waiting":
                self._waiting[view.id] = view
            else:
                self._waiting.pop(view.id, None)

        work.documents.append(Document(KIND, view.id, _write(view)))
        work.done.append(done)

    def withdraw(self, twin: str, reason: str, now: datetime, cause: Cause, work: Work[Any]) -> None:
        """Rejects all that waits for a twin, with events on its stream."""
        for view in self.of_twin(twin):
            self.decide(view, False, now, cause, work)
            work.changes[0].events.insert(0, rejected(view, reason, now))

    async def erase(self, twin: str) -> None:
        """Deletes every approval of a twin."""
        keys = [key async for key, doc in self._store.scan(KIND) if doc["twin"] == twin]
        await self._store.commit(Batch(documents=[Document(KIND, key, None) for key in keys]))
        for key in keys:
            self._waiting.pop(key, None)

    def next_due_at(self) -> datetime | None:
        first = next(iter(self._waiting.values()), None)
        return first.requested_at + _WAITS if first else None

    async def run_due(self, now: datetime) -> None:
        for view in [view for view in self._waiting.values() if view.requested_at + _WAITS <= now]:
            await self._expire(view, now)

    async def _expire(self, view: ApprovalView, now: datetime) -> None:
        async def plan() -> Work[None]:
            state = await self._ledger.state(view.twin)
            work: Work[None] = Work(lambda _: None, [Change(state, [rejected(view, "expired", now)])])
            self.store(replace(view, status="expired", decided_at=now), work)
            return work

        await self._ledger.change(plan, Cause())


def rejected(view: ApprovalView, reason: str, now: datetime) -> NewEvent:
    return NewEvent("device.action_rejected", {"approval": view.id, "reason": reason}, now)


def _write(view: ApprovalView) -> dict[str, Any]:
    decided_at = instant_text(view.decided_at) if view.decided_at else None
    return {**asdict(view), "requested_at": instant_text(view.requested_at), "decided_at": decided_at}


def _read(doc: Mapping[str, Any]) -> ApprovalView:
    decided_at = parse_instant(doc["decided_at"]) if doc["decided_at"] else None
    return ApprovalView(**{**doc, "requested_at": parse_instant(doc["requested_at"]), "decided_at": decided_at})
