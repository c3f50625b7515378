"""Numbers as people write and say them: 7.5, 7,5, 1.234,5, 7½, "seven and a half", "minus eight"."""

import math
import re
from dataclasses import dataclass

from twin_core.contract.units import canonical_unit

_SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_PARTS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "tenth": 0.1}
_FRACTION_SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_WORD = "|".join([*_SMALL, *_TENS, *_SCALES])
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,']\d+)*(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_SPOKEN = re.compile(
    rf"\b(?:(?:a|an|one)\s+(?:{'|'.join(_SCALES)})|(?:{_WORD})\b)(?:(?:[\s-]+and)?[\s-]+(?:{_WORD})\b)*"
    rf"(?:\s+point(?:\s+(?:{'|'.join(_SMALL)}))+)?",
    re.IGNORECASE,
)
_AND_A_PART = re.compile(rf"\s+and\s+(?:a|one|three)?\s*({'|'.join(_PARTS)})s?\b", re.IGNORECASE)
_PART_ALONE = re.compile(rf"\b(?:a|an|one)?\s*({'|'.join(_PARTS)})\b(?:\s+(?:a|an)\b)?", re.IGNORECASE)
_SIGN_BEFORE = re.compile(r"(?:[-−–]\s?|\bminus\s+|\bnegative\s+)$", re.IGNORECASE)
_UNIT_WORDS = re.compile(r"\s*((?:[^\s,;!?()]+\s*){1,5})")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number found in a text, with the unit that follows it where there is one."""

    value: float
    start: int
    end: int
    unit: str | None = None


def find_numbers(text: str) -> list[Spoken]:
    """Every number in a text, in order, with its unit; never NaN or infinite."""
    spans = [(m.start(), m.end(), _written(m.group())) for m in _DIGITS.finditer(text)]
    if not spans:
        spans = [(m.start(), m.end(), _said(m.group())) for m in _SPOKEN.finditer(text)]
    if not spans:
        spans = [(m.start(), m.end(), _PARTS[m.group(1).lower()]) for m in _PART_ALONE.finditer(text)]
    spans += [(i, i + 1, 0.0) for i, sign in enumerate(text) if sign in _FRACTION_SIGNS and not _after_number(spans, i)]
    found = [_complete(text, start, end, value) for start, end, value in sorted(spans)]
    return [spoken for spoken in found if math.isfinite(spoken.value)]


def known_unit(phrase: str) -> str | None:
    """The canonical unit that a phrase spells ("cubic metres per hour"), or None."""
    plain = phrase.strip().strip(".")
    unit = canonical_unit(plain)
    if unit and (unit != plain or canonical_unit(plain.upper()) != plain.upper()):
        return unit
    lower = canonical_unit(plain.lower())
    return lower if lower and lower != plain.lower() else None


def _complete(text: str, start: int, end: int, value: float) -> Spoken:
    """Adds a fraction and a unit behind the number, and a sign before it."""
    if text[start] in _FRACTION_SIGNS:
        value = _FRACTION_SIGNS[text[start]]
    elif text[end : end + 1] in _FRACTION_SIGNS:
        value, end = value + _FRACTION_SIGNS[text[end]], end + 1
    elif part := _AND_A_PART.match(text, end):
        value, end = value + _PARTS[part.group(1).lower()], part.end()
    sign = _SIGN_BEFORE.search(text, 0, start)
    # "2-3" is a span of two numbers, not a three below zero.
    if sign and not re.search(r"\d\s*$", text[: sign.start()]):
        value, start = -value, sign.start()
    unit, end = _unit_behind(text, end)
    return Spoken(value, start, end, unit)


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


def _after_number(spans: list[tuple[int, int, float]], at: int) -> bool:
    return any(end == at for _, end, _ in spans)


def _written(digits: str) -> float:
    """One comma or point is decimal unless it groups thousands; with both, the last one is decimal."""
    text = digits.replace("'", "")
    if "," in text and "." in text:
        thousands = "," if text.rfind(".") > text.rfind(",") else "."
        text = text.replace(thousands, "").replace(",", ".")
    elif text.count(",") == 1:
        groups = re.fullmatch(r"[1-9]\d{0,2},\d{3}", text)
        text = text.replace(",", "" if groups else ".")
    elif text.count(",") > 1:
        text = text.replace(",", "")
    elif text.count(".") > 1:
        text = text.replace(".", "")
    return float(text)


def _said(words: str) -> float:
    whole, _, decimals = words.lower().partition(" point")
    total = group = 0
    for word in re.findall(r"[a-z]+", whole):
        if word in _SCALES:
            group = (group or 1) * _SCALES[word]
            if word != "hundred":
                total, group = total + group, 0
        else:
            group += _SMALL.get(word, _TENS.get(word, 0))
    digits = "".join(str(_SMALL[word]) for word in decimals.split())
    return float(f"{total + group}.{digits or 0}")
