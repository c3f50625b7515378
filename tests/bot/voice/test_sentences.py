"""Which words make a sentence that is said here."""

import pytest

from bot.voice.sentences import Sentences, classed

KNOWN = Sentences([("set", "the", "[twin]", "to", "twenty", "one", "degrees"), ("undo", "that")])


@pytest.mark.parametrize(
    "said", ["set the [twin] to twenty one degrees", "set the [twin] to five degrees", "undo that"]
)
def test_a_sentence_is_known_with_any_number(said: str) -> None:
    assert said.split() in KNOWN


@pytest.mark.parametrize(
    "said", ["undo", "undo that twenty", "set the [place] to five degrees", "set the [twin] to degrees", ""]
)
def test_a_part_of_one_or_another_kind_of_name_is_none(said: str) -> None:
    assert said.split() not in KNOWN


def test_names_become_their_class_and_the_longest_one_that_fits() -> None:
    names = {("hall",): "place", ("hall", "lamp"): "twin"}
    assert classed("is the hall lamp in the hall".split(), names) == ("is", "the", "[twin]", "in", "the", "[place]")
