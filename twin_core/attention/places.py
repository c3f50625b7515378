"""Which place lies in which, and whether anybody is there."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from twin_core.contract.commands import GetState, ListTwins
from twin_core.contract.events import Event
from twin_core.contract.ports import TwinCore
from twin_core.contract.template import Value
from twin_core.contract.views import TwinView

_TYPE = "place"
_OCCUPIED = "occupied"


class Places:
    """The tree of place twins by name."""

    def __init__(self) -> None:
        self._above: dict[str, str | None] = {}  # place -> the place it lies in
        self._names: dict[str, str] = {}  # twin id -> place
        self._occupied: dict[str, bool] = {}

    async def load(self, core: TwinCore) -> None:
        """As the place twins say now."""
        self._above, self._names, self._occupied = {}, {}, {}
        async for view in _all_places(core):
            name = view.name.casefold()
            self._names[view.id] = name
            self._above[name] = view.place.casefold() if view.place else None
            known = (await core.query(GetState(view.id))).reported.get(_OCCUPIED)
            if known is not None:
                self._occupied[name] = bool(known.value)

    def take(self, twin: str, values: Mapping[str, tuple[Value, datetime]]) -> bool:
        """Newest values of a twin; whether they say that people came or went."""
        name = self._names.get(twin)
        if name is None or _OCCUPIED not in values:
            return False
        occupied = bool(values[_OCCUPIED][0])
        changed = self._occupied.get(name) is not occupied
        self._occupied[name] = occupied
        return changed

    def around(self, place: str | None) -> tuple[str, ...]:
        """A place and those it lies in, inmost first."""
        found: list[str] = []
        name = place.casefold() if place else None
        while name and name not in found:
            found.append(name)
            name = self._above.get(name)
        return tuple(found)

    def is_away(self, place: str | None) -> bool:
        """Whether nobody is there: as the nearest place around it says, else as all places together say."""
        for name in self.around(place):
            if name in self._occupied:
                return not self._occupied[name]
        return bool(self._occupied) and not any(self._occupied.values())


def concerns_places(event: Event) -> bool:
    """Whether an event may have changed the tree."""
    return event.name.startswith("system.twin_") and event.stream.startswith(f"{_TYPE}.")


async def _all_places(core: TwinCore) -> AsyncIterator[TwinView]:
    cursor: str | None = None
    while True:
        page = await core.query(ListTwins(type=_TYPE, cursor=cursor, limit=1000))
        for view in page.items:
            yield view
        if page.cursor is None:
            return
        cursor = page.cursor
