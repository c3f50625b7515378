"""How well an engine understands: intents, slots, out of scope, calibration."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.nlu.cases import Case
from bot.nlu.intents import OUT_OF_SCOPE
from bot.ports import Nlu, Parse, Progress

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
    def expected(self) -> int:
        return self.hits + self.missed

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.surplus) if self.hits + self.surplus else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.expected if self.expected else 0.0

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
    in_scope_accuracy: float | None  # of the cases that are some intent's; a reject is wrong
    best_guess_accuracy: float | None  # the same, had nothing been rejected
    macro_f1: float  # over the intents that some case expects
    intents: Mapping[str, Score]
    confusions: tuple[tuple[str, str, int], ...]  # expected, understood, times; most frequent first
    slots: Mapping[str, Score]
    out_of_scope_recall: float | None
    false_rejects: float | None
    same_answers: float | None  # of the cases said again: both forms understood as the same intent
    calibration_error: float
    milliseconds: tuple[float, float]  # median and 99th percentile

    @property
    def slot_score(self) -> Score:
        return sum(self.slots.values(), Score())


async def evaluate(
    engine: Nlu,
    cases: Sequence[Case],
    lang: str = "en",
    progress: Callable[[Progress], None] = lambda _: None,
) -> Evaluation:
    """Runs the engine on every case. With several parses of a sentence the first gives the intent."""
    parses: list[list[Parse]] = []
    agreed: list[bool] = []
    spent: list[float] = []
    for number, case in enumerate(cases, 1):
        began = time.perf_counter()
        parses.append(await engine.parse(case.text, lang))
        spent.append((time.perf_counter() - began) * 1000)
        if case.again is not None:
            agreed.append((await engine.parse(case.again, lang))[0].intent == parses[-1][0].intent)
        progress(Progress("Reading test sentences", number, len(cases)))
    pairs = [(case, said[0]) for case, said in zip(cases, parses, strict=True)]
    intents = _intent_scores(pairs)
    asked = [score for score in intents.values() if score.expected]
    inside = [(c, p) for c, p in pairs if OUT_OF_SCOPE not in c.intents]
    spent.sort()
    return Evaluation(
        cases=len(cases),
        accuracy=_share([p.intent in c.intents for c, p in pairs]) or 0.0,
        in_scope_accuracy=_share([p.intent in c.intents for c, p in inside]),
        best_guess_accuracy=_share([_best_guess(p) in c.intents for c, p in inside]),
        macro_f1=sum(s.f1 for s in asked) / len(asked) if asked else 0.0,
        intents=intents,
        confusions=_confusions(pairs),
        slots=_slot_scores(cases, parses),
        out_of_scope_recall=_share([p.intent == OUT_OF_SCOPE for c, p in pairs if c.intent == OUT_OF_SCOPE]),
        false_rejects=_share([p.intent == OUT_OF_SCOPE for _, p in inside]),
        same_answers=_share(agreed),
        calibration_error=calibration_error([(p.confidence, p.intent in c.intents) for c, p in pairs]),
        milliseconds=(spent[len(spent) // 2], spent[int(len(spent) * 0.99)]) if spent else (0.0, 0.0),
    )


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


def _share(outcomes: Sequence[bool]) -> float | None:
    return sum(outcomes) / len(outcomes) if outcomes else None


def _best_guess(parse: Parse) -> str:
    ranked = (parse.intent, *(intent for intent, _ in parse.alternatives))
    return next((intent for intent in ranked if intent != OUT_OF_SCOPE), OUT_OF_SCOPE)


def _confusions(pairs: Sequence[tuple[Case, Parse]]) -> tuple[tuple[str, str, int], ...]:
    wrong = Counter((case.intent, parse.intent) for case, parse in pairs if parse.intent not in case.intents)
    return tuple((expected, understood, times) for (expected, understood), times in wrong.most_common())


def _intent_scores(pairs: Sequence[tuple[Case, Parse]]) -> dict[str, Score]:
    scores: dict[str, Score] = defaultdict(Score)
    for case, parse in pairs:
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
