"""Numbers as people write and say them: `21,5`, `45,120`, `minus fifteen`, `twenty one and a half`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.text import Token

UNITS = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_ZERO = {"nought": 0, "naught": 0, "oh": 0}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "k": 1_000}
_PARTS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "quarters": 0.25, "thirds": 1 / 3, "halves": 0.5}
_SIGNS = {"1⁄2": 0.5, "1⁄4": 0.25, "3⁄4": 0.75, "1⁄3": 1 / 3, "2⁄3": 2 / 3}  # ½ and its kin, as NFKC folds them
_COUNTS = {"dozen": 12, "couple": 2}
_ORDINALS = {
    w: i
    for i, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30}


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the token after its last."""

    value: float
    end: int
    spoken: bool


def digit_of(word: str) -> str:
    """`two` as `2`; every other word as it is. So that "pump two" finds "pump 2"."""
    value = UNITS.get(word, TENS.get(word))
    return word if value is None else str(value)


def read_number(tokens: Sequence[Token], at: int) -> Number | None:
    """The longest number that begins at this token, with its sign."""
    negative, first = _sign(tokens, at)
    if first >= len(tokens):
        return None
    number = _written(tokens, first) or _spoken(tokens, first)
    if number is None or (negative and number.value in _PARTS.values() and number.spoken):
        return None
    number = _and_a_part(tokens, number)
    return Number(-number.value, number.end, number.spoken) if negative else number


def read_ordinal(tokens: Sequence[Token], at: int) -> Number | None:
    """`3rd`, `third`, `twenty-first`."""
    norm = tokens[at].norm
    if norm in _ORDINALS:
        return Number(_ORDINALS[norm], at + 1, True)
    if norm.isdecimal() and len(norm) < 4 and at + 1 < len(tokens) and tokens[at + 1].norm in ("st", "nd", "rd", "th"):
        return Number(int(norm), at + 2, False) if tokens[at + 1].start == tokens[at].end else None
    if norm in TENS:
        after = at + 2 if at + 1 < len(tokens) and tokens[at + 1].norm == "-" else at + 1
        if after < len(tokens) and 0 < _ORDINALS.get(tokens[after].norm, 0) < 10:
            return Number(TENS[norm] + _ORDINALS[tokens[after].norm], after + 1, True)
    return None


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


def _sign(tokens: Sequence[Token], at: int) -> tuple[bool, int]:
    norm = tokens[at].norm
    if norm in ("minus", "negative"):
        return True, at + 1
    if norm == "-" and at + 1 < len(tokens) and tokens[at + 1].is_number and tokens[at].end == tokens[at + 1].start:
        glued = at > 0 and tokens[at - 1].end == tokens[at].start  # the dash of P-101 or 9-12
        return not glued, at + (0 if glued else 1)
    return False, at


def _written(tokens: Sequence[Token], at: int) -> Number | None:
    norm = tokens[at].norm
    if norm in _SIGNS:
        return Number(_SIGNS[norm], at + 1, False)
    if not tokens[at].is_number or len(norm) > 15 or (value := decimal(norm)) is None:
        return None
    end = at + 1
    if end < len(tokens) and tokens[end].norm in _SIGNS:
        return Number(value + _SIGNS[tokens[end].norm], end + 1, False)
    if end + 1 < len(tokens) and tokens[end].norm == "/" and value and tokens[end + 1].norm.isdecimal():
        under = int(tokens[end + 1].norm[:6])
        if tokens[end].start == tokens[at].end and 1 < under <= 10 and value < under:
            return Number(value / under, end + 2, False)
    if end < len(tokens) and tokens[end].norm in ("hundred", "thousand", "million"):
        return Number(value * _SCALES[tokens[end].norm], end + 1, False)
    return Number(value, end, False)


def _spoken(tokens: Sequence[Token], at: int) -> Number | None:
    norm = tokens[at].norm
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    if norm in ("a", "an"):
        if following in ("hundred", "thousand", "million"):
            return _cardinal(tokens, at + 1, 1)
        if following in ("half", "quarter", "third"):
            return Number(_PARTS[following], at + 2, True)
        if following == "dozen":
            return Number(12, at + 2, True)
        if following == "couple":
            return Number(2, at + (3 if at + 2 < len(tokens) and tokens[at + 2].norm == "of" else 2), True)
        return None
    if norm in ("half", "halfway"):
        return Number(0.5, at + 1, True)
    if norm == "quarter":
        return Number(0.25, at + 1, True)
    if norm in UNITS and following in _PARTS and following not in ("half", "third"):
        return Number(UNITS[norm] * _PARTS[following], at + 2, True)
    return _cardinal(tokens, at, None)


def _cardinal(tokens: Sequence[Token], at: int, start: float | None) -> Number | None:
    """Hundreds, tens and ones added up as long as each is smaller than the one before."""
    total, group, step, i = 0.0, start, 1000.0 if start is None else 1.0, at
    while i < len(tokens):
        norm = tokens[i].norm
        if norm == "-" and group is not None and i + 1 < len(tokens) and tokens[i + 1].norm in UNITS and step == 10:
            i += 1
            continue
        if norm == "and" and group is not None and step >= 100 and i + 1 < len(tokens) and _small(tokens[i + 1].norm):
            i += 1
            continue
        if (word := _small(norm)) is not None and word[1] < step:
            group, step = (group or 0) + word[0], word[1]
        elif norm in _SCALES and norm != "k" and group is not None and group > 0:
            scale = _SCALES[norm]
            if scale == 100:
                group, step = group * 100, 100
            else:
                total, group, step = total + group * scale, 0, scale
        else:
            break
        i += 1
    if group is None:
        return None
    return _point(tokens, Number(total + group, i, True))


def _small(norm: str) -> tuple[int, float] | None:
    """The value of a small number word, and below which step another may follow it."""
    if norm in TENS:
        return TENS[norm], 10
    if norm in UNITS or norm in _ZERO:
        value = UNITS.get(norm, 0)
        return (value, 1) if norm in UNITS else None
    return None


def _point(tokens: Sequence[Token], number: Number) -> Number:
    """`one point five`, `two point oh five`."""
    i = number.end
    if i >= len(tokens) or tokens[i].norm not in ("point", "comma"):
        return number
    digits = ""
    i += 1
    while i < len(tokens):
        norm = tokens[i].norm
        value = UNITS.get(norm, _ZERO.get(norm, TENS.get(norm)))
        if value is None and not norm.isdecimal():
            break
        digits += str(value) if value is not None else norm
        i += 1
    return Number(number.value + float(f"0.{digits}"), i, True) if digits and len(digits) < 9 else number


def _and_a_part(tokens: Sequence[Token], number: Number) -> Number:
    """`twenty one and a half`, `two and a quarter`."""
    said = [t.norm for t in tokens[number.end : number.end + 3]]
    if number.value % 1 == 0 and said[:2] == ["and", "a"] and said[2:] in (["half"], ["quarter"]):
        return Number(number.value + _PARTS[said[2]], number.end + 3, number.spoken)
    return number
