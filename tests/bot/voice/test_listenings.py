"""When what was heard is settled, after one listening or several."""

import pytest

from bot.voice.beam import Reading
from bot.voice.judging import CLEAR, DICTATED, NEAR, SENTENCE, WORDS, Judge
from bot.voice.language_model import Trigrams
from bot.voice.listenings import Listenings
from bot.voice.ports import MADE_OUT, Guess
from bot.voice.pronunciations import DICTIONARY, Pronunciations

Heard = tuple[str, float]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(Trigrams([("never", "mind")]), Pronunciations(DICTIONARY), lambda reading: "")


def settled(judge: Judge, *heard: Heard) -> list[bool]:
    """Whether it is, after each listening."""
    listenings = Listenings(judge)
    return [listenings.settled_by([Guess(*each)]) for each in heard]


@pytest.mark.parametrize(("heard", "at_last"), [
    ([("never mind", SENTENCE)], True),
    ([("never mind", NEAR)], False),
    ([("never remind", NEAR), ("never mind", SENTENCE)], True),  # it sounds like what was heard first
    ([("what is the weather", WORDS), ("never mind", SENTENCE)], False),
    ([("what is the weather", WORDS), ("never mind", SENTENCE), ("never mind", SENTENCE)], True),
    ([("what is the weather", WORDS), ("never mind", SENTENCE), ("good morning", SENTENCE)], False),
    ([("dim it to 40%", MADE_OUT), ("dim it to 30 percent", SENTENCE)], False),
    ([("dim it to 40%", MADE_OUT), ("dim it to 30 percent", SENTENCE), ("dim it to thirty percent", SENTENCE)], True),
    ([("dim it to 40%", MADE_OUT), ("dim it to 40 percent", SENTENCE)], True),
    ([("ring on Monday at 2", MADE_OUT), ("ring on Monday afternoon", SENTENCE)], False),
    ([("the boiler sounds odd", MADE_OUT), ("the boiler sounds odd", MADE_OUT)], True),
    ([("it is ten", MADE_OUT), ("it is often so", SENTENCE), ("it is often so", SENTENCE)], False),
    ([("add the bins", WORDS), ("add a task to bin", DICTATED), ("add a task to bin", DICTATED)], False),
    ([("remind me to look at the big lock", NEAR), *[("remind me to look at the big locks", DICTATED)] * 2], True),
    ([("it sounds old", WORDS), ("it sounds odd", MADE_OUT), ("it sounds odd", MADE_OUT)], False),
    ([("hm", WORDS), ("thank you", SENTENCE), ("thank you", SENTENCE)], False),
])  # fmt: skip
def test_it_is_settled_by_what_goes_together(judge: Judge, heard: list[Heard], at_last: bool) -> None:
    assert settled(judge, *heard) == [*[False] * (len(heard) - 1), at_last]


def test_what_is_not_settled_is_asked_about_with_each_text_once(judge: Judge) -> None:
    listenings = Listenings(judge)
    assert not listenings.settled_by([Guess("what is the weather", WORDS)])
    assert not listenings.settled_by([Guess("never mind", SENTENCE), Guess("never mind it", WORDS)])
    assert listenings.unsettled.guesses == (
        Guess("never mind", NEAR), Guess("what is the weather", WORDS), Guess("never mind it", WORDS),
    )  # fmt: skip


@pytest.mark.parametrize(("guess", "clarity", "confidence"), [
    (("dim it to 40%", SENTENCE), -0.3, SENTENCE),
    (("dim it to 40%", SENTENCE), -0.4, MADE_OUT),
    (("four", SENTENCE), -1.5, SENTENCE),
    (("turn it off", SENTENCE), -1.5, SENTENCE),
    (("remind me in 10 minutes", DICTATED), -0.4, DICTATED),
    (("in the lamp", CLEAR), -0.1, CLEAR),
    (("in the lamp", CLEAR), -0.2, MADE_OUT),
    (("in the lamp", NEAR), -2.0, NEAR),
])  # fmt: skip
def test_at_first_numbers_and_words_have_to_be_clear(
    judge: Judge, guess: Heard, clarity: float, confidence: float
) -> None:
    reading = Reading((1, 2, 3), 4 * clarity)
    assert judge.at_first([Guess(*guess), Guess("yes", WORDS)], reading) == [
        Guess(guess[0], confidence), Guess("yes", WORDS),
    ]  # fmt: skip
