"""Typing errors in the words that tell an intent: "turn of teh kichen lihgt" is read as "turn of the kitchen light".

A word is mended where it is no word of the language (the vocabulary of the sentence encoder, 30,000 words, says so),
is hardly ever said in the training data, and one that is said there is a slip away. What names a thing of the house
keeps its spelling: `names` forgives slips of its own.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from bot.nlu.spelling import MIN_LETTERS, Spelling
from bot.nlu.text import Token, stem
from bot.nlu.vectors import TfIdf

_OFTEN = 5  # sentences from which a word of the training data is surely what was meant
_SHORT_OFTEN = 20  # the same for three letters: there are few, and many are near to one another
_SWITCHING = frozenset("turn turning switch switching".split())
_TURNS = frozenset("century year month events phrase tide mind".split())
_RIGHT = 3  # sentences from which a spelling is no slip: the training data has some, as people make them


class Slips:
    """Mends the words of a sentence. `words` are those of the training data, by the sentences they stand in."""

    def __init__(self, words: Mapping[str, float], is_language: Callable[[str], bool]) -> None:
        self._is_language = is_language
        self._right = {word.replace("'", "") for word, count in words.items() if count >= _RIGHT or "'" in word}
        self._spelling = Spelling()
        self._swapped: dict[str, str] = {}  # of short words only two letters in the wrong order are a slip
        for word in sorted(words, key=lambda w: words[w]):
            if len(word) >= MIN_LETTERS and words[word] >= _OFTEN:
                self._spelling.add(word)
            elif word.isalpha() and words[word] >= _SHORT_OFTEN:
                self._swapped.update({_swap(word, i): word for i in range(len(word) - 1)})

    def mended(self, text: str, tokens: Sequence[Token], named: Collection[int] = ()) -> tuple[str, Sequence[Token]]:
        """The sentence with its words as they were meant; tokens keep their places in what was said.

        `named` are the tokens that are a name. The same objects where nothing is wrong.
        """
        meant = {i: word for i, t in enumerate(tokens) if i not in named and (word := self._meant(t, first=i == 0))}
        norms = [meant.get(i, t.norm) for i, t in enumerate(tokens)]
        meant |= {i: "off" for i, norm in enumerate(norms) if norm == "of" and _is_off(norms, i)}
        if not meant:
            return text, tokens
        for i in sorted(meant, reverse=True):
            text = text[: tokens[i].start] + meant[i] + text[tokens[i].end :]
        new = [replace(t, norm=meant[i], stem=stem(meant[i])) if i in meant else t for i, t in enumerate(tokens)]
        return text, new

    def _meant(self, token: Token, *, first: bool) -> str | None:
        word = token.norm
        if not word.isalpha() or not word.isascii():
            return None
        if any(form in self._right or self._is_language(form) for form in (word, token.stem)):
            return None
        if token.text[0].isupper() and not first and not token.text.isupper():
            return None  # a name that nobody told us
        if len(word) < MIN_LETTERS:
            return self._swapped.get(word)
        near = self._spelling.nearest(word)
        return near.word if near else None


def words_said(tfidf: TfIdf, sentences: int) -> dict[str, float]:
    """The words that the classifier knows, each with the number of training sentences it stands in."""
    words = tfidf.features()[0]
    return {
        word: (1 + sentences) / math.exp(float(idf) - 1) - 1
        for word, idf in zip(words, tfidf.idf[: len(words)], strict=True)
        if " " not in word
    }


def _is_off(norms: Sequence[str], at: int) -> bool:
    """ "Turn of the lamp", "switch it of": a letter is missing. The turn of a century is none."""
    if at + 1 == len(norms):
        return not _SWITCHING.isdisjoint(norms)
    return at > 0 and norms[at - 1] in _SWITCHING and _TURNS.isdisjoint(norms[at + 1 : at + 3])


def _swap(word: str, i: int) -> str:
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
