"""Which of several things are meant by how they are now: looked up, as no words tell it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.change import plan
from bot.dialogue.clarify import choose
from bot.dialogue.decision import Decision
from bot.dialogue.reference import Target
from bot.replies.grouping import is_so
from bot.turn import Outcome, Turn, say
from twin_core.contract.commands import GetState
from twin_core.contract.errors import Rejected
from twin_core.contract.template import TwinType, Value
from twin_core.contract.views import TwinView

# A door that is not locked is called open, and what runs is on, whatever the thing itself calls it.
_ALSO: Mapping[str, tuple[bool | str, ...]] = {
    "on": (True,),
    "off": (False,),
    "open": ("unlocked",),
    "closed": ("locked",),
    "running": (True,),
    "stopped": (False,),
}


async def narrowed(twins: Sequence[TwinView], turn: Turn) -> list[TwinView] | Outcome:
    """Those that are as was said, or that the wish would change; a question or a remark where that is not one."""
    request = turn.request
    being, one = request.get("being"), bool(request.get("one"))
    if not twins:
        return Outcome((say("I'm not sure what you mean, so I changed nothing. Say its name and what to do with it."),))
    if not (being or one):
        return list(twins)
    kinds = turn.services.registry.types
    values = {t.id: await _now(t, turn) for t in twins}
    if being:
        fits = [t for t in twins if _is(values[t.id], str(being), kinds[t.type])]
        if not fits:
            return Outcome((say(f"None of them is {being}, so there is nothing to do."),), twins=tuple(request.twins))
        unclear = one and len(fits) > 1
    else:
        changing = [t for t in twins if _changes(values[t.id], kinds[t.type], request.slots)]
        fits, unclear = changing or list(twins), len(changing) > 1
    if unclear:
        asked = request.having(offered=tuple(t.id for t in fits), being=None, one=None)
        return choose(Decision("choose", asked, Target(choices=tuple(t.id for t in fits))), turn)
    return fits


async def _now(twin: TwinView, turn: Turn) -> dict[str, Value]:
    """As it was asked to be, else as it reports."""
    state = await turn.query(GetState(twin.id, person=turn.user))
    return {name: value.value for name, value in (*state.reported.items(), *state.desired.items())}


def _is(values: Mapping[str, Value], said: str, kind: TwinType) -> bool:
    return any(is_so(values, word, kind) for word in (said, *_ALSO.get(said, ())))


def _changes(values: Mapping[str, Value], kind: TwinType, slots: Mapping[str, Any]) -> bool:
    try:
        wanted, _ = plan(kind, slots, values)
    except Rejected:
        return False
    return any(values.get(name) != value for name, value in wanted.items())
