"""A bottom-up chart parser: rules are patterns over words and meanings, each with a production.

A pattern is a line such as `in|within <length>` or `<day> at? <clock>`: words with alternatives, meanings
in angle brackets, a question mark where a part may be left out. The production is called with the
meanings in order (after the calendar) and answers a new meaning, or None to refuse.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from bot.nlu.text import Token

MAX_STEPS = 2_000  # a bound for hostile texts; a long honest sentence takes some hundreds

Categories = Callable[[Any], Sequence[str]]
Production = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A meaning and the tokens it covers, the last one exclusive."""

    meaning: Any
    first: int
    last: int
    names: Sequence[str] = ()  # the categories it goes by, filled in by the chart


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: tuple["frozenset[str] | str", ...]  # words, or the name of a category
    make: Production


@dataclass(frozen=True, slots=True)
class _Arc:
    """A rule of which the first `at` parts were found, up to token `last`."""

    rule: Rule
    at: int
    first: int
    last: int
    found: tuple[Any, ...]


class Grammar:
    """Rules by what they begin with. `categories` says which of the bracketed `names` a meaning goes by."""

    def __init__(self, names: Container[str], categories: Categories) -> None:
        self._names, self._categories = names, categories
        self._by_word: dict[str, list[Rule]] = {}
        self._by_category: dict[str, list[Rule]] = {}

    def rule(self, *patterns: str) -> Callable[[Production], Production]:
        """Registers the decorated production for each of these patterns."""

        def register(make: Production) -> Production:
            for pattern in patterns:
                for parts in _variants(pattern):
                    self._add(Rule(parts, make))
            return make

        return register

    def parse(self, tokens: Sequence[Token], seeds: Iterable[Node], calendar: Any) -> list[Node]:
        """Every meaning that the rules find, the seeds among them."""
        return _Chart(self._categories, self._by_word, self._by_category, tokens, calendar).run(seeds)

    def _add(self, rule: Rule) -> None:
        for part in rule.pattern:
            if isinstance(part, str) and part not in self._names:
                raise ValueError(f"no category <{part}>")
        head = rule.pattern[0]
        if isinstance(head, str):
            self._by_category.setdefault(head, []).append(rule)
        else:
            for word in head:
                self._by_word.setdefault(word, []).append(rule)


class _Chart:
    def __init__(
        self,
        categories: Categories,
        by_word: dict[str, list[Rule]],
        by_category: dict[str, list[Rule]],
        tokens: Sequence[Token],
        calendar: Any,
    ) -> None:
        self._categories, self._by_word, self._by_category = categories, by_word, by_category
        self._tokens, self._calendar = tokens, calendar
        self._nodes: list[Node] = []
        self._starting: dict[int, list[Node]] = {}  # nodes by their first token
        self._waiting: dict[int, list[_Arc]] = {}  # arcs that wait for a meaning, by the token it must begin at
        self._seen: set[tuple[Any, int, int]] = set()
        self._agenda: list[Node] = []
        self._steps = 0

    def run(self, seeds: Iterable[Node]) -> list[Node]:
        for at, token in enumerate(self._tokens):
            for rule in self._by_word.get(token.norm, ()):
                self._extend(_Arc(rule, 1, at, at + 1, ()))
        for node in seeds:
            self._complete(node)
        while self._agenda and self._steps < MAX_STEPS:
            node = self._agenda.pop()
            self._starting.setdefault(node.first, []).append(node)
            for name in node.names:
                for rule in self._by_category.get(name, ()):
                    self._extend(_Arc(rule, 1, node.first, node.last, (node.meaning,)))
            for arc in list(self._waiting.get(node.first, ())):
                self._feed(arc, node)
        return self._nodes

    def _complete(self, node: Node) -> None:
        key = (node.meaning, node.first, node.last)
        if key not in self._seen:
            self._seen.add(key)
            node = Node(node.meaning, node.first, node.last, self._categories(node.meaning))
            self._nodes.append(node)
            self._agenda.append(node)

    def _extend(self, arc: _Arc) -> None:
        """Moves an arc over the words that follow, until it is done or waits for a meaning."""
        self._steps += 1
        pattern = arc.rule.pattern
        at, last = arc.at, arc.last
        while at < len(pattern):
            part = pattern[at]
            if isinstance(part, str):
                waiting = _Arc(arc.rule, at, arc.first, last, arc.found)
                self._waiting.setdefault(last, []).append(waiting)
                for node in list(self._starting.get(last, ())):
                    self._feed(waiting, node)
                return
            if last >= len(self._tokens) or self._tokens[last].norm not in part:
                return
            at, last = at + 1, last + 1
        meaning = arc.rule.make(self._calendar, *arc.found)
        if meaning is not None:
            self._complete(Node(meaning, arc.first, last))

    def _feed(self, arc: _Arc, node: Node) -> None:
        part = arc.rule.pattern[arc.at]
        if part in node.names:
            self._extend(_Arc(arc.rule, arc.at + 1, arc.first, node.last, (*arc.found, node.meaning)))


def _variants(pattern: str) -> Iterable[tuple["frozenset[str] | str", ...]]:
    """The pattern with and without each of its optional parts."""
    choices = []
    for part in pattern.split():
        core = part.removesuffix("?")
        parsed = core[1:-1] if core.startswith("<") else frozenset(core.split("|"))
        choices.append(((parsed,), ()) if part.endswith("?") else ((parsed,),))
    for chosen in product(*choices):
        flat = tuple(item for group in chosen for item in group)
        if flat:
            yield flat
