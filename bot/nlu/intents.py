"""The intent classifier at work: one sparse product and a calibrated softmax."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.vectors import Block, TfIdf

OUT_OF_SCOPE = "out_of_scope"
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """Intents with their probabilities, likeliest first: `intent` is the first of them."""

    intent: str
    confidence: float
    ranked: tuple[tuple[str, float], ...]


@dataclass(slots=True)
class IntentModel:
    """Linear margins turned into probabilities by one learned temperature.

    `weights` has a row a feature (TF-IDF columns, then the embedding's) and a column an intent.
    `at_home` is taken off the margin of "none of these" where a sentence names a twin of the house.
    """

    labels: list[str]
    tfidf: TfIdf
    weights: Scores
    bias: Scores
    temperature: float = 1.0
    at_home: float = 0.0

    @property
    def embeds(self) -> bool:
        """Whether it was trained on embeddings, and so asks for them."""
        return len(self.weights) > self.tfidf.width

    def margins(self, sentence: Sequence[Block], embedding: Scores | None = None, *, at_home: bool = False) -> Scores:
        """The raw score of every intent; `at_home`: the sentence names a twin of the house."""
        columns, values = self.tfidf.row(sentence)
        out = values @ self.weights[columns] + self.bias
        if embedding is not None and self.embeds:
            out = out + embedding @ self.weights[self.tfidf.width :]
        if at_home and OUT_OF_SCOPE in self.labels:
            out[self.labels.index(OUT_OF_SCOPE)] -= np.float32(self.at_home)
        return np.asarray(out, dtype=np.float32)

    def guess(self, margins: Scores, shown: int = 5) -> Guess:
        """Probabilities, the likeliest intent first."""
        p = probabilities(margins, self.temperature)
        order = np.argsort(-p)[:shown]
        ranked = tuple((self.labels[i], round(float(p[i]), 4)) for i in order)
        return Guess(*ranked[0], ranked)

    def to_arrays(self) -> tuple[dict[str, Any], dict[str, Scores]]:
        data = {
            "labels": self.labels,
            "features": self.tfidf.features(),
            "temperature": self.temperature,
            "at_home": self.at_home,
        }
        return data, {"weights": self.weights, "bias": self.bias, "idf": self.tfidf.idf}

    @classmethod
    def from_arrays(cls, data: Mapping[str, Any], arrays: Mapping[str, Scores]) -> "IntentModel":
        tfidf = TfIdf.load(data["features"], arrays["idf"])
        if arrays["weights"].shape[1] != len(data["labels"]) or arrays["weights"].shape[0] < tfidf.width:
            raise ValueError("the intent matrix does not fit its features")
        return cls(
            list(data["labels"]),
            tfidf,
            arrays["weights"],
            arrays["bias"],
            float(data["temperature"]),
            float(data["at_home"]),
        )


def probabilities(margins: Scores, temperature: float) -> Scores:
    """Softmax of margins, by rows where there are several."""
    scaled = margins * np.float32(temperature)
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
