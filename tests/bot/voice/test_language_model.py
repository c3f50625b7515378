"""The trigram model: what ARPA text says, and that its probabilities are ones."""

import pytest

from bot.voice.language_model import Trigrams, arpa

SENTENCES = [("turn", "it", "on"), ("turn", "it", "off"), ("undo", "that")]


def grams(text: str, order: int) -> dict[str, float]:
    part = text.split(f"\\{order}-grams:\n")[1].split("\n\n")[0]
    rows = [line.split("\t") for line in part.splitlines()]
    return {row[1]: 10 ** float(row[0]) for row in rows}


def test_the_head_counts_what_follows() -> None:
    text = arpa(SENTENCES)
    for order in (1, 2, 3):
        assert f"ngram {order}={len(grams(text, order))}\n" in text
    assert text.endswith("\\end\\\n")


def test_words_have_a_probability_together() -> None:
    assert sum(grams(arpa(SENTENCES), 1).values()) == pytest.approx(1, abs=0.01)


def test_what_was_said_more_often_is_likelier() -> None:
    pairs = grams(arpa([*SENTENCES, ("turn", "it", "on")]), 2)
    assert pairs["it on"] > pairs["it off"]


def test_what_is_like_the_sentences_is_more_usual_than_what_is_not() -> None:
    trigrams = Trigrams([("turn", "on", "[twin]"), ("turn", "off", "[twin]"), ("what", "is", "on")])
    likeness = [trigrams.usual(text.split()) for text in ("turn on [twin]", "what is [twin]", "[twin] what turn", "ox")]
    assert likeness == sorted(likeness, reverse=True)
    assert [trigrams.knows(word) for word in ("turn", "ox")] == [True, False]
