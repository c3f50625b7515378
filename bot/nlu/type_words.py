"""Words for kinds of things ("lamp", "pumps"), and the particular twin that one may stand for."""

from collections.abc import Iterator, Sequence

from bot.nlu.mentions import LONG_TEXT, Mention, clashes
from bot.nlu.names import Match
from bot.nlu.sight import Sight, Watcher, kind_of
from bot.nlu.tagger import TaggedSpan
from bot.nlu.text import Token
from bot.ports import Name

_NOT_PARTICULAR = frozenset("a an any every each which what no new another all".split())
_DEFINITE = frozenset("the that this my our der die das den dem".split())
_MAX_CHOICES = 12


def find_types(
    sight: Sight, mentions: Sequence[Mention], tagged: Sequence[TaggedSpan], watcher: Watcher
) -> Iterator[Mention]:
    """Type words; a singular one that means a particular thing is a twin as well."""
    taken = [m for m in mentions if m.kind not in LONG_TEXT and m.kind not in ("place", "property")]
    for match in sight.matches:
        if kind_of(match) != "twin_type" or clashes(match.first, match.last, taken):
            continue
        values = tuple(dict.fromkeys(str(n.value) for n in match.names if n.kind == "twin_type"))
        yield Mention("twin_type", match.first, match.last, values[0], match.score, values if len(values) > 1 else ())
        first, last = _whole_name(match, sight, tagged, mentions)
        twin = _particular(first, last, match, values, sight, watcher)
        if twin is None or clashes(first, last, [m for m in taken if m.kind == "twin"]):
            continue
        definite = first > 0 and sight.tokens[first - 1].norm in _DEFINITE and not _is_plural(sight.tokens[last - 1])
        if (definite and twin.value is not None) or _is_particular(sight, match, first, tagged):
            yield twin


def _whole_name(
    match: Match, sight: Sight, tagged: Sequence[TaggedSpan], mentions: Sequence[Mention]
) -> tuple[int, int]:
    """The type word with what qualifies it: "garden lamp", "line 2 motor", "motor 4"."""
    first, last = match.first, match.last
    for span in tagged:
        if span.kind == "twin" and span.first <= first and last <= span.last:
            return span.first, span.last
    for m in mentions:
        if m.kind == "place" and m.last == first:
            first = m.first
    number = sight.tokens[last].norm if last < len(sight.tokens) else ""
    measured = any(q.kind == "unit" and q.first == last + 1 for q in sight.quantities)
    return first, last + (number.isdecimal() and len(number) < 5 and not measured)


def _is_particular(sight: Sight, match: Match, first: int, tagged: Sequence[TaggedSpan]) -> bool:
    said = next((s for s in tagged if s.first < match.last and match.first < s.last), None)
    if said is not None and said.kind in ("twin", "twin_type") and said.score > 0.6:
        return said.kind == "twin"
    before = sight.tokens[first - 1].norm if first else ""
    return not _is_plural(sight.tokens[match.last - 1]) and before not in _NOT_PARTICULAR


def _is_plural(word: Token) -> bool:
    return word.stem != word.norm.removesuffix("'s")


def _particular(
    first: int, last: int, match: Match, types: Sequence[str], sight: Sight, watcher: Watcher
) -> Mention | None:
    """The twin that fits the type, and the place if one was said; None where too many fit to be a choice."""
    places = [str(n.value) for m in sight.matches for n in m.names if n.kind == "place"]
    fits: list[Name] = []
    for kind in types:
        inside = [n for p in places for n in watcher.index.of_type(kind, p)]
        fits += inside if places else watcher.index.of_type(kind)
    ids = tuple(dict.fromkeys(n.value for n in fits))
    qualified = first < match.first or last > match.last
    named_by_place = qualified and any(
        m.first == first and kind_of(m) == "place" and m.last == match.first for m in sight.matches
    )
    if qualified and not named_by_place:
        ids = ()  # a name that we would have found, were it one of ours
    elif len(ids) > _MAX_CHOICES or (not ids and not qualified and watcher.knows_twins and not places):
        return None
    one = ids[0] if len(ids) == 1 else None
    return Mention("twin", first, last, one, 0.8 if ids else 0.6, () if one is not None else ids)


def find_coordinated(sight: Sight, mentions: Sequence[Mention], watcher: Watcher) -> Iterator[Mention]:
    """The lamp of the kitchen in "kitchen and hall lamps", where the hall lamp is a name of ours."""
    for match in sight.matches:
        last = sight.tokens[match.last - 1]
        if kind_of(match) != "twin" or match.partial or last.stem == last.norm or last.norm.endswith("'s"):
            continue
        before = [m for m in mentions if m.kind == "place" and m.last == match.first - 1]
        if not before or sight.tokens[match.first - 1].norm not in ("and", "und", ",", "&"):
            continue
        place = sight.text[sight.tokens[before[0].first].start : sight.tokens[before[0].last - 1].end]
        ids = tuple(n.value for n in watcher.index.of_type(match.names[0].twin_type or "", place))
        if 0 < len(ids) <= _MAX_CHOICES:
            one = ids[0] if len(ids) == 1 else None
            yield Mention("twin", before[0].first, before[0].last, one, 0.8, () if one is not None else ids)
