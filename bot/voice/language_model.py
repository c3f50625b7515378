"""A trigram model of sentences, smoothed after Witten and Bell (IEEE Trans. Inf. Theory 37(4), 1991), as ARPA text."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

ORDER = 3
_BEGIN, _END = "<s>", "</s>"
_NEVER = -99.0
_UNKNOWN = -6.0  # of a word that no sentence has

Gram = tuple[str, ...]


def arpa(sentences: Iterable[Sequence[str]]) -> str:
    """The model of these sentences in ARPA format."""
    counts = _counted(sentences)
    probabilities, backoffs = _smoothed(counts)
    lines = ["\\data\\", *(f"ngram {n}={len(grams)}" for n, grams in enumerate(probabilities, start=1))]
    for n, grams in enumerate(probabilities, start=1):
        lines += ["", f"\\{n}-grams:"]
        lines += _rows(grams, backoffs)
    return "\n".join((*lines, "", "\\end\\", ""))


class Trigrams:
    """The same model in memory, to tell how usual a text is."""

    def __init__(self, sentences: Iterable[Sequence[str]]) -> None:
        self._probabilities, self._backoffs = _smoothed(_counted(sentences))

    def knows(self, word: str) -> bool:
        """Whether a sentence has it."""
        return (word,) in self._probabilities[0]

    def usual(self, words: Sequence[str]) -> float:
        """The base-10 logarithm of its probability, a word."""
        text = (_BEGIN, *words, _END)
        found = [self._of(text[max(0, at - ORDER + 1) : at + 1]) for at in range(1, len(text))]
        return sum(found) / len(found)

    def _of(self, gram: Gram) -> float:
        if (known := self._probabilities[len(gram) - 1].get(gram)) is not None:
            return known
        return _UNKNOWN if len(gram) == 1 else self._backoffs.get(gram[:-1], 0.0) + self._of(gram[1:])


def _rows(grams: dict[Gram, float], backoffs: dict[Gram, float]) -> Iterator[str]:
    for gram in sorted(grams):
        backoff = f"\t{backoffs[gram]:.4f}" if gram in backoffs else ""
        yield f"{grams[gram]:.4f}\t{' '.join(gram)}{backoff}"


def _counted(sentences: Iterable[Sequence[str]]) -> list[Counter[Gram]]:
    counts: list[Counter[Gram]] = [Counter() for _ in range(ORDER)]
    for sentence in sentences:
        words = (_BEGIN, *sentence, _END)
        for n in range(ORDER):
            counts[n].update(words[at : at + n + 1] for at in range(len(words) - n))
    return counts


def _smoothed(counts: list[Counter[Gram]]) -> tuple[list[dict[Gram, float]], dict[Gram, float]]:
    """Base-10 logarithms: of each gram, and of what is left to shorter ones behind each beginning."""
    words = Counter({gram: n for gram, n in counts[0].items() if gram != (_BEGIN,)})
    total, kinds = words.total(), len(words)
    probabilities = [{gram: math.log10((n + 1) / (total + kinds)) for gram, n in words.items()}]
    probabilities[0][_BEGIN,] = _NEVER
    backoffs: dict[Gram, float] = {}
    for grams in counts[1:]:
        followers: defaultdict[Gram, list[tuple[Gram, int]]] = defaultdict(list)
        for gram, n in grams.items():
            followers[gram[:-1]].append((gram, n))
        found: dict[Gram, float] = {}
        for history, rows in followers.items():
            seen, different = sum(n for _, n in rows), len(rows)
            left = different / (seen + different)
            backoffs[history] = math.log10(left)
            for gram, n in rows:
                shorter = 10 ** probabilities[-1][gram[1:]]
                found[gram] = math.log10(n / (seen + different) + left * shorter)
        probabilities.append(found)
    return probabilities, backoffs
