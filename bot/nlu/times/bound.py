"""Times told by something that is no time: `an hour before the stand-up`, `after the meeting with Sam`."""

import re
from collections.abc import Sequence
from typing import Any

from bot.nlu.text import Token

_LONGEST_ANCHOR = 5  # words
_ENDS = frozenset(
    """so to and or that then please i we you he she they it because but on at in by if when while remind tell let
    tomorrow today every each as too also""".split()
)
_ARTICLES = frozenset("the my our your his her their this that a an".split())
_SAID = re.compile(r"(before|after|during|until|till|by|when|once|since)\s+(.+)", re.IGNORECASE | re.DOTALL)
_EDGES = {"till": "until", "when": "after", "once": "after"}


def anchor_end(tokens: Sequence[Token], first: int) -> int:
    """The token after the name of the thing that a distance is told from; `first` itself where no name follows."""
    last = first
    while last < len(tokens) and last - first < _LONGEST_ANCHOR and _goes_on(tokens, last):
        last += 1
    return last


def bound_value(anchor: str, offset_s: float = 0.0, edge: str | None = None) -> dict[str, Any]:
    """What the entity says: no instant, but how far from what."""
    value: dict[str, Any] = {"start": None, "end": None, "grain": "minute", "anchor": anchor, "offset_s": offset_s}
    return value | ({"edge": edge} if edge else {})


def read_bound(said: str) -> dict[str, Any] | None:
    """`before the meeting`; None for a text that is bound to nothing."""
    match = _SAID.fullmatch(said.strip())
    if match is None:
        return None
    words = match[2].split()
    while len(words) > 1 and words[0].casefold() in _ARTICLES:
        words = words[1:]
    edge = match[1].casefold()
    return bound_value(" ".join(words), 0.0, _EDGES.get(edge, edge))


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.norm == "-":
        return at > 0 and tokens[at - 1].end == token.start and at + 1 < len(tokens)
    return (token.is_word or token.is_number) and token.norm not in _ENDS
