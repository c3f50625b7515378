"""How things are and were: status and history."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.charts.pictures import image_of
from bot.charts.series import series
from bot.charts.words import numbers, summary
from bot.dialogue.moments import stretch
from bot.dialogue.registry import named_property
from bot.dialogue.state import Listing
from bot.replies.grouping import in_state, is_so
from bot.replies.phrases import capital, listed, reported_text, span_text, value_text, when_text
from bot.skills._periods import COUNTERS, compare_periods, compared_property, two_periods
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import GetHistory, GetState
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.template import PropertySpec, TwinType
from twin_core.contract.views import HistoryView, PropertyValue, StateView, TwinView

EXAMPLE: Mapping[str, Any] = {}
FACTS = 4  # how many values answer "how is it?"


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"ask_status": ask_status, "ask_history": ask_history}


async def ask_status(turn: Turn) -> Outcome:
    """The value that was asked for, with its unit and age; else the main values of the twin.

    Of several twins that could answer, those answer that have something to say.
    """
    twins = [t for i in turn.request.twins if (t := turn.services.registry.twin(i))]
    wanted = turn.request.get("property")
    states = [await turn.query(GetState(t.id, person=turn.user)) for t in twins]
    if len(states) > 1:
        states = [s for s in states if _knows(s, wanted, turn)] or states
    of_state = len(states) > 1 or not _measures(twins, wanted, turn)
    if of_state and (answer := in_state(states, turn.request, turn.services.registry.types)):
        text, order = answer
        place = turn.request.get("place")
        return Outcome((say(text),), twins=order, place=place, listing=Listing("twin", order))
    texts = [_status(s, wanted, turn) for s in states]
    place = turn.request.get("place") or (twins[0].place if twins else None)
    focus = tuple(s.twin.id for s in states)
    shown = Listing("twin", focus) if len(focus) > 1 else None
    return Outcome((say("\n".join(texts), speech=texts[0]),), twins=focus, place=place, property=wanted, listing=shown)


def _measures(twins: Sequence[TwinView], wanted: str | None, turn: Turn) -> bool:
    """Whether one of them has what was asked about: of "are the doors locked?" a lock has no doors."""
    kinds = (turn.services.registry.types[twin.type] for twin in twins)
    return wanted is None or any(named_property(kind, wanted) for kind in kinds)


async def ask_history(turn: Turn) -> Outcome:
    """How a value went over a time: lowest, highest, mean and last."""
    twin = _telling(turn)
    if periods := two_periods(turn):
        return await compare_periods(twin, compared_property(twin, turn), periods, turn)
    kind = turn.services.registry.types[twin.type]
    said = turn.request.get("property") or _of_state(kind, turn.request.get("value")) or kind.main_property
    spec = named_property(kind, str(said))
    if spec is None:
        raise NotFound(f"{capital(twin.name)} has no values over time that I could show.")
    span, zone = _span(turn), turn.services.zone
    if spec.kind != "number":
        changes = await turn.query(GetHistory(twin.id, spec.name, *span, person=turn.user))
        reply = say(_changes_text(twin, spec, changes, turn))
    elif numbers(history := await series(turn.services.core, twin.id, spec.name, span, turn.user)):
        image = image_of(twin, spec, history, span, turn.now, zone)
        counted = spec.name in COUNTERS and len(history.samples) > 1
        text = _used_text(twin, spec, history, turn) if counted else summary(twin, spec, history, turn.now, zone)
        reply = say(text, image=image)
    else:
        state = await turn.query(GetState(twin.id, person=turn.user))
        now = f" Now: {_status(state, spec.name, turn)}" if spec.name in state.reported else ""
        reply = say(_none_text(twin, spec) + now)
    return Outcome((reply,), twins=(twin.id,), property=spec.name)


def _of_state(kind: TwinType, said: object) -> str | None:
    """The property that "has it been opened?" asks about."""
    if not isinstance(said, str):
        return None
    both = ((n, s.true_word.lower(), s.false_word.lower()) for n, s in kind.properties.items() if s.kind == "boolean")
    return next((name for name, *words in both if said.lower() in words), None)


def _telling(turn: Turn) -> TwinView:
    """Of several that may be meant, one that measures: "how was the bedroom yesterday?" is no question of its blind."""
    registry = turn.services.registry
    twins = [t for i in turn.request.twins if (t := registry.twin(i))]
    mains = {t.id: registry.types[t.type].property(registry.types[t.type].main_property or "") for t in twins}
    measuring = [t for t in twins if (s := mains[t.id]) and s.kind == "number" and not s.writable]
    return measuring[0] if measuring else turn.twin()


def _status(state: StateView, wanted: str | None, turn: Turn) -> str:
    twin = state.twin
    kind = turn.services.registry.types[twin.type]
    if wanted and (spec := named_property(kind, wanted)):
        if spec.private and spec.name not in state.reported:
            return f"How {twin.name} is, I tell {twin.name} alone, and only what was told to me."
        if spec.name not in state.reported:
            return f"{capital(twin.name)} has not reported its {spec.label} yet." + _wish(state, spec)
        return _value_line(twin, spec, state.reported[spec.name], state, turn)
    if wanted and turn.request.get("property"):
        known = listed([s.label for s in kind.properties.values() if s.name in state.reported]) or "nothing yet"
        return f"{capital(twin.name)} does not measure {str(wanted).replace('_', ' ')}; it reports {known}."
    return _overview(state, kind, turn)


def _overview(state: StateView, kind: TwinType, turn: Turn) -> str:
    asked = _asked_state(state, kind, turn.request.get("value"))
    names = [n for n in (asked, kind.main_property, *kind.properties) if n and n in state.reported]
    names = list(dict.fromkeys(names))
    if not names:
        wishes = [_wish(state, s).strip() for s in kind.properties.values() if s.name in state.desired]
        return " ".join([f"{capital(state.twin.name)} has not reported anything yet.", *wishes])
    values = []
    for name in names[:FACTS]:
        spec = kind.properties[name]
        value = value_text(spec, state.reported[name].value)
        values.append(value if spec.kind == "boolean" and name == "on" else f"{spec.label} {value}")
    more = f" (and {len(names) - FACTS} more values)" if len(names) > FACTS else ""
    age = span_text(turn.now - state.reported[names[0]].at)
    fresh = "just now" if turn.now - state.reported[names[0]].at < timedelta(minutes=1) else f"{age} ago"
    stale = "" if state.fresh else " That is older than usual."
    off = " It says that it is not reachable." if state.available is False else ""
    return f"{capital(state.twin.name)}: {', '.join(values)}{more}, {fresh}.{stale}{off}"


def _asked_state(state: StateView, kind: TwinType, said: object) -> str | None:
    """The property that tells of "is it running?", which is answered first."""
    if not isinstance(said, bool | str):
        return None
    told = {n: v.value for n, v in state.reported.items()}
    return next((n for n, v in told.items() if is_so({n: v}, said, kind) is not None), None)


def _value_line(twin: TwinView, spec: PropertySpec, value: PropertyValue, state: StateView, turn: Turn) -> str:
    said = reported_text(spec, value, turn.now)
    stale = "" if state.fresh else " That is older than usual."
    if spec.kind == "boolean":
        return f"{capital(twin.name)} is {said}.{_wish(state, spec)}{stale}"
    return f"{capital(twin.name)}: {spec.label} {said}.{_wish(state, spec)}{stale}"


def _wish(state: StateView, spec: PropertySpec) -> str:
    """What was asked of the device and is not so yet."""
    wish, now = state.desired.get(spec.name), state.reported.get(spec.name)
    if wish is None or (now is not None and now.value == wish.value):
        return ""
    return f" It was asked to be {value_text(spec, wish.value)}."


def _knows(state: StateView, wanted: str | None, turn: Turn) -> bool:
    """Whether a twin has reported the value that is asked for, or anything where none was named."""
    if wanted is None:
        return bool(state.reported)
    spec = named_property(turn.services.registry.types[state.twin.type], wanted)
    return spec is not None and spec.name in state.reported


def _span(turn: Turn) -> tuple[datetime, datetime]:
    """The time that was asked about; the last day where none was named."""
    start, end = stretch(turn.request.get("time"), turn.now) or (turn.now - timedelta(days=1), turn.now)
    if start >= turn.now:
        raise Rejected("That time is still to come.", code="future", hint="Ask about a time in the past.")
    return start, min(max(end, start + timedelta(seconds=1)), turn.now)


def _used_text(twin: TwinView, spec: PropertySpec, history: HistoryView, turn: Turn) -> str:
    """What a counter has counted in the time; one that was exchanged begins anew."""
    first, last = history.samples[0], history.samples[-1]
    start = first.minimum if first.minimum is not None else float(first.last)
    counted = [start, *(float(sample.last) for sample in history.samples)]
    zone, now = turn.services.zone, turn.now
    used = value_text(spec, sum(max(0.0, later - earlier) for earlier, later in pairwise(counted)))
    span = f"from {when_text(first.at, now, zone)} to {when_text(last.at, now, zone)}"
    return f"{capital(twin.name)}: {used} used {span.replace(' at ', ' ')}; it reads {value_text(spec, last.last)}."


def _changes_text(twin: TwinView, spec: PropertySpec, history: HistoryView, turn: Turn) -> str:
    changes = [s for i, s in enumerate(history.samples) if i == 0 or s.last != history.samples[i - 1].last]
    if not changes:
        return _none_text(twin, spec)
    zone, now = turn.services.zone, turn.now
    parts = [f"{value_text(spec, s.last)} {when_text(s.at, now, zone)}" for s in reversed(changes)]
    return f"{capital(twin.name)}, newest first: {listed(parts)}."


def _none_text(twin: TwinView, spec: PropertySpec) -> str:
    what = "" if spec.name in COUNTERS else f" of {spec.label}"
    return f"I have no readings{what} from {twin.name} in that time."
