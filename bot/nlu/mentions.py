"""An entity while it is being found: at tokens, not yet at characters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Kinds whose spans are phrases that may hold other entities.
LONG_TEXT = frozenset("task event topic skill scenario".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity at its tokens."""

    kind: str
    first: int
    last: int
    value: Any = None
    score: float = 1.0
    options: tuple[Any, ...] = ()


def clashes(first: int, last: int, mentions: Sequence[Mention]) -> bool:
    """Whether any of the mentions shares a token with this span."""
    return any(first < m.last and m.first < last for m in mentions)
