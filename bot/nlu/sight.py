"""What rules and names see in a message, before anything learned looks at it."""

from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.nlu.command_names import said_on_purpose
from bot.nlu.lexicon import Lexicon
from bot.nlu.names import Match, NameIndex, codes_in, pieces_of
from bot.nlu.quantities import STATE_WORDS, Found, find_actions, find_quantities
from bot.nlu.slips import Slips
from bot.nlu.text import Token, squeeze, tokenize
from bot.nlu.times import TimeSpan, find_times
from bot.ports import Name, Names

# Of several kinds that one name can be, the first in this list is meant.
_PRECEDENCE = ("twin", "place", "person", "source", "channel", "twin_type", "property")
_DAYS = frozenset("today tonight now this right at".split())
_NEVER_NAMES = frozenset("me myself my i it on off open closed all one".split())


@dataclass(frozen=True, slots=True)
class Sight:
    """Names, times and quantities of a message, each at its tokens, none inside another."""

    text: str
    tokens: Sequence[Token]
    matches: Sequence[Match]
    times: Sequence[TimeSpan]
    quantities: Sequence[Found]
    meant: str  # the text without its typing errors …
    meant_tokens: Sequence[Token]  # … and its tokens, each with the place of the one that was said

    def hints(self, twins: bool = True) -> list[str]:
        """A word for each token on what was found there; `twins=False` as if no twin had a known name."""
        hints = [""] * len(self.tokens)
        for match in self.matches:
            kind = kind_of(match)
            if kind != "twin" or twins:
                hints[match.first : match.last] = [f"{kind}?" if match.partial else kind] * (match.last - match.first)
        for found in self.quantities:
            hints[found.first : found.last] = [found.kind] * (found.last - found.first)
        for time in self.times:
            hints[time.first : time.last] = [time.kind] * (time.last - time.first)
        return hints


@dataclass(slots=True)
class Surroundings:
    """What a message is read against: the live names, the hour and the zone of the person."""

    now: Callable[[], datetime]
    zone: Callable[[], ZoneInfo]
    names: Names | None = None
    seen_version: int | None = field(default=None, init=False)


class Watcher:
    """Looks at messages; keeps its index of names in step with the registry."""

    def __init__(self, lexicon: Lexicon, around: Surroundings, slips: Slips | None = None) -> None:
        self._lexicon = lexicon
        self._slips = slips
        self._around = around
        self.index = NameIndex(lexicon.names, lexicon.common | STATE_WORDS)
        self._listed_as: dict[str, set[str]] = defaultdict(set)
        for name in lexicon.names:
            self._listed_as[squeeze(name.text)].add(name.kind)

    @property
    def knows_twins(self) -> bool:
        """Whether there is a registry with names to hold against what was said."""
        return self.index.has_twins

    def look(self, text: str) -> Sight:
        """Everything that rules and names find."""
        self._keep_up()
        tokens = tokenize(text)
        matches = [m for m in said_on_purpose(self.index.find(tokens), tokens) if not _is_as_well(m, tokens)]
        meant, words = self._as_meant(text, tokens, matches)
        times = self.times(text, words, _named_numbers(tokens, matches))
        matches += self._unknown_codes(tokens, matches)
        named = [m for m in matches if kind_of(m) in ("twin", "person") and not m.partial]
        times = [t for t in times if not any(_overlap(t, m) and _width(m) >= _width(t) for m in named)]
        matches = [m for m in matches if m in named or not any(_overlap(m, t) for t in times)]
        coded = [m for m in named if not m.names[0].value]
        matches = [m for m in matches if m in coded or not any(_overlap(m, c) for c in coded)]
        taken = [False] * len(tokens)
        for m in matches:
            if kind_of(m) in ("twin", "place", "person", "source"):
                taken[m.first : m.last] = [True] * _width(m)
        for t in times:
            taken[t.first : t.last] = [True] * _width(t)
        quantities = [*find_quantities(words, taken), *find_actions(words, taken)]
        # "lock the door" names no lock, and "two degrees" no temperature.
        said = [q for q in quantities if q.kind in ("action", "unit")]
        matches = [
            m
            for m in matches
            if kind_of(m) not in ("twin_type", "property") or not any(_same_place(m, q) for q in said)
        ]
        return Sight(text, tokens, matches, times, quantities, meant, words)

    def _as_meant(self, text: str, tokens: Sequence[Token], matches: Sequence[Match]) -> tuple[str, Sequence[Token]]:
        """What was said without its typing errors; names of twins, where they are spelt right, stay as they are."""
        if self._slips is None:
            return text, tokens
        named = {i for m in matches if kind_of(m) == "twin" and m.score == 1 for i in range(m.first, m.last)}
        return self._slips.mended(text, tokens, named)

    def times(self, text: str, tokens: Sequence[Token] | None = None, named: Container[int] = ()) -> list[TimeSpan]:
        """The time phrases of a text, reckoned from now in the person's zone."""
        return find_times(text, now=self._around.now(), zone=self._around.zone(), tokens=tokens, named=named)

    @staticmethod
    def _unknown_codes(tokens: Sequence[Token], matches: Sequence[Match]) -> list[Match]:
        """Plant codes that are no name of ours, as names of a twin without a value."""
        out = []
        for first, last in codes_in(tokens):
            known = any(m.first < last and first < m.last and kind_of(m) in ("twin", "place") for m in matches)
            if not known:
                text = "".join(t.text for t in tokens[first:last])
                out.append(Match(first, last, (Name(text, "twin", ""),), 0.9))
        return out

    def _keep_up(self) -> None:
        names = self._around.names
        if names is not None and names.version != self._around.seen_version:
            self._around.seen_version = names.version
            self.index.update(n for n in names.all() if self._is_useful(n))

    def _is_useful(self, name: Name) -> bool:
        """Words of the library that are mostly just language ("state", "work", "me") would be found everywhere."""
        if name.kind not in ("property", "twin_type"):
            return True
        text = name.text.casefold()
        if text in _NEVER_NAMES:
            return False
        if listed := self._listed_as.get(squeeze(text)):  # the label of a pump's switch is "pump": a type all the same
            return name.kind in listed
        words = pieces_of(tokenize(text))
        return len(words) != 1 or words[0].key not in self._lexicon.common


def kind_of(match: Match) -> str:
    """The kind that a match means, of those its names have."""
    kinds = {n.kind for n in match.names}
    return next((k for k in _PRECEDENCE if k in kinds), match.names[0].kind)


def _named_numbers(tokens: Sequence[Token], matches: Sequence[Match]) -> set[int]:
    """Tokens that are part of a twin's name, its number as in "motor 4", or a mark as in "a 2 today"."""
    named = {
        i
        for i in range(1, len(tokens) - 1)
        if tokens[i].is_number and tokens[i - 1].norm == "a" and tokens[i + 1].norm in _DAYS
    }
    for m in matches:
        if kind_of(m) == "twin" and not m.partial:
            named.update(range(m.first, m.last))
        elif kind_of(m) == "twin_type" and m.last < len(tokens) and tokens[m.last].norm.isdecimal():
            named.add(m.last)
    return named


def _same_place(match: Match, found: Found) -> bool:
    return found.first <= match.first and match.last <= found.last


def _width(span: Match | TimeSpan) -> int:
    return span.last - span.first


def _overlap(a: Match | TimeSpan, b: Match | TimeSpan) -> bool:
    return a.first < b.last and b.first < a.last


def _is_as_well(match: Match, tokens: Sequence[Token]) -> bool:
    """ "Lock that one as well" speaks of no well."""
    return (
        match.last - match.first == 1
        and tokens[match.first].norm == "well"
        and match.first > 0
        and tokens[match.first - 1].norm == "as"
    )
