"""What the words of a request point at: twins, places, positions in a list, values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.dialogue.state import DialogueState
from bot.ports import Entity, Parse
from twin_core.contract.template import PropertySpec, TwinType
from twin_core.contract.views import TwinView

_ORDINALS = {
    "first": 0,
    "1st": 0,
    "top": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
}
_ORDINAL = re.compile(
    r"(?:\bthe\s+|^)(first|1st|top|second|2nd|third|3rd|fourth|4th|fifth|5th|last)"
    r"(?=\s+(?:one|item|thing|point|concern|problem|alert|device|twin)\b|\s*[.?!]*$)"
    r"|\bnumber\s+(one|two|three|four|five|[1-9])\b|#\s*([1-9])\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = {"one": 0, "two": 1, "three": 2, "four": 3, "five": 4}
_PRONOUN = re.compile(r"\b(it|its|it's|that|this|that one|this one|them|they|those|these|both)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?:them|they|those|these|both)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\bthe other(?: (?:one|two|ones))?(?=\W*$| (?:too|as well|instead|please|then)\b)|\bother ones?\b", re.IGNORECASE
)
_EXCEPT = re.compile(
    r"\b(?:except(?: for)?|but not|all but|(?:apart|aside) from|other than|besides|excluding|not counting|leave out)\b",
    re.IGNORECASE,
)
_THERE = re.compile(r"\b(there|in here|same place|same room)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(all|every|each|everything|everywhere)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|that|this)\s+$", re.IGNORECASE)
_NAMING = ("twin", "place", "twin_type")
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)


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

    def nearest(self, said: str, types: Sequence[str] = (), limit: int = 3) -> list[TwinView]: ...

    def places(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What one parse speaks of, before the conversation is asked what it means."""

    slots: Mapping[str, Any]
    choices: tuple[str, ...] = ()  # twin ids that fit one name alike
    unknown: str = ""  # a name that is none of ours
    ordinal: int | None = None
    pronoun: bool = False
    other: bool = False
    there: bool = False
    all: bool = False
    plural: bool = False
    definite: bool = False  # "the lamp": one that was spoken of, where there is one
    excluded: "Mentioned | None" = None  # what "except …" names
    entities: tuple[Entity, ...] = field(default=())


def mentioned(parse: Parse) -> Mentioned:
    """Reads the slots out of a parse; pure text, no conversation."""
    text = parse.text
    cut = _EXCEPT.search(text)
    if cut is None or not any(e.start >= cut.end() for e in parse.entities):
        return _mentioned(text, parse.entities)
    before = [e for e in parse.entities if e.end <= cut.start()]
    after = [e for e in parse.entities if e.start >= cut.end() and e.kind in _NAMING]
    said = _mentioned(text[: cut.start()], before)
    return replace(
        said,
        slots={**said.slots, "text": text},
        entities=parse.entities,
        excluded=_mentioned(text[cut.end() :], after),
        all=said.all or cut.group().lower() == "all but",
    )


def about_twins(m: Mentioned) -> bool:
    """Whether any thing, kind or place is named."""
    return bool(m.slots.get("twins") or m.choices or m.slots.get("types") or m.slots.get("place"))


def _mentioned(text: str, entities: Sequence[Entity]) -> Mentioned:
    slots: dict[str, Any] = {"text": text}
    lists: dict[str, list[Any]] = {"twin": [], "place": [], "twin_type": [], "value": []}
    choices: tuple[str, ...] = ()
    unknown = ""
    for e in entities:
        if e.kind == "twin" and e.options:
            choices = tuple(str(o) for o in e.options)
        elif e.kind == "twin" and e.value is None:
            unknown = unknown or e.text
        elif e.kind == "place":
            lists["place"].append(str(e.value if e.value is not None else e.text))
        elif e.kind in lists:
            if e.value is not None:
                lists[e.kind].append(e.value)
        else:
            slots.setdefault(e.kind, e.value if e.value is not None else e.text)
    for kind, plural in (("twin", "twins"), ("place", "places"), ("twin_type", "types"), ("value", "values")):
        if found := lists[kind]:
            slots[plural] = tuple(found) if kind == "value" else tuple(dict.fromkeys(map(str, found)))
    slots |= _words_of(entities)
    if lists["place"]:
        slots["place"] = lists["place"][0]
    if lists["value"]:
        slots["value"] = lists["value"][0]
    return Mentioned(
        slots=slots,
        choices=choices,
        unknown=unknown,
        ordinal=ordinal(text),
        pronoun=bool(_PRONOUN.search(text)),
        other=bool(_OTHER.search(text)),
        there=bool(_THERE.search(text)),
        all=bool(_ALL.search(text)) or bool(_BOTH.search(text)),
        plural=bool(_PLURAL.search(text)),
        definite=any(e.kind == "twin_type" and _DEFINITE.search(text[: e.start]) for e in entities),
        entities=tuple(entities),
    )


def _words_of(entities: Sequence[Entity]) -> dict[str, Any]:
    """Where in the text things are said, and each time with its own words and its other readings."""
    found: dict[str, Any] = {}
    times = [
        {**e.value, "text": e.text, "options": list(e.options)}
        for e in entities
        if e.kind == "time" and isinstance(e.value, Mapping)
    ]
    if times:
        found |= {"time": times[0], "times": times}
    if spans := [[e.kind, e.start, e.end] for e in entities if e.end > e.start]:
        found["spans"] = spans
    return found


def ordinal(text: str) -> int | None:
    """The position that a text names: 0 for "the first one", −1 for "the last one"."""
    if not (found := _ORDINAL.search(text)):
        return None
    word, number, digit = (g.lower() if g else "" for g in found.groups())
    if word:
        return _ORDINALS[word]
    return _NUMBER_WORDS.get(number) if number and not number.isdigit() else int(number or digit) - 1


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
    if m.choices:
        return _narrow([t for i in m.choices if (t := world.twin(i))], m, act=act)
    if m.unknown:
        near = world.nearest(m.unknown, slots.get("types", ())) or world.nearest(m.unknown)
        return Target(unknown=m.unknown, nearest=tuple(t.id for t in near))
    if m.other and state.twins:
        return Target(choices=_others(state, world))
    if picked := listed_twin(m, state):
        return Target(found=(picked,))
    return _without_name(m, state, world, act=act, pool=pool)


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


def _without_name(m: Mentioned, state: DialogueState, world: World, *, act: bool, pool: str) -> Target:
    """By kind and place; else what is in focus."""
    types, place = m.slots.get("types", ()), m.slots.get("place")
    if types or place or (m.all and not m.pronoun and (act or m.excluded)):
        return _by_kind_and_place(m, state, world, types, place, m.slots.get("property"), act=act, pool=pool)
    prop = m.slots.get("property")
    if m.there and state.place and prop and (there := world.select(place=state.place, property=prop)):
        return _narrow(there, m, act=act)
    if m.plural and len(state.twins) == 1 and state.others:
        return Target(found=tuple(dict.fromkeys((*state.others, *state.twins))))
    if m.pronoun or m.there:
        together = m.plural or not act or state.last is None or tuple(state.last.twins) == state.twins
        return Target(found=state.twins) if together or len(state.twins) < 2 else Target(choices=state.twins)
    return Target()


def listed_twin(m: Mentioned, state: DialogueState) -> str | None:
    """The twin that "the second one" means in the list shown last."""
    listing = state.listing
    if m.ordinal is None or listing is None or listing.kind != "twin":
        return None
    return listing.ids[m.ordinal] if -len(listing.ids) <= m.ordinal < len(listing.ids) else None


def _by_kind_and_place(
    m: Mentioned,
    state: DialogueState,
    world: World,
    types: Sequence[str],
    place: str | None,
    prop: str | None,
    *,
    act: bool,
    pool: str,
) -> Target:
    where = place or (state.place if m.there else None)
    if pool != "active":
        fits = [t for t in world.with_status(pool) if (not types or t.type in types)]
        return _narrow([t for t in fits if where is None or (t.place or "").lower() == where.lower()], m, act=act)
    fits = remaining(world.select(types=types, place=where, property=None if act else prop), m.excluded)
    if not fits and types and where:
        said = f"{where} {world.types[types[0]].title}" if types[0] in world.types else where
        near = world.nearest(said, types)
        return Target(unknown=said, nearest=tuple(t.id for t in near))
    if not fits and place:
        there = world.select(place=place) if prop and not act else []
        near = there or world.nearest(place)
        return Target(unknown=place, nearest=tuple(t.id for t in near), lacking=prop if there else None)
    spoken_of = any(t.id in state.twins for t in fits) and not place and not m.all
    if spoken_of and (m.pronoun or (len(state.twins) == 1 and m.definite)):
        return Target(found=state.twins)
    return _narrow(fits, m, act=act)


def _narrow(fits: Sequence[TwinView], m: Mentioned, *, act: bool) -> Target:
    places = [p.lower() for p in m.slots.get("places", ())]
    in_place = [t for t in fits if (t.place or "").lower() in places]
    several = list(in_place or fits)
    ids = tuple(t.id for t in several)
    if len(ids) == 1 or (ids and m.all) or (ids and not act and len(ids) <= 4 and not m.choices):
        return Target(found=ids)
    return Target(choices=ids)


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
