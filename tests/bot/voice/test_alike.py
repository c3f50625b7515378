"""What accents confuse sounds alike, and other words do not."""

import pytest

from bot.voice.alike import apart, renamings
from bot.voice.pronunciations import DICTIONARY, Pronunciations

SOUNDS = Pronunciations(DICTIONARY)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("switch on the guest lamp", "switch on the desk lamp"),
        ("stop the pond bump", "stop the pond pump"),
        ("is the sailor door open", "is the cellar door open"),
    ],
)
def test_what_is_easily_misheard_is_near(said: str, meant: str) -> None:
    assert apart(said.split(), meant.split(), SOUNDS) < 0.1


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("switch on the floor lamp", "switch on the desk lamp"),
        ("lock the garage door", "lock the garden gate"),
        ("stop the lawn mower", "stop the alarm"),
    ],
)
def test_another_thing_is_far(said: str, meant: str) -> None:
    assert apart(said.split(), meant.split(), SOUNDS) > 0.15


def test_the_same_words_are_not_apart() -> None:
    assert apart(["lamp"], ["lamp"], SOUNDS) == 0
    assert apart([], ["lamp"], SOUNDS) > 0.5


def test_what_sounds_like_a_name_may_be_it() -> None:
    names = [("barn", "fan"), ("desk", "lamp"), ("pump", "three")]
    found = {text for _, text, _ in renamings("what if I stop the van fan at 8:30", names, SOUNDS)}
    assert "what if I stop the barn fan at 8:30" in found
    assert not any("pump" in text or "desk" in text for text in found)


def test_a_name_that_was_heard_is_left() -> None:
    assert not list(renamings("open the nursery", [("nursery",)], SOUNDS))
