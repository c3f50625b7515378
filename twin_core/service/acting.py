"""Asking for a change: rehearsed, then applied or put before a person."""

from collections.abc import Mapping
from typing import Any, Literal

from twin_core.contract.clock import Clock
from twin_core.contract.commands import DecideApproval, SetDesired
from twin_core.contract.events import NewEvent
from twin_core.contract.requests import Cause
from twin_core.contract.views import ApprovalView, ChangeView, Verdict
from twin_core.domain import TwinState, converged, decide, twin_view
from twin_core.domain.decide import Change as Wish
from twin_core.service.approvals import Approvals, rejected
from twin_core.service.ledger import Change, Ledger, Work
from twin_core.service.lifecycle import check_version
from twin_core.service.registry import Registry
from twin_core.service.rehearsal import rehearse
from twin_core.templates import Library

ChangeStatus = Literal["applied", "waiting", "unchanged"]


class Acting:
    """SetDesired and DecideApproval."""

    def __init__(
        self, ledger: Ledger, registry: Registry, library: Library, approvals: Approvals, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._registry = registry
        self._library = library
        self._approvals = approvals
        self._clock = clock

    async def set_desired(self, command: SetDesired, cause: Cause) -> ChangeView:
        """Raises NotFound, Conflict, Rejected."""

        async def plan() -> Work[ChangeView]:
            state = await self._ledger.state(self._registry.resolve(command.twin).id)
            check_version(state, command.expected_version)
            twin_type = self._library[state.type]
            wish = decide.plan_change(state, twin_type, command.values, command.units)
            if self._holds(state, wish):
                verdict = Verdict(True, ("it is so already",), False)
                return _answering(state, wish, verdict, "unchanged")
            verdict = rehearse(state, twin_type, wish)
            if command.dry_run:
                return _answering(state, wish, verdict, "waiting" if verdict.approval_needed else "applied")
            if verdict.approval_needed:
                return self._put_before_a_person(state, wish, verdict, cause, elsewhere=command.elsewhere)
            return self._apply(state, wish, verdict, cause)

        return await self._ledger.change(plan, cause)

    async def decide(self, command: DecideApproval, cause: Cause) -> ApprovalView:
        """Raises NotFound, Conflict, and Rejected where the twin can no longer take the change."""

        async def plan() -> Work[ApprovalView]:
            now = self._clock.now()
            view = await self._approvals.waiting(command.approval)
            state = await self._ledger.state(view.twin)
            events = [rejected(view, "rejected", now)]
            if command.approve:
                wish = decide.plan_change(state, self._library[state.type], view.values)
                approved = NewEvent("device.action_approved", {"approval": view.id}, now)
                events = [approved, *decide.desired_set(wish, now, view.id)]
            work: Work[ApprovalView] = Work(lambda _: decided, [Change(state, [*self._woken(state), *events])])
            decided = self._approvals.decide(view, command.approve, now, cause, work)
            return work

        return await self._ledger.change(plan, cause)

    def _holds(self, state: TwinState, wish: Wish) -> bool:
        """Whether all is so already: reported, and not asked otherwise."""
        twin_type = self._library[state.type]
        for name, value in wish.values.items():
            reported, desired = state.reported.get(name), state.desired.get(name)
            if reported is None or not converged(twin_type.properties[name], reported[0], value):
                return False
            if desired is not None and desired.value != value:
                return False
        return True

    def _apply(self, state: TwinState, wish: Wish, verdict: Verdict, cause: Cause) -> Work[ChangeView]:
        events = [*self._woken(state), *decide.desired_set(wish, self._clock.now())]
        work = _answering(state, wish, verdict, "applied")
        work.changes.append(Change(state, events))
        self._supersede(state, wish, cause, work)
        return work

    def _put_before_a_person(
        self, state: TwinState, wish: Wish, verdict: Verdict, cause: Cause, *, elsewhere: bool
    ) -> Work[ChangeView]:
        for view in self._approvals.of_twin(state.id):
            if dict(view.values) == dict(wish.values):  # asked for again: one question is enough
                return _answering(state, wish, verdict, "waiting", view)
        now = self._clock.now()
        approval = self._approvals.new(state.id, wish.values, verdict.consequence, now, cause)
        data: dict[str, Any] = {"approval": approval.id, "values": dict(wish.values), "reason": verdict.consequence}
        data |= {"elsewhere": True} if elsewhere else {}
        work = _answering(state, wish, verdict, "waiting", approval)
        work.changes.append(Change(state, [NewEvent("device.action_requested", data, now)]))
        self._approvals.store(approval, work)
        self._supersede(state, wish, cause, work)
        return work

    def _supersede(self, state: TwinState, wish: Wish, cause: Cause, work: Work[ChangeView]) -> None:
        """A newer wish for a property takes the place of one that still waits."""
        now = self._clock.now()
        for view in self._approvals.of_twin(state.id):
            if not set(view.values).isdisjoint(wish.values):
                self._approvals.decide(view, False, now, cause, work)
                work.changes[0].events.insert(0, rejected(view, "superseded", now))

    def _woken(self, state: TwinState) -> list[NewEvent]:
        return decide.move(state, "active", self._clock.now()) if state.status == "hibernated" else []


def _answering(
    state: TwinState, wish: Wish, verdict: Verdict, status: ChangeStatus, approval: ApprovalView | None = None
) -> Work[ChangeView]:
    def answer(after: Mapping[str, TwinState]) -> ChangeView:
        view = twin_view(after.get(state.id, state))
        return ChangeView(view, status, wish.values, wish.before, verdict, approval)

    return Work(answer)
