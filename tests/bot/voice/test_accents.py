"""The network between the encoder and the decoder of a transcriber."""

import re
from pathlib import Path
from random import Random

import numpy as np
import pytest

from benchmarks.accents.__main__ import main
from benchmarks.accents.texts import measured, sentences, ways_to_write
from bot.voice.accents import LEARNED, Accents
from bot.voice.words import said_words

DATA = Path(__file__).resolve().parents[3] / "nlu_data"


def test_each_vector_is_changed_by_itself_and_its_neighbours(tmp_path: Path) -> None:
    inward = np.zeros((6, 1))
    inward[[0, 3, 4], 0] = 1  # the first number before, the second here, and the first behind
    np.savez(tmp_path / "learned.npz", a=inward, b=np.array([-2.0]), c=np.array([[10.0, 0.0]]))
    sound = np.array([[[1, 0], [2, 1], [0, 1]]], np.float32)
    adapted = Accents(tmp_path / "learned.npz").adapted(sound)
    assert adapted.tolist() == [[[1, 0], [2, 1], [10, 1]]]  # 2, 2 and 3, less 2: only the last is over nothing


def test_what_was_learned_fits_the_transcriber_and_is_small() -> None:
    sound = np.random.default_rng(1).normal(0, 1, (1, 50, 416)).astype(np.float32)
    adapted = Accents().adapted(sound)
    assert adapted.shape == sound.shape
    assert adapted.dtype == np.float32
    assert 0 < np.abs(adapted - sound).mean() < np.abs(sound).mean()
    assert LEARNED.stat().st_size < 300_000


def test_it_is_learned_from_commands_and_talk_that_are_not_measured() -> None:
    found = sentences(DATA, Random(1), 200)
    said = {tuple(said_words(text)) for text in found}
    assert len(said) == 200
    assert not said & {*measured()}
    assert not any(re.search(r"[\[({|]", text) for text in found)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("dim the lamp to twenty five percent", "Dim the lamp to 25%."),
        ("set it to twenty degrees", "Set it to 20 degrees."),
        ("am i free on monday at nine thirty", "Am I free on Monday at 9:30?"),
        ("wake me at 7 am", "Wake me at 7 a.m."),
        ("stop pump three", "Stop pump three."),
    ],
)
def test_a_sentence_is_written_in_several_ways(text: str, way: str) -> None:
    assert way in ways_to_write(text)


def test_learning_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Exception, match="pip install jax"):
        main(tmp_path / "learned.npz")
