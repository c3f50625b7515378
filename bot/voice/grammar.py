"""What is said to this house as an automaton over tokens: it knows which token may come next.

A sentence of the corpus is a path of words; a class of it, such as `[twin]`, leads through the names of that kind or,
such as `[time]`, through what is usual, and `{number}` through any number, in digits or in words. Behind `[words]`
anything goes. Words may be written large or small, a comma may stand between them, and a stop at the end.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.voice.corpus import ANYTHING, CLASSES
from bot.voice.lexicon import members
from bot.voice.ports import Phrase
from bot.voice.sentences import Sentence, shape
from bot.voice.words import ONES, TENS, said_words

Tokens = tuple[int, ...]

_NUMBER = "number"
_HALF = ("and", "a", "half")
_STOPS = ".?!"
_WRITTEN = {"am": ("a.m.", "AM"), "pm": ("p.m.", "PM")}
_MOST_KEPT = 20_000  # states whose continuations are remembered


@dataclass(slots=True, eq=False)
class _Node:
    words: dict[str, "_Node"] = field(default_factory=dict)
    arcs: defaultdict[int, list[tuple[Tokens, "_Node"]]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[str, "_Node"] = field(default_factory=dict)
    final: bool = False
    free: bool = False  # any words may follow


class _Place(NamedTuple):
    """Somewhere on the way: in front of `node` once the tokens of `rest` were read.

    Within a class, `kind` is the outermost one, and `back` has the nodes where the sentence goes on, innermost last.
    """

    node: _Node
    rest: Tokens = ()
    back: tuple[_Node, ...] = ()
    kind: str = ""
    paused: bool = False


State = frozenset[_Place]


class Continuation(NamedTuple):
    """The tokens that may come next, the state behind each, and whether it is part of a name.

    With `free`, any words may come as well, up to the end.
    """

    tokens: NDArray[np.int64]
    states: list[State]
    named: NDArray[np.bool_]
    free: bool


class Grammar:
    """Sentences that are said here, with what is `usual` for classes.

    `tokens` writes a word as it stands behind another one; `end` closes a text.
    """

    def __init__(
        self, sentences: Iterable[Sentence], tokens: Callable[[str], Tokens], end: int, usual: Iterable[Phrase] = ()
    ) -> None:
        self._tokens = tokens
        self._end = end
        self._spellings: dict[str, set[Tokens]] = {}
        self._stops = [self._behind("a", stop)[0] for stop in _STOPS]
        self._comma = self._behind("a", ",")[0]
        self._over = _Node(final=True)
        self._root = _Node()
        self._kept: dict[State, Continuation] = {}
        self._names: dict[str, _Node] = {}
        self._usual = {_NUMBER: self._numbers()}
        self._also = [phrase for phrase in usual if phrase.kind in CLASSES]
        for phrase in usual:
            self._add(self._usual.setdefault(phrase.kind, _Node()), shape(said_words(phrase.text)))
        for sentence in sentences:
            self._add(self._root, shape(sentence))
        self.learn(())
        self.start: State = frozenset([_Place(self._root)])

    def learn(self, phrases: Iterable[Phrase]) -> None:
        """From now on these are the names; kinds without any have some usual ones."""
        self._names = dict(self._usual)
        for kind, texts in members(phrases).items():
            root = self._names[kind] = _Node()
            for text in texts + [phrase.text for phrase in self._also if phrase.kind == kind]:
                self._add(root, text.split())
                self._add(root, said_words(text))
        self._kept.clear()

    def after(self, state: State) -> Continuation:
        """What may come next."""
        if (known := self._kept.get(state)) is None:
            follow: defaultdict[int, set[_Place]] = defaultdict(set)
            for place in state:
                self._follow(place, follow)
            states = [frozenset(places) for places in follow.values()]
            named = [any(place.kind in CLASSES for place in places) for places in states]
            free = any(place.node.free and not place.rest for place in state)
            known = Continuation(np.fromiter(follow, np.int64, len(follow)), states, np.array(named, bool), free)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[state] = known
        return known

    def _follow(self, place: _Place, follow: defaultdict[int, set[_Place]]) -> None:
        if place.rest:
            follow[place.rest[0]].add(place._replace(rest=place.rest[1:]))
            return
        node, back = place.node, place.back
        self._enter(node, follow, back, place.kind)
        if node.final and back:
            self._follow(_Place(back[-1], (), back[:-1], place.kind if back[1:] else "", paused=True), follow)
        elif node.final:
            follow[self._end].add(_Place(self._over))
            for stop in self._stops if node is not self._over else ():
                follow[stop].add(_Place(self._over))
        if node not in (self._root, self._over) and not place.paused:
            follow[self._comma].add(place._replace(paused=True))

    def _enter(self, node: _Node, follow: defaultdict[int, set[_Place]], back: tuple[_Node, ...], kind: str) -> None:
        """The words behind a node, also where a class begins with another one: "for [duration]" is "for 2 hours"."""
        for token, arcs in node.arcs.items():
            follow[token].update(_Place(behind, rest, back, kind) for rest, behind in arcs)
        for inner, behind in node.classes.items():
            if inner in self._names:
                self._enter(self._names[inner], follow, (*back, behind), kind or inner)

    def _add(self, node: _Node, words: Sequence[str]) -> None:
        for word in re.sub(r"\b([ap]) m\b", r"\1m", " ".join(words)).split():
            if word == f"[{ANYTHING}]":
                node.free = True
                return
            if word.startswith(("[", "{")):
                node = node.classes.setdefault(word[1:-1], _Node())
            else:
                node = self._word(node, word)
        node.final = True

    def _word(self, node: _Node, word: str) -> _Node:
        if (behind := node.words.get(word)) is None:
            behind = node.words[word] = _Node()
            for spelling in self._spelled(word):
                node.arcs[spelling[0]].append((spelling[1:], behind))
        return behind

    def _spelled(self, word: str) -> set[Tokens]:
        if word not in self._spellings:
            forms = {word, word.lower(), word.capitalize(), *_WRITTEN.get(word, ())}
            self._spellings[word] = {self._tokens(form) for form in forms}
            if word == "percent":
                self._spellings[word].add(self._behind("1", "%"))
        return self._spellings[word]

    def _behind(self, word: str, sign: str) -> Tokens:
        """The tokens of a sign that stands behind a word without a space."""
        return self._tokens(word + sign)[len(self._tokens(word)) :]

    def _numbers(self) -> _Node:
        """Up to four digits, with a point or a colon and two more; or two words; either with a half."""
        root = _Node()
        for word in (*ONES, *TENS[2:], "hundred"):
            first = self._word(root, word)
            first.final = True
            self._add(first, _HALF)
            for second in (*ONES, *TENS[2:], "hundred"):
                self._word(first, second).final = True
                self._add(self._word(first, second), _HALF)
        space = self._tokens("1")[:-1]
        digits = [self._tokens(str(digit))[-1] for digit in range(10)]
        whole = [_Node(final=True) for _ in range(4)]
        point, decimals = _Node(), [_Node(final=True) for _ in range(2)]
        for digit in digits:
            root.arcs[(*space, digit)[0]].append(((*space, digit)[1:], whole[0]))
            for before, behind in (*pairwise(whole), (point, decimals[0]), (decimals[0], decimals[1])):
                before.arcs[digit].append(((), behind))
        for before in whole[:2]:
            self._add(before, _HALF)
            for sign in ".:":
                before.arcs[self._behind("1", sign)[0]].append(((), point))
        return root
