"""Finds free-text spans (tasks, topics, unknown names) by labelling each word: B-kind, I-kind or O.

One linear margin a label over the words around, decoded by Viterbi with the one constraint that an I
follows its own kind. Margins of a linear SVM find more here than a logistic regression does, and are
fitted in a fifth of its time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.text import Token
from bot.nlu.vectors import TfIdf

OUTSIDE = "O"
# Chosen on held-out sentences of nlu_data.
PENALTY = 0.3  # C of the linear SVM
TEMPERATURE = 4.0  # turns its margins into log-probabilities
# How much the label O is held back: missing a span costs more than a doubtful one, which its score still tells.
BOLDNESS = np.float32(1.0)
_IMPOSSIBLE = np.float32(-1e4)
_BUDGET = 4_000_000  # tokens times labels that are learnt from: half a minute


Labelled = tuple[Sequence[Token], Sequence[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """Tokens from `first` to before `last` that are probably of this kind."""

    kind: str
    first: int
    last: int
    score: float


class Tagger:
    """A trained tagger. `labels[0]` is O."""

    def __init__(
        self, columns: dict[str, int], labels: Sequence[str], weights: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> None:
        self._columns = columns
        self.labels = list(labels)
        self._bias = bias
        # A row a feature, a column a label; features never seen have the last row, of zeros.
        self._rows = np.vstack([weights, np.zeros((1, len(bias)), dtype=np.float32)])
        self._follows = _transitions(self.labels)

    def scores(self, tokens: Sequence[Token], hints: Sequence[str]) -> NDArray[np.float32]:
        """Log-probability of each label for each token."""
        if len(self.labels) == 1:
            return np.zeros((len(tokens), 1), dtype=np.float32)
        features = [f for of_token in token_features(tokens, hints) for f in of_token]
        at = np.fromiter(map(self._columns.get, features, repeat(len(self._columns))), np.intp, len(features))
        out: NDArray[np.float32] = self._rows[at].reshape(len(tokens), -1, len(self.labels)).sum(axis=1) + self._bias
        out -= out.max(axis=1, keepdims=True)
        out -= np.log(np.exp(out).sum(axis=1, keepdims=True))
        return out

    def spans(self, scores: NDArray[np.float32], prior: NDArray[np.float32] | None = None) -> list[TaggedSpan]:
        """The best sequence of labels as spans; `prior` shifts the labels, as an intent makes some likelier."""
        if not len(scores):
            return []
        shifted = scores.copy() if prior is None else scores + prior
        shifted[:, 0] -= BOLDNESS
        path = self._decode(shifted)
        return list(_spans(path, self.labels, scores))

    def _decode(self, scores: NDArray[np.float32]) -> list[int]:
        """Viterbi, where the likeliest label of each token is not already a sequence that can be."""
        greedy = scores.argmax(axis=1).tolist()
        if all(self._follows[a, b] == 0 for a, b in pairwise([0, *greedy])):
            return list(greedy)
        best = scores[0].copy()
        best[[label.startswith("I-") for label in self.labels]] = _IMPOSSIBLE
        back: list[NDArray[np.intp]] = []
        for row in scores[1:]:
            reached = best[:, None] + self._follows
            back.append(reached.argmax(axis=0))
            best = reached.max(axis=0) + row
        path = [int(best.argmax())]
        for pointers in reversed(back):
            path.append(int(pointers[path[-1]]))
        return path[::-1]

    def to_arrays(self) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
        """What a file must hold: JSON and arrays."""
        return {"labels": self.labels, "features": list(self._columns)}, {
            "weights": self._rows[:-1],
            "bias": self._bias,
        }

    @classmethod
    def from_arrays(cls, data: dict[str, Any], arrays: dict[str, NDArray[np.float32]]) -> "Tagger":
        columns = {f: i for i, f in enumerate(data["features"])}
        if arrays["weights"].shape != (len(columns), len(data["labels"])):
            raise ValueError("the tagger's matrix does not fit its features")
        return cls(columns, data["labels"], arrays["weights"], arrays["bias"])


def fit_tagger(sentences: Sequence[Labelled]) -> Tagger:
    """Trains on (tokens, hints, labels)."""
    from sklearn.svm import LinearSVC

    labels = [label for _, _, said in sentences for label in said]
    kinds = sorted(set(labels), key=lambda label: (label != OUTSIDE, label))
    if len(kinds) < 3:  # nothing, or one word at most, is marked anywhere: there is nothing to learn
        return Tagger({}, [OUTSIDE], np.zeros((0, 1), np.float32), np.zeros(1, np.float32))
    sentences = _affordable(sentences, len(kinds))
    labels = [label for _, _, said in sentences for label in said]
    rows = [list(f) for tokens, hints, _ in sentences for f in token_features(tokens, hints)]
    vocabulary = TfIdf.fit([[r] for r in rows], rarest=[2]).features()[0]
    columns = {f: i for i, f in enumerate(vocabulary)}
    matrix = _binary(rows, columns)
    model = LinearSVC(C=PENALTY, random_state=7).fit(matrix, [kinds.index(label) for label in labels])
    weights = np.ascontiguousarray(model.coef_.T * TEMPERATURE, dtype=np.float32)
    return Tagger(columns, kinds, weights, (model.intercept_ * TEMPERATURE).astype(np.float32))


def _affordable(sentences: Sequence[Labelled], kinds: int) -> Sequence[Labelled]:
    """As many of the sentences, evenly picked, as can be learnt from in bounded time."""
    cost = kinds * sum(len(tokens) for tokens, _, _ in sentences)
    return sentences if cost <= _BUDGET else sentences[:: -(-cost // _BUDGET)]


def token_features(tokens: Sequence[Token], hints: Sequence[str]) -> Iterator[list[str]]:
    """What is seen of each token: itself, its neighbours, and what the rules found there (`hints`)."""
    norms = ["<", "<<", *(_seen(t) for t in tokens), ">>", ">"]
    found = ["", "", *hints, "", ""]
    for i, token in enumerate(tokens, 2):
        here, before, after = norms[i], norms[i - 1], norms[i + 1]
        yield [
            f"w={here}",
            f"w-1={before}",
            f"w+1={after}",
            f"w-2={norms[i - 2]}",
            f"w+2={norms[i + 2]}",
            f"w-1,0={before} {here}",
            f"w0,1={here} {after}",
            f"w-2,-1={norms[i - 2]} {before}",
            f"w+1,2={after} {norms[i + 2]}",
            f"end={here[-3:]}",
            f"head={here[:3]}",
            f"shape={_shape(token)}",
            f"h={found[i]}",
            f"h-1={found[i - 1]}",
            f"h+1={found[i + 1]}",
            f"h,-1={found[i]} {found[i - 1]}",
            f"h,+1={found[i]} {found[i + 1]}",
            f"h,w-1={found[i]} {before}",
            f"h,w-2={found[i]} {norms[i - 2]} {before}",
            f"h,w+1={found[i]} {after}",
            f"w0={norms[2]}",
            f"w01={norms[2]} {norms[3]}",
            f"w0,h={norms[2]} {found[i]}",
            f"at={min(i - 2, 4)}",
        ]


def bio(count: int, spans: Sequence[tuple[str, int, int]]) -> list[str]:
    """Labels of `count` tokens from spans of tokens."""
    labels = [OUTSIDE] * count
    for kind, first, last in spans:
        for i in range(first, last):
            labels[i] = f"{'B' if i == first else 'I'}-{kind}"
    return labels


def _seen(token: Token) -> str:
    return "#" * min(len(token.norm), 5) if token.is_number else token.norm


def _shape(token: Token) -> str:
    if token.is_number:
        return "number"
    if not token.is_word:
        return "sign"
    if token.text.isupper():
        return "CAPS"
    return "Cap" if token.text[0].isupper() else "low"


def _binary(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix

    indices = [[c for f in row if (c := columns.get(f)) is not None] for row in rows]
    indptr = np.cumsum([0, *(len(i) for i in indices)])
    flat = np.fromiter((c for row in indices for c in row), dtype=np.int32, count=int(indptr[-1]))
    return csr_matrix((np.ones(len(flat), dtype=np.float32), flat, indptr), shape=(len(rows), len(columns)))


def _transitions(labels: Sequence[str]) -> NDArray[np.float32]:
    allowed = np.zeros((len(labels), len(labels)), dtype=np.float32)
    for j, after in enumerate(labels):
        if after.startswith("I-"):
            for i, before in enumerate(labels):
                if before[2:] != after[2:]:
                    allowed[i, j] = _IMPOSSIBLE
    return allowed


def _spans(path: Sequence[int], labels: Sequence[str], scores: NDArray[np.float32]) -> Iterator[TaggedSpan]:
    i = 0
    while i < len(path):
        label = labels[path[i]]
        last = i + 1
        if label != OUTSIDE:
            while last < len(path) and labels[path[last]] == f"I-{label[2:]}":
                last += 1
            score = float(np.exp(np.mean([scores[k, path[k]] for k in range(i, last)])))
            yield TaggedSpan(label[2:], i, last, score)
        i = last
