"""Concerns as people are shown them. Their words are made at most every ten seconds, however many ask."""

from dataclasses import dataclass
from datetime import datetime

from twin_core.attention.index import Ranked
from twin_core.attention.judging import word
from twin_core.attention.phrasing import Words
from twin_core.attention.scoring import Weight
from twin_core.attention.surroundings import Surroundings
from twin_core.attention.topics import reason
from twin_core.contract.views import ConcernView

_KEPT_S = 10  # ages are told in minutes
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a concern, for as long as it weighs the same: whatever changes about it, it is weighed anew."""

    weight: Weight
    when: int
    words: Words


class Showing:
    """Puts ranked concerns into words."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._said: dict[str, _Said] = {}

    def view(self, ranked: Ranked, now: datetime, *, acts: bool = True) -> ConcernView:
        """A concern as it stands in a list; `acts`: whether whoever looks can do something about it."""
        concern, weight, words = ranked.concern, ranked.weight, self._words(ranked, now)
        return ConcernView(
            id=concern.id,
            rank=ranked.rank,
            score=round(ranked.score, 1),
            severity=weight.severity,
            title=words.title,
            kind=words.kind,
            twin=concern.twin,
            due_at=weight.due_at,
            why=(*words.why, reason(weight.topic)) if ranked.lifted else words.why,
            actions=words.actions if acts else (),
            status=concern.status,
            opened_at=concern.opened_at,
            until=concern.until,
            hazard=weight.hazard,
            subject=words.subject,
            if_ignored=words.if_ignored,
            remedy=words.remedy,
            owner=concern.owner,
            task=concern.first.data.get("task"),
            property=words.property,
            asker=words.asker,
        )

    def _words(self, ranked: Ranked, now: datetime) -> Words:
        when = int(now.timestamp()) // _KEPT_S
        said = self._said.get(ranked.concern.id)
        if said is not None and said.weight is ranked.weight and said.when == when:
            return said.words
        if len(self._said) >= _MOST:
            self._said.clear()
        words = word(ranked.concern, self._surroundings.scene(ranked.concern, now), ranked.weight)
        self._said[ranked.concern.id] = _Said(ranked.weight, when, words)
        return words
