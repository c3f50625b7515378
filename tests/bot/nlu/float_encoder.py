"""The sentence encoder in plain float NumPy, layer by layer: what the 8-bit graph is held against."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Matrix = NDArray[np.float32]


def mean_layers(folder: Path, texts: Sequence[str]) -> list[Matrix]:
    """The unit mean of every layer's words, a row a text, the embedded words first."""
    config = json.loads((folder / "config.json").read_text())
    weights: dict[str, Any] = load_file(folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(list(texts))
    ids = np.array([e.ids for e in encoded])
    mask = np.array([e.attention_mask for e in encoded], dtype=np.float32)
    heads, epsilon = int(config["num_attention_heads"]), float(config["layer_norm_eps"])
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    x = weights["embeddings.word_embeddings.weight"][ids] + places[: ids.shape[1]]
    x = _layer_norm(x, weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"], epsilon)
    ignore = (1.0 - mask)[:, None, None, :] * np.float32(-1e9)
    means = [_mean(x, mask)]
    for number in range(config["num_hidden_layers"]):
        x = _Layer(weights, number, heads, epsilon)(x, ignore)
        means.append(_mean(x, mask))
    return means


def _mean(x: Matrix, mask: Matrix) -> Matrix:
    pooled = (x * mask[:, :, None]).sum(axis=1)
    unit: Matrix = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
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
