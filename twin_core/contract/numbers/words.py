"""Words of a text with their places, as a reader of numbers sees them, and the words that numbers are made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

UNITS = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)} | {
    "fourty": 40
}
ZEROS = frozenset({"nought", "naught", "nil"})
IN_DECIMALS = {"oh": 0, "o": 0, "nought": 0, "naught": 0}
SCALES = {
    word: scale
    for scale, line in (
        (100, "hundred hundreds"),
        (1_000, "thousand thousands"),
        (100_000, "lakh lakhs lkh"),
        (1_000_000, "million millions mil mio"),
        (10_000_000, "crore crores koti krore krores"),
        (1_000_000_000, "billion billions bn bln"),
        (1_000_000_000_000, "trillion trillions tn tln"),
    )
    for word in line.split()
}
# Letters right behind a number. A small m is a metre; k beyond a thousand is a temperature ("2700K").
LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "MM": 1e6, "G": 1e9, "b": 1e9, "B": 1e9}
DENOMINATORS = {
    word: value
    for value, line in (
        (2, "half halves"),
        (3, "third thirds"),
        (4, "quarter quarters fourth fourths"),
        (5, "fifth fifths"),
        (6, "sixth sixths"),
        (7, "seventh sevenths"),
        (8, "eighth eighths"),
        (9, "ninth ninths"),
        (10, "tenth tenths"),
        (100, "hundredth hundredths"),
        (1000, "thousandth thousandths"),
    )
    for word in line.split()
}
# ½ and its kin, as they are written and as NFKC folds them.
SIGNS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅕": 0.2} | {
    "1⁄2": 0.5,
    "1⁄4": 0.25,
    "3⁄4": 0.75,
    "1⁄3": 1 / 3,
    "2⁄3": 2 / 3,
    "1⁄8": 0.125,
    "1⁄5": 0.2,
}
DOZENS = frozenset("dozen dozens doz dozs dz dzs".split())
ORDINALS = {
    w: i
    for i, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
BEFORE_SIGN = frozenset("to at is was of be by = : ( around about below minus from between and".split())
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]|_")


class Word(Protocol):
    """A word, number or sign of a text, with its place in it; `norm` is folded."""

    @property
    def text(self) -> str: ...
    @property
    def norm(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class PlainWord:
    text: str
    norm: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the word after its last."""

    value: float
    end: int
    spoken: bool


def words_of(text: str) -> list[PlainWord]:
    """The words, numbers and signs of a text."""
    plain = text.replace("−", "-").replace("–", "-").replace("’", "'")
    return [PlainWord(m[0], m[0].casefold(), m.start(), m.end()) for m in _WORD.finditer(plain)]


def norm_at(words: Sequence[Word], at: int) -> str:
    return words[at].norm if 0 <= at < len(words) else ""


def is_glued(words: Sequence[Word], at: int) -> bool:
    """Whether this word follows the one before without a space."""
    return 0 < at < len(words) and words[at - 1].end == words[at].start
