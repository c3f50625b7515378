"""Linear-chain conditional random field over the words of a sentence (Lafferty, McCallum, Pereira 2001).

The score of a sequence of labels is the sum of what the features of each word say for its label and of how well
each label follows the one before. Training maximises the likelihood of the marked sequences by AdaGrad (Duchi et
al. 2011) over batches of sentences of one length, so that every step of the forward-backward pass is one product.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

# Chosen on held-out sentences of nlu_data.
RATE = np.float32(0.15)
EPOCHS = 6
PENALTY = np.float32(1e-4)  # on the squared weights, for each sentence
BATCH = 64
_FIRST_STEP = 1e-2  # added to the squared gradients, so that the first steps are no leaps
_IMPOSSIBLE = np.float32(-1e4)


@dataclass(slots=True)
class Crf:
    """Learned weights: a row a feature, a column a label; `follows[i, j]` is for label j after label i."""

    weights: Scores
    start: Scores
    follows: Scores

    def best_path(self, scores: Scores) -> list[int]:
        """The likeliest labels, by Viterbi, for words with these scores (a row a word, one at least)."""
        best = scores[0] + self.start
        back: list[NDArray[np.intp]] = []
        for row in scores[1:]:
            reached = best[:, None] + self.follows
            back.append(reached.argmax(axis=0))
            best = reached.max(axis=0) + row
        path = [int(best.argmax())]
        for pointers in reversed(back):
            path.append(int(pointers[path[-1]]))
        return path[::-1]

    def marginals(self, scores: Scores) -> Scores:
        """The probability of each label for each word."""
        single, _ = _forward_backward(scores[None], self.start, np.exp(self.follows))
        return np.asarray(single[0], dtype=np.float32)


def fit_crf(
    sentences: Sequence[tuple[Sequence[Sequence[int]], Sequence[int]]],
    columns: int,
    may_start: NDArray[np.bool_],
    may_follow: NDArray[np.bool_],
) -> Crf:
    """Trains on (columns of the features that each word has, label of each word); the same data, the same weights."""
    labels = len(may_start)
    weights, start, follows = _Weights((columns, labels)), _Weights((labels,)), _Weights((labels, labels))
    start.values[~may_start] = _IMPOSSIBLE
    follows.values[~may_follow] = _IMPOSSIBLE
    batches = list(_batches(sentences))
    chance = np.random.default_rng(7)
    for _ in range(EPOCHS):
        for number in chance.permutation(len(batches)):
            matrix, used, truth = batches[number]
            scores = (matrix @ weights.values[used]).reshape(*truth.shape, labels)
            excess, pairs = _forward_backward(scores, start.values, np.exp(follows.values))
            rows, places = np.indices(truth.shape)
            excess[rows, places, truth] -= 1
            np.add.at(pairs, (truth[:, :-1], truth[:, 1:]), -1)
            decay = PENALTY * np.float32(len(truth))
            weights.step(matrix.T @ excess.reshape(-1, labels) + decay * weights.values[used], used)
            start.step(np.where(may_start, excess[:, 0].sum(axis=0), 0))
            follows.step(np.where(may_follow, pairs + decay * follows.values, 0))
    return Crf(weights.values, start.values, follows.values)


class _Weights:
    """Weights with the squares of their gradients so far, by which AdaGrad shortens each one's steps."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.values = np.zeros(shape, dtype=np.float32)
        self._squares = np.full(shape, _FIRST_STEP, dtype=np.float32)

    def step(self, gradient: Scores, rows: Any = slice(None)) -> None:
        self._squares[rows] += gradient * gradient
        self.values[rows] -= RATE * gradient / np.sqrt(self._squares[rows])


def _batches(
    sentences: Sequence[tuple[Sequence[Sequence[int]], Sequence[int]]],
) -> Iterator[tuple[Any, NDArray[np.intp], NDArray[np.intp]]]:
    """Sentences of one length together: the features they use as a sparse matrix, which those are, the labels."""
    from scipy.sparse import csr_matrix

    by_length: dict[int, list[int]] = defaultdict(list)
    for number, (_, labels) in enumerate(sentences):
        if len(labels):
            by_length[len(labels)].append(number)
    for numbers in by_length.values():
        for at in range(0, len(numbers), BATCH):
            part = [sentences[n] for n in numbers[at : at + BATCH]]
            words = [word for features, _ in part for word in features]
            used, compact = np.unique([c for word in words for c in word], return_inverse=True)
            ends = np.cumsum([0, *(len(word) for word in words)])
            ones = np.ones(len(compact), dtype=np.float32)
            matrix = csr_matrix((ones, compact.ravel(), ends), shape=(len(words), len(used)))
            yield matrix, used.astype(np.intp), np.array([labels for _, labels in part], dtype=np.intp)


def _forward_backward(scores: Scores, start: Scores, follow: Scores) -> tuple[Scores, Scores]:
    """For sentences of one length: the probability of each label at each word, and, summed, of each pair of labels.

    `follow` holds factors, not their logarithms. Each step is scaled to one, so that nothing vanishes.
    """
    seen = np.exp(scores - scores.max(axis=2, keepdims=True))
    count = scores.shape[1]
    forward = np.empty_like(seen)
    scale = np.ones((len(seen), count, 1), dtype=np.float32)
    here = seen[:, 0] * np.exp(start)
    for at in range(count):
        if at:
            here = (forward[:, at - 1] @ follow) * seen[:, at]
        scale[:, at] = here.sum(axis=1, keepdims=True)
        forward[:, at] = here / scale[:, at]
    backward = np.ones_like(seen)
    pairs = np.zeros_like(follow)
    for at in range(count - 1, 0, -1):
        ahead = seen[:, at] * backward[:, at] / scale[:, at]
        pairs += forward[:, at - 1].T @ ahead
        backward[:, at - 1] = ahead @ follow.T
    single = forward * backward
    return single / single.sum(axis=2, keepdims=True), pairs * follow
