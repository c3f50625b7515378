"""Whose list it is: what stands in it, what of it may be seen by whom, and what matters most to them."""

from collections.abc import Collection, Sequence

from twin_core.attention.concerns import Concern
from twin_core.attention.index import ALL, HOUSE, Audience, ConcernIndex, Ranked, about, lying_in, owned_by
from twin_core.attention.showing import Showing
from twin_core.attention.surroundings import Surroundings
from twin_core.attention.topics import Favourites
from twin_core.contract import commands as c
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Forbidden, NotFound
from twin_core.contract.ports import Bus, TwinCore
from twin_core.contract.privacy import ListSharers, Looked
from twin_core.contract.requests import Cause
from twin_core.contract.topics import Topic
from twin_core.contract.views import ConcernView, CriticalView

_SYSTEM = Cause().actor


class Lists:
    """Answers for one person at a time: what is theirs, what is the house's, and what others share with them."""

    def __init__(self, core: TwinCore, bus: Bus, index: ConcernIndex, surroundings: Surroundings, clock: Clock) -> None:
        self._core = core
        self._bus = bus
        self._index = index
        self._surroundings = surroundings
        self._clock = clock
        self._showing = Showing(surroundings)
        self.favourites = Favourites(core)

    async def critical(self, query: c.GetCritical) -> CriticalView:
        """Handler of GetCritical."""
        now, favoured = self._clock.now(), await self.favourites.of(query.person)
        shared = await self._sharers(query.person) if query.team or query.whose else ()
        shared = tuple(person for person in shared if query.whose in (None, person))
        audiences = [*(() if query.whose else _audiences(query.person)), *map(owned_by, shared)]
        if query.place is not None:
            audiences = [lying_in(query.place, among) for among in dict.fromkeys((*audiences, HOUSE))]
        shown, total = self._index.first(audiences, max(0, query.limit), now, favoured)
        await self._looked(query.person, shared)
        return CriticalView(now, tuple(self._view(ranked, query.person) for ranked in shown), total)

    async def concern(self, query: c.GetConcern) -> ConcernView:
        """Handler of GetConcern."""
        concern = self._index.get(query.concern)
        favoured = await self.favourites.of(query.person)
        if concern is not None and concern.owner != query.person and await self._is_shared(concern, query.person):
            ranked = self._index.place_of(concern, (owned_by(str(concern.owner)),), self._clock.now(), favoured)
            await self._looked(query.person, (str(concern.owner),))
            return self._view(ranked, query.person)
        return self.shown(query.concern, query.person, favoured)

    async def put_away(self, query: c.ListPutAway) -> tuple[ConcernView, ...]:
        """Handler of ListPutAway."""
        hidden = [each for each in self._index if not each.listed and each.is_for(query.person)]
        return tuple(self.shown(concern.id) for concern in hidden)

    async def to_change(self, id: str, person: str) -> Concern:
        """What somebody wants to do something about. Raises NotFound, Forbidden for what is only shared with them."""
        concern = self._index.get(id)
        if concern is not None and await self._is_shared(concern, person):
            raise Forbidden(
                f"That is {concern.owner}'s: you may see it, but only they can change it.", code="not_yours"
            )
        return self._known(id, None if person == _SYSTEM else person)

    def shown(self, id: str, person: str | None = None, favoured: Collection[Topic] = ()) -> ConcernView:
        """As it stands in the list of a person; None: of everybody. Raises NotFound."""
        concern, audiences = self._known(id, person), _audiences(person)
        return self._view(self._index.place_of(concern, audiences, self._clock.now(), favoured), person)

    def _known(self, id: str, person: str | None) -> Concern:
        """What is another person's is not known to anybody else."""
        concern = self._index.get(id)
        if concern is None or not concern.is_for(person):
            raise NotFound(f"There is no concern {id[:80]!r}.", code="unknown_concern", hint="It may be over already.")
        return concern

    def _view(self, ranked: Ranked, person: str | None) -> ConcernView:
        return self._showing.view(ranked, self._clock.now(), acts=ranked.concern.is_for(person))

    async def _is_shared(self, concern: Concern, person: str | None) -> bool:
        """Whether it is somebody else's who shares it with this person."""
        if person is None or concern.is_for(person) or self._surroundings.is_private(concern):
            return False
        return concern.owner in await self._sharers(person)

    async def _looked(self, person: str | None, at: Sequence[str]) -> None:
        if person is not None and at:
            await self._bus.publish(Looked(person, "critical_list", people=tuple(at)))

    async def _sharers(self, person: str | None) -> Sequence[str]:
        return () if person is None else await self._core.query(ListSharers(person))


def _audiences(person: str | None) -> Sequence[Audience]:
    """Whose lists together answer a question."""
    return (ALL,) if person is None else (owned_by(person), about(person), HOUSE)
