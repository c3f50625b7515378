"""Which of some titles a sentence names, by the words that only it shares. Pure."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]{2,}")
# What people say around the name of a thing when they ask why it is or is not on a list.
_AROUND = frozenset(
    """
    why not isn is it the and but what about how come that this there then for with from than above below before
    after more most less important critical urgent first second higher lower list listed ranked up top instead of on
    at in to my our your me tell does did do isn't doesn't didn aren are was no longer any one ones thing task meeting
    """.split()
)


def named(text: str, titles: Sequence[str]) -> list[int]:
    """The positions of the titles that share most with a sentence; none where none shares a word of its own."""
    said = _words(text)
    shared = [len(said & _words(title)) for title in titles]
    most = max(shared, default=0)
    return [n for n, count in enumerate(shared) if count == most] if most else []


def says_a_name(text: str) -> bool:
    """Whether there is more in a sentence than the question."""
    return bool(_words(text))


def _words(text: str) -> frozenset[str]:
    words = (word.removesuffix("s") if len(word) > 4 else word for word in _WORD.findall(text.casefold()))
    return frozenset(words) - _AROUND
