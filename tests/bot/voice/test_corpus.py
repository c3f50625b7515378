"""What people may say to a house: whatever stands in the files is really heard."""

import pytest

from bot.voice.corpus import ANYTHING, CLASSES, GENERAL, everyday, requests
from bot.voice.pronunciations import DICTIONARY, Pronunciations

_CLASSES = (*CLASSES, *GENERAL, ANYTHING)
SAID = {*everyday(_CLASSES), *requests(_CLASSES)}


@pytest.mark.parametrize(
    "sentence", ["what did i miss", "turn the [twin] up a bit", "what happens if i stop the [twin] for [duration]"]
)
def test_patterns_are_written_out_in_the_letters_of_the_dictionary(sentence: str) -> None:
    assert tuple(sentence.split()) in SAID


def test_each_word_is_one_whose_sound_is_known() -> None:
    known = Pronunciations(DICTIONARY)
    assert {
        word for sentence in SAID for word in sentence if not word.startswith(("[", "{")) and word not in known
    } == set()
