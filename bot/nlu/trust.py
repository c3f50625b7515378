"""Which of two is believed where rules and the tagger see different things in the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.nlu.mentions import LONG_TEXT
from bot.nlu.names import Match
from bot.nlu.quantities import Found
from bot.nlu.sight import Sight, kind_of
from bot.nlu.tagger import TaggedSpan
from bot.nlu.times import TimeSpan

SURE = 0.7  # certainty from which what was learned is believed
_TIMES = frozenset({"time", "duration", "recurrence"})
# What rules may find inside a span of a kind: "hall lamp" holds a place and a type, "back door" no property.
_HOLDS = {
    "twin": frozenset({"twin", "twin_type", "place"}),
    "value": frozenset({"value", "unit"}),
    **dict.fromkeys(_TIMES, _TIMES),
}


def trusted(sight: Sight, tagged: Sequence[TaggedSpan]) -> Sight:
    """The sight without what contradicts a sure span. Names of ours are never contradicted."""
    sure = [s for s in tagged if s.score >= SURE and not any(_overlap(s, m) for m in sight.matches if is_ours(m))]
    sure = [s for s in sure if not _is_thing_in_a_place(s, sight)]
    return replace(
        sight,
        matches=[m for m in sight.matches if is_ours(m) or not _contradicted(kind_of(m), m, sure)],
        times=[t for t in sight.times if not _contradicted(t.kind, t, sure) and not _is_refused(t, sight)],
        quantities=[q for q in sight.quantities if not _contradicted(q.kind, q, sure)],
    )


def _is_thing_in_a_place(span: TaggedSpan, sight: Sight) -> bool:
    """ "Living room lamp", taken for a place: it is the name of one of ours, and a kind of thing."""
    within = [m for m in sight.matches if span.first <= m.first and m.last <= span.last]
    place = next((m for m in within if m.first == span.first and any(n.kind == "place" for n in m.names)), None)
    return (
        span.kind == "place"
        and place is not None
        and any(m.first == place.last and m.last == span.last and kind_of(m) == "twin_type" for m in within)
    )


def is_ours(match: Match) -> bool:
    """Whether these words are the whole name of a twin of the house."""
    return kind_of(match) == "twin" and not match.partial and any(n.value for n in match.names)


def _contradicted(kind: str, found: Match | TimeSpan | Found, sure: Sequence[TaggedSpan]) -> bool:
    for span in sure:
        same = (found.first, found.last) == (span.first, span.last)
        if not _overlap(span, found) or (same and kind in ("property", span.kind)) or _is_anchor(span, found):
            continue
        if span.kind in LONG_TEXT:
            within = span.first <= found.first and found.last <= span.last
            if kind in _TIMES and not within:  # "my three o'clock to four" is no time of an hour
                return True
        elif kind not in _HOLDS.get(span.kind, {span.kind}) or kind == "place" == span.kind:
            return True
    return False


def _is_anchor(span: TaggedSpan, found: Match | TimeSpan | Found) -> bool:
    """ "An hour before the budget review" is told by the event that stands in it."""
    bound = isinstance(found, TimeSpan) and isinstance(found.value, Mapping) and "anchor" in found.value
    return bound and found.first < span.first and span.last <= found.last


def _is_refused(time: TimeSpan, sight: Sight) -> bool:
    """ "not now" names no time."""
    before = sight.tokens[time.first - 1].norm if time.first else ""
    return before == "not" and [t.norm for t in sight.tokens[time.first : time.last]] == ["now"]


def _overlap(a: TaggedSpan | Match, b: Match | TimeSpan | Found) -> bool:
    return a.first < b.last and b.first < a.last
