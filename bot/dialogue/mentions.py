"""What the words of a request point at, read from the text and its parse alone: pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.ports import Entity, Parse

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
    r"(?:\bthe\s+|^(?:(?:ok|okay|so|well|and|right)[,\s]+)*)(first|1st|top|second|2nd|third|3rd|fourth|4th|fifth|5th|last)"
    r"(?=\s+(?:one|item|thing|point|concern|problem|alert|device|twin)\b|\s*[.?!]*$"
    r"|\s+(?:is|was|are|too|as well|also|has|instead|please|then)\b)"
    r"|\bnumber\s+(one|two|three|four|five|[1-9])\b|#\s*([1-9])\b",
    re.IGNORECASE,
)
# "The first two": so many from one end of what was shown.
_COUNTED = re.compile(r"\b(first|last)\s+(two|three|four|five|[2-9])\b(?!\s*(?:%|°|percent|degrees))", re.IGNORECASE)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_NUMBER_WORDS = {"one": 0, "two": 1, "three": 2, "four": 3, "five": 4}
_PRONOUN = re.compile(r"\b(it|its|it's|that|this|that one|this one|them|they|those|these|both)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?:them|they|those|these|both)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\bthe other(?: (?:one|two|ones))?(?:['’]s)?(?=\W*$| (?:too|as well|instead|please|then)\b)|\bother ones?\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except(?: for)?|but not|all but|(?:apart|aside) from|other than|besides|excluding|not counting|leave out)\b",
    re.IGNORECASE,
)
# "No, not the bathroom, the bedroom": what is not meant, then what is.
_NOT_BUT = re.compile(
    r"^(?:(?:no|oh|sorry|wait|i said|i meant?)[,\s]+)*(?:but )?not (?:in |at )?(?:the|my|that) [^,;.–—]*?"
    r"(?:[,;.–—]\s*(?:but |rather |i meant? )?|\s+but )(?=in |at |the |my |that |on )",
    re.IGNORECASE,
)
_THERE = re.compile(r"\b(there|in here|same place|same room)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(all|every|each|everything|everywhere)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|that|this)\s+$", re.IGNORECASE)
_NAMING = ("twin", "place", "twin_type")
_QUOTED = re.compile(r"[“\"„][^”\"“]{2,200}[”\"“]")
_WHEN = ("time", "duration", "recurrence")
_ONE = re.compile(r"\s+(?:ones?|1)$", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What one parse speaks of, before the conversation is asked what it means."""

    slots: Mapping[str, Any]
    choices: tuple[str, ...] = ()  # twin ids that fit one name alike
    unknown: str = ""  # a name that is none of ours
    ordinal: int | None = None
    counted: int = 0  # "the first two" 2, "the last three" -3
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
    if (turned := _NOT_BUT.search(text)) and (corrected := _turned(text, turned.end(), parse.entities)):
        return corrected
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


def _turned(text: str, cut: int, entities: Sequence[Entity]) -> Mentioned | None:
    """What is said after "not the bathroom", with that as what is left out; None where only one side names a thing."""
    before = [e for e in entities if e.end <= cut and e.kind in _NAMING]
    after = [e for e in entities if e.start >= cut]
    if not before or not any(e.kind in _NAMING for e in after):
        return None
    said = _mentioned(text[cut:], after)
    return replace(said, slots={**said.slots, "text": text}, excluded=_mentioned(text[:cut], before))


def about_twins(m: Mentioned) -> bool:
    """Whether any thing, kind or place is named."""
    return bool(m.slots.get("twins") or m.choices or m.slots.get("types") or m.slots.get("place"))


def _mentioned(text: str, entities: Sequence[Entity]) -> Mentioned:
    slots: dict[str, Any] = {"text": text}
    count = _COUNTED.search(text)
    if count:  # its number is no value to be set
        entities = [e for e in entities if not (e.kind == "value" and count.start() <= e.start < count.end())]
    entities = _without_quoted(text, entities)
    lists: dict[str, list[Any]] = {"twin": [], "place": [], "twin_type": [], "value": []}
    choices: tuple[str, ...] = ()
    unknown = ""
    for e in _with_states(entities):
        if e.kind == "twin" and e.options:
            choices = tuple(str(o) for o in e.options)
        elif e.kind == "twin" and e.value is None:
            unknown = unknown or e.text
        elif e.kind == "place":
            lists["place"].append(_place(e, text))
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
        counted=_counted(count),
        pronoun=bool(_PRONOUN.search(text)),
        other=bool(_OTHER.search(text)),
        there=bool(_THERE.search(text)),
        all=bool(_ALL.search(text)) or bool(_BOTH.search(text)),
        plural=bool(_PLURAL.search(text)),
        definite=any(e.kind == "twin_type" and _DEFINITE.search(text[: e.start]) for e in entities),
        entities=tuple(entities),
    )


def _without_quoted(text: str, entities: Sequence[Entity]) -> Sequence[Entity]:
    """A time within quotes belongs to a name, where another one is said outside."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    named = [e for e in entities if e.kind in _WHEN and any(a < e.start and e.end < b for a, b in quoted)]
    others = [e for e in entities if e not in named]
    return others if named and any(e.kind in _WHEN for e in others) else entities


def _with_states(entities: Sequence[Entity]) -> Iterator[Entity]:
    """In "are the doors locked?" the second property is a state that the first may be in."""
    named = False
    for e in entities:
        is_state = e.kind == "property" and e.value == "locked" and named
        yield replace(e, kind="value", value=e.text.lower()) if is_state else e
        named = named or e.kind == "property"


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


def _place(entity: Entity, text: str) -> str:
    """ "The hall one" is in the hall; "room one" is a room."""
    place = str(entity.value if entity.value is not None else entity.text)
    stands_for = entity.text.lower().endswith((" one", " ones")) and _DEFINITE.search(text[: entity.start])
    return _ONE.sub("", place) if stands_for else place


def _counted(found: re.Match[str] | None) -> int:
    if found is None:
        return 0
    size = _COUNTS.get(found[2].lower()) or int(found[2])
    return -size if found[1].lower() == "last" else size


def ordinal(text: str) -> int | None:
    """The position that a text names: 0 for "the first one", −1 for "the last one"."""
    if not (found := _ORDINAL.search(text)):
        return None
    word, number, digit = (g.lower() if g else "" for g in found.groups())
    if word:
        return _ORDINALS[word]
    return _NUMBER_WORDS.get(number) if number and not number.isdigit() else int(number or digit) - 1
