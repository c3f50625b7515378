"""The numbers of an answer, each with the unit that follows it: "7.5 hours a day", "minus eight degrees"."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from twin_core.contract.numbers import Word, is_glued, numbers_in, words_of
from twin_core.contract.units import canonical_unit

_UNIT_WORDS = re.compile(r"\s*((?:[^\s,;!?()]+\s*){1,5})")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number found in a text, with the unit that follows it where there is one."""

    value: float
    start: int
    end: int
    unit: str | None = None


def find_numbers(text: str) -> list[Spoken]:
    """Every number in a text, in order, with its unit; never NaN or infinite.

    Numbers in figures count where there are any: in "the two pumps take 40 W" the answer is 40.
    """
    words = words_of(text)
    found = [(at, n) for at, n in numbers_in(words) if not _is_in_a_name(words, at)]
    written = [(at, n) for at, n in found if not n.spoken]
    numbers = []
    for at, number in written or found:
        if math.isfinite(number.value):
            unit, end = _unit_behind(text, words[number.end - 1].end)
            numbers.append(Spoken(number.value, words[at].start, end, unit))
    return numbers


def known_unit(phrase: str) -> str | None:
    """The canonical unit that a phrase spells ("cubic metres per hour"), or None."""
    plain = phrase.strip().strip(".")
    unit = canonical_unit(plain)
    if unit and (unit != plain or canonical_unit(plain.upper()) != plain.upper()):
        return unit
    lower = canonical_unit(plain.lower())
    return lower if lower and lower != plain.lower() else None


def _is_in_a_name(words: Sequence[Word], at: int) -> bool:
    """The 7 of "abc7"."""
    return is_glued(words, at) and words[at - 1].norm.isalpha() and words[at].norm[0].isdigit()


def _unit_behind(text: str, end: int) -> tuple[str | None, int]:
    """The longest run of words behind a number that spells a unit."""
    match = _UNIT_WORDS.match(text, end)
    if not match:
        return None, end
    words = list(re.finditer(r"\S+", match.group(1)))
    for last in reversed(words):
        phrase = match.group(1)[: last.end()]
        if unit := known_unit(phrase):
            return unit, match.start(1) + last.end()
    return None, end
