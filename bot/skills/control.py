"""Changing devices: control, what-if, and the approvals in between."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.dialogue.buttons import APPROVE, NO, REJECT, UNDO, YES
from bot.dialogue.change import plan
from bot.dialogue.spoken import needs_known_person
from bot.dialogue.state import Effect, Pending, Request, Reversal
from bot.planning.asking import passed
from bot.planning.times import Open
from bot.planning.wishing import When, for_how_long, wanted_when, wish_for_later, with_end
from bot.ports import Reply
from bot.replies.phrases import capital, listed, value_text
from bot.skills._narrowing import narrowed
from bot.turn import Outcome, Reverse, Skill, Turn, say
from twin_core.contract.commands import DecideApproval, GetState, ListApprovals, SetDesired
from twin_core.contract.errors import NotFound, PolluxError
from twin_core.contract.template import Value
from twin_core.contract.views import ApprovalView, ChangeView, StateView, TwinView, Verdict

EXAMPLE: Mapping[str, Any] = {}
MANY = 4
_WISHED = ("value", "unit", "action", "property", "types")  # what a correction of an approved wish goes on from


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {
        "control_device": control_device,
        "ask_scenario": ask_scenario,
        "approve_action": approve_action,
        "reject_action": reject_action,
        "list_approvals": list_approvals,
    }


async def control_device(turn: Turn) -> Outcome:
    """Does what was asked to every twin that is meant, and says what came of each."""
    twins = await narrowed([t for i in turn.request.twins if (t := turn.services.registry.twin(i))], turn)
    if isinstance(twins, Outcome):
        return twins
    turn = _of(twins, turn)
    outcome = await _controlled(twins, turn)
    return replace(outcome, changes={"last": turn.request, **outcome.changes})


async def _controlled(twins: list[TwinView], turn: Turn) -> Outcome:
    when = wanted_when(turn)
    if isinstance(when, Open):
        return passed(when, turn)
    if _is_sweeping(twins, turn):
        return _asks_for_all(twins, turn)
    if when.at:
        return await _later(twins, turn, when)
    changes: list[ChangeView] = []
    replies: list[Reply] = []
    for twin in twins:
        try:
            change = await _change(twin, turn)
            changes.append(change)
        except PolluxError as error:
            if len(twins) == 1:
                raise
            replies.append(say(f"{capital(twin.name)}: {error}"))
    return await with_end(turn, _outcome(changes, replies, turn), when, changes)


def _of(twins: list[TwinView], turn: Turn) -> Turn:
    """The turn with these for the things that are meant: what is done again is done to them."""
    request = turn.request
    if not (request.get("being") or request.get("one")):
        return turn
    return replace(turn, request=request.having(twins=tuple(t.id for t in twins), being=None, one=None))


async def _later(twins: list[TwinView], turn: Turn, when: When) -> Outcome:
    """Rehearsed now, so that what cannot be done is said now; a step ("warmer") is one from how it is now."""
    changes = [await _change(twin, turn, dry_run=True) for twin in twins]
    return await wish_for_later(turn, when, changes, listed([_said(c.twin, c.values, turn) for c in changes]))


def _is_sweeping(twins: list[TwinView], turn: Turn) -> bool:
    """Whether "everything" means so much, without a kind or a place, that it is named before it is done."""
    request = turn.request
    named = request.get("types") or request.get("place") or request.get("confirmed")
    return bool(request.get("all")) and not named and len(twins) > MANY


def _asks_for_all(twins: list[TwinView], turn: Turn) -> Outcome:
    question = f"All {len(twins)} of them?"
    again = f"“{turn.request.get('text') or 'Everything'}” for all {len(twins)}: {listed([t.name for t in twins])}?"
    text = f"That means {len(twins)} things: {', '.join(t.name for t in twins[:12])}"
    text += f" and {len(twins) - 12} more. " if len(twins) > 12 else ". "
    pending = Pending(turn.cause.trace, "confirm", turn.request, again)
    return Outcome((say(f"{text}What is risky among it I ask about one by one. {question}", YES, NO),), pending=pending)


async def ask_scenario(turn: Turn) -> Outcome:
    """Rehearses a change on each twin that is meant and says what it would mean; a yes then does it."""
    twins = [t for i in turn.request.twins if (t := turn.services.registry.twin(i))] or [turn.twin()]
    supposed = [await _supposed(twin, turn) for twin in twins]
    texts = [text for text, _ in supposed]
    changing = [change for _, change in supposed if change.status != "unchanged"]
    focus = tuple(change.twin.id for _, change in supposed)
    if not changing:
        return Outcome((say(" ".join(texts)),), twins=focus)
    ids = tuple(change.twin.id for change in changing)
    request = Request("control_device", {**turn.request.slots, "twins": ids, "rehearsed": True})
    what = listed([_said(change.twin, change.values, turn) for change in changing])
    pending = Pending(turn.cause.trace, "confirm", request, f"Shall I set {what}{for_how_long(turn)}?")
    return Outcome((say(f"{' '.join(texts)} Shall I do it?", YES, NO),), twins=focus, pending=pending)


async def _supposed(twin: TwinView, turn: Turn) -> tuple[str, ChangeView]:
    """What a change would mean for one twin."""
    state = await turn.query(GetState(twin.id))
    values, unit = plan(turn.services.registry.types[twin.type], turn.request.slots, _current(state))
    units = _units(values, unit)
    change = await turn.execute(SetDesired(twin.id, values, units, dry_run=True))
    would = f"If I set {_said(twin, change.values, turn)}{for_how_long(turn)}"
    if change.status == "unchanged":
        return f"{would}, nothing would change: it is so already.", change
    reasons = " ".join(capital(r.rstrip(".")) + "." for r in change.verdict.reasons)
    safe = "That is safe." if change.verdict.safe else "I advise against it."
    approval = " It would need your approval." if change.verdict.approval_needed else ""
    return f"{would}: {_now_text(twin, change, state, turn)}. {safe} {reasons}{approval}".replace(
        "  ", " "
    ).strip(), change


async def approve_action(turn: Turn) -> Outcome:
    """Approves the change that waits: the one that was asked about, else the only one."""
    return await _decide(turn, approve=True)


async def reject_action(turn: Turn) -> Outcome:
    """Rejects the change that waits."""
    return await _decide(turn, approve=False)


async def list_approvals(turn: Turn) -> Outcome:
    """What waits for a person."""
    waiting = await turn.query(ListApprovals())
    if not waiting:
        return Outcome((say("Nothing waits for your approval."),))
    lines = [f"{_said_of(a, turn)}: {a.reason}" for a in waiting]
    return Outcome((say("Waiting for you: " + listed(lines) + "."),))


async def _desired(reversal: Reversal, turn: Turn) -> ChangeView | None:
    values = {p: v for p, v in reversal.values.items() if v is not None}
    return await turn.execute(SetDesired(reversal.subject, values)) if values else None


REVERSALS: Mapping[str, Reverse] = {"desired": _desired}


async def _change(twin: TwinView, turn: Turn, *, dry_run: bool = False) -> ChangeView:
    state = await turn.query(GetState(twin.id))
    kind = turn.services.registry.types[twin.type]
    values, unit = plan(kind, turn.request.slots, _current(state))
    units = _units(values, unit)
    # Whoever speaks among others is nobody known: their call wakes nobody up.
    alone = turn.spoken and not turn.shared
    elsewhere = alone and needs_known_person(turn.request.having(twins=(twin.id,)), turn.services.registry)
    return await turn.execute(SetDesired(twin.id, values, units, dry_run=dry_run, elsewhere=elsewhere))


def _outcome(changes: list[ChangeView], replies: list[Reply], turn: Turn) -> Outcome:
    focus = tuple(c.twin.id for c in changes) or turn.request.twins
    done = [c for c in changes if c.status == "applied"]
    waiting = [(c, c.approval) for c in changes if c.status == "waiting" and c.approval]
    alike = [c for c in changes if c.status == "unchanged"]
    replies.extend(say(f"{capital(text)} already.") for text in _alike_texts(alike, turn))
    effect = None
    if done:
        title = listed([_said(c.twin, c.values, turn) for c in done])
        effect = Effect(turn.request, title, tuple(Reversal("desired", c.twin.id, c.before) for c in done))
        replies.insert(0, say(f"{capital(title)}.", UNDO))
    pendings = [
        replace(_approval_question(c, approval, turn), words=_approval_text(c, turn) if i else "")
        for i, (c, approval) in enumerate(waiting)
    ]
    replies.extend(say(_approval_text(c, turn), APPROVE, REJECT) for c, _ in waiting[:1])
    return Outcome(
        tuple(replies),
        twins=focus,
        place=changes[0].twin.place if changes else None,
        pending=pendings[0] if pendings else None,
        effect=effect,
        then=tuple(pendings[1:]),
    )


def _approval_question(change: ChangeView, approval: ApprovalView, turn: Turn) -> Pending:
    request = turn.request.having(twins=(change.twin.id,))
    question = f"{_said(change.twin, change.values, turn)}{for_how_long(turn)}, shall I?"
    return Pending(approval.id, "approval", request, question, approval=approval.id)


def _approval_text(change: ChangeView, turn: Turn) -> str:
    what = f"{_said(change.twin, change.values, turn)}{for_how_long(turn)}"
    consequence = change.verdict.consequence.rstrip(".")
    because = f" {capital(consequence)}." if consequence else ""
    others = [r for r in change.verdict.reasons if r.rstrip(".") != consequence]
    reasons = " ".join(capital(r.rstrip(".")) + "." for r in others)
    text = f"This needs your approval: {what}.{because} {reasons} It can be undone afterwards. Shall I?"
    return " ".join(text.split())


async def _decide(turn: Turn, *, approve: bool) -> Outcome:
    approval = turn.request.get("approval") or await _waiting(turn)
    if approval is None:
        return Outcome((say("Nothing waits for your approval."),))
    view = await turn.execute(DecideApproval(str(approval), approve=approve))
    what = _said_of(view, turn)
    if not approve:
        twin = turn.services.registry.twin(view.twin)
        name = twin.name if twin else view.twin
        return Outcome((say(f"Rejected: {name} stays as it is."),), twins=(view.twin,))
    state = await turn.query(GetState(view.twin))
    reported = {p: state.reported[p].value for p in view.values if p in state.reported}
    wish = Request("control_device", {"twins": (view.twin,), "value": next(iter(view.values.values()))})
    wish = wish.having(**{k: v for k, v in turn.request.slots.items() if k in _WISHED})
    effect = Effect(wish, what, (Reversal("desired", view.twin, reported),))
    outcome = Outcome((say(f"{capital(what)}.", UNDO),), twins=(view.twin,), effect=effect, changes={"last": wish})
    twin = turn.services.registry.twin(view.twin)
    if twin is None or not (turn.request.get("duration") or turn.request.get("times")):
        return outcome
    when = wanted_when(turn)  # "for 20 minutes" counts from the yes
    if isinstance(when, Open) or when.at:
        return outcome
    change = ChangeView(twin, "applied", view.values, reported, Verdict(True, (), approval_needed=False))
    return await with_end(replace(turn, request=wish), outcome, when, [change])


async def _waiting(turn: Turn) -> str | None:
    waiting = await turn.query(ListApprovals())
    named = [a for a in waiting if a.twin in turn.request.twins]
    if len(chosen := named or list(waiting)) > 1:
        names = [_said_of(a, turn) for a in chosen]
        raise NotFound(f"Several changes wait: {listed(names)}.", code="which", hint="Name the one you mean.")
    return chosen[0].id if chosen else None


def _units(values: Mapping[str, Value], unit: str | None) -> dict[str, str]:
    """The unit that was said, of each number."""
    return {name: unit for name, value in values.items() if unit and not isinstance(value, (bool, str))}


def _current(state: StateView) -> dict[str, Value]:
    reported = {p: v.value for p, v in state.reported.items()}
    return {**reported, **{p: v.value for p, v in state.desired.items()}}


def _said(twin: TwinView, values: Mapping[str, Value], turn: Turn) -> str:
    """`kitchen lamp off`, `hall thermostat to 21 °C`."""
    parts = []
    for name, value in values.items():
        spec = turn.services.registry.spec(twin, name)
        text = value_text(spec, value)
        parts.append(text if isinstance(value, (bool, str)) else f"to {text}")
    return f"{twin.name} {listed(parts)}"


def _alike_texts(alike: Sequence[ChangeView], turn: Turn) -> list[str]:
    """Those that are so already, each state once: `floor lamp and porch lamp are off`."""
    states: dict[str, list[str]] = {}
    for change in alike:
        name = change.twin.name
        states.setdefault(_state_text(change.twin, change.values, turn).removeprefix(f"{name} is "), []).append(name)
    return [f"{listed(names)} {'is' if len(names) == 1 else 'are'} {state}" for state, names in states.items()]


def _state_text(twin: TwinView, values: Mapping[str, Value], turn: Turn) -> str:
    """`kitchen lamp is off`, `bedroom blind is at 0 %`."""
    texts = {n: value_text(turn.services.registry.spec(twin, n), v) for n, v in values.items()}
    parts = [text if isinstance(values[n], (bool, str)) else f"at {text}" for n, text in texts.items()]
    return f"{twin.name} is {listed(parts)}"


def _said_of(approval: ApprovalView, turn: Turn) -> str:
    twin = turn.services.registry.twin(approval.twin)
    return _said(twin, approval.values, turn) if twin else approval.twin


def _now_text(twin: TwinView, change: ChangeView, state: StateView, turn: Turn) -> str:
    parts = []
    for name in change.values:
        spec = turn.services.registry.spec(twin, name)
        before = change.before.get(name)
        label = spec.label if spec else name
        after = value_text(spec, change.values[name])
        if before is None:
            parts.append(f"{label} would become {after}")
        else:
            parts.append(f"{label} would go from {value_text(spec, before)} to {after}")
    return listed(parts)
