"""Which twins a request means: by name, by kind and place, or by what was spoken of. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.dialogue.change import knows_state
from bot.dialogue.mentions import Mentioned
from bot.dialogue.state import DialogueState
from twin_core.contract.template import PropertySpec, TwinType
from twin_core.contract.views import TwinView

_RECENT = 6  # effects
_FEW = 4  # so many answer a question without being asked for one by one
_OF_A_ROOM = 8  # … all of which are asked about where the room is
_EACH = re.compile(
    r"\b(?:which|any|anything|all|everything|something|how many|each|every)\b"
    r"|^\W*(?:and )?are (?:the|my|our)\b|^\W*(?:and )?what(?: else)?(?:'s| is| are)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:all|every|each|everything|anything)\b", re.IGNORECASE)
_ELSE = re.compile(r"\b(?:else|others?)\b", re.IGNORECASE)


class World(Protocol):
    """What the policy may look at besides the conversation; `Registry` is one."""

    @property
    def types(self) -> Mapping[str, TwinType]: ...

    def twin(self, twin_id: str) -> TwinView | None: ...

    def spec(self, twin: TwinView, property: str) -> PropertySpec | None: ...

    def select(
        self, *, types: Sequence[str] = (), place: str | None = None, property: str | None = None
    ) -> list[TwinView]: ...

    def with_status(self, status: str) -> list[TwinView]: ...

    def containing(self, words: Iterable[str]) -> list[TwinView]: ...

    def nearest(self, said: str, types: Sequence[str] = (), limit: int = 3) -> list[TwinView]: ...

    def places(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Target:
    """The twins that a request means: `found`, or several that fit alike, or a name nobody knows."""

    found: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    unknown: str = ""
    nearest: tuple[str, ...] = ()
    lacking: str | None = None  # the place is known, but nothing there has this property


def resolve(m: Mentioned, state: DialogueState, world: World, *, act: bool, pool: str = "active") -> Target:
    """Finds what is meant. `act`: something will be changed, so several that fit are never all meant
    unless "all" was said. `pool` is the status of the twins that can be meant.
    """
    slots = m.slots
    named = slots.get("twins", ())
    if named and (pool == "active" or any((t := world.twin(i)) and t.status == pool for i in named)):
        return Target(found=tuple(named))
    if m.choices and _is_the_one_in_focus(m, state):
        return Target(found=state.twins)
    if m.choices:
        known = [t for i in m.choices if (t := world.twin(i))]
        return _narrow(sorted(known, key=lambda t: t.name.lower()), m, act=act)
    if m.unknown:
        near = world.nearest(m.unknown, slots.get("types", ())) or world.nearest(m.unknown)
        return Target(unknown=m.unknown, nearest=tuple(t.id for t in near))
    if m.other and state.twins:
        return Target(choices=_others(state, world))
    if picked := listed_twins(m, state):
        return Target(found=picked)
    return _without_name(m, state, world, act=act, pool=pool)


def _is_the_one_in_focus(m: Mentioned, state: DialogueState) -> bool:
    """ "The pump", after one pump was spoken of: a kind and nothing else is said."""
    if len(state.twins) != 1 or state.twins[0] not in m.choices or m.all or m.slots.get("place"):
        return False
    kinds = {e.text.lower() for e in m.entities if e.kind == "twin_type"}
    named = {e.text.lower() for e in m.entities if e.kind == "twin"}
    return m.definite and named <= kinds and not _is_plural(m)


def _others(state: DialogueState, world: World) -> tuple[str, ...]:
    """ "The other one": what was spoken of before, if it is of the kind in focus; else the others of this kind."""
    focus = [t for i in state.twins if (t := world.twin(i))]
    types = {t.type for t in focus}
    before = tuple(i for i in state.others if (t := world.twin(i)) and t.type in types and i not in state.twins)
    if before or not types:
        return before or state.others
    alike = [t for t in world.select(types=sorted(types)) if t.id not in state.twins]
    near = [t for t in alike if t.place and t.place in {f.place for f in focus}]
    return tuple(t.id for t in (near if len(near) == 1 else alike))


def _recent(state: DialogueState, world: World) -> tuple[str, ...]:
    """ "All of them": the things in focus, with those of their kind that were changed just before."""
    types = {t.type for i in state.twins if (t := world.twin(i))}
    changed = [r.subject for e in reversed(state.effects[-_RECENT:]) for r in e.reversals]
    alike = [i for i in changed if (t := world.twin(i)) and t.type in types]
    return tuple(dict.fromkeys((*state.twins, *alike)))


def _without_name(m: Mentioned, state: DialogueState, world: World, *, act: bool, pool: str) -> Target:
    """By kind and place; else what is in focus."""
    named = m.slots.get("types") or m.slots.get("place")
    if named or (m.all and not m.pronoun and (act or m.excluded)):
        return _by_kind_and_place(m, state, world, act=act, pool=pool)
    prop = m.slots.get("property")
    each = not act and not m.pronoun and bool(_EACH.search(str(m.slots.get("text", ""))))
    if each and (able := _that_can_be(m.slots.get("value"), prop, world)):
        told = state.twins if _ELSE.search(str(m.slots.get("text", ""))) else ()
        return Target(found=tuple(i for i in able if i not in told) or able)
    if not act and prop and not m.pronoun and (m.all or _EVERY.search(str(m.slots.get("text", "")))):
        every = world.select(property=prop)  # "are all the windows closed?" is asked of all that know it
        return Target(found=tuple(t.id for t in every))
    if m.there and state.place and prop and (there := world.select(place=state.place, property=prop)):
        return _narrow(there, m, act=act)
    if m.plural and _EVERY.search(str(m.slots.get("text", ""))) and (recent := _recent(state, world)):
        return Target(found=recent)
    if m.plural and len(state.twins) == 1 and state.others:
        return Target(found=tuple(dict.fromkeys((*state.others, *state.twins))))
    if m.pronoun or m.there:
        last = state.last
        commanded = last is not None and last.intent == "control_device" and tuple(last.twins) == state.twins
        together = m.plural or not act or commanded
        return Target(found=state.twins) if together or len(state.twins) < 2 else Target(choices=state.twins)
    return Target()


def listed_twins(m: Mentioned, state: DialogueState) -> tuple[str, ...]:
    """The twins that "the second one" or "the first two" means in the list shown last; without any list among those
    that were just spoken of.
    """
    listing = state.listing
    if listing is not None and listing.kind != "twin":
        return ()
    spoken_of = state.twins if len(state.twins) > 1 else (*state.others, *state.twins)
    ids = listing.ids if listing else spoken_of
    if m.counted:
        return at_end(ids, m.counted)
    there = m.ordinal is not None and -len(ids) <= m.ordinal < len(ids)
    return (ids[m.ordinal],) if there and m.ordinal is not None else ()


def changed_lately(state: DialogueState) -> tuple[str, ...]:
    """What is in focus, then what was changed before it, the newest first."""
    changed = [r.subject for e in reversed(state.effects[-_RECENT:]) for r in e.reversals]
    return tuple(dict.fromkeys((*state.twins, *changed)))


def at_end(ids: tuple[str, ...], count: int) -> tuple[str, ...]:
    """So many from the beginning, or with a count below 0 from the end; none where there are fewer."""
    if abs(count) > len(ids):
        return ()
    return ids[:count] if count > 0 else ids[count:]


def _that_can_be(value: Any, property: str | None, world: World) -> tuple[str, ...]:
    """Things of the property, else all, that know the state asked for: "is anything still open?"."""
    if isinstance(value, bool):
        return tuple(t.id for t in world.select(property="on"))
    if not isinstance(value, str):
        return ()
    pool = world.select()
    able = [t for t in pool if knows_state(world.types[t.type], value)]
    named = [t for t in able if property and world.spec(t, property)]
    return tuple(t.id for t in named or able)


def _by_kind_and_place(m: Mentioned, state: DialogueState, world: World, *, act: bool, pool: str) -> Target:
    types, place, prop = m.slots.get("types", ()), m.slots.get("place"), m.slots.get("property")
    where = place or (state.place if m.there else None)
    if pool != "active":
        fits = [t for t in world.with_status(pool) if (not types or t.type in types)]
        return _narrow([t for t in fits if where is None or (t.place or "").lower() == where.lower()], m, act=act)
    several = m.slots.get("places", ())
    if len(several) > 1 and (found := _one_in_each(several, types, None if act else prop, world)):
        return Target(found=found)
    fits = remaining(world.select(types=types, place=where, property=None if act else prop), m.excluded)
    if not fits and types == ("place",) and where is None and prop and not act:
        return _narrow(world.select(property=prop), replace(m, all=True), act=act)  # "is the house locked?"
    if not fits and types and where:
        said = f"{where} {world.types[types[0]].title}" if types[0] in world.types else where
        near = world.nearest(said, types)
        return Target(unknown=said, nearest=tuple(t.id for t in near))
    if not fits and place:
        there = world.select(place=place) if prop and not act else []
        near = there or world.nearest(place)
        return Target(unknown=place, nearest=tuple(t.id for t in near), lacking=prop if there else None)
    spoken_of = any(t.id in state.twins for t in fits) and not place and not m.all
    if spoken_of and (m.pronoun or (len(state.twins) == 1 and m.definite and not _is_plural(m))):
        return Target(found=state.twins)
    return _narrow(fits, m, act=act)


def _is_plural(m: Mentioned) -> bool:
    """ "The blinds" are all of them, whichever was spoken of."""
    kinds = [entity.text for entity in m.entities if entity.kind == "twin_type"]
    return bool(kinds) and all(text.lower().endswith("s") for text in kinds)


def _one_in_each(places: Sequence[str], types: Sequence[str], prop: str | None, world: World) -> tuple[str, ...]:
    """ "In the hall and in the bedroom": one thing that fits in each place; none where that is not so."""
    fits = [world.select(types=types, place=place, property=prop) for place in places]
    return tuple(t[0].id for t in fits) if all(len(t) == 1 for t in fits) else ()


def _narrow(fits: Sequence[TwinView], m: Mentioned, *, act: bool) -> Target:
    places = [p.lower() for p in m.slots.get("places", ())]
    in_place = [t for t in fits if (t.place or "").lower() in places]
    several = list(in_place or fits)
    if not (m.all or m.excluded):
        marked = told_apart(several, str(m.slots.get("text", "")))
        several = [t for t in several if t.id in marked] if len(marked) == 1 else several
    ids = tuple(t.id for t in several)
    of_room = bool(m.slots.get("place")) and not any(m.slots.get(k) for k in ("types", "property"))
    few = len(ids) <= (_OF_A_ROOM if of_room else _FEW)
    asked = not act and not m.choices and (few or bool(_EACH.search(str(m.slots.get("text", "")))))
    if len(ids) == 1 or (ids and (m.all or asked)):
        return Target(found=ids)
    return Target(choices=ids)


def told_apart(fits: Sequence[TwinView], text: str) -> tuple[str, ...]:
    """ "The green one": those of them that have a word of the text in their names, which not all of them have."""
    said = set(_words(text))
    names = [set(_words(t.name)) for t in fits]
    shared = set.intersection(*names) if names else set()
    return tuple(t.id for t, name in zip(fits, names, strict=True) if (name - shared) & said)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def remaining(fits: list[TwinView], excluded: Mentioned | None) -> list[TwinView]:
    """All but what "except …" names: twins, a kind, a place, or a kind in a place."""
    if excluded is None:
        return fits
    slots = excluded.slots
    twins = {*slots.get("twins", ()), *excluded.choices}
    types, places = slots.get("types", ()), [str(p).lower() for p in slots.get("places", ())]

    def is_out(twin: TwinView) -> bool:
        if twins:
            return twin.id in twins
        here = not places or (twin.place or "").lower() in places
        return bool(types or places) and here and (not types or twin.type in types)

    return [t for t in fits if not is_out(t)]
