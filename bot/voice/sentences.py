"""Whether words make a sentence that is said here, of the training data or of everyday, with any name and number."""

from collections.abc import Iterable, Sequence

from bot.voice.corpus import Sentence
from bot.voice.words import ONES, TENS

_NUMBER_WORDS = frozenset((*ONES, *TENS[2:], "hundred"))
_NUMBER = "{number}"


class Sentences:
    """Sentences of words and classes; a class is written `[twin]`, and each number is as good as another."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self._known = frozenset(_shape(sentence) for sentence in sentences)

    def __contains__(self, words: Sequence[str]) -> bool:
        return _shape(words) in self._known


def _shape(words: Sequence[str]) -> tuple[str, ...]:
    shape: list[str] = []
    for word in words:
        part = _NUMBER if word in _NUMBER_WORDS else word
        if part != _NUMBER or shape[-1:] != [_NUMBER]:
            shape.append(part)
    return tuple(shape)
