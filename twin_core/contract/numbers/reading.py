"""Reads a number at a word: its sign, its figures or words, and the part that follows it."""

from collections.abc import Iterator, Sequence

from twin_core.contract.numbers.spoken import read_cardinal, read_spoken
from twin_core.contract.numbers.words import (
    BEFORE_SIGN,
    DENOMINATORS,
    ORDINALS,
    SCALES,
    TENS,
    UNITS,
    Number,
    Word,
    is_glued,
    norm_at,
)
from twin_core.contract.numbers.written import read_written


def numbers_in(words: Sequence[Word]) -> Iterator[tuple[int, Number]]:
    """Every number of a text with its first word, the longest from the left."""
    at = 0
    while at < len(words):
        number = read_number(words, at)
        if number is not None:
            yield at, number
        at = number.end if number else at + 1


def digit_of(word: str) -> str:
    """`two` as `2`; every other word as it is. So that "pump two" finds "pump 2"."""
    value = UNITS.get(word, TENS.get(word))
    return word if value is None else str(value)


def read_number(words: Sequence[Word], at: int) -> Number | None:
    """The longest number that begins at this word, with its sign."""
    negative, first = _sign(words, at)
    if first >= len(words):
        return None
    number = read_written(words, first) or read_spoken(words, first)
    if number is None or (negative and number.spoken and 0 < number.value < 1 and words[first].norm in DENOMINATORS):
        return None
    number = _repeated(words, _and_a_part(words, number))
    return Number(-number.value, number.end, number.spoken) if negative else number


def read_ordinal(words: Sequence[Word], at: int) -> Number | None:
    """`3rd`, `third`, `twenty-first`, `one hundred and fifth`."""
    norm = words[at].norm
    if norm in ORDINALS:
        return Number(ORDINALS[norm], at + 1, True)
    if norm.isdecimal() and len(norm) < 4 and norm_at(words, at + 1) in ("st", "nd", "rd", "th"):
        return Number(int(norm), at + 2, False) if words[at + 1].start == words[at].end else None
    if norm in TENS:
        after = at + 2 if norm_at(words, at + 1) == "-" else at + 1
        if 0 < ORDINALS.get(norm_at(words, after), 0) < 10:
            return Number(TENS[norm] + ORDINALS[words[after].norm], after + 1, True)
    number = read_cardinal(words, at, None)
    if number is None or number.value % 10 or not number.value:
        return None
    after = number.end + 1 if norm_at(words, number.end) == "and" else number.end
    rest = ORDINALS.get(norm_at(words, after), 0)
    below = 100 if number.value % 100 == 0 else 10
    return Number(number.value + rest, after + 1, True) if 0 < rest < below else None


def _sign(words: Sequence[Word], at: int) -> tuple[bool, int]:
    norm = words[at].norm
    if norm in ("minus", "negative"):
        return True, at + 1
    if norm == "-" and (norm_at(words, at + 1)[:1].isdigit() or norm_at(words, at + 1) == "."):
        if is_glued(words, at + 1):
            return (False, at) if is_glued(words, at) else (True, at + 1)  # the dash of P-101 or 9-12
        return (at == 0 or words[at - 1].norm in BEFORE_SIGN), at + (at == 0 or words[at - 1].norm in BEFORE_SIGN)
    return False, at


def _and_a_part(words: Sequence[Word], number: Number) -> Number:
    """`twenty one and a half`, `two and three quarters`, `3 million and a half`."""
    if norm_at(words, number.end) != "and" or number.value % 1:
        return number
    at = number.end + 1
    over = {"a": 1, "an": 1}.get(norm_at(words, at), UNITS.get(norm_at(words, at), 0))
    under = norm_at(words, at + 1) if over else norm_at(words, at)
    if under not in DENOMINATORS or not (over or under == "half"):
        return number
    part = max(over, 1) / DENOMINATORS[under]
    scale = next((SCALES[w] for w in (norm_at(words, number.end - 1),) if w in SCALES and SCALES[w] > 100), 1)
    return Number(number.value + part * scale, at + (2 if over else 1), number.spoken)


def _repeated(words: Sequence[Word], number: Number) -> Number:
    """`forty-five (45)`: the same number once more in brackets."""
    if norm_at(words, number.end) != "(":
        return number
    again = (
        read_written(words, number.end + 1) or read_cardinal(words, number.end + 1, None)
        if number.end + 1 < len(words)
        else None
    )
    same = again is not None and again.value == number.value and norm_at(words, again.end) == ")"
    return Number(number.value, again.end + 1, number.spoken) if same and again else number
