"""What the training data knows of single words: which kind they are, what they mean, how common they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.nlu.text import squeeze, tokenize
from bot.nlu.training_data import TrainingData
from bot.ports import Name

# Kinds whose words form a closed list that holds for every house.
LISTED = ("property", "twin_type", "place", "source", "channel")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of closed kinds with their canonical values, and the words that are just language."""

    names: tuple[Name, ...] = ()
    common: frozenset[str] = frozenset()  # stems that mostly stand outside every span
    synonyms: Mapping[str, str] = field(default_factory=dict)  # squeezed spelling -> canonical

    def canonical(self, text: str) -> str | None:
        """What the synonyms say this text means."""
        return self.synonyms.get(squeeze(text))

    def to_json(self) -> dict[str, Any]:
        return {
            "names": [[n.text, n.kind, n.value] for n in self.names],
            "common": sorted(self.common),
            "synonyms": dict(self.synonyms),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Lexicon":
        names = tuple(Name(text, kind, value) for text, kind, value in data["names"])
        return cls(names, frozenset(data["common"]), dict(data["synonyms"]))


def build_lexicon(data: TrainingData) -> Lexicon:
    """The lexicon of one language's training data."""
    marked, plain = _counts(data)
    kinds = _kinds_of_meanings(data)
    names: dict[tuple[str, str], Name] = {}

    def add(text: str, kind: str, value: str) -> None:
        names.setdefault((squeeze(text), kind), Name(text, kind, value))

    for surface, meaning in data.synonyms.items():
        if (kind := kinds.get(meaning)) in LISTED:
            add(surface, str(kind), meaning)
    for kind in LISTED:
        for surface in data.lookups.get(kind, ()):
            add(surface, kind, data.synonyms.get(surface.casefold(), surface.casefold()))
    for meaning, kind in kinds.items():
        if kind in ("property", "twin_type"):
            add(meaning.replace("_", " "), kind, meaning)
    common = frozenset(
        stem for stem, count in plain.items() if count >= 2 and count > 2 * sum(marked.get(stem, Counter()).values())
    )
    synonyms = {squeeze(surface): meaning for surface, meaning in data.synonyms.items()}
    return Lexicon(tuple(names.values()), common, synonyms)


def _counts(data: TrainingData) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """How often each stem stands inside spans, by kind, and how often outside."""
    marked: dict[str, Counter[str]] = defaultdict(Counter)
    plain: Counter[str] = Counter()
    for example in data.examples:
        for token in tokenize(example.text):
            kind = next((s.kind for s in example.spans if s.start <= token.start < s.end), None)
            if kind is None:
                plain[token.stem] += 1
            else:
                marked[token.stem][kind] += 1
    return marked, plain


def _kinds_of_meanings(data: TrainingData) -> dict[str, str]:
    """Of which kind a canonical value is, by the spans and lookups in which its spellings stand."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)

    def vote(surfaces: Iterable[tuple[str, str]], weight: int) -> None:
        for surface, kind in surfaces:
            folded = surface.casefold()
            votes[data.synonyms.get(folded, folded)][kind] += weight

    for kind, surfaces in data.lookups.items():
        vote(((s, kind) for s in surfaces), 3)
    for example in data.examples:
        vote(((example.text[s.start : s.end], s.kind) for s in example.spans), 1)
    meanings = set(data.synonyms.values())
    return {m: c.most_common(1)[0][0] for m, c in votes.items() if m in meanings}
