"""Learns the margins of intents: two linear classifiers whose weights are summed, so that both cost one product.

`discriminant` asks which intent's cloud of embeddings a sentence lies in; it needs few sentences and no search.
`support_vectors` draws borders through embeddings and TF-IDF together; it gains with every sentence.
docs/adr/0008 has what was measured.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Said = NDArray[np.intp]

PENALTY = 0.5  # C of the linear SVM
EMBEDDING_SCALE = np.float32(2.0)  # of the unit embedding against the unit blocks of TF-IDF
LEAST_SHRINKAGE = 0.15  # of the covariance of embeddings towards a sphere; more where sentences are few
AXES = 160  # principal axes of the embeddings that the SVM sees: all 768 take four times as long to the same end


@dataclass(frozen=True, slots=True)
class Linear:
    """A column an intent, a row a feature: TF-IDF's first, then the embedding's."""

    weights: Matrix
    bias: Matrix

    def margins(self, tfidf: Any, vectors: Matrix | None) -> Matrix:
        """A row a sentence."""
        out = tfidf @ self.weights[: tfidf.shape[1]] + self.bias
        return np.asarray(out if vectors is None else out + vectors @ self.weights[tfidf.shape[1] :], np.float32)

    def __mul__(self, factor: float) -> "Linear":
        return Linear(self.weights * np.float32(factor), self.bias * np.float32(factor))

    def __add__(self, other: "Linear") -> "Linear":
        """`other` may know fewer features: the last ones alone."""
        weights = self.weights.copy()
        weights[len(weights) - len(other.weights) :] += other.weights
        return Linear(weights, self.bias + other.bias)


def support_vectors(tfidf: Any, vectors: Matrix | None, said: Said) -> Linear:
    """One-vs-rest squared hinge; weighed by class, as some intents have three times the sentences."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    matrix, axes, middle = tfidf, None, None
    if vectors is not None:
        axes, middle = _principal_axes(vectors)
        matrix = hstack([tfidf, csr_matrix((vectors - middle) @ axes * EMBEDDING_SCALE)]).tocsr()
    model = LinearSVC(C=PENALTY, class_weight="balanced", tol=1e-2, random_state=7).fit(matrix, said)
    found, shift = np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32)
    if len(found) == 1:  # two classes: scikit-learn keeps one margin
        found, shift = np.vstack([-found, found]), np.concatenate([-shift, shift])
    weights = found.T
    if axes is not None and middle is not None:
        turned = axes @ weights[tfidf.shape[1] :] * EMBEDDING_SCALE
        weights, shift = np.vstack([weights[: tfidf.shape[1]], turned]), shift - middle @ turned
    return Linear(np.ascontiguousarray(weights), shift)


def discriminant(vectors: Matrix, said: Said) -> Linear:
    """Linear discriminant analysis with a shrunken covariance; every intent is as likely as another."""
    means = np.stack([vectors[said == intent].mean(axis=0) for intent in range(said.max() + 1)])
    away = vectors - means[said]
    covariance = away.T @ away / np.float32(max(len(vectors) - len(means), 1))
    sphere = np.eye(len(covariance), dtype=np.float32) * max(np.trace(covariance) / len(covariance), 1e-9)
    shrinkage = np.float32(max(LEAST_SHRINKAGE, vectors.shape[1] / (vectors.shape[1] + len(vectors))))
    weights = np.linalg.solve((1 - shrinkage) * covariance + shrinkage * sphere, means.T)
    return Linear(weights, -(means.T * weights).sum(axis=0) / 2)


def _principal_axes(vectors: Matrix) -> tuple[Matrix, Matrix]:
    middle = vectors.mean(axis=0)
    _, axes = np.linalg.eigh((vectors - middle).T @ (vectors - middle))
    return np.ascontiguousarray(axes[:, : -AXES - 1 : -1], dtype=np.float32), middle
