"""Words of a message with their places in it: the one tokenizer of the embedded engine."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARS = 1000  # what people say to a house is shorter; beyond it only time would be spent

_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)*(?:[eE][+-]?\d+(?![^\W_]))?"  # 20.5  45,120  10:30  2e3
    r"|[^\W\d_]+(?:'[^\W\d_]+)*"  # words, with their apostrophes
    r"|[^\w\s]|_"
)
# One character for one, so that every position stays a position in what was said.
_SAME_WIDTH = str.maketrans(dict.fromkeys("’‘‛`´ʼ", "'") | dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("“”„", '"'))
_IRREGULAR = {
    "shelves": "shelf",
    "people": "person",
    "batteries": "battery",
    "lives": "life",
    "gas": "gas",
    "bus": "bus",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign. `norm` is folded; `stem` is also singular and without possessive."""

    text: str
    norm: str
    stem: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.norm[0].isalpha()

    @property
    def is_number(self) -> bool:
        return self.norm[0].isdigit()


def tokenize(text: str) -> list[Token]:
    """Tokens of at most the first MAX_CHARS characters; positions are those of `text` itself."""
    plain = text[:MAX_CHARS].translate(_SAME_WIDTH)
    tokens = []
    for match in _TOKEN.finditer(plain):
        word = match[0]
        norm, stem = _forms(word)
        if norm:
            tokens.append(Token(word, norm, stem, match.start(), match.end()))
    return tokens


def span_text(text: str, tokens: Sequence[Token], first: int, last: int) -> str:
    """What was said from token `first` to before token `last`."""
    return text[tokens[first].start : tokens[last - 1].end]


def squeeze(text: str) -> str:
    """The key under which spellings of one name fall together: `AHU-3`, `ahu 3` and `ahu3` are one."""
    return "".join(t.stem for t in tokenize(text) if t.is_word or t.is_number)


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, str]:
    norm = unicodedata.normalize("NFKC", word).casefold()
    return norm, stem(norm)


def stem(norm: str) -> str:
    """Singular, without possessive; good enough to tell names apart, not a linguist."""
    word = norm
    if word.endswith("'s"):
        word = word[:-2]
    elif word.endswith("s'"):
        word = word[:-1]
    word = word.replace("'", "")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
