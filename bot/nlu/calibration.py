"""Fits the intent model: its margins on everything, how far to believe them on sentences that were held out."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.features import rarest
from bot.nlu.intents import OUT_OF_SCOPE, IntentModel, probabilities
from bot.nlu.margins import Linear, Matrix, Said, discriminant, support_vectors
from bot.nlu.vectors import Block, TfIdf

FOLDS = 5
ENOUGH = 2_500  # sentences held out: more folds than that takes would only cost time
FALSE_REJECTS = 0.04  # the share of sentences understood right that may be turned away for …
CAUGHT = 0.95  # … this share of those that make no sense here
# Where those are rare in the data they are rare in its tests: turning away must not cost more than there is to gain.
_REJECTS_FOR_EACH = 0.5  # sentences understood right that may be turned away for each that makes no sense
_BALANCES = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5, 3.0)  # of the SVM's margins against the discriminant's
_TEMPERATURES = np.geomspace(0.5, 60, 40)
_CORES = 2
_UNBALANCED = 0.5  # the balance where nothing could be held out


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two classifiers fitted on the same sentences; without embeddings there is no discriminant."""

    borders: Linear
    clouds: Linear | None


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """Margins of sentences by classifiers that had not seen them."""

    said: Said
    borders: Matrix
    clouds: Matrix | None

    def balanced(self, balance: float, spreads: tuple[float, float]) -> Matrix:
        if self.clouds is None:
            return self.borders
        return self.borders * np.float32(balance / spreads[0]) + self.clouds * np.float32(1 / spreads[1])


def fit_intents(
    sentences: Sequence[tuple[str, Sequence[Block]]], vectors: Matrix | None
) -> tuple[IntentModel, dict[str, Any]]:
    """The model of (intent, features by block), calibrated, and what was measured on held-out sentences."""
    labels = sorted({intent for intent, _ in sentences})
    rows = {label: row for row, label in enumerate(labels)}
    said = np.array([rows[intent] for intent, _ in sentences])
    features = [blocks for _, blocks in sentences]
    tfidf = TfIdf.fit(features, rarest(len(said)))
    matrix = tfidf.matrix(features)
    masks = _held_masks(said)
    with ThreadPoolExecutor(min(_CORES, os.cpu_count() or 1), "fitting") as pool:
        kept = [np.ones(len(said), dtype=bool), *(~mask for mask in masks)]
        whole, *parts = pool.map(lambda rows: _fit(matrix, vectors, said, rows), kept)
    held = _held_out(matrix, vectors, said, masks, parts) if masks else None
    balance, temperature, spreads = _balance(held)
    linear = whole.borders
    if whole.clouds is not None:
        linear = whole.borders * (balance / spreads[0]) + whole.clouds * (1 / spreads[1])
    model = IntentModel(labels, tfidf, linear.weights, linear.bias, temperature)
    summary = _made_wary(model, held.balanced(balance, spreads), held.said) if held else {}
    model.at_home = (
        _at_home(labels, said, np.array(["_twin" in masked for _, _, masked in features])) / model.temperature
    )
    return model, summary


def _made_wary(model: IntentModel, margins: Matrix, said: Said) -> dict[str, Any]:
    """Moves the margin of "none of these", finds the temperature again, and tells how well it does."""
    if wariness := _wariness(model.labels, margins, said):
        outside = model.labels.index(OUT_OF_SCOPE)
        model.bias[outside] += wariness
        margins[:, outside] += wariness
        _, model.temperature = _likeliest(margins, said)
    return _measured(model.labels, margins, said, model.temperature)


def _fit(matrix: Any, vectors: Matrix | None, said: Said, rows: NDArray[np.bool_]) -> _Pair:
    seen = None if vectors is None else vectors[rows]
    borders = support_vectors(matrix[rows], seen, said[rows])
    return _Pair(borders, None if seen is None else discriminant(seen, said[rows]))


def _held_masks(said: Said) -> list[NDArray[np.bool_]]:
    """Which sentences each fold holds out: stratified, in the order of the data, so the same every time."""
    fold_of = np.full(len(said), -1)
    for intent in range(said.max() + 1):
        at = np.flatnonzero(said == intent)
        if len(at) > 1:  # the only sentence of an intent cannot be spared
            fold_of[at] = (np.arange(len(at)) + intent) % FOLDS
    masks = [fold_of == fold for fold in range(FOLDS)]
    held = np.cumsum([mask.sum() for mask in masks])
    return [mask for mask, total in zip(masks, held, strict=True) if mask.any() and total - mask.sum() < ENOUGH]


def _held_out(
    matrix: Any, vectors: Matrix | None, said: Said, masks: Sequence[NDArray[np.bool_]], parts: Sequence[_Pair]
) -> _HeldOut:
    borders = [part.borders.margins(matrix[m], _at(vectors, m)) for m, part in zip(masks, parts, strict=True)]
    clouds = [
        part.clouds.margins(matrix[m][:, :0], vectors[m])
        for m, part in zip(masks, parts, strict=True)
        if part.clouds is not None and vectors is not None
    ]
    all_said = np.concatenate([said[m] for m in masks])
    return _HeldOut(all_said, np.concatenate(borders), np.concatenate(clouds) if clouds else None)


def _at(vectors: Matrix | None, rows: NDArray[np.bool_]) -> Matrix | None:
    return None if vectors is None else vectors[rows]


def _balance(held: _HeldOut | None) -> tuple[float, float, tuple[float, float]]:
    """How the two are weighed, the temperature, and how widely each one's margins lie: what was said is likeliest."""
    if held is None:
        return _UNBALANCED, 1.0, (1.0, 1.0)
    if held.clouds is None:
        _, temperature = _likeliest(held.borders, held.said)
        return 1.0, temperature, (1.0, 1.0)
    spreads = (_spread(held.borders), _spread(held.clouds))
    found = [(*_likeliest(held.balanced(b, spreads), held.said), b) for b in _BALANCES]
    _, temperature, balance = min(found)
    return balance, temperature, spreads


def _spread(margins: Matrix) -> float:
    return float(margins.std(axis=1).mean()) or 1.0


def _likeliest(margins: Matrix, said: Said) -> tuple[float, float]:
    """The least mean log-loss that a temperature gives, and that temperature (Guo et al. 2017)."""
    rows = np.arange(len(said))

    def loss(temperature: float) -> float:
        return -float(np.log(probabilities(margins, temperature)[rows, said] + 1e-9).mean())

    return min((loss(t), float(t)) for t in _TEMPERATURES)


def _wariness(labels: Sequence[str], margins: Matrix, said: Said) -> float:
    """What is added to the margin of "none of these", so that it wins as often as held-out sentences allow."""
    if OUT_OF_SCOPE not in labels:
        return 0.0
    outside = labels.index(OUT_OF_SCOPE)
    others = np.delete(margins, outside, axis=1)
    lead = margins[:, outside] - others.max(axis=1)
    sensible = said != outside
    right = sensible & (np.where(np.arange(len(labels)) == outside, -np.inf, margins).argmax(axis=1) == said)
    if not right.any() or sensible.all():
        return 0.0
    allowed = min(FALSE_REJECTS, _REJECTS_FOR_EACH * float((~sensible).sum() / sensible.sum()))
    # No more than it takes to catch nearly all that makes no sense here, and never many that do.
    return -float(max(np.quantile(lead[right], 1 - allowed), np.quantile(lead[~sensible], 1 - CAUGHT)))


def _at_home(labels: Sequence[str], said: Said, names: NDArray[np.bool_]) -> float:
    """How many times likelier a sentence that makes sense here names a twin than one that does not: the logarithm."""
    if OUT_OF_SCOPE not in labels or not names.any():
        return 0.0
    outside = said == labels.index(OUT_OF_SCOPE)
    shares = [(names[rows].sum() + 1) / (rows.sum() + 2) for rows in (outside, ~outside)]
    return max(float(np.log(shares[1] / shares[0])), 0.0)


def _measured(labels: Sequence[str], margins: Matrix, said: Said, temperature: float) -> dict[str, Any]:
    best = margins.argmax(axis=1)
    outside = np.array([label == OUT_OF_SCOPE for label in labels])
    sensible = ~outside[said]
    return {
        "held_out_accuracy": round(float((best == said).mean()), 4),
        "held_out_scope_recall": round(float(outside[best[~sensible]].mean()), 4) if (~sensible).any() else None,
        "held_out_false_rejects": round(float(outside[best[sensible]].mean()), 4),
        "temperature": round(temperature, 3),
    }
