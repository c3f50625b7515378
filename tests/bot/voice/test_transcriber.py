"""What is likely behind a beginning does not hang on what else was asked for, nor on how its table is kept."""

import itertools
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from bot.voice.decoder_graph import with_packed_table
from bot.voice.transcriber import END, Decoding, Transcriber
from bot.voice.weights import find_weights
from tests.services import missing

SOUND = np.random.default_rng(0).normal(0, 0.05, 16_000)
NOISE = 1.0  # log-probability: numbers of 8 bits are rounded together with what else is asked for


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    if (weights := find_weights()) is not None:
        return Transcriber(*weights)
    missing("the speech model Moonshine is not installed (make ears)")
    raise AssertionError


@pytest.fixture
def sound(transcriber: Transcriber) -> Decoding:
    return transcriber.listen(SOUND)


def differ(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """By how much, of what is likely."""
    likely = one > one.max() - 5
    return float(np.abs(one - other)[likely].max())


def test_rows_are_log_probabilities(sound: Decoding) -> None:
    [row] = sound.after([()])
    assert np.exp(row).sum() == pytest.approx(1, abs=1e-3)
    assert sound.nothing == pytest.approx(float(np.exp(row[END])))


def test_a_row_is_the_same_alone_and_among_others(transcriber: Transcriber, sound: Decoding) -> None:
    words = [transcriber.tokens(text) for text in ("turn on", "stop the", "what is")]
    together, alone = sound, transcriber.listen(SOUND)
    for size in range(3):
        rows = together.after([word[:size] for word in words])
        assert rows[0] is together.after([words[0][:size]])[0]
        assert differ(alone.after([words[0][:size]])[0], rows[0]) < NOISE


def test_a_text_at_one_go_is_as_likely_as_token_by_token(transcriber: Transcriber, sound: Decoding) -> None:
    text = transcriber.tokens("Turn on the light.")
    at_one_go = sound.along(text)
    by_token = transcriber.listen(SOUND)
    by_token.after([()])
    for one, other in zip(at_one_go, by_token.along(text), strict=True):
        assert differ(one, other) < NOISE
    assert sound.nothing == pytest.approx(by_token.nothing, rel=0.1)
    further = [tokens.after([(*text, 7)])[0] for tokens in (sound, by_token)]
    assert differ(*further) < NOISE


def test_more_beginnings_than_are_kept_are_made_out_anew(transcriber: Transcriber, sound: Decoding) -> None:
    sound.after([()])
    many = [(token,) for token in range(100, 700)]
    first = sound.after(many)
    again = sound.after(many)
    for one, other in itertools.islice(zip(first, again, strict=True), 0, None, 100):
        assert differ(one, other) < NOISE
    alone = transcriber.listen(SOUND)
    for tokens in ((), (100,), (100, 7), (100, 7, 9)):
        [row] = alone.after([tokens])
    sound.after([(100, 7), (101, 7)])
    assert differ(row, sound.after([(100, 7, 9)])[0]) < NOISE


def test_the_table_is_packed(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 255, (64, 32)).astype(np.uint8)
    path = decoder(tmp_path, values)
    x = np.random.default_rng(1).normal(0, 1, (3, 32)).astype(np.float32)
    packed = with_packed_table(path)
    assert "MatMulNBits" in {node.op_type for node in onnx.load_from_string(packed).graph.node}
    [[expected], [found]] = (onnxruntime.InferenceSession(m).run(None, {"x": x}) for m in (path.read_bytes(), packed))
    np.testing.assert_allclose(found, expected, atol=0.1)


def test_a_table_that_cannot_be_packed_is_left(tmp_path: Path) -> None:
    path = decoder(tmp_path, np.zeros((64, 20), np.uint8))
    assert with_packed_table(path) == path.read_bytes()


def decoder(folder: Path, values: NDArray[np.uint8]) -> Path:
    """A decoder that is nothing but its last product."""
    nodes = [
        helper.make_node("Transpose", ["values"], ["turned"]),
        helper.make_node("DequantizeLinear", ["turned", "scale", "zero"], ["table"]),
        helper.make_node("MatMul", ["x", "table"], ["logits"]),
    ]
    constants = [
        onnx.numpy_helper.from_array(value, name)
        for name, value in (
            ("values", values),
            ("scale", np.array(0.01, np.float32)),
            ("zero", np.array(107, np.uint8)),
        )
    ]
    rows, width = values.shape
    ends = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, ["rows", size])
        for n, size in (("x", width), ("logits", rows))
    ]
    graph = helper.make_graph(nodes, "decoder", ends[:1], ends[1:], constants)
    path = folder / "decoder.onnx"
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()
    )
    return path
