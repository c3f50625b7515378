"""The concerns at hand, and their order. Twins without a concern cost nothing here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from twin_core.attention.concerns import Concern
from twin_core.attention.scoring import Weight, acknowledged_score, score
from twin_core.attention.subjects import Subject
from twin_core.attention.weighing import weigh
from twin_core.contract.template import Severity

_STALE_S = 10.0  # urgency moves over hours: an order this old still holds


@dataclass(frozen=True, slots=True)
class Ranked:
    """A listed concern with its weight and score."""

    concern: Concern
    weight: Weight
    score: float


class ConcernIndex:
    """Concerns by id, by group and by twin; ranked when asked, and only if something changed meanwhile."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {}
        self._concerns: dict[str, Concern] = {}
        self._by_group: dict[str, str] = {}
        self._by_twin: dict[str, set[str]] = {}
        self._ranking: list[Ranked] = []
        self._ranked_at: datetime | None = None

    def __iter__(self) -> Iterator[Concern]:
        return iter(self._concerns.values())

    def get(self, id: str) -> Concern | None:
        return self._concerns.get(id)

    def of_group(self, group: str) -> Concern | None:
        id = self._by_group.get(group)
        return self._concerns[id] if id else None

    def of_twin(self, twin: str) -> list[Concern]:
        return [self._concerns[id] for id in sorted(self._by_twin.get(twin, ()))]

    def put(self, concern: Concern) -> None:
        self._concerns[concern.id] = concern
        self._by_group[concern.group] = concern.id
        self._by_twin.setdefault(concern.twin, set()).add(concern.id)
        self.touch()

    def remove(self, concern: Concern) -> None:
        """Forgets a concern, and its subject with the last one."""
        del self._concerns[concern.id]
        del self._by_group[concern.group]
        left = self._by_twin[concern.twin]
        left.discard(concern.id)
        if not left:
            del self._by_twin[concern.twin]
            self.subjects.pop(concern.twin, None)
        self.touch()

    def touch(self) -> None:
        """A value or a concern changed: the order has to be found anew."""
        self._ranked_at = None

    def ranking(self, now: datetime) -> list[Ranked]:
        """What is listed, most critical first."""
        fresh = self._ranked_at is not None and 0 <= (now - self._ranked_at).total_seconds() < _STALE_S
        if not fresh:
            self._ranking = self._rank(now)
            self._ranked_at = now
        return self._ranking

    def rank_of(self, concern: Concern, now: datetime) -> tuple[int, Ranked]:
        """Its place in the list and its weight; place 0 when it is not listed."""
        for place, ranked in enumerate(self.ranking(now), 1):
            if ranked.concern.id == concern.id:
                return place, ranked
        weight = self.weigh(concern, now)
        return 0, Ranked(concern, weight, score(weight, now))

    def weigh(self, concern: Concern, now: datetime) -> Weight:
        return weigh(concern, self.subjects[concern.twin], now)

    def _rank(self, now: datetime) -> list[Ranked]:
        listed = [concern for concern in self._concerns.values() if concern.listed]
        weighed = [(concern, self.weigh(concern, now)) for concern in listed]
        scored = [Ranked(concern, weight, score(weight, now)) for concern, weight in weighed]
        least: dict[Severity, float] = {}
        for ranked in scored:
            if ranked.concern.status == "open":
                severity = ranked.weight.severity
                least[severity] = min(ranked.score, least.get(severity, ranked.score))
        final = [
            ranked
            if ranked.concern.status == "open"
            else Ranked(
                ranked.concern, ranked.weight, acknowledged_score(ranked.score, least.get(ranked.weight.severity))
            )
            for ranked in scored
        ]
        final.sort(key=lambda ranked: (-ranked.score, ranked.concern.opened_at, ranked.concern.id))
        return final
