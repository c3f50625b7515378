"""Whether words make a sentence that is said here, of the training data or of everyday, with any name and number."""

from collections.abc import Iterable, Mapping, Sequence

from bot.voice.words import ONES, TENS

Sentence = tuple[str, ...]

_NUMBER_WORDS = frozenset((*ONES, *TENS[2:], "hundred"))
NUMBER = "{number}"


class Sentences:
    """Sentences of words and classes; a class is written `[twin]`, and each number is as good as another."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self._known = frozenset(shape(sentence) for sentence in sentences)

    def __contains__(self, words: Sequence[str]) -> bool:
        return shape(words) in self._known


def classed(words: Sequence[str], names: Mapping[Sentence, str]) -> Sentence:
    """The words with each of these names as its class; where several fit, the longest."""
    longest = max(map(len, names), default=0)
    found: list[str] = []
    at = 0
    while at < len(words):
        sizes = range(min(longest, len(words) - at), 0, -1)
        size = next((n for n in sizes if tuple(words[at : at + n]) in names), 0)
        found.append(f"[{names[tuple(words[at : at + size])]}]" if size else words[at])
        at += size or 1
    return tuple(found)


def shape(words: Sequence[str]) -> Sentence:
    """The words with each number as `{number}`."""
    found: list[str] = []
    for word in words:
        part = NUMBER if word in _NUMBER_WORDS else word
        if part != NUMBER or found[-1:] != [NUMBER]:
            found.append(part)
    return tuple(found)
