"""Which texts a search finds. A token is a character here, and what is heard is as likely behind any beginning."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.voice.beam import NAME_BONUS, Search, carry_out
from bot.voice.grammar import Grammar
from bot.voice.transcriber import BEGIN, END

_TOKENS = 128
_NEVER = -50.0


def spelled(text: str) -> tuple[int, ...]:
    return tuple(map(ord, "".join(f" {word}" for word in text.split())))


class Sound:
    """Stands in for a decoding, which needs weights: the likelihood of each token by the one before it."""

    nothing = 0.0

    def __init__(self, likely: Mapping[str, float]) -> None:
        self._likely = {(spelled(pair[0])[-1] if pair[0] != "^" else 1, pair[1]): p for pair, p in likely.items()}

    def after(self, beginnings: Sequence[tuple[int, ...]]) -> NDArray[np.float64]:
        rows = np.full((len(beginnings), _TOKENS), _NEVER)
        rows[:, ord(" ")] = 0.0
        for row, tokens in zip(rows, beginnings, strict=True):
            token = tokens[-1] if tokens else BEGIN
            for (before, behind), probability in self._likely.items():
                if before == token or (token == ord(" ") and before == 1):
                    row[END if behind == "$" else ord(behind)] = probability
        return rows


@pytest.fixture
def grammar() -> Grammar:
    return Grammar([("a",), ("bcdefg",)], spelled, END)


SOUND = {"^a": -1.0, "a$": -1.0, "^b": -1.0, "bc": -1.0, "cd": -1.0, "de": -1.0, "ef": -1.0, "fg": -1.0, "g$": -1.0}


def searched(grammar: Grammar | None, **limits: float) -> Search:
    one = Search(4, grammar, **limits)  # type: ignore[arg-type]
    carry_out(Sound(SOUND), 20, one)  # type: ignore[arg-type]
    return one


def texts(search: Search) -> list[str]:
    return ["".join(map(chr, reading.tokens)).strip() for reading in search.found]


def found(grammar: Grammar, **limits: float) -> list[str]:
    return texts(searched(grammar, **limits))


def test_what_ends_early_does_not_keep_what_is_longer_from_being_found(grammar: Grammar) -> None:
    assert "bcdefg" not in found(grammar)
    assert found(grammar, shortest=4)[0] == "bcdefg"


def test_what_cannot_become_likely_enough_is_left(grammar: Grammar) -> None:
    assert found(grammar, shortest=4, least=-9.0)[0] == "bcdefg"
    assert found(grammar, shortest=4, least=-2.0) == []


def test_searches_side_by_side_find_what_each_finds_alone(grammar: Grammar) -> None:
    free, bound = Search(4), Search(4, grammar, shortest=4)
    carry_out(Sound(SOUND), 20, free, bound)  # type: ignore[arg-type]
    assert texts(free) == texts(searched(None))
    assert texts(bound) == found(grammar, shortest=4)


def test_what_is_far_behind_is_left_and_told() -> None:
    grammar = Grammar([("ab",), ("cb",)], spelled, END)
    sound = Sound({"^a": -1.0, "^c": -3.0, "ab": -1.0, "cb": -1.0, "b$": -1.0})
    every, close = Search(4, grammar), Search(4, grammar, within=1.5)
    carry_out(sound, 20, every, close)  # type: ignore[arg-type]
    assert texts(every) == ["ab", "cb"]
    assert texts(close) == ["ab"]
    assert every.left == -math.inf
    assert close.left == pytest.approx(-3.0 + 3 * NAME_BONUS)  # three tokens of a name might have followed
