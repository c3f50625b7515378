"""Marks on a scale of feelings: the 2 of "my stress is a 2"."""

from collections.abc import Iterator, Sequence

from bot.nlu.tagger import TaggedSpan
from bot.nlu.text import Token

SCALES = frozenset({"mood", "energy", "stress"})
_SURELY = SCALES - {"energy"}  # which is counted, too
_MARKS = frozenset("1 2 3 4 5 one two three four five".split())
_BEFORE = frozenset("a about around is of like : just".split())
_BEHIND = frozenset(", . ; ! and today now out".split())
_NEAR = 5  # words between a scale and the mark on it


def scale_of(kind: str, first: int, tokens: Sequence[Token]) -> str:
    """Of what a mark is, the word before it says: this scale, if none is named."""
    if kind not in SCALES or not tokens[first].is_number:
        return kind
    before = (_named(t) for t in reversed(tokens[max(first - _NEAR, 0) : first]))
    return next((scale for scale in before if scale), kind)


def marks(tokens: Sequence[Token]) -> Iterator[TaggedSpan]:
    """Those that are surely no hours, whatever was learned: "mood about 3"."""
    for at, token in enumerate(tokens):
        if (scale := _named(token)) not in _SURELY:
            continue
        mark = next((i for i in range(at + 1, len(tokens)) if tokens[i].norm not in _BEFORE), None)
        if mark is not None and tokens[mark].norm in _MARKS and _ends(tokens[mark + 1 : mark + 2]):
            yield TaggedSpan(scale, mark, mark + 1, 1.0)


def _ends(after: Sequence[Token]) -> bool:
    """Whether nothing is counted by the number before."""
    return all(token.norm in _BEHIND or _named(token) for token in after)


def _named(token: Token) -> str | None:
    return next((scale for scale in sorted(SCALES) if token.stem.startswith(scale)), None)
