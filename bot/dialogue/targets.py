"""Which twins a request is about, and what is to be asked where that is not clear: pure."""

import re
from dataclasses import replace

from bot.dialogue.change import can_do, is_switched
from bot.dialogue.decision import Decision, Need
from bot.dialogue.mentions import Mentioned
from bot.dialogue.metering import metered, without_whole_house
from bot.dialogue.reference import Target, World, changed_lately, resolve
from bot.dialogue.state import DialogueState, Request
from twin_core.contract.template import TwinType
from twin_core.contract.units import Quantity
from twin_core.contract.views import TwinView

_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)
_FEW = 4  # so many may be offered though none of them was named
_TOLD_APART_BY_ABILITY = frozenset({"control_device", "ask_scenario", "ask_status", "ask_history"})


def with_target(request: Request, m: Mentioned, state: DialogueState, world: World, need: Need) -> Decision:
    """The request with its twins; else the question to be asked."""
    if need.optional and _is_no_twin(m, state):
        return Decision("do", request)
    if request.intent == "edit_twin" and m.pronoun and state.twins and not (m.slots.get("twins") or m.choices):
        return Decision("do", request.having(twins=state.twins[:1]))  # "move it to the attic": the place is its content
    if not m.pronoun and (meter := metered(request.intent, m, world)):
        return Decision("do", request.having(twins=meter[:1], property=meter[1], place=None))
    m = without_whole_house(m, world)
    target = resolve(m, state, world, act=need.act, pool=need.pool)
    if request.intent in _TOLD_APART_BY_ABILITY:
        target = _able(target, request, m, world)
    if m.pronoun and (able := _of_the_same_room(request, m, target, world)):
        target = able
    if len(target.found) < 2 and (two := _both(request, m, state, world)):
        target = Target(found=two)
    if target.found:
        return Decision("do", request.having(twins=target.found), target)
    if need.optional:
        return Decision("do", request, target)
    return _asked(request, m, state, world, target)


def _asked(request: Request, m: Mentioned, state: DialogueState, world: World, target: Target) -> Decision:
    """What no name told: it goes on with what is in focus, or it is asked which is meant."""
    if target.unknown:
        return Decision("unknown", request, target)
    if target.choices and (told := _told_apart_by_state(request, m, target, state)):
        return told
    if target.choices:
        return Decision("choose", request.having(offered=target.choices), target)
    bare = not m.slots.get("types") and not m.slots.get("place")
    if request.get("being") and bare:
        # Whatever is so: of what was told, else of all that can do this; the skill looks it up.
        ids = (
            state.twins
            if len(state.twins) > 1
            else _all_able(request, replace(m, pronoun=False), world, len(world.select()))
        )
        return Decision("do", request.having(twins=ids)) if ids else Decision("which", request, target)
    acts = request.intent == "control_device"
    if bare and _goes_on(m, state) and (not acts or _fitting(state.twins, request, world)):
        return Decision("do", request.having(twins=state.twins), target)
    if bare and acts and (able := _all_able(request, m, world)):
        return Decision("choose", request, Target(choices=able))
    return Decision("which", request, target)


def _told_apart_by_state(request: Request, m: Mentioned, target: Target, state: DialogueState) -> Decision | None:
    """ "The one that's open", and "lock it then" of two that were told: whichever is so, which the skill looks up."""
    if request.intent != "control_device":
        return None
    told = m.pronoun and not m.plural and set(target.choices) <= set(state.twins)
    if not (request.get("being") or told):
        return None
    one = {} if request.get("being") else {"one": True}
    return Decision("do", request.having(twins=target.choices, offered=target.choices, **one), target)


def _is_no_twin(m: Mentioned, state: DialogueState) -> bool:
    """Whether "it" is a concern, a task, an event or a reminder: then no twin is meant."""
    named = m.choices or m.unknown or m.ordinal is not None or any(m.slots.get(s) for s in ("twins", "types", "place"))
    return not named and state.subject is not None and state.subject.kind != "twin"


def _able(target: Target, request: Request, m: Mentioned, world: World) -> Target:
    """Of several that fit, those that can do or know what is asked: a door is unlocked at its lock, and
    "everything off" is not said to what cannot be off.
    """
    if (m.all or m.plural) and len(target.found) > 1 and not m.slots.get("twins"):
        fitting = _fitting(target.found, request, world)
        return replace(target, found=_switched(fitting, request, world) or fitting or target.found)
    able = _fitting(target.choices, request, world)
    if m.other:  # the other one that can do this
        return Target(found=able) if len(able) == 1 else Target(choices=able)
    if len(target.choices) < 2:
        return target
    if len(rooms := _in_degrees(able, request, m, world)) == 1:
        able = rooms
    return Target(found=able) if len(able) == 1 else replace(target, choices=able or target.choices)


def _of_the_same_room(request: Request, m: Mentioned, target: Target, world: World) -> Target | None:
    """ "Make it a degree cooler", after the lamp of a room: the one thing there that can be cooler."""
    named = any(m.slots.get(k) for k in ("twins", "types", "place")) or m.choices
    if named or request.intent != "control_device" or not target.found or _fitting(target.found, request, world):
        return None
    places = {t.place for i in target.found if (t := world.twin(i)) and t.place}
    near = [t.id for place in sorted(places) for t in world.select(place=place)]
    able = _fitting(tuple(near), request, world)
    return Target(found=able) if len(able) == 1 else None


def _both(request: Request, m: Mentioned, state: DialogueState, world: World) -> tuple[str, ...]:
    """ "Turn them both off": the two that were changed last and can be turned off, where one in focus cannot."""
    kinds = tuple(t for t in m.slots.get("types", ()) if t != "place")  # "in both rooms"
    named = any(m.slots.get(k) for k in ("twins", "place")) or kinds or m.choices
    if named or request.intent != "control_device" or not _BOTH.search(str(m.slots.get("text", ""))):
        return ()
    able = _fitting(changed_lately(state), request, world)
    two = _switched(able, request, world)[:2]
    return two if len(two) == 2 else ()


def _all_able(request: Request, m: Mentioned, world: World, most: int = _FEW) -> tuple[str, ...]:
    """ "Unlock the doors": the few things that can be unlocked at all, where what was named is none of them."""
    if (unread(m) and not request.get("being")) or m.pronoun or not (request.get("action") or request.get("value")):
        return ()
    types = [name for name, kind in world.types.items() if can_do(kind, request.slots)]
    able = world.select(types=types) if types else []
    return tuple(t.id for t in able) if 0 < len(able) <= most else ()


def _in_degrees(ids: tuple[str, ...], request: Request, m: Mentioned, world: World) -> tuple[str, ...]:
    """ "Set the bedroom to 19": what a room itself is set to is its temperature, if it can have that."""
    said = request.get("value")
    number = said.value if isinstance(said, Quantity) else said
    if not m.slots.get("place") or isinstance(number, bool) or not isinstance(number, int | float):
        return ()
    if any(m.slots.get(k) for k in ("types", "property", "unit", "action")):
        return ()
    return tuple(i for i in ids if (t := world.twin(i)) and _holds(world.types[t.type], float(number)))


def _holds(kind: TwinType, degrees: float) -> bool:
    """Whether a thing of this type can be set to so many degrees."""
    specs = (s for s in kind.properties.values() if s.writable and s.unit == "°C")
    return any(
        (s.minimum is None or s.minimum <= degrees) and (s.maximum is None or degrees <= s.maximum) for s in specs
    )


def _fitting(ids: tuple[str, ...], request: Request, world: World) -> tuple[str, ...]:
    return tuple(i for i in ids if (t := world.twin(i)) and _fits(t, request, world))


def _switched(ids: tuple[str, ...], request: Request, world: World) -> tuple[str, ...]:
    """Of "everything off" those that can be off: no blind is meant."""
    if not isinstance(request.get("value"), bool) or request.get("types"):
        return ids
    return tuple(i for i in ids if (t := world.twin(i)) and is_switched(world.types[t.type]))


def _fits(twin: TwinView, request: Request, world: World) -> bool:
    if request.intent in ("ask_status", "ask_history"):
        asked = request.get("property")
        return not asked or world.spec(twin, str(asked)) is not None
    return can_do(world.types[twin.type], request.slots)


def _goes_on(m: Mentioned, state: DialogueState) -> bool:
    """Whether a request without any object speaks of what is in focus: only if nothing else is named."""
    return bool(state.twins) and not unread(m)


_FUNCTION_WORDS = frozenset(
    """a an and again as at back be bit brighter by can closed close cooler could darker degree degrees dim do down
    for from further get give going half how i in increase instead is it just keep less level little lower make me more
    much my no now of off ok okay on open or other percent please put raise set should show so some switch tell than
    that the then there to too turn up want warmer was what when will with would you hotter colder fully full
    currently right doing today history status state value actually also about same bright dark warm cool louder quick
    quickly still kindly thanks hey pollux hi well maybe perhaps first finally after afterwards next
    compared compare comparison hmm hm um oh ah uh er alright only enough fine plenty anyway""".split()
)


def unread(m: Mentioned) -> list[str]:
    """The content words of a text that no entity covers: they may name something we do not know."""
    text = str(m.slots.get("text", "")).lower()
    for entity in m.entities:
        text = text.replace(entity.text.lower(), " ")
    words = "".join(c if c.isalnum() or c in "'-" else " " for c in text).split()
    return [w for w in words if w not in _FUNCTION_WORDS and not w.isdigit()]
