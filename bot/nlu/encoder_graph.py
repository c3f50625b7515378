"""all-MiniLM-L6-v2 as an ONNX graph of 8-bit weights, made from the float weights once (a fifth of a second).

The network is BERT's (Devlin et al. 2018). What comes out is not its last layer alone: the mean of a middle layer
stands beside it, which tells how a thing was said (asked, ordered, wished) where the last tells what was said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LAYERS = 6
HEADS = 12
WIDTH = 384
TAKEN = (5, 3)  # layers whose means are the embedding; (5,) is what sentence-transformers gives
_EPSILON = 1e-12
_ORT = "com.microsoft"  # ONNX Runtime's fused operators
# Weights take seven of the eight bits, as products of two full ones overflow on processors without VNNI.
_LARGEST = 63
_FLOAT = frozenset({"encoder.layer.0.output.dense"})  # the one product whose rounding all later layers suffer from


@dataclass(slots=True)
class _Graph:
    """Collects nodes and constants; every method returns the name of what it adds."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, value: Array) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [name], domain=domain, **attributes))
        return name

    def eight_bit(self, name: str, weight: Array) -> tuple[str, str, str]:
        """A weight quantised column by column: values, scales, zero points."""
        scale = np.maximum(np.abs(weight).max(axis=0) / _LARGEST, 1e-9).astype(np.float32)
        values = np.rint(weight / scale).astype(np.int8)
        zeros = np.zeros(len(scale), dtype=np.int8)
        names = (f"{name}.values", f"{name}.scale", f"{name}.zero")
        for part, value in zip(names, (values, scale, zeros), strict=True):
            self.constant(part, value)
        return names

    def product(self, x: str, name: str, weight: Array, bias: Array) -> str:
        added = self.constant(f"{name}.bias", bias)
        if name in _FLOAT:
            product = self.add("MatMul", [x, self.constant(f"{name}.weight", weight)], f"{name}.product")
            return self.add("Add", [product, added], name)
        inputs = [x, *self.eight_bit(name, weight), added]
        return self.add("DynamicQuantizeMatMul", inputs, name, _ORT)


def build_graph(weights: Mapping[str, Array]) -> bytes:
    """The graph from token ids and mask (both int32, batch by length) to unit vectors, ready for ONNX Runtime."""
    from onnx import TensorProto, helper

    graph = _Graph()
    layers = [_embedded(graph, weights)]
    for number in range(LAYERS):
        layers.append(_layer(graph, layers[-1], f"encoder.layer.{number}.", weights))
    _pooled(graph, [layers[number + 1] for number in TAKEN])
    shape = ["batch", "length"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("ids", "mask")],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH * len(TAKEN)])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_ORT, 1)],
        ir_version=9,
    )
    return bytes(model.SerializeToString())


def read_weights(folder: Path) -> dict[str, Array]:
    """The float weights of the installed package."""
    from safetensors.numpy import load_file

    return dict(load_file(folder / "model.safetensors"))


def _embedded(graph: _Graph, weights: Mapping[str, Array]) -> str:
    """Words and places, summed and normed. The table of words, half of all weights, has a scale a row."""
    words = weights["embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True) / 127, 1e-9).astype(np.float32)
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    table = graph.constant("words", np.rint(words / scale).astype(np.int8))
    rows = graph.add("Cast", [graph.add("Gather", [table, "ids"], "words.rows")], "words.float", to=1)
    scales = graph.add("Gather", [graph.constant("words.scale", scale), "ids"], "words.scales")
    rows = graph.add("Mul", [rows, scales], "words.scaled")
    one, zero, two = (graph.constant(n, np.array([v])) for n, v in (("one", 1), ("zero", 0), ("two", 2)))
    length = graph.add("Slice", [graph.add("Shape", ["ids"], "shape"), one, two], "length")
    places_here = graph.add("Slice", [graph.constant("places", places), zero, length, zero], "places.here")
    summed = graph.add("Add", [rows, places_here], "summed")
    norm = [graph.constant(f"embedded.{n}", weights[f"embeddings.LayerNorm.{n}"]) for n in ("weight", "bias")]
    return graph.add("LayerNormalization", [summed, *norm], "embedded", axis=-1, epsilon=_EPSILON)


def _layer(graph: _Graph, x: str, name: str, weights: Mapping[str, Array]) -> str:
    """One transformer block; the three projections of attention are one product."""

    def normed(here: str, beside: str) -> str:
        norm = [
            graph.constant(f"{name}{here}.LayerNorm.{n}", weights[f"{name}{here}.LayerNorm.{n}"])
            for n in ("weight", "bias")
        ]
        return graph.add(
            "SkipLayerNormalization", [dense(here), beside, *norm], f"{name}{here}", _ORT, epsilon=_EPSILON
        )

    def dense(here: str) -> str:
        inputs = {"attention.output": attended, "output": f"{name}raised"}
        part = f"{name}{here}.dense"
        return graph.product(inputs[here], part, weights[f"{part}.weight"].T, weights[f"{part}.bias"])

    parts = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
    values, scale, zero = graph.eight_bit(f"{name}qkv", np.concatenate([weights[f"{p}.weight"] for p in parts]).T)
    bias = graph.constant(f"{name}qkv.bias", np.concatenate([weights[f"{p}.bias"] for p in parts]))
    from onnx import helper

    seen = [f"{name}seen{part}" for part in ("", ".scale", ".zero")]
    graph.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], seen))
    inputs = [seen[0], values, bias, seen[1], scale, "mask", seen[2], zero]
    attended = graph.add("QAttention", inputs, f"{name}attended", _ORT, num_heads=HEADS)
    x = normed("attention.output", x)
    part = f"{name}intermediate.dense"
    raised = graph.product(x, part, weights[f"{part}.weight"].T, weights[f"{part}.bias"])
    graph.add("Gelu", [raised], f"{name}raised", _ORT)
    return normed("output", x)


def _pooled(graph: _Graph, layers: list[str]) -> None:
    """The means over the words of each layer, each at unit length; together they have unit length again."""
    last, one = graph.constant("last axis", np.array([2])), "one"
    mask = graph.add("Cast", [graph.add("Unsqueeze", ["mask", last], "mask.column")], "mask.float", to=1)
    means = []
    for layer in layers:
        kept = graph.add("Mul", [layer, mask], f"{layer}.kept")
        total = graph.add("ReduceSum", [kept, one], f"{layer}.total", keepdims=0)
        means.append(graph.add("LpNormalization", [total], f"{layer}.mean", axis=-1, p=2))
    both = graph.add("Concat", means, "means", axis=-1)
    share = graph.constant("share", np.array(len(layers) ** -0.5, dtype=np.float32))
    graph.add("Mul", [both, share], "embedding")
