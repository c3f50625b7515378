"""Entities of a request: what rules saw and what the tagger learned, made one, overlaps resolved."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.nlu.lexicon import Lexicon
from bot.nlu.mentions import LONG_TEXT, Mention, clashes
from bot.nlu.names import Match
from bot.nlu.quantities import Found, canonical_action, canonical_state
from bot.nlu.scales import SCALES, marks, scale_of
from bot.nlu.sight import Sight, Watcher, kind_of
from bot.nlu.tagger import TaggedSpan
from bot.nlu.text import Token
from bot.nlu.times import TimeSpan
from bot.nlu.times.bound import read_bound
from bot.nlu.trust import trusted
from bot.nlu.type_words import find_coordinated, find_types
from bot.nlu.units import canonical as canonical_unit
from bot.ports import Entity
from twin_core.contract.numbers import read_number

# Kinds that only a trained tagger can find: their words are anybody's.
FREE_TEXT = frozenset("task event topic source scenario skill person mood energy stress channel".split())
_LEAST = 0.25  # certainty from which a span of the tagger counts
_LEAST_NAME = 0.35  # … and one that claims to be a name nobody knows
_LEAST_WORD = 0.5  # … and one that calls a word a property or a kind that the library does not have


def find_entities(sight: Sight, tagged: Sequence[TaggedSpan], watcher: Watcher, lexicon: Lexicon) -> list[Mention]:
    """The mentions of a message in the order said. A twin made of a type word keeps its twin_type beside it."""
    twins = [m for m in sight.matches if kind_of(m) == "twin" and not m.partial]
    sight = trusted(sight, tagged)
    free = _joined(list(_free_text(sight, (*tagged, *marks(sight.tokens)), lexicon)), sight)
    mentions = [_of_twin(m, sight) for m in twins]
    mentions += [t for t in _of_times(sight, tagged, watcher) if not _inside(t, free)]
    mentions += free
    mentions += list(_of_other_names(sight, mentions, lexicon))
    mentions += list(find_types(sight, mentions, tagged, watcher))
    mentions += list(find_coordinated(sight, mentions, watcher))
    mentions += list(_of_quantities(sight.quantities, mentions))
    mentions += list(_of_tagged(sight, tagged, mentions, watcher, lexicon))
    once = {(m.kind, m.first, m.last): m for m in reversed(mentions)}
    return sorted(once.values(), key=lambda m: (m.first, -m.last))


def to_entity(mention: Mention, text: str, tokens: Sequence[Token]) -> Entity:
    """With characters for tokens."""
    start, end = tokens[mention.first].start, tokens[mention.last - 1].end
    said = text[start:end]
    trimmed = said.removesuffix("'s").removesuffix("’s") if mention.kind in ("twin", "place", "person") else said
    return Entity(
        kind=mention.kind,
        text=trimmed,
        start=start,
        end=start + len(trimmed),
        value=mention.value,
        score=round(mention.score, 3),
        options=mention.options,
    )


def _of_twin(match: Match, sight: Sight) -> Mention:
    """A name that is known; several that are spelt alike are told apart by a place in the message, or kept."""
    names = [n for n in match.names if n.kind == "twin" and n.value != ""]
    ids = tuple(dict.fromkeys(n.value for n in names))
    if len(ids) > 1:
        places = {str(n.value).casefold() for m in sight.matches for n in m.names if n.kind == "place"}
        here = tuple(dict.fromkeys(n.value for n in names if (n.place or "").casefold() in places))
        ids = here or ids
    one = ids[0] if len(ids) == 1 else None
    return Mention("twin", match.first, match.last, one, match.score, () if one else ids)


def _of_times(sight: Sight, tagged: Sequence[TaggedSpan], watcher: Watcher) -> Iterator[Mention]:
    """Times; "in 20 minutes" is an instant, and the length it is told by stands beside it.

    Of "every monday at seven" the days are the repetition, which knows its hour, and the hour is a time as well.
    """
    for time in sight.times:
        if (rate := _rate(time, tagged, sight, watcher)) is not None:
            yield rate
            continue
        days, hour = _days_and_hour(time, sight, tagged)
        yield Mention(time.kind, days.start, days.stop, time.value, 1.0, time.options)
        if time.length_s is not None:
            yield Mention("duration", time.first, time.last, time.length_s, 0.9)
        if hour:
            said = sight.text[sight.tokens[hour.start].start : sight.tokens[hour.stop - 1].end]
            yield _tagged_time(TaggedSpan("time", hour.start, hour.stop, 1.0), said, watcher)


def _rate(time: TimeSpan, tagged: Sequence[TaggedSpan], sight: Sight, watcher: Watcher) -> Mention | None:
    """ "Five nudges a day" is no length of time; what was learned tells it from "give me a day"."""
    if time.kind != "duration" or sight.tokens[time.first].norm not in ("a", "an"):
        return None
    span = next((s for s in tagged if s.kind == "recurrence" and (s.first, s.last) == (time.first, time.last)), None)
    if span is None or span.score < _LEAST_WORD:
        return None
    unit = sight.text[sight.tokens[time.first + 1].start : sight.tokens[time.last - 1].end]
    read = next(iter(watcher.times(f"every {unit}")), None)
    return Mention("recurrence", time.first, time.last, read.value if read else None, span.score)


def _days_and_hour(time: TimeSpan, sight: Sight, tagged: Sequence[TaggedSpan]) -> tuple[range, range]:
    """The tokens of a time phrase that say when, and of a repetition apart from them those of its hour."""
    whole, none = range(time.first, time.last), range(0)
    if time.kind != "recurrence":
        return whole, none
    at = next((i for i in whole[1:-1] if sight.tokens[i].norm == "at"), None)
    if at is not None:
        return range(time.first, at), range(at + 1, time.last)
    each = next((i for i in whole[1:-1] if sight.tokens[i].norm in ("each", "every")), None)
    if each is not None and sight.tokens[time.first].is_number:
        return range(each, time.last), range(time.first, each)
    hour = next((s for s in tagged if s.kind == "time" and time.first <= s.first and s.last <= time.last), None)
    if hour is None or hour.last - hour.first == len(whole):
        return whole, none
    if hour.first == time.first:
        return range(hour.last, time.last), range(hour.first, hour.last)
    return range(time.first, hour.first), range(hour.first, hour.last)


def _free_text(sight: Sight, tagged: Sequence[TaggedSpan], lexicon: Lexicon) -> Iterator[Mention]:
    for span in tagged:
        if span.kind not in FREE_TEXT or span.score < _LEAST:
            continue
        first, last = _without_times(span, sight)
        while first < last and sight.tokens[last - 1].norm in (".", ",", "!", "?"):
            last -= 1
        if first >= last or (
            span.kind == "person" and any(_covers(m, first, last) for m in sight.matches if kind_of(m) == "twin")
        ):
            continue
        said = sight.text[sight.tokens[first].start : sight.tokens[last - 1].end]
        value = _free_value(span.kind, said, sight.tokens[first:last], lexicon)
        yield Mention(scale_of(span.kind, first, sight.tokens), first, last, value, span.score)


def _joined(free: Sequence[Mention], sight: Sight) -> list[Mention]:
    """ "call Bob and buy milk" is one topic."""
    out: list[Mention] = []
    for m in free:
        last = out[-1] if out else None
        if last and last.kind == m.kind == "topic" and m.first - last.last == 1:
            said = sight.text[sight.tokens[last.first].start : sight.tokens[m.last - 1].end]
            out[-1] = Mention("topic", last.first, m.last, said, min(last.score, m.score))
        else:
            out.append(m)
    return out


def _without_times(span: TaggedSpan, sight: Sight) -> tuple[int, int]:
    """A time at either end is no part of a task or topic."""
    first, last = span.first, span.last
    if span.kind in LONG_TEXT:
        for time in sight.times:
            if time.first <= first < time.last < last:
                first = time.last
            if first < time.first < last <= time.last:
                last = time.first
    return first, last


def _free_value(kind: str, said: str, tokens: Sequence[Token], lexicon: Lexicon) -> Any:
    if kind in SCALES:
        number = read_number(tokens, 0)
        return number.value if number else said.casefold()
    return lexicon.canonical(said) or said


def _of_other_names(sight: Sight, mentions: Sequence[Mention], lexicon: Lexicon) -> Iterator[Mention]:
    """Parts of twin names, places, people, sources, channels and properties."""
    taken = [m for m in mentions if m.kind not in LONG_TEXT]
    for match in sight.matches:
        kind = kind_of(match)
        if kind == "twin_type" or (kind == "twin" and not match.partial) or clashes(match.first, match.last, taken):
            continue
        if kind == "twin":
            yield _of_twin(match, sight)
        elif kind == "property":
            said = sight.text[sight.tokens[match.first].start : sight.tokens[match.last - 1].end]
            yield _property(match, said, lexicon)
        elif kind in ("place", "person"):
            live = [n.value for n in match.names if n.kind == kind]
            yield Mention(kind, match.first, match.last, live[0] if live else None, match.score)
        elif not clashes(match.first, match.last, mentions):
            value = next(n.value for n in match.names if n.kind == kind)
            yield Mention(kind, match.first, match.last, value, match.score)


def _property(match: Match, said: str, lexicon: Lexicon) -> Mention:
    """Of several properties that a word may mean, the one named like it, the others as options."""
    values = tuple(dict.fromkeys(str(n.value) for n in match.names if n.kind == "property"))
    likely = (said.casefold().replace(" ", "_"), lexicon.canonical(said), *map(lexicon.canonical, said.split()))
    best = next((v for v in likely if v in values), values[0])
    return Mention("property", match.first, match.last, best, match.score, values if len(values) > 1 else ())


def _of_quantities(quantities: Sequence[Found], mentions: Sequence[Mention]) -> Iterator[Mention]:
    solid = [m for m in mentions if m.kind not in ("property", "twin_type", *SCALES) and m.kind not in LONG_TEXT]
    for found in quantities:
        if not clashes(found.first, found.last, solid):
            yield Mention(found.kind, found.first, found.last, found.value, found.score)


def _of_tagged(
    sight: Sight, tagged: Sequence[TaggedSpan], mentions: Sequence[Mention], watcher: Watcher, lexicon: Lexicon
) -> Iterator[Mention]:
    """What only the tagger saw: unknown twins and places, odd values, times bound to an event."""
    for span in tagged:
        said = sight.text[sight.tokens[span.first].start : sight.tokens[span.last - 1].end]
        if span.kind in FREE_TEXT or span.score < _LEAST or clashes(span.first, span.last, mentions):
            continue
        if span.kind in ("twin", "place"):
            if span.score >= _LEAST_NAME:
                yield Mention(span.kind, span.first, span.last, None, span.score)
        elif span.kind == "value":
            yield Mention(
                "value", span.first, span.last, _value(said, sight.tokens[span.first : span.last]), span.score
            )
        elif span.kind == "action":
            yield Mention(
                "action", span.first, span.last, canonical_action(said) or lexicon.canonical(said) or said, span.score
            )
        elif span.kind == "unit":
            yield Mention("unit", span.first, span.last, canonical_unit(said), span.score)
        elif span.kind in ("property", "twin_type"):
            value = lexicon.canonical(said)
            if value is not None or span.score >= _LEAST_WORD:
                yield Mention(span.kind, span.first, span.last, value, span.score)
        else:
            yield _tagged_time(span, said, watcher)


def _value(said: str, tokens: Sequence[Token]) -> Any:
    """A number, a state, or the words themselves: a name that something is to have."""
    number = read_number(tokens, 0)
    if number is not None and number.end == len(tokens):
        return int(number.value) if float(number.value).is_integer() else number.value
    state = canonical_state(said)
    return said if state is None else state


def _tagged_time(span: TaggedSpan, said: str, watcher: Watcher) -> Mention:
    """A bare hour ("move it to ten") is read as one; "before the meeting" keeps what it is bound to."""
    read = next((t for t in watcher.times(f"at {said}") if t.kind == span.kind == "time"), None)
    bound = read_bound(said) if span.kind == "time" else None
    value, options = (read.value, read.options) if read else (bound, ())
    return Mention(span.kind, span.first, span.last, value, span.score, options)


def _covers(match: Match, first: int, last: int) -> bool:
    return match.first <= first and last <= match.last


def _inside(mention: Mention, free: Sequence[Mention]) -> bool:
    holding = (f for f in free if f.kind in LONG_TEXT or f.kind in SCALES)
    return any(f.first <= mention.first and mention.last <= f.last for f in holding)
