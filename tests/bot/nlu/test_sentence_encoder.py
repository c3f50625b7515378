from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.encoder_graph import TAKEN
from bot.nlu.sentence_cache import CachedEncoder
from bot.nlu.sentence_encoder import Matrix, SentenceEncoder, find_weights
from tests.bot.nlu.float_encoder import mean_layers

TEXTS = (
    "turn the kitchen lamp off",
    "how warm is it in the hall?",
    "what's most critical today?",
    "remind me in twenty minutes to check the boiler, then tell me whether the pump in the cellar is running again",
    "undo that",
    "my boss moved the stand-up to half past nine",
    "no",
    "Überprüfe die Heizung",
)


@pytest.fixture(scope="module")
def weights() -> Path:
    folder = find_weights()
    if folder is None:
        pytest.skip("the sentence weights are not installed")
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder")


@pytest.fixture(scope="module")
def encoder(weights: Path, kept: Path) -> SentenceEncoder:
    return SentenceEncoder(weights, kept)


def test_eight_bits_say_what_floats_say(encoder: SentenceEncoder, weights: Path) -> None:
    rows = np.stack([encoder.encode_one(text) for text in TEXTS])
    layers = mean_layers(weights, TEXTS)
    expected = np.hstack([layers[layer + 1] for layer in TAKEN]) / np.sqrt(len(TAKEN))
    cosines = (rows * expected).sum(axis=1)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.98


def test_rows_have_unit_length_and_are_those_of_their_texts_alone(encoder: SentenceEncoder) -> None:
    many = [f"{text} {n}" for n in range(30) for text in TEXTS]
    rows = encoder.encode(many)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    for n in (0, 7, 100, len(many) - 1):
        assert np.array_equal(encoder.encode_one(many[n]), rows[n])


def test_the_graph_is_made_once_and_again_when_its_file_is_damaged(weights: Path, tmp_path: Path) -> None:
    SentenceEncoder(weights, tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    SentenceEncoder(weights, tmp_path)
    path.write_bytes(whole[:5000])
    again = SentenceEncoder(weights, tmp_path)
    assert path.read_bytes() == whole
    assert np.isfinite(again.encode_one("hello")).all()


def test_a_folder_that_cannot_be_written_does_not_stop_anybody(weights: Path, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("where the folder should be")
    assert np.isfinite(SentenceEncoder(weights, file).encode_one("hello")).all()


class _Counting:
    """An encoder that tells what it was asked for."""

    size = 2

    def __init__(self, identity: str = "one") -> None:
        self.identity = identity
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.asked += texts
        return np.array([[len(text), 0.5] for text in texts], dtype=np.float32)


def test_only_new_sentences_are_encoded(tmp_path: Path) -> None:
    path, first, second = tmp_path / "s.npz", _Counting(), _Counting()
    CachedEncoder(first, path).encode(["a", "bb"])
    rows = CachedEncoder(second, path).encode(["bb", "ccc"])
    assert first.asked == ["a", "bb"]
    assert second.asked == ["ccc"]
    assert rows.tolist() == [[2, 0.5], [3, 0.5]]


@pytest.mark.parametrize(
    "damage", [b"", b"PK\x03\x04nothing", "cut", "head"], ids=["empty", "another file", "cut", "a head like no Python"]
)
def test_a_damaged_cache_of_sentences_is_as_good_as_none(tmp_path: Path, damage: bytes | str) -> None:
    path, second = tmp_path / "s.npz", _Counting()
    CachedEncoder(_Counting(), path).encode(["a"])
    whole = path.read_bytes()
    cut = whole[:300] if damage == "cut" else whole.replace(b"{'descr'", b"{('desc'")
    path.write_bytes(damage if isinstance(damage, bytes) else cut)
    CachedEncoder(second, path).encode(["a"])
    assert second.asked == ["a"]


def test_embeddings_of_another_encoder_are_not_taken(tmp_path: Path) -> None:
    path, second = tmp_path / "s.npz", _Counting("another")
    CachedEncoder(_Counting(), path).encode(["a"])
    CachedEncoder(second, path).encode(["a"])
    assert second.asked == ["a"]
