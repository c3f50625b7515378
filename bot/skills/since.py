"""For how long something has been so: running, on, open."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.dialogue.registry import named_property
from bot.dialogue.state import Listing
from bot.replies.grouping import is_so
from bot.replies.phrases import capital, span_text, value_text, when_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import GetHistory, GetState
from twin_core.contract.template import PropertySpec, TwinType, Value
from twin_core.contract.views import Sample, StateView

EXAMPLE: Mapping[str, Any] = {}
_BACK = timedelta(days=90)
_USUAL = ("on", "locked", "door_open", "contact")  # what "since when?" asks of, where no state was named
_RUNNING = {"running": True, "stopped": False, "on": True, "off": False}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"ask_since": ask_since}


async def ask_since(turn: Turn) -> Outcome:
    """Since when each thing has been how it is, and what its counter of hours says."""
    twins = [t for i in turn.request.twins if (t := turn.services.registry.twin(i))]
    lines = [await _line(await turn.query(GetState(t.id, person=turn.user)), turn) for t in twins]
    ids = tuple(t.id for t in twins)
    shown = Listing("twin", ids) if len(ids) > 1 else None
    return Outcome((say("\n".join(lines), speech=lines[0]),), twins=ids, place=twins[0].place, listing=shown)


async def _line(state: StateView, turn: Turn) -> str:
    kind = turn.services.registry.types[state.twin.type]
    spec = _state_asked(state, kind, turn)
    name = capital(state.twin.name)
    if spec is None:
        return f"{name} tells me no state that it could be in for a while."
    now = state.reported[spec.name].value
    past = await turn.query(GetHistory(state.twin.id, spec.name, turn.now - _BACK, turn.now, person=turn.user))
    first, changed = _begun(past.samples, now)
    at = first.at if first else state.reported[spec.name].at
    since = when_text(at, turn.now, turn.services.zone).removeprefix("at ")
    length = f" ({span_text(turn.now - at)})" if turn.now - at >= timedelta(minutes=1) else ""
    known = "" if changed else ", for as long as I know it"
    return f"{name} has been {value_text(spec, now)} since {since}{length}{known}.{_counted(state, kind)}"


def _state_asked(state: StateView, kind: TwinType, turn: Turn) -> PropertySpec | None:
    """The property that holds the state that was named; else the one that is usually meant."""
    said = turn.request.get("value")
    said = _RUNNING.get(said, said) if isinstance(said, str) else said
    told = [s for s in kind.properties.values() if s.name in state.reported and s.kind != "number"]
    asked = turn.request.get("property")
    named = named_property(kind, str(asked)) if asked else None
    if named is not None and named in told:
        return named
    if isinstance(said, bool | str):
        for spec in told:
            values: dict[str, Value] = {spec.name: state.reported[spec.name].value}
            if is_so(values, said, kind) is not None:
                return spec
    usual = [s for name in _USUAL for s in told if s.name == name]
    return next(iter(usual or told), None)


def _begun(samples: Sequence[Sample], now: Value) -> tuple[Sample | None, bool]:
    """The first of the samples that are as it is now without a break, and whether it was otherwise before."""
    first: Sample | None = None
    for sample in reversed(samples):
        if sample.last != now:
            return first, True
        first = sample
    return first, False


def _counted(state: StateView, kind: TwinType) -> str:
    spec, hours = kind.property("runtime"), state.reported.get("runtime")
    return f" It has run for {value_text(spec, hours.value)} in all." if spec and hours else ""
