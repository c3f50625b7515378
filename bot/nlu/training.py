"""Trains a model from sentences: tagger, intent margins, temperature, rejection threshold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.nlu.calibration import fit_intents
from bot.nlu.features import blocks
from bot.nlu.lexicon import build_lexicon
from bot.nlu.model import Model
from bot.nlu.sight import Surroundings, Watcher
from bot.nlu.tagger import Marked, bio, fit_tagger
from bot.nlu.text import Token, tokenize
from bot.nlu.training_data import Example, TrainingData
from bot.ports import Progress
from twin_core.contract.errors import Rejected

OnProgress = Callable[[Progress], None]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_STEPS = ("reading", "looking", "tagging", "embedding", "fitting")
# Training must not depend on the day: relative times are only marked, never reckoned.
_SOME_DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(slots=True)
class _Sentence:
    example: Example
    tokens: list[Token]
    spans: list[tuple[str, int, int]]
    hints: list[str]

    def marked(self) -> Marked:
        return Marked(self.tokens, self.hints, self.example.intent, bio(len(self.tokens), self.spans))


def fit(data: TrainingData, encode: Encode | None = None, progress: OnProgress | None = None) -> Model:
    """Trains in seconds, on a core or two; the same data gives the same model. Blocking: run it in a thread.

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
        tagger = fit_tagger([s.marked() for s in sentences])
        report("embedding")
        vectors = encode([e.text for e in data.examples]) if encode else None
        report("fitting")
        intents, summary = fit_intents([(s.example.intent, blocks(s.tokens, s.spans)) for s in sentences], vectors)
    report("done")
    summary |= {"sentences": len(sentences), "intents": len(intents.labels), "embeddings": encode is not None}
    kinds = frozenset(kind for s in sentences for kind, _, _ in s.spans)
    return Model(data.lang, intents, tagger, lexicon, kinds, summary)


def _look(data: TrainingData, watcher: Watcher) -> list[_Sentence]:
    """Every second sentence is shown as if its twins were known by name: at work some are and some are not.

    What rules see is of use to the tagger alone; data that marks nothing needs no tagger.
    """
    if not any(example.spans for example in data.examples):
        return [_Sentence(e, tokenize(e.text), [], []) for e in data.examples]
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


def _reporter(progress: OnProgress | None) -> Callable[[str], None]:
    def report(step: str) -> None:
        if progress is not None:
            done = _STEPS.index(step) if step in _STEPS else len(_STEPS)
            progress(Progress("training the language model", done, len(_STEPS), {"step": step}))

    return report
