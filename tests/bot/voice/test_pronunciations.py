"""How words sound: from the dictionary, from espeak-ng, and by their letters where that is missing."""

import shutil
from pathlib import Path

import pocketsphinx
import pytest

from bot.voice.pronunciations import TOGETHER, Pronunciations

DICTIONARY = Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"


@pytest.fixture
def sounds() -> Pronunciations:
    return Pronunciations(DICTIONARY)


def test_words_of_the_dictionary_have_its_variants(sounds: Pronunciations) -> None:
    assert "kitchen" in sounds
    assert sounds.of(["kitchen"]) == ["K IH CH AH N"]
    assert len(sounds.of(["the"])) > 1


def test_a_name_of_many_words_has_a_few_variants_only(sounds: Pronunciations) -> None:
    assert 1 < len(sounds.of(["the"] * 6)) <= TOGETHER


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_made_up_word_sounds_as_espeak_says_it(sounds: Pronunciations) -> None:
    assert "zorblat" not in sounds
    assert sounds.of(["zorblat"])[0].split()[0] == "Z"


def test_without_espeak_it_sounds_by_its_letters(sounds: Pronunciations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert sounds.of(["zorship"]) == ["Z AO R SH IH P"]


def test_what_has_no_letters_has_no_sound(sounds: Pronunciations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert sounds.of(["kitchen", "ßß"]) == []
