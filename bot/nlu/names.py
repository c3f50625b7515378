"""Index of the names that people may say: found by look-up in the words of a message, never by a scan."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.nlu.spelling import Spelling
from bot.nlu.text import Token, squeeze, tokenize
from bot.ports import Name
from twin_core.contract.numbers import digit_of, read_number

K = TypeVar("K")
E = TypeVar("E")
V = TypeVar("V")

MAX_PIECES = 8  # words in a name, at most, that are matched at once
MAX_OPTIONS = 12  # twins that a part of a name may stand for
_NOT_CODES = frozenset("co pm am m h i a is to of at in on by and or not from".split())
_BREAKS = frozenset(",;?!()")
_JOINING = frozenset("the a an of and or to in on at for my our".split())  # no part of a name begins or ends with one


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or number of the message as names are compared by: singular, number words as digits."""

    key: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Match:
    """Names that fit the tokens from `first` to before `last`."""

    first: int
    last: int
    names: tuple[Name, ...]
    score: float
    partial: bool = False  # only a part of the name was said


class NameIndex:
    """Exact, partial and misspelt names. `update` costs what has changed, `find` what was said."""

    def __init__(self, fixed: Iterable[Name] = (), common: frozenset[str] = frozenset()) -> None:
        self._common = common
        self._spelling = Spelling()
        self._whole: dict[str, dict[Name, None]] = defaultdict(dict)
        self._parts: dict[str, dict[str, Name]] = defaultdict(dict)
        self._by_type: dict[tuple[str, str], dict[str, Name]] = defaultdict(dict)
        self._type_words: set[str] = set()
        self._names: frozenset[Name] = frozenset()
        self._fixed = frozenset(fixed)
        for name in self._fixed:
            self._add(name)

    def update(self, names: Iterable[Name]) -> None:
        """Makes these the live names, besides the fixed ones."""
        wanted = frozenset(names) - self._fixed
        added, gone = wanted - self._names, self._names - wanted
        for name in gone:
            self._drop(name)
        for name in sorted(added, key=lambda n: n.kind != "twin_type"):  # type words first: parts depend on them
            self._add(name)
        self._names = wanted

    @property
    def has_twins(self) -> bool:
        """Whether the name of any twin is known."""
        return bool(self._by_type)

    def of_type(self, twin_type: str, place: str | None = None) -> list[Name]:
        """Twins of a type, one name each; in a place, where one is given."""
        return list(self._by_type.get((twin_type, squeeze(place) if place else ""), {}).values())

    def exact(self, text: str) -> tuple[Name, ...]:
        """The names that are spelt like this."""
        pieces = pieces_of(tokenize(text))
        return tuple(self._whole.get("".join(p.key for p in pieces), ()))

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """The names in a message: the longest first choice, without overlaps."""
        found: list[Match] = []
        for run in runs_of(tokens):
            found.extend(self._whole_names(run, 1.0))
            found.extend(self._misspelt(run))
            found.extend(self._partial_names(run))
        found.sort(key=lambda m: (m.partial and m.score <= 0.7, m.first - m.last, m.partial, -m.score))
        chosen: list[Match] = []
        for match in found:
            if all(match.last <= c.first or c.last <= match.first for c in chosen):
                chosen.append(match)
        return sorted(chosen, key=lambda m: m.first)

    def _whole_names(self, run: Sequence[Piece], score: float) -> Iterator[Match]:
        for i, first in enumerate(run):
            key = ""
            for last in run[i : i + MAX_PIECES]:
                key += last.key
                if names := self._whole.get(key):
                    yield Match(first.first, last.last, tuple(names), score)

    def _misspelt(self, run: Sequence[Piece]) -> Iterator[Match]:
        """The same with words replaced by the nearest known ones, where a word is neither known nor common."""
        corrected = [self._correction(p) for p in run]
        if all(c is None for c in corrected):
            return
        mended = [c[0] if c else p for c, p in zip(corrected, run, strict=True)]
        for match in self._whole_names(mended, 1.0):
            scores = [c[1] for c in corrected if c and match.first <= c[0].first < match.last]
            if scores:
                yield Match(match.first, match.last, match.names, min(scores))

    def _partial_names(self, run: Sequence[Piece]) -> Iterator[Match]:
        for i, first in enumerate(run):
            key = ""
            for count, last in enumerate(run[i : i + MAX_PIECES], 1):
                key += last.key
                names = self._parts.get(key)
                if names and len(names) <= MAX_OPTIONS and (count > 1 or first.key not in self._common):
                    yield Match(first.first, last.last, tuple(names.values()), 0.8 if count > 1 else 0.7, partial=True)

    def _correction(self, piece: Piece) -> tuple[Piece, float] | None:
        if piece.key in self._common or not piece.key.isalpha():
            return None
        near = self._spelling.nearest(piece.key)
        return (Piece(near.word, piece.first, piece.last), near.score) if near else None

    def _add(self, name: Name) -> None:
        keys = [p.key for p in pieces_of(tokenize(name.text))][: 2 * MAX_PIECES]
        if not keys:
            return
        self._whole["".join(keys)][name] = None
        for key in keys:
            self._spelling.add(key)
        if name.kind == "twin_type":
            self._type_words.update(keys)
        if name.kind == "twin":
            for part in self._parts_of(keys):
                self._parts[part].setdefault(str(name.value), name)
            for where in _where(name):
                self._by_type[where].setdefault(str(name.value), name)

    def _drop(self, name: Name) -> None:
        keys = [p.key for p in pieces_of(tokenize(name.text))][: 2 * MAX_PIECES]
        if not keys:
            return
        _remove(self._whole, "".join(keys), name)
        for key in keys:
            self._spelling.drop(key)
        if name.kind == "twin":
            for part in self._parts_of(keys):
                _remove(self._parts, part, str(name.value))
            for where in _where(name):
                _remove(self._by_type, where, str(name.value))

    def _parts_of(self, keys: Sequence[str]) -> Iterator[str]:
        """Runs of words within a name that may stand for it; a lone type word or number says too little."""
        for i in range(len(keys)):
            for j in range(i + 1, min(len(keys), i + MAX_PIECES) + 1):
                part = keys[i:j]
                if (
                    len(part) == len(keys)
                    or part[0] in _JOINING
                    or part[-1] in _JOINING
                    or not any(k.isalpha() and len(k) > 2 for k in part)
                ):
                    continue
                if all(k in self._type_words or k.isdecimal() for k in part):
                    continue
                yield "".join(part)


def codes_in(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Plant codes by their form alone, known or not: `P-101`, `AHU 3`, `VAV12`, `mtr-15`."""
    for i, token in enumerate(tokens):
        if not token.is_word or len(token.norm) > 5 or token.norm in _NOT_CODES:
            continue
        dashed = i + 2 < len(tokens) and tokens[i + 1].norm in "-_" and tokens[i + 2].start == tokens[i + 1].end
        number = i + 2 if dashed else i + 1
        if number >= len(tokens) or not tokens[number].norm.isdecimal() or len(tokens[number].norm) > 5:
            continue
        glued = tokens[i + 1].start == token.end
        if (dashed and glued) or (token.text.isupper() and (len(token.norm) > 1 or glued)):
            yield i, number + 1


def runs_of(tokens: Sequence[Token]) -> Iterator[list[Piece]]:
    """The pieces of a message, cut where no name goes on: at commas and the like."""
    run: list[Piece] = []
    begin = 0
    for i, token in enumerate(tokens):
        if token.norm in _BREAKS or (token.norm == "." and _ends_sentence(tokens, i)):
            run.extend(pieces_of(tokens[begin:i], begin))
            if run:
                yield run
            run, begin = [], i + 1
    run.extend(pieces_of(tokens[begin:], begin))
    if run:
        yield run


def pieces_of(tokens: Sequence[Token], offset: int = 0) -> list[Piece]:
    """Words and numbers; "twenty one" is 21, "one oh one" is 1 0 1, dashes and dots are nothing."""
    pieces: list[Piece] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        end = i + 1
        if token.is_word:
            key = digit_of(token.stem)
            if key.isdecimal() and (number := read_number(tokens, i)) and number.value % 1 == 0:
                key, end = str(int(number.value)), number.end
            elif token.norm == "oh" and pieces and pieces[-1].key.isdecimal():
                key = "0"
            pieces.append(Piece(key, i + offset, end + offset))
        elif token.is_number:
            pieces.append(Piece(token.norm, i + offset, end + offset))
        i = end
    return pieces


def _ends_sentence(tokens: Sequence[Token], i: int) -> bool:
    return i + 1 >= len(tokens) or tokens[i + 1].start > tokens[i].end


def _where(name: Name) -> list[tuple[str, str]]:
    kind = name.twin_type or ""
    return [(kind, ""), (kind, squeeze(name.place))] if name.place else [(kind, "")]


def _remove(index: dict[K, dict[E, V]], key: K, item: E) -> None:
    if (entry := index.get(key)) is not None:
        entry.pop(item, None)
        if not entry:
            del index[key]
