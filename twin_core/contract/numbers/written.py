"""Numbers written in figures: `21,5`, `1 234 567`, `1.5k`, `3/4`, `7½`, `2e3`, `3 million`."""

import math
from collections.abc import Sequence

from twin_core.contract.numbers.spoken import read_cardinal, read_point
from twin_core.contract.numbers.words import DOZENS, LETTERS, SCALES, SIGNS, Number, Word, is_glued, norm_at


def read_written(words: Sequence[Word], at: int) -> Number | None:
    """The longest number in figures that begins at this word; never infinite."""
    norm = words[at].norm
    if norm in SIGNS:
        return Number(SIGNS[norm], at + 1, False)
    dotted = norm == "." and is_glued(words, at + 1) and words[at + 1].norm.isdecimal()
    if dotted and (not is_glued(words, at) or words[at - 1].norm in "-~"):
        return _scaled(words, Number(float(f"0.{words[at + 1].norm[:15]}"), at + 2, False))
    if not norm[0].isdigit() or len(norm) > 25 or (value := decimal(norm)) is None:
        return None
    number = read_point(words, _fraction(words, at, _grouped(words, at, value)))
    return _scaled(words, number) if math.isfinite(number.value) else None


def _grouped(words: Sequence[Word], at: int, value: float) -> Number:
    """`1'000'000`, `1 234 567`, `2e3`."""
    end = at + 1
    while norm_at(words, end) == "'" and is_glued(words, end + 1) and len(norm_at(words, end + 1)) == 3:
        value, end = value * 1000 + float(words[end + 1].norm), end + 2
    if end == at + 1 and words[at].norm.isdecimal() and len(words[at].norm) <= 3 and value:
        value, end = _by_spaces(words, at, value)
    return _with_exponent(words, Number(value, end, False))


def _with_exponent(words: Sequence[Word], number: Number) -> Number:
    """`2e3`, `-12e-1`; a power that leaves the range of numbers is infinite."""
    at = number.end
    if norm_at(words, at) != "e" or not is_glued(words, at):
        return number
    sign = norm_at(words, at + 1) if norm_at(words, at + 1) in ("+", "-") else ""
    power = norm_at(words, at + 2 if sign else at + 1)
    end = at + (3 if sign else 2)
    if not power.isdecimal() or not is_glued(words, end - 1):
        return number
    return Number(float(f"{number.value:f}e{sign}{power[:6]}"), end, False)


def _by_spaces(words: Sequence[Word], at: int, value: float) -> tuple[float, int]:
    """`1 234 567`, `40 000`; but "lamp 3 100 percent" holds two numbers."""
    end = at + 1
    while len(norm_at(words, end)) == 3 and words[end].norm.isdecimal() and words[end].start == words[end - 1].end + 1:
        end += 1
    if end == at + 1 or (end == at + 2 and words[at + 1].norm != "000"):
        return value, at + 1
    return float("".join(w.norm for w in words[at:end])), end


def _fraction(words: Sequence[Word], at: int, number: Number) -> Number:
    """`7½`, `3/4`, `1 4/5`."""
    end = number.end
    if norm_at(words, end) in SIGNS:
        return Number(number.value + SIGNS[words[end].norm], end + 1, False)
    if _is_ratio(words, at) and number.end == at + 1:
        return Number(number.value / float(words[at + 2].norm), at + 3, False)
    if end == at + 1 and _is_ratio(words, end) and number.value % 1 == 0 and not is_glued(words, end):
        return Number(number.value + float(words[end].norm) / float(words[end + 2].norm), end + 3, False)
    return number


def _is_ratio(words: Sequence[Word], at: int) -> bool:
    """A small fraction: 3/4, not the 7/8 and 24/7 that may be a date or a name."""
    over, under = norm_at(words, at), norm_at(words, at + 2)
    if norm_at(words, at + 1) != "/" or not over.isdecimal() or not under.isdecimal() or not is_glued(words, at + 1):
        return False
    return len(over) <= 2 and len(under) <= 3 and 0 < int(over) < int(under) and 1 < int(under) <= 10


def _scaled(words: Sequence[Word], number: Number) -> Number:
    """`1.5k`, `3 million`, `3 hundred and two`."""
    end = number.end
    if end >= len(words):
        return number
    letters = words[end].text
    if letters in LETTERS and is_glued(words, end) and (letters not in "kK" or number.value < 1000):
        return Number(number.value * LETTERS[letters], end + 1, False)
    if words[end].norm in SCALES:
        whole = read_cardinal(words, end, number.value)
        return Number(whole.value, whole.end, False) if whole else number
    if words[end].norm in DOZENS:
        return Number(number.value * 12, end + 1, False)
    return number


def decimal(written: str) -> float | None:
    """A written number: a comma before exactly three digits separates thousands, otherwise decimals."""
    if ":" in written:
        return None
    text = written
    if "," in text and "." in text:
        text = text.replace(",", "") if text.rindex(".") > text.rindex(",") else text.replace(".", "").replace(",", ".")
    elif "," in text:
        groups = text.split(",")
        thousands = all(len(g) == 3 for g in groups[1:]) and 0 < len(groups[0]) <= 3 and groups[0] != "0"
        text = text.replace(",", "") if thousands else text.replace(",", ".", 1)
    elif text.count(".") > 1 and all(len(g) == 3 for g in text.split(".")[1:]):
        text = text.replace(".", "")
    try:
        return float(text)
    except ValueError:
        return None
