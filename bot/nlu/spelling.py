"""Nearest known word for a misspelt one, by look-up of deletions (Garbe's symmetric delete, 2012)."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

MIN_LETTERS = 4
LONG_WORD = 8  # from here on two mistakes are forgiven
_MAX_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Near:
    word: str
    score: float


class Spelling:
    """A set of words, counted, so that what is added twice must be dropped twice."""

    def __init__(self) -> None:
        self._words: Counter[str] = Counter()
        self._by_deletion: dict[str, set[str]] = defaultdict(set)

    def add(self, word: str) -> None:
        self._words[word] += 1
        if self._words[word] == 1 and _is_spelt(word):
            for key in _deletions(word):
                self._by_deletion[key].add(word)

    def drop(self, word: str) -> None:
        self._words[word] -= 1
        if self._words[word] <= 0:
            del self._words[word]
            for key in _deletions(word) if _is_spelt(word) else ():
                self._by_deletion[key].discard(word)
                if not self._by_deletion[key]:
                    del self._by_deletion[key]

    def nearest(self, word: str) -> Near | None:
        """The known word one slip away (two for long words); None if the word is known or nothing is near."""
        if word in self._words or not _is_spelt(word):
            return None
        candidates = set().union(*(self._by_deletion.get(key, ()) for key in _deletions(word)))
        best: Near | None = None
        for candidate in sorted(candidates):
            allowed = 2 if min(len(word), len(candidate)) >= LONG_WORD else 1
            if OSA.distance(word, candidate, score_cutoff=allowed) > allowed:
                continue
            if len(word) == MIN_LETTERS and word[0] != candidate[0]:
                continue
            near = Near(candidate, ratio(word, candidate) / 100)
            best = near if best is None or near.score > best.score else best
        return best


def _is_spelt(word: str) -> bool:
    return MIN_LETTERS <= len(word) <= _MAX_LETTERS and word.isalpha()


def _deletions(word: str) -> Iterator[str]:
    """The word, and the word with one letter left out; two for long ones."""
    yield word
    for i in range(len(word)):
        shorter = word[:i] + word[i + 1 :]
        yield shorter
        if len(word) >= LONG_WORD:
            for j in range(i, len(shorter)):
                yield shorter[:j] + shorter[j + 1 :]
