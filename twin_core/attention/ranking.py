"""The order of concerns at any instant, without sorting them anew while time passes.

Scores move all the time, as consequences draw nearer. But concerns with the same floor and slope differ by
their due instant alone, so their order among each other stands still: they lie on one *shelf*, sorted once.
The list is the merge of the shelves. There are as many shelves as there are different floors, slopes and topics,
a few dozen, whatever the number of concerns. What matters most to a person makes the slope of whole shelves a
little steeper while they are merged for that person, so that one order serves everybody.
"""

import heapq
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sortedcontainers import SortedKeyList

from twin_core.attention.scoring import FAVOURED, Weight, acknowledged_score, urgency_in
from twin_core.contract.template import Severity
from twin_core.contract.topics import Topic

_ShelfKey = tuple[Severity, bool, float, float, Topic]
_Order = tuple[float, float, float, str]  # minus the score, due, opened, id: a total order


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a concern stands: all that its score at any instant is computed from."""

    concern: str
    shelf: _ShelfKey
    due_s: float  # since the epoch; infinity where nobody knows when it harms
    opened_s: float

    @classmethod
    def of(cls, concern: str, weight: Weight, acknowledged: bool, opened_at: datetime) -> "Standing":
        shelf = (weight.severity, acknowledged, round(weight.floor, 2), round(weight.slope, 2), weight.topic)
        due_s = math.inf if weight.due_at is None else weight.due_at.timestamp()
        return cls(concern, shelf, due_s, opened_at.timestamp())

    def score(self, now_s: float, favoured: Collection[Topic] = ()) -> float:
        """As if nobody had acknowledged it."""
        _, _, floor, slope, _ = self.shelf
        lift = FAVOURED if self.is_lifted(favoured) else 1.0
        return floor + lift * slope * urgency_in(self.due_s - now_s)

    def is_lifted(self, favoured: Collection[Topic]) -> bool:
        """Whether it ranks higher where these topics matter most. Nothing moves a hazard."""
        _, _, floor, _, topic = self.shelf
        return not floor and topic in favoured


def _place(standing: Standing) -> tuple[float, float, str]:
    return (standing.due_s, standing.opened_s, standing.concern)


class Ranking:
    """The standings of one audience. Adding, removing and looking up cost the logarithm of their number."""

    def __init__(self) -> None:
        self.shelves: dict[_ShelfKey, SortedKeyList[Standing]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, standing: Standing) -> None:
        shelf = self.shelves.get(standing.shelf)
        if shelf is None:
            shelf = self.shelves[standing.shelf] = SortedKeyList(key=_place)
        shelf.add(standing)
        self._count += 1

    def discard(self, standing: Standing) -> None:
        shelf = self.shelves[standing.shelf]
        shelf.remove(standing)
        self._count -= 1
        if not shelf:
            del self.shelves[standing.shelf]


class Order:
    """What several rankings together give at one instant, to somebody to whom some topics matter most."""

    def __init__(self, rankings: Iterable[Ranking], now: datetime, favoured: Collection[Topic] = ()) -> None:
        self._favoured = favoured
        self._shelves = [shelf for ranking in rankings for shelf in ranking.shelves.values()]
        self._now_s = now.timestamp()
        self._least = self._least_open()

    def first(self, limit: int) -> Sequence[tuple[Standing, float]]:
        """The most critical ones with their scores."""
        merged = heapq.merge(*(self._ordered(shelf) for shelf in self._shelves))
        return [(standing, -order[0]) for (order, standing), _ in zip(merged, range(limit), strict=False)]

    def place_of(self, standing: Standing) -> int:
        """The place of one of them in the list, from 1."""
        order = self._order(standing)
        return 1 + sum(self._before(shelf, order) for shelf in self._shelves)

    def score_of(self, standing: Standing) -> float:
        own = standing.score(self._now_s, self._favoured)
        severity, acknowledged = standing.shelf[:2]
        return acknowledged_score(own, self._least.get(severity)) if acknowledged else own

    def _least_open(self) -> Mapping[Severity, float]:
        """The lowest score that is not acknowledged, of each severity: it lies at the end of a shelf."""
        least: dict[Severity, float] = {}
        for shelf in self._shelves:
            last: Standing = shelf[-1]
            severity, acknowledged = last.shelf[:2]
            if not acknowledged:
                least[severity] = min(last.score(self._now_s, self._favoured), least.get(severity, math.inf))
        return least

    def _ordered(self, shelf: "SortedKeyList[Standing]") -> Iterator[tuple[_Order, Standing]]:
        for standing in shelf:
            yield self._order(standing), standing

    def _order(self, standing: Standing) -> _Order:
        return (-self.score_of(standing), standing.due_s, standing.opened_s, standing.concern)

    def _before(self, shelf: "SortedKeyList[Standing]", order: _Order) -> int:
        """How many of a shelf come before this: a binary search, as a shelf is in order at every instant."""
        low, high = 0, len(shelf)
        while low < high:
            middle = (low + high) // 2
            if self._order(shelf[middle]) < order:
                low = middle + 1
            else:
                high = middle
        return low
