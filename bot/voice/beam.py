"""Beam search: the likeliest texts of an utterance, of any words or of a grammar's."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from bot.voice.grammar import Grammar, State
from bot.voice.transcriber import END, Decoding, Row, Tokens

NAME_BONUS = 1.0  # for each token of a name: the transcriber has hardly read of any
_MOST_BONUS = 3 * NAME_BONUS  # by which a text may still gain
_ANYTHING = -1.0  # for leaving what the grammar knows: what it knows is likelier
_FREE = 4  # beginnings in a grammar that any words may follow: they must not crowd out those that it knows


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as tokens; `score` is its log-probability, with the bonus of names.

    `dictated`: it ends in any words, where the grammar lets them stand.
    """

    tokens: Tokens
    score: float
    dictated: bool = False

    @property
    def clarity(self) -> float:
        """The score a token, with the one that ends the text."""
        return self.score / (len(self.tokens) + 1)


class _Beginning(NamedTuple):
    tokens: Tokens
    score: float
    state: State | None


class _Step(NamedTuple):
    score: float
    row: int
    token: int
    state: State | None


class Search:
    """Readings are `found`, best first; none where the grammar has no text that fits, of at least `shortest` tokens.

    Beginnings that cannot come to a score of `least` any more are left, so a clear utterance has few of them; so are
    those that are further behind the likeliest than `within`. None of the latter could have come to a score of `left`.
    Somebody spoke, so no text is no reading, however likely it is.
    """

    def __init__(
        self,
        width: int,
        grammar: Grammar | None = None,
        *,
        shortest: int = 1,
        least: float = -math.inf,
        within: float = math.inf,
    ) -> None:
        self._width = width
        self._grammar = grammar
        self._shortest, self._least, self._within = shortest, least, within
        self._gain = _MOST_BONUS if grammar else 0.0
        self._beam = [_Beginning((), 0.0, grammar.start if grammar else None)]
        self.found: list[Reading] = []
        self.left = -math.inf

    @property
    def beginnings(self) -> list[Tokens]:
        """Those that are followed; it is over where there are none."""
        return [begun.tokens for begun in self._beam]

    def take(self, rows: Sequence[Row]) -> None:
        """What is likely behind each beginning."""
        beam, grammar, width = self._beam, self._grammar, self._width
        steps = [step for at, begun in enumerate(beam) for step in _steps(begun, at, rows[at], width, grammar)]
        steps.sort(key=lambda step: -step.score)
        best = _recombined(steps, 2 * width, _FREE if grammar else 2 * width)
        over = [(beam[s.row], s.score) for s in best if s.token == END and len(beam[s.row].tokens) >= self._shortest]
        self.found += [
            Reading(begun.tokens, score, grammar is not None and begun.state is None) for begun, score in over
        ]
        self.found.sort(key=lambda reading: -reading.score)
        going = [s for s in best if s.token != END and s.score + self._gain >= self._least][:width]
        kept = [s for s in going if s.score >= going[0].score - self._within]
        if len(kept) < len(going):
            self.left = max(self.left, going[len(kept)].score + self._gain)
        if kept and self.found and self.found[0].score > kept[0].score + self._gain:
            kept = []
        self._beam = [_Beginning((*beam[s.row].tokens, s.token), s.score, s.state) for s in kept]


def carry_out(decoding: Decoding, longest: int, *searches: Search) -> None:
    """Searches side by side, for texts of up to so many tokens: many beginnings take little longer than one."""
    going = list(searches)
    for _ in range(longest):
        if not (going := [each for each in going if each.beginnings]):
            break
        rows = iter(decoding.after([beginning for each in going for beginning in each.beginnings]))
        for each in going:
            each.take(list(islice(rows, len(each.beginnings))))


def scored(decoding: Decoding, texts: Sequence[Tokens]) -> list[Reading]:
    """These texts as readings, in their order."""
    if len(texts) == 1:
        return [Reading(texts[0], _sum(decoding.along(texts[0]), texts[0]))]
    rows: list[list[Row]] = [[] for _ in texts]
    for size in range(1 + max(map(len, texts), default=0)):
        here = [i for i, text in enumerate(texts) if size <= len(text)]
        for i, row in zip(here, decoding.after([texts[i][:size] for i in here]), strict=True):
            rows[i].append(row)
    return [Reading(text, _sum(behind, text)) for text, behind in zip(texts, rows, strict=True)]


def _sum(rows: Sequence[Row], text: Tokens) -> float:
    return sum(float(row[token]) for row, token in zip(rows, (*text, END), strict=True))


def _recombined(steps: list[_Step], most: int, most_free: int) -> list[_Step]:
    """The best steps; of those that lead to the same place of the grammar, only the first."""
    kept: list[_Step] = []
    reached: set[State] = set()
    free = 0
    for step in steps:
        if len(kept) == most:
            break
        if step.state is None and step.token != END:
            free += 1
            if free <= most_free:
                kept.append(step)
        elif step.token == END or step.state not in reached:
            kept.append(step)
            if step.state is not None:
                reached.add(step.state)
    return kept


def _steps(begun: _Beginning, at: int, row: Row, width: int, grammar: Grammar | None) -> list[_Step]:
    most = 2 * width + 1
    if grammar is None or begun.state is None:
        tokens = np.argpartition(-row, most)[:most]
        return [_Step(begun.score + float(row[token]), at, int(token), None) for token in tokens]
    after = grammar.after(begun.state)
    others = _steps(_Beginning(begun.tokens, begun.score + _ANYTHING, None), at, row, width, None) if after.free else []
    if not len(after.tokens):
        return others
    scores = row[after.tokens] + NAME_BONUS * after.named
    likely = np.argpartition(-scores, most)[:most] if len(scores) > most else range(len(scores))
    steps = [_Step(begun.score + float(scores[i]), at, int(after.tokens[i]), after.states[i]) for i in likely]
    return steps + [step for step in others if step.token != END]
