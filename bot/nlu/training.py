"""Trains a model from sentences: tagger, intent margins, temperature, rejection threshold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.nlu.features import RAREST, blocks
from bot.nlu.intents import OUT_OF_SCOPE, IntentModel, probabilities
from bot.nlu.lexicon import build_lexicon
from bot.nlu.model import Model
from bot.nlu.sight import Surroundings, Watcher
from bot.nlu.tagger import OUTSIDE, Tagger, bio, fit_tagger
from bot.nlu.text import Token
from bot.nlu.training_data import Example, TrainingData
from bot.nlu.vectors import TfIdf
from bot.ports import Progress
from twin_core.contract.errors import Rejected

OnProgress = Callable[[Progress], None]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

FOLDS = 5
PENALTY = 1.0  # C of the linear SVM, chosen by cross-validation on nlu_data
EMBEDDING_SCALE = 2.0  # of the unit embedding against the unit blocks of TF-IDF, chosen likewise
FALSE_REJECTS = 0.05  # the share of sensible sentences that the threshold may turn away
HIGHEST_THRESHOLD = 0.5  # little data makes every held-out guess look sure
_STEPS = ("reading", "looking", "tagging", "embedding", "fitting", "calibrating")
# Training must not depend on the day: relative times are only marked, never reckoned.
_SOME_DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(slots=True)
class _Sentence:
    example: Example
    tokens: list[Token]
    spans: list[tuple[str, int, int]]
    hints: list[str]


def fit(data: TrainingData, encode: Encode | None = None, progress: OnProgress | None = None) -> Model:
    """Trains on one core, in seconds; the same data gives the same model. Blocking: run it in a thread.

    `encode` gives a unit vector a sentence; with it the embeddings are features too.
    Raises Rejected where the data cannot teach: fewer than two intents.
    """
    from threadpoolctl import threadpool_limits

    if len(data.intents) < 2:
        raise Rejected(
            f"The training data names {len(data.intents)} intent; telling apart takes two.",
            code="bad_training_data",
            hint="Add a second intent with a dozen sentences.",
        )
    report = _reporter(progress)
    with threadpool_limits(limits=1):
        report("looking")
        lexicon = build_lexicon(data)
        sentences = _look(data, Watcher(lexicon, Surroundings(lambda: _SOME_DAY, lambda: ZoneInfo("UTC"))))
        report("tagging")
        tagger = fit_tagger([(s.tokens, s.hints, bio(len(s.tokens), s.spans)) for s in sentences])
        report("embedding")
        vectors = encode([e.text for e in data.examples]) if encode else None
        report("fitting")
        intents, matrix, said = _fit_intents(sentences, vectors)
        report("calibrating")
        summary = _calibrate(intents, matrix, said)
    report("done")
    summary |= {"sentences": len(sentences), "intents": len(intents.labels), "embeddings": encode is not None}
    return Model(data.lang, intents, tagger, lexicon, _kind_prior(sentences, intents.labels, tagger), summary)


def _look(data: TrainingData, watcher: Watcher) -> list[_Sentence]:
    """Every second sentence is shown as if its twins were known by name: at work some are and some are not."""
    out = []
    for number, example in enumerate(data.examples):
        sight = watcher.look(example.text)
        spans = _at_tokens(example, sight.tokens)
        hints = sight.hints()
        if number % 2:
            for kind, first, last in spans:
                if kind == "twin":
                    hints[first:last] = ["twin"] * (last - first)
        out.append(_Sentence(example, list(sight.tokens), spans, hints))
    return out


def _at_tokens(example: Example, tokens: Sequence[Token]) -> list[tuple[str, int, int]]:
    spans = []
    for span in example.spans:
        inside = [i for i, t in enumerate(tokens) if span.start <= t.start < span.end]
        if inside:
            spans.append((span.kind, inside[0], inside[-1] + 1))
    return spans


def _fit_intents(
    sentences: Sequence[_Sentence], vectors: NDArray[np.float32] | None
) -> tuple[IntentModel, Any, NDArray[np.intp]]:
    from scipy.sparse import csr_matrix, hstack

    features = [blocks(s.tokens, s.spans) for s in sentences]
    tfidf = TfIdf.fit(features, RAREST)
    matrix = tfidf.matrix(features)
    if vectors is not None:
        matrix = hstack([matrix, csr_matrix(vectors * np.float32(EMBEDDING_SCALE))]).tocsr()
    labels = sorted({s.example.intent for s in sentences})
    said = np.array([labels.index(s.example.intent) for s in sentences])
    weights, bias = _fit_margins(matrix, said)
    scale = EMBEDDING_SCALE if vectors is not None else 0.0
    return IntentModel(labels, tfidf, weights, bias, embedding_scale=scale), matrix, said


def _fit_margins(matrix: Any, said: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One-vs-rest squared hinge; weighed by class, as some intents have three times the sentences."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=PENALTY, class_weight="balanced", random_state=7).fit(matrix, said)
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:  # two classes: scikit-learn keeps one margin
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32)


def _calibrate(intents: IntentModel, matrix: Any, said: NDArray[np.intp]) -> dict[str, Any]:
    """Temperature and threshold from held-out folds, so that they do not believe in memory."""
    margins = _held_out(matrix, said, len(intents.labels))
    seen = ~np.isnan(margins[:, 0])
    margins, said = margins[seen], said[seen]
    if len(said) == 0:  # too few sentences to hold any out
        return {"held_out_accuracy": None}
    intents.temperature = min(
        np.geomspace(0.5, 20, 60), key=lambda t: -float(np.log(_of_truth(margins, said, t) + 1e-9).mean())
    ).item()
    p = probabilities(margins, intents.temperature)
    best, sure = p.argmax(axis=1), p.max(axis=1)
    outside = np.array([label == OUT_OF_SCOPE for label in intents.labels])
    sensible = ~outside[said]
    right = sure[sensible & (best == said)]
    intents.threshold = min(float(np.quantile(right, FALSE_REJECTS)), HIGHEST_THRESHOLD) if len(right) else 0.0
    caught = outside[best] | (sure < intents.threshold)
    return {
        "held_out_accuracy": round(float((best == said).mean()), 4),
        "held_out_scope_recall": round(float(caught[~sensible].mean()), 4) if (~sensible).any() else None,
        "held_out_false_rejects": round(float(caught[sensible].mean()), 4),
        "temperature": round(intents.temperature, 3),
        "threshold": round(intents.threshold, 3),
    }


def _held_out(matrix: Any, said: NDArray[np.intp], classes: int) -> NDArray[np.float32]:
    """Margins of each sentence by a model that has not seen it. Rows that could not be held out are NaN."""
    margins = np.full((len(said), classes), np.nan, dtype=np.float32)
    fold_of = np.empty(len(said), dtype=np.intp)
    for label in range(classes):  # stratified, in the order of the data: deterministic without a shuffle
        at = np.flatnonzero(said == label)
        fold_of[at] = np.arange(len(at)) % FOLDS
    for fold in range(FOLDS):
        train = fold_of != fold
        known = np.unique(said[train])
        if train.all() or len(known) < 2:
            continue
        weights, bias = _fit_margins(matrix[train], said[train])
        held = np.full((int((~train).sum()), classes), -3.0, dtype=np.float32)
        held[:, known] = matrix[~train] @ weights + bias
        margins[~train] = held
    return margins


def _of_truth(margins: NDArray[np.float32], said: NDArray[np.intp], temperature: float) -> NDArray[np.float32]:
    out: NDArray[np.float32] = probabilities(margins, temperature)[np.arange(len(said)), said]
    return out


def _kind_prior(sentences: Sequence[_Sentence], intents: Sequence[str], tagger: Tagger) -> NDArray[np.float32]:
    """How much likelier each label is in sentences of an intent than in all, smoothed and bounded."""
    kinds = sorted({label[2:] for label in tagger.labels if label != OUTSIDE})
    counts = np.zeros((len(intents), len(kinds)))
    totals = np.zeros(len(intents))
    row = {intent: i for i, intent in enumerate(intents)}
    for s in sentences:
        totals[row[s.example.intent]] += 1
        for kind in {kind for kind, _, _ in s.spans}:
            counts[row[s.example.intent], kinds.index(kind)] += 1
    overall = counts.sum(axis=0) / totals.sum()
    rate = (counts + 4 * overall) / (totals[:, None] + 4)
    odds = np.clip(np.log(rate / np.maximum(overall, 1e-6)), -2.5, 1.5)
    prior = np.zeros((len(intents), len(tagger.labels)), dtype=np.float32)
    for j, label in enumerate(tagger.labels):
        if label != OUTSIDE:
            prior[:, j] = odds[:, kinds.index(label[2:])]
    return prior


def _reporter(progress: OnProgress | None) -> Callable[[str], None]:
    def report(step: str) -> None:
        if progress is not None:
            done = _STEPS.index(step) if step in _STEPS else len(_STEPS)
            progress(Progress("training the language model", done, len(_STEPS), {"step": step}))

    return report
