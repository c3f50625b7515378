"""Numbers in words: `two hundred and thirty`, `a dozen`, `two thirds`, `one point oh five`."""

from collections.abc import Sequence

from twin_core.contract.numbers.words import (
    DENOMINATORS,
    DOZENS,
    IN_DECIMALS,
    SCALES,
    TENS,
    UNITS,
    ZEROS,
    Number,
    Word,
    norm_at,
)


def read_spoken(words: Sequence[Word], at: int) -> Number | None:
    """The longest number in words that begins at this word."""
    norm, following = words[at].norm, norm_at(words, at + 1)
    if norm in ("a", "an"):
        return _with_article(words, at, following)
    if norm in ("half", "quarter"):
        return _part_of(words, at)
    if norm == "halfway":
        return Number(0.5, at + 1, True)
    if norm in ZEROS:
        return read_point(words, Number(0, at + 1, True))
    if norm == "point" and (norm_at(words, at + 1) in UNITS or norm_at(words, at + 1).isdecimal()):
        return read_point(words, Number(0, at, True))
    leading = norm in SCALES and following in SCALES
    number = read_cardinal(words, at, 1 if leading else None)
    return _of_parts(words, number) if number else None


def _part_of(words: Sequence[Word], at: int) -> Number:
    """`half`, `half a million`, `half a dozen`, `quarter million`."""
    part = 1 / DENOMINATORS[words[at].norm]
    of = at + 2 if norm_at(words, at + 1) == "a" else at + 1
    size = SCALES.get(norm_at(words, of), 12 if norm_at(words, of) in DOZENS else 0)
    return Number(part * size, of + 1, True) if size else Number(part, at + 1, True)


def _with_article(words: Sequence[Word], at: int, following: str) -> Number | None:
    """`a hundred`, `a quarter`, `a dozen`, `a couple of`."""
    if following in SCALES:
        return read_cardinal(words, at + 1, 1)
    if following in ("half", "quarter", "third", "tenth"):
        return Number(1 / DENOMINATORS[following], at + 2, True)
    if following in DOZENS:
        return Number(12, at + 2, True)
    if following == "couple":
        return Number(2, at + (3 if norm_at(words, at + 2) == "of" else 2), True)
    return None


def _of_parts(words: Sequence[Word], number: Number) -> Number:
    """`two thirds`, `three dozen`, `one over three`."""
    at = number.end
    norm = norm_at(words, at)
    if norm == "-" and norm_at(words, at + 1) in DENOMINATORS and number.value < 20:
        at, norm = at + 1, words[at + 1].norm
    if norm in DOZENS:
        return Number(number.value * 12, at + 1, True)
    plural = norm.endswith("s") or number.value == 1
    # "two quarter" is said; "one second" and "one third" of a list are not parts
    if norm in DENOMINATORS and (plural or norm in ("quarter", "half")) and norm not in ("half", "third", "fifth"):
        return Number(number.value / DENOMINATORS[norm], at + 1, True)
    if norm == "over" and at + 1 < len(words) and (under := _under(words, at + 1)):
        return Number(number.value / under.value, under.end, True) if number.value < under.value else number
    return number


def _under(words: Sequence[Word], at: int) -> Number | None:
    """What stands below the line of a spoken fraction: `one over 3`, `one over twenty`."""
    if words[at].norm.isdecimal() and len(words[at].norm) < 10:
        return Number(float(words[at].norm), at + 1, False)
    return read_cardinal(words, at, None)


def read_cardinal(words: Sequence[Word], at: int, start: float | None) -> Number | None:
    """Hundreds, tens and ones added up as long as each is smaller than the one before."""
    total, group, step, i = 0.0, start, 1000.0 if start is None else 1.0, at
    limit = float("inf")
    while i < len(words):
        norm = words[i].norm
        following = norm_at(words, i + 1)
        if norm == "-" and group is not None and step == 10 and UNITS.get(following, 10) < 10:
            i += 1
            continue
        if norm == "and" and i > at and (step >= 100 or group == 0) and _goes_on(words, i + 1):
            i += 1
            continue
        if (word := _small(norm)) is not None and word[1] < step and (step != 10 or word[0] < 10):
            group, step = (group or 0) + word[0], word[1]
        elif norm in SCALES and group is not None and group > 0 and (norm[:7] == "hundred" or SCALES[norm] < limit):
            scale = SCALES[norm]
            if scale == 100:
                group, step = group * 100, 100
            elif following in SCALES and SCALES[following] > 100:  # "three thousand millions"
                group = group * scale
            else:
                total, group, step, limit = total + group * scale, 0, 1000, scale
        else:
            break
        i += 1
    return None if group is None else read_point(words, Number(total + group, i, True))


def _goes_on(words: Sequence[Word], at: int) -> bool:
    """Whether a number goes on after its "and": in "two million and one half" a part of another one follows."""
    part = norm_at(words, at + 1) in DENOMINATORS
    return _small(norm_at(words, at)) is not None and norm_at(words, at) != "zero" and not part


def _small(norm: str) -> tuple[int, float] | None:
    """The value of a small number word or figure, and below which step another may follow it."""
    if norm in TENS:
        return TENS[norm], 10
    return (UNITS[norm], 1) if norm in UNITS else None


def read_point(words: Sequence[Word], number: Number) -> Number:
    """With the decimals that follow: `one point five`, `two point oh five`."""
    i = number.end
    if norm_at(words, i) not in ("point", "comma", "dot"):
        return number
    digits = ""
    i += 1
    while i < len(words):
        norm = words[i].norm
        value = UNITS.get(norm, IN_DECIMALS.get(norm, TENS.get(norm)))
        if norm == "-" and norm_at(words, i - 1) in TENS and norm_at(words, i + 1) in UNITS:
            i += 1
            continue
        if value is None and not norm.isdecimal():
            break
        tens_before = i > number.end + 1 and words[i - 1].norm in (*TENS, "-") and digits.endswith("0")
        digits = (
            digits[:-1] + str(value)
            if tens_before and value is not None and value < 10
            else digits + (norm if value is None else str(value))
        )
        i += 1
    return Number(number.value + float(f"0.{digits}"), i, number.spoken) if digits and len(digits) < 12 else number
