"""What the intent classifier sees of a sentence: its words, its letters, and its words with names masked."""

from collections.abc import Iterable, Iterator, Sequence

from bot.nlu.text import Token

# In how many training sentences a feature of each block must stand at least: few sentences can spare none, and of
# many the features seen once are the greater part, which teach nothing and cost time and memory.
_RAREST_OF_FEW, _RAREST_OF_MANY, _MANY = (1, 2, 1), (2, 2, 2), 2_000

# The kinds whose words differ from house to house: the classifier sees only that one was said.
MASKED = frozenset(
    "twin place time duration recurrence person value unit twin_type task event topic source skill".split()
)
_KEPT_VALUES = frozenset("on off out open closed shut".split())


def rarest(sentences: int) -> tuple[int, int, int]:
    """The least count of a feature by block, for as many training sentences."""
    return _RAREST_OF_MANY if sentences >= _MANY else _RAREST_OF_FEW


def blocks(tokens: Sequence[Token], spans: Iterable[tuple[str, int, int]]) -> tuple[list[str], list[str], list[str]]:
    """Features by block; `spans` are kinds at tokens, as annotated or found."""
    words = [t.norm for t in tokens if t.is_word or t.is_number or t.norm == "?"]
    return _grams(words, 2), list(_letters(words)), _grams(masked(tokens, spans), 3)


def masked(tokens: Sequence[Token], spans: Iterable[tuple[str, int, int]]) -> list[str]:
    """The words with each span of a masked kind as one word, e.g. `turn the _twin off`."""
    starts = {first: (kind, last) for kind, first, last in spans if kind in MASKED}
    out: list[str] = ["<"]
    i = 0
    while i < len(tokens):
        kind, last = starts.get(i, ("", i + 1))
        token = tokens[i]
        if kind and not (kind == "value" and token.norm in _KEPT_VALUES):
            out.append(f"_{kind}")
            i = last
            continue
        if token.is_number:
            out.append("_value")
        elif token.is_word or token.norm == "?":
            out.append(token.norm)
        i += 1
    return [*out, ">"]


def _grams(words: Sequence[str], longest: int) -> list[str]:
    return [" ".join(words[i : i + n]) for n in range(1, longest + 1) for i in range(len(words) - n + 1)]


def _letters(words: Sequence[str]) -> Iterator[str]:
    """Runs of two to five letters within word borders."""
    for word in words:
        padded = f" {word[:24]} "
        for n in range(2, 6):
            for i in range(max(1, len(padded) - n + 1)):
                yield padded[i : i + n]
