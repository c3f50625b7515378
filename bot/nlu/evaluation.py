"""How well an engine understands: intents, slots, out of scope, calibration; on Rasa data or a test file."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.nlu.cases import Case, read_cases
from bot.nlu.intents import OUT_OF_SCOPE
from bot.ports import Entity, Nlu, Parse

_BINS = 10
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "your"})
_POSSESSIVE = re.compile(r"['’]s\b")
_SIGNS = re.compile(r"[^\w\s%°/.:+-]")


@dataclass(frozen=True, slots=True)
class Score:
    """Hits, misses and false alarms."""

    hits: int = 0
    missed: int = 0
    surplus: int = 0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.surplus) if self.hits + self.surplus else 0.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0

    @property
    def f1(self) -> float:
        found = 2 * self.hits + self.missed + self.surplus
        return 2 * self.hits / found if found else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.hits + other.hits, self.missed + other.missed, self.surplus + other.surplus)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one run. Rates are None where no case asks for them."""

    cases: int
    accuracy: float
    macro_f1: float
    intents: Mapping[str, Score]
    confusions: tuple[tuple[str, str, int], ...]  # expected, understood, times; most frequent first
    slots: Mapping[str, Score]
    out_of_scope_recall: float | None
    false_rejects: float | None
    calibration_error: float
    milliseconds: tuple[float, float]  # median and 99th percentile

    @property
    def slot_score(self) -> Score:
        return sum(self.slots.values(), Score())


async def evaluate(engine: Nlu, source: Path | Sequence[Case], lang: str = "en") -> Evaluation:
    """Runs the engine on every case. With several parses of a sentence the first gives the intent."""
    cases = read_cases(source, lang) if isinstance(source, Path) else list(source)
    parses: list[list[Parse]] = []
    spent: list[float] = []
    for case in cases:
        began = time.perf_counter()
        parses.append(await engine.parse(case.text, lang))
        spent.append((time.perf_counter() - began) * 1000)
    firsts = [p[0] for p in parses]
    intents = _intent_scores(cases, firsts)
    wrong = Counter((c.intent, p.intent) for c, p in zip(cases, firsts, strict=True) if p.intent not in c.intents)
    outside = [p.intent == OUT_OF_SCOPE for c, p in zip(cases, firsts, strict=True) if c.intent == OUT_OF_SCOPE]
    inside = [p.intent == OUT_OF_SCOPE for c, p in zip(cases, firsts, strict=True) if OUT_OF_SCOPE not in c.intents]
    spent.sort()
    return Evaluation(
        cases=len(cases),
        accuracy=1 - wrong.total() / len(cases) if cases else 0.0,
        macro_f1=sum(s.f1 for s in intents.values()) / len(intents) if intents else 0.0,
        intents=intents,
        confusions=tuple((a, b, n) for (a, b), n in wrong.most_common()),
        slots=_slot_scores(cases, parses),
        out_of_scope_recall=sum(outside) / len(outside) if outside else None,
        false_rejects=sum(inside) / len(inside) if inside else None,
        calibration_error=calibration_error(
            [(p.confidence, p.intent in c.intents) for c, p in zip(cases, firsts, strict=True)]
        ),
        milliseconds=(spent[len(spent) // 2], spent[int(len(spent) * 0.99)]) if spent else (0.0, 0.0),
    )


async def parse_lines(engine: Nlu, lines: Iterable[str], lang: str = "en") -> "list[dict[str, Any]]":
    """A JSON-ready object a line: text, intent, confidence, entities, alternatives of the first request, and
    `more` with the same of each further one."""
    return [_as_json(line, await engine.parse(line, lang)) for line in (raw.rstrip("\r\n") for raw in lines)]


def calibration_error(outcomes: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins (Naeini et al. 2015): 0 is honest."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in outcomes:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    gaps = (abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins.values())
    return sum(gaps) / len(outcomes) if outcomes else 0.0


def same_span(said: str, expected: str) -> bool:
    """Whether two spans are the same, loosely: case, articles, possessive s, a word more or less at an end."""
    a, b = _words(said), _words(expected)
    return a == b or tuple(a) in _trimmed(b) or tuple(b) in _trimmed(a)


def _trimmed(words: Sequence[str]) -> set[tuple[str, ...]]:
    """The span without a word at one end, at the other, or at both."""
    return {tuple(words[i : len(words) - j]) for i in (0, 1) for j in (0, 1)} - {()}


def _words(span: str) -> list[str]:
    plain = _SIGNS.sub(" ", _POSSESSIVE.sub("", span.casefold()))
    return [w.strip(".:") for w in plain.split() if w.strip(".:") and w not in _ARTICLES]


def _intent_scores(cases: Sequence[Case], parses: Sequence[Parse]) -> dict[str, Score]:
    scores: dict[str, Score] = defaultdict(Score)
    for case, parse in zip(cases, parses, strict=True):
        if parse.intent in case.intents:
            scores[case.intent] += Score(hits=1)
        else:
            scores[case.intent] += Score(missed=1)
            scores[parse.intent] += Score(surplus=1)
    return dict(sorted(scores.items()))


def _slot_scores(cases: Sequence[Case], parses: Sequence[Sequence[Parse]]) -> dict[str, Score]:
    """Extra entities of kinds that the case does not speak of are no fault, as the cases are not exhaustive."""
    scores: dict[str, Score] = defaultdict(Score)
    for case, said in zip(cases, parses, strict=True):
        for kind, expected in case.entities.items():
            left = [e for p in said for e in p.entities if e.kind == kind and e.end > e.start]
            for span in expected:
                hit = next((e for e in left if same_span(e.text, span)), None)
                scores[kind] += Score(hits=1) if hit else Score(missed=1)
                left = [e for e in left if e is not hit]
            scores[kind] += Score(surplus=len(left))
    return dict(sorted(scores.items()))


def _as_json(text: str, parses: Sequence[Parse]) -> dict[str, Any]:
    first, *more = [
        {
            "text": p.text,
            "intent": p.intent,
            "confidence": p.confidence,
            "entities": [_entity_json(e) for e in p.entities],
            "alternatives": [{"intent": i, "confidence": c} for i, c in p.alternatives],
        }
        for p in parses
    ]
    return {**first, "text": text} | ({"more": more} if more else {})


def _entity_json(entity: Entity) -> dict[str, Any]:
    plain = {
        "entity": entity.kind,
        "text": entity.text,
        "start": entity.start,
        "end": entity.end,
        "value": entity.value,
    }
    return plain | {"score": entity.score} | ({"options": list(entity.options)} if entity.options else {})
