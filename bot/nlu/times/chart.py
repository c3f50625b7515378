"""A bottom-up chart parser: rules are patterns over words and meanings, each with a production.

A pattern is a line such as `in|within <length>` or `<day> at? <clock>`: words with alternatives, meanings
in angle brackets, a question mark where a part may be left out. The production is called with the
meanings in order (after the calendar) and answers a new meaning, or None to refuse. One that runs out of the
calendar (OverflowError, ValueError) refuses too.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from bot.nlu.text import Token

MAX_STEPS = 2_000  # a bound for hostile texts; a long honest sentence takes some hundreds

Categories = Callable[[Any], Sequence[str]]
Production = Callable[..., Any]
Part = tuple[str, bool]  # a word, or the name of a category where true


@dataclass(frozen=True, slots=True)
class Node:
    """A meaning and the tokens it covers, the last one exclusive."""

    meaning: Any
    first: int
    last: int


@dataclass(slots=True)
class _State:
    """How far a rule was followed. Rules that begin alike share their states, so that a step serves them all."""

    words: "dict[str, _State]" = field(default_factory=dict)
    names: "dict[str, _State]" = field(default_factory=dict)
    makes: list[Production] = field(default_factory=list)


class Grammar:
    """All rules as one tree. `categories` says which of the bracketed `names` a meaning goes by."""

    def __init__(self, names: Container[str], categories: Categories) -> None:
        self._names, self._categories = names, categories
        self._root = _State()

    def rule(self, *patterns: str) -> Callable[[Production], Production]:
        """Registers the decorated production for each of these patterns."""

        def register(make: Production) -> Production:
            for pattern in patterns:
                for parts in _variants(pattern):
                    self._add(parts, make)
            return make

        return register

    def parse(self, tokens: Sequence[Token], seeds: Iterable[Node], calendar: Any) -> list[Node]:
        """Every meaning that the rules find, the seeds among them."""
        return _Chart(self._root, self._categories, [t.norm for t in tokens], calendar).run(seeds)

    def _add(self, parts: Iterable[Part], make: Production) -> None:
        state = self._root
        for part, is_name in parts:
            if is_name and part not in self._names:
                raise ValueError(f"no category <{part}>")
            state = (state.names if is_name else state.words).setdefault(part, _State())
        if make not in state.makes:
            state.makes.append(make)


class _Chart:
    def __init__(self, root: _State, categories: Categories, words: Sequence[str], calendar: Any) -> None:
        self._root, self._categories, self._words, self._calendar = root, categories, words, calendar
        self._nodes: list[Node] = []
        self._starting: dict[int, list[tuple[Node, Sequence[str]]]] = {}  # nodes by their first token
        self._waiting: dict[int, list[tuple[_State, int, tuple[Any, ...]]]] = {}  # for a meaning that begins there
        self._seen: set[tuple[Any, int, int]] = set()
        self._agenda: list[Node] = []
        self._steps = 0

    def run(self, seeds: Iterable[Node]) -> list[Node]:
        for at, word in enumerate(self._words):
            if (state := self._root.words.get(word)) is not None:
                self._follow(state, at, at + 1, ())
        for node in seeds:
            self._complete(node)
        while self._agenda and self._steps < MAX_STEPS:
            node = self._agenda.pop()
            names = self._categories(node.meaning)
            self._starting.setdefault(node.first, []).append((node, names))
            self._feed(self._root, node.first, (), node, names)
            for state, first, found in tuple(self._waiting.get(node.first, ())):
                self._feed(state, first, found, node, names)
        return self._nodes

    def _complete(self, node: Node) -> None:
        key = (node.meaning, node.first, node.last)
        if key not in self._seen:
            self._seen.add(key)
            self._nodes.append(node)
            self._agenda.append(node)

    def _follow(self, state: _State, first: int, last: int, found: tuple[Any, ...]) -> None:
        """Makes what is complete here, and goes on over the word that follows or waits for a meaning."""
        self._steps += 1
        for make in state.makes:
            if (meaning := self._make(make, found)) is not None:
                self._complete(Node(meaning, first, last))
        if last < len(self._words) and (following := state.words.get(self._words[last])) is not None:
            self._follow(following, first, last + 1, found)
        if state.names and self._steps < MAX_STEPS:
            self._waiting.setdefault(last, []).append((state, first, found))
            for node, names in tuple(self._starting.get(last, ())):
                self._feed(state, first, found, node, names)

    def _make(self, make: Production, found: tuple[Any, ...]) -> Any:
        try:
            return make(self._calendar, *found)
        except (OverflowError, ValueError):  # a date outside the years 1 to 9999, or one that is not found
            return None

    def _feed(self, state: _State, first: int, found: tuple[Any, ...], node: Node, names: Sequence[str]) -> None:
        for name in names:
            if (following := state.names.get(name)) is not None:
                self._follow(following, first, node.last, (*found, node.meaning))


def _variants(pattern: str) -> Iterable[tuple[Part, ...]]:
    """The pattern with each of its alternatives, with and without each of its optional parts."""
    choices: list[list[tuple[Part, ...]]] = []
    for part in pattern.split():
        core = part.removesuffix("?")
        if core.startswith("<"):
            options: list[tuple[Part, ...]] = [((core[1:-1], True),)]
        else:
            options = [((word, False),) for word in core.split("|")]
        choices.append([*options, ()] if part.endswith("?") and len(part) > 1 else options)
    for chosen in product(*choices):
        if flat := tuple(part for group in chosen for part in group):
            yield flat
