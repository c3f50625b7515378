"""Moonshine's decoder in JAX, which can say what would have to change for a text to be likelier.

Its weights are those of the ONNX file, which are of 8 bits there.
"""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import numpy_helper

_LAYERS, _HEADS, _WIDTH, _TURNED = 8, 8, 52, 32  # … of a head, and the part of it that is turned by its place
_LAYER, _TOP = "/model/decoder/layers.", "model.decoder."
_EMBED = "model.decoder.embed_tokens.weight_merged_0_quantized"
_FREQUENCIES = "/model/decoder/rotary_emb/Cast_1_output_0"
_TINY, _NEVER = 1e-5, -1e9

Array = Any  # of JAX, which need not be there
Weights = dict[str, Any]


def read_weights(file: Path) -> Weights:
    """Those of the whole, and under "layers" those of all layers as one."""
    model = onnx.load(str(file))
    stored = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}

    def unpacked(name: str) -> Any:
        base = name.removesuffix("_quantized")
        return ((stored[name].astype(np.int32) - int(stored[f"{base}_zero_point"])) * stored[f"{base}_scale"]).astype(
            np.float32
        )

    found: dict[str, Any] = {}
    graph = next(a.g for node in model.graph.node for a in node.attribute if a.g.name == "no_past")
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.name.startswith(_LAYER):
            number, *rest, _ = node.name.removeprefix(_LAYER).split("/")
            found[".".join((number, *rest))] = unpacked(node.input[1])
        elif node.op_type in ("Mul", "Add"):
            for name in (i for i in node.input if i.startswith(_TOP) and i in stored):
                found[name.removeprefix(_TOP).removeprefix("layers.").partition("_merged")[0]] = stored[name]
    names = [name[2:] for name in found if name.startswith("0.")]
    layers = {name: jnp.stack([found[f"{n}.{name}"] for n in range(_LAYERS)]) for name in names}
    top = {"norm": found["norm.weight"], "embed": unpacked(_EMBED), "frequencies": stored[_FREQUENCIES].ravel()}
    return {"layers": layers, **{name: jnp.asarray(value) for name, value in top.items()}}


def log_probabilities(weights: Weights, tokens: Array, following: Array, sound: Array, heard: Array) -> Array:
    """Of each token of `following`, behind those of `tokens` up to its place; `heard` says how long the sounds are."""
    logits = _hidden(weights, tokens, sound, heard) @ weights["embed"].T
    return jnp.take_along_axis(logits, following[..., None], -1)[..., 0] - jax.nn.logsumexp(logits, -1)


def _hidden(weights: Weights, tokens: Array, sound: Array, heard: Array) -> Array:
    length = tokens.shape[1]
    angles = jnp.repeat(jnp.arange(length)[:, None] * weights["frequencies"], 2, -1)[None, :, None]
    cosine, sine = jnp.cos(angles), jnp.sin(angles)
    before = jnp.tril(jnp.ones((length, length), bool))[None, None]

    def layer(x: Array, w: Weights) -> tuple[Array, None]:
        h = _normal(x, w["input_layernorm.weight"])
        q, k, v = (_heads(h @ w[f"self_attn.{part}_proj"]) for part in "qkv")
        attended = _attend(_turned(q, cosine, sine), _turned(k, cosine, sine), v, before)
        x = x + attended @ w["self_attn.dense"]
        q = _heads(_normal(x, w["post_attention_layernorm.weight"]) @ w["encoder_attn.q_proj"])
        k, v = (_heads(sound @ w[f"encoder_attn.{part}_proj"]) for part in "kv")
        x = x + _attend(q, k, v, heard[:, None, None, :]) @ w["encoder_attn.dense"]
        up = _normal(x, w["final_layernorm.weight"]) @ w["mlp.up_proj"] + w["mlp.up_proj.bias"]
        value, gate = jnp.split(up, 2, -1)
        return x + (jax.nn.silu(gate) * value) @ w["mlp.down_proj"] + w["mlp.down_proj.bias"], None

    x, _ = jax.lax.scan(layer, weights["embed"][tokens], weights["layers"])
    return _normal(x, weights["norm"])


def _normal(x: Array, weight: Array) -> Array:
    x = x - x.mean(-1, keepdims=True)
    return x / jnp.sqrt((x * x).mean(-1, keepdims=True) + _TINY) * weight


def _heads(x: Array) -> Array:
    return x.reshape(*x.shape[:-1], _HEADS, _WIDTH)


def _turned(x: Array, cosine: Array, sine: Array) -> Array:
    first, rest = x[..., :_TURNED], x[..., _TURNED:]
    aside = jnp.stack([-first[..., 1::2], first[..., 0::2]], -1).reshape(first.shape)
    return jnp.concatenate([first * cosine + aside * sine, rest], -1)


def _attend(q: Array, k: Array, v: Array, seen: Array) -> Array:
    scores = jnp.einsum("bthd,bshd->bhts", q, k) / np.sqrt(_WIDTH)
    share = jax.nn.softmax(jnp.where(seen, scores, _NEVER), -1)
    return jnp.einsum("bhts,bshd->bthd", share, v).reshape(*q.shape[:2], _HEADS * _WIDTH)
