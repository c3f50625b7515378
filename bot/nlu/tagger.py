"""Finds free-text spans (tasks, topics, unknown names) by labelling each word: B-kind, I-kind or O.

What a span is depends on what is asked for: "the report" is a task where something is put off and an event where it
is moved. So the intents that a sentence may have are features too, each by its probability.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.crf import Crf, fit_crf
from bot.nlu.tagger_features import intent_features, token_features
from bot.nlu.text import Token

OUTSIDE = "O"
UNKNOWN = {"?": 1.0}  # the intents of a sentence that nobody has guessed at yet
# How much the label O is held back: missing a span costs more than a doubtful one, which its score still tells.
BOLDNESS = np.float32(0.5)
_UNTOLD = 5  # every so many sentences are learned without their intent, for the look before the guess
_RAREST = 2  # a feature of a single word teaches nothing
_FEWEST_LABELS = 2
_BUDGET = 6_000_000  # tokens times labels that are learnt from: some ten seconds


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """Tokens from `first` to before `last` that are probably of this kind."""

    kind: str
    first: int
    last: int
    score: float


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence to learn from: its tokens, what rules found at each, its intent, the label of each."""

    tokens: Sequence[Token]
    hints: Sequence[str]
    intent: str
    labels: Sequence[str]


class Tagger:
    """A trained tagger. `labels[0]` is O."""

    def __init__(self, columns: dict[str, int], labels: Sequence[str], crf: Crf) -> None:
        self._columns = columns
        self._labels = list(labels)
        self._crf = crf

    def look(self, tokens: Sequence[Token], hints: Sequence[str]) -> "Scored":
        """The sentence with what its words say, for spans under one guess of its intent or another."""
        features = list(token_features(tokens, hints))
        scores = np.zeros((len(tokens), len(self._labels)), dtype=np.float32)
        for row, seen in zip(scores, features, strict=True):
            row += self._sum(seen)
        return Scored(features, scores)

    def spans(self, scored: "Scored", intents: Mapping[str, float] = UNKNOWN) -> list[TaggedSpan]:
        """The likeliest spans, where these are the probabilities of the likeliest intents."""
        if not len(scored.scores):
            return []
        scores = scored.scores.copy()
        for row, seen in zip(scores, scored.features, strict=True):
            for intent, probability in intents.items():
                row += np.float32(probability) * self._sum(intent_features(seen, intent))
        certainty = self._crf.marginals(scores)
        scores[:, 0] -= BOLDNESS
        return list(_spans(self._crf.best_path(scores), self._labels, certainty))

    def _sum(self, features: Sequence[str]) -> NDArray[np.float32]:
        at = [c for f in features if (c := self._columns.get(f)) is not None]
        return np.asarray(self._crf.weights[at].sum(axis=0), dtype=np.float32)

    def to_arrays(self) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
        """What a file must hold: JSON and arrays."""
        crf = self._crf
        arrays = {"weights": crf.weights, "start": crf.start, "follows": crf.follows}
        return {"labels": self._labels, "features": list(self._columns)}, arrays

    @classmethod
    def from_arrays(cls, data: dict[str, Any], arrays: dict[str, NDArray[np.float32]]) -> "Tagger":
        columns = {f: i for i, f in enumerate(data["features"])}
        crf = Crf(arrays["weights"], arrays["start"], arrays["follows"])
        labels = len(data["labels"])
        if crf.weights.shape != (len(columns), labels) or crf.follows.shape != (labels, labels):
            raise ValueError("the tagger's matrix does not fit its features")
        return cls(columns, data["labels"], crf)


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence as the tagger sees it, before anything is known of its intent."""

    features: list[list[str]]
    scores: NDArray[np.float32]


def fit_tagger(sentences: Sequence[Marked]) -> Tagger:
    """Trains on one core, in seconds."""
    labels = sorted({label for s in sentences for label in s.labels} | {OUTSIDE}, key=lambda x: (x != OUTSIDE, x))
    may_start = np.array([not label.startswith("I-") for label in labels])
    may_follow = np.array([[b[:2] != "I-" or a[2:] == b[2:] for b in labels] for a in labels])
    if len(labels) < _FEWEST_LABELS:  # nothing is marked anywhere: there is nothing to learn
        return Tagger({}, labels, fit_crf([], 0, may_start, may_follow))
    sentences = _affordable(sentences, len(labels))
    seen = [list(_seen(s, number)) for number, s in enumerate(sentences)]
    columns = _columns(word for words in seen for word in words)
    number_of = {label: i for i, label in enumerate(labels)}
    rows = [
        (
            [[c for f in word if (c := columns.get(f)) is not None] for word in words],
            [number_of[label] for label in s.labels],
        )
        for words, s in zip(seen, sentences, strict=True)
    ]
    return Tagger(columns, labels, fit_crf(rows, len(columns), may_start, may_follow))


def _affordable(sentences: Sequence[Marked], labels: int) -> Sequence[Marked]:
    """As many of the sentences, evenly picked, as can be learnt from in bounded time."""
    cost = labels * sum(len(s.tokens) for s in sentences)
    return sentences if cost <= _BUDGET else sentences[:: -(-cost // _BUDGET)]


def bio(count: int, spans: Sequence[tuple[str, int, int]]) -> list[str]:
    """Labels of `count` tokens from spans of tokens."""
    labels = [OUTSIDE] * count
    for kind, first, last in spans:
        for i in range(first, last):
            labels[i] = f"{'B' if i == first else 'I'}-{kind}"
    return labels


def _seen(sentence: Marked, number: int) -> Iterator[list[str]]:
    intents = [sentence.intent] if number % _UNTOLD else list(UNKNOWN)
    for seen in token_features(sentence.tokens, sentence.hints):
        yield [*seen, *(f for intent in intents for f in intent_features(seen, intent))]


def _columns(words: Iterator[list[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        for feature in word:
            counts[feature] = counts.get(feature, 0) + 1
    return {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= _RAREST))}


def _spans(path: Sequence[int], labels: Sequence[str], certainty: NDArray[np.float32]) -> Iterator[TaggedSpan]:
    i = 0
    while i < len(path):
        label = labels[path[i]]
        last = i + 1
        if label != OUTSIDE:
            while last < len(path) and labels[path[last]] == f"I-{label[2:]}":
                last += 1
            score = float(np.mean([certainty[k, path[k]] for k in range(i, last)]))
            yield TaggedSpan(label[2:], i, last, score)
        i = last
