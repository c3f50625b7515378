"""The concerns at hand and their order, kept by what changes. What concerns nobody costs nothing here."""

import heapq
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sortedcontainers import SortedDict

from twin_core.attention.concerns import Concern, Family
from twin_core.attention.ranking import Order, Ranking, Standing
from twin_core.attention.scoring import Weight, score
from twin_core.contract.topics import Topic

Audience = tuple[str, str]  # what it is chosen by, and its name
ALL: Audience = ("all", "")
HOUSE: Audience = ("house", "")  # what belongs to nobody in particular


def owned_by(person: str) -> Audience:
    """What somebody has to do: their tasks, their calendar, what they are asked for."""
    return ("owner", person)


def about(person: str) -> Audience:
    """How somebody is, which is shared with nobody."""
    return ("self", person)


def lying_in(place: str, among: Audience = HOUSE) -> Audience:
    """What of another audience lies in a place. ALL: of all people, without what is the house's."""
    return (f"place of {among[0]} {among[1]}", place.casefold())


@dataclass(frozen=True, slots=True)
class Ranked:
    """A concern with its weight, its score and its place in the list; place 0 when it is not listed."""

    concern: Concern
    weight: Weight
    score: float
    rank: int
    lifted: bool = False  # it ranks higher here, as its topic matters most to whoever asks


@dataclass(frozen=True, slots=True)
class _Kept:
    concern: Concern
    weight: Weight
    standing: Standing | None  # None while it is not listed
    audiences: tuple[Audience, ...]


class ConcernIndex:
    """Concerns by id, by group and by twin, each weighed when something changed about it, and in order."""

    def __init__(
        self,
        weigh: Callable[[Concern, datetime], Weight],
        audiences: Callable[[Concern], tuple[Audience, ...]],
    ) -> None:
        self._weigh = weigh
        self._audiences = audiences
        self._kept: dict[str, _Kept] = {}
        self._by_group: SortedDict[str, str] = SortedDict()
        self._by_twin: dict[str, set[str]] = {}
        self._by_family: dict[Family, dict[str, None]] = {}  # in the order in which they changed last
        self._rankings: dict[Audience, Ranking] = {}
        self._changing: list[tuple[datetime, str]] = []  # a heap: when time alone changes a weight
        self._waking: list[tuple[datetime, str]] = []  # a heap: when a snooze ends

    def __iter__(self) -> Iterator[Concern]:
        return (kept.concern for kept in self._kept.values())

    def get(self, id: str) -> Concern | None:
        kept = self._kept.get(id)
        return kept.concern if kept else None

    def of_group(self, group: str) -> Concern | None:
        id = self._by_group.get(group)
        return self._kept[id].concern if id else None

    def groups_from(self, prefix: str) -> list[str]:
        """The groups whose name begins so."""
        return list(self._by_group.irange(prefix, prefix + chr(0x10FFFF)))

    def of_twin(self, twin: str) -> list[Concern]:
        return [self._kept[id].concern for id in sorted(self._by_twin.get(twin, ()))]

    def concerns_of(self, twin: str) -> bool:
        """Whether there is any about this twin."""
        return twin in self._by_twin

    def newest(self, family: Family, limit: int) -> list[Concern]:
        """Those of a family that changed last, newest first."""
        return [self._kept[id].concern for id in islice(reversed(self._by_family.get(family, {})), limit)]

    def put(self, concern: Concern, now: datetime) -> None:
        """Takes a concern in, or as it is now."""
        self._take_out(concern.id)
        self._by_group[concern.group] = concern.id
        for twin in concern.twins:
            self._by_twin.setdefault(twin, set()).add(concern.id)
        self._by_family.setdefault(concern.family, {})[concern.id] = None
        weight = self._weigh(concern, now)
        audiences = self._audiences(concern)
        standing = None
        if concern.listed:
            standing = Standing.of(concern.id, weight, concern.status == "acknowledged", concern.opened_at)
            for audience in audiences:
                self._rankings.setdefault(audience, Ranking()).put(standing)
        if weight.holds_until is not None:
            heapq.heappush(self._changing, (weight.holds_until, concern.id))
        if concern.until is not None:
            heapq.heappush(self._waking, (concern.until, concern.id))
        self._kept[concern.id] = _Kept(concern, weight, standing, audiences)

    def remove(self, concern: Concern) -> None:
        self._take_out(concern.id)

    def weight_of(self, concern: Concern) -> Weight:
        """As it was weighed last; what changes by time alone is weighed anew in time."""
        return self._kept[concern.id].weight

    # --- the order ---------------------------------------------------------------------------------

    def first(
        self, audiences: Sequence[Audience], limit: int, now: datetime, favoured: Collection[Topic] = ()
    ) -> tuple[list[Ranked], int]:
        """The most critical concerns of these audiences, and how many are listed in all."""
        rankings = [ranking for audience in audiences if (ranking := self._rankings.get(audience)) is not None]
        shown = [
            Ranked(kept.concern, kept.weight, at, rank, standing.is_lifted(favoured))
            for rank, (standing, at) in enumerate(Order(rankings, now, favoured).first(limit), 1)
            if (kept := self._kept[standing.concern])
        ]
        return shown, sum(map(len, rankings))

    def place_of(
        self, concern: Concern, audiences: Sequence[Audience], now: datetime, favoured: Collection[Topic] = ()
    ) -> Ranked:
        """Where it stands in the list of these audiences."""
        kept = self._kept[concern.id]
        if kept.standing is None or not set(audiences) & set(kept.audiences):
            return Ranked(concern, kept.weight, score(kept.weight, now), 0)
        rankings = [self._rankings[audience] for audience in audiences if audience in self._rankings]
        order, standing = Order(rankings, now, favoured), kept.standing
        lifted = standing.is_lifted(favoured)
        return Ranked(concern, kept.weight, order.score_of(standing), order.place_of(standing), lifted)

    # --- what time does ------------------------------------------------------------------------------

    def next_change_at(self) -> datetime | None:
        """When the first weight changes by time alone."""
        changing = self._changing
        while changing and not self._still_changes(*changing[0]):
            heapq.heappop(changing)
        return changing[0][0] if changing else None

    def reweigh_due(self, now: datetime) -> list[Concern]:
        """Weighs anew whatever time has changed; answers which."""
        due: dict[str, Concern] = {}
        while (at := self.next_change_at()) is not None and at <= now:
            _, id = heapq.heappop(self._changing)
            due[id] = self._kept[id].concern
        for concern in due.values():
            self.put(concern, now)
        return list(due.values())

    def next_waking_at(self) -> datetime | None:
        """When the first snooze ends."""
        waking = self._waking
        while waking and ((kept := self._kept.get(waking[0][1])) is None or kept.concern.until != waking[0][0]):
            heapq.heappop(waking)
        return waking[0][0] if waking else None

    def waking(self, now: datetime) -> list[Concern]:
        """Those whose snooze is over."""
        due: dict[str, Concern] = {}
        while (at := self.next_waking_at()) is not None and at <= now:
            _, id = heapq.heappop(self._waking)
            due[id] = self._kept[id].concern
        return list(due.values())

    def _still_changes(self, at: datetime, id: str) -> bool:
        kept = self._kept.get(id)
        return kept is not None and kept.weight.holds_until == at

    def _take_out(self, id: str) -> None:
        kept = self._kept.pop(id, None)
        if kept is None:
            return
        self._by_group.pop(kept.concern.group, None)
        self._by_family[kept.concern.family].pop(id)
        for twin in kept.concern.twins:
            left = self._by_twin[twin]
            left.discard(id)
            if not left:
                del self._by_twin[twin]
        if kept.standing is not None:
            for audience in kept.audiences:
                ranking = self._rankings[audience]
                ranking.discard(kept.standing)
                if not ranking:
                    del self._rankings[audience]
