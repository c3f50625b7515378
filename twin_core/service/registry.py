"""All twins by id, name and alias, in memory: what listing, naming and looking up need, and no state."""

import base64
import binascii
import json
from bisect import bisect_right, insort
from collections.abc import Iterator

from rapidfuzz import fuzz, process, utils

from twin_core.contract import ids
from twin_core.contract.commands import ListTwins, TwinPage
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.views import TwinView

_NEAR = 60.0  # of 100: below it a name is not "near"
_LARGEST_PAGE = 1000

_Key = tuple[str, str]  # casefolded name, id: the order of a list


class Registry:
    """Twins by id, name and alias. Names are unique among the twins that are not archived."""

    def __init__(self) -> None:
        self._twins: dict[str, TwinView] = {}
        self._named: dict[str, set[str]] = {}  # casefolded name or alias -> ids
        self._order: list[_Key] = []
        self._sources: dict[str, str] = {}  # source -> id

    def __len__(self) -> int:
        return len(self._twins)

    def __iter__(self) -> Iterator[TwinView]:
        return iter(self._twins.values())

    def get(self, twin: str) -> TwinView | None:
        """By id only."""
        return self._twins.get(twin)

    def put(self, view: TwinView) -> None:
        """Adds a twin or takes over its new view."""
        old = self._twins.get(view.id)
        if old is not None and (old.name, old.aliases, old.source) == (view.name, view.aliases, view.source):
            self._twins[view.id] = view
            return
        if old is not None:
            self.remove(old.id)
        self._twins[view.id] = view
        insort(self._order, _key(view))
        for name in _names(view):
            self._named.setdefault(name, set()).add(view.id)
        if view.source:
            self._sources[view.source] = view.id

    def remove(self, twin: str) -> None:
        view = self._twins.pop(twin, None)
        if view is None:
            return
        del self._order[bisect_right(self._order, _key(view)) - 1]
        for name in _names(view):
            self._named[name].discard(twin)
            if not self._named[name]:
                del self._named[name]
        if view.source and self._sources.get(view.source) == twin:
            del self._sources[view.source]

    def find(self, name: str) -> TwinView | None:
        """By id, else by exact name or alias (case does not matter); archived ones give way to others."""
        if view := self._twins.get(name):
            return view
        found = [self._twins[twin] for twin in self._named.get(_fold(name), ())]
        return min(found, key=lambda view: (view.status == "archived", view.id), default=None)

    def resolve(self, name: str) -> TwinView:
        """As find. Raises NotFound with near names in `details["nearest"]`."""
        if view := self.find(name):
            return view
        nearest = self.nearest(name)
        said = ", ".join(view.name for view in nearest)
        raise NotFound(
            f"There is no twin called {name[:80]!r}.",
            code="unknown_twin",
            hint=f"Near names: {said}." if said else "",
            details={"nearest": [view.id for view in nearest], "nearest_names": [view.name for view in nearest]},
        )

    def of_source(self, source: str) -> TwinView | None:
        """The twin bound to an outside device."""
        return self._twins.get(self._sources.get(source, ""))

    def nearest(self, name: str, limit: int = 3) -> list[TwinView]:
        """Twins whose name, alias or id is like this, most alike first."""
        names = [*self._named, *self._twins]
        found = process.extract(
            name[:200], names, scorer=fuzz.WRatio, processor=utils.default_process, limit=limit * 4, score_cutoff=_NEAR
        )
        views = (view for text, _, _ in found if (view := self.find(text)) is not None)
        return list({view.id: view for view in views if view.status != "archived"}.values())[:limit]

    def free_id(self, type_name: str, name: str) -> str:
        """The id a new twin of this type and name gets."""
        base = ids.twin_id(type_name, name)
        number, candidate = 1, base
        while candidate in self._twins:
            number += 1
            candidate = f"{base}_{number}"
        return candidate

    def check_names(self, names: tuple[str, ...], twin: str | None = None) -> None:
        """Raises Rejected when a living twin other than this one is already called so; suggests a free name."""
        for name in names:
            if holder := self._holder(name, other_than=twin):
                free = self._free_name(name)
                raise Rejected(
                    f"There is already a twin called {name!r} ({holder}).",
                    code="name_taken",
                    hint=f"{free!r} is free.",
                    details={"suggestion": free, "holder": holder},
                )

    def page(self, query: ListTwins) -> TwinPage:
        """Raises Rejected for a cursor or a limit that makes no sense."""
        if not 1 <= query.limit <= _LARGEST_PAGE:
            raise Rejected(f"A page holds 1 to {_LARGEST_PAGE} twins.", code="bad_limit")
        fitting = [key for key in self._order if _fits(self._twins[key[1]], query)]
        start = bisect_right(fitting, _read_cursor(query.cursor)) if query.cursor else 0
        keys = fitting[start : start + query.limit]
        more = start + query.limit < len(fitting)
        return TwinPage(
            items=tuple(self._twins[twin] for _, twin in keys),
            total=len(fitting),
            cursor=_cursor(keys[-1]) if more else None,
        )

    def _free_name(self, name: str) -> str:
        number = 2
        while self._holder(f"{name} {number}"):
            number += 1
        return f"{name} {number}"

    def _holder(self, name: str, other_than: str | None = None) -> str | None:
        """The living twin that is called so."""
        holders = (twin for twin in self._named.get(_fold(name), ()) if twin != other_than)
        return min((twin for twin in holders if self._twins[twin].status != "archived"), default=None)


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def _names(view: TwinView) -> set[str]:
    return {_fold(name) for name in (view.name, *view.aliases)}


def _key(view: TwinView) -> _Key:
    return _fold(view.name), view.id


def _fits(view: TwinView, query: ListTwins) -> bool:
    if view.status != query.status if query.status else view.status == "archived":
        return False
    if query.type and view.type != query.type:
        return False
    if query.place and _fold(view.place or "") != _fold(query.place):
        return False
    if query.q:
        words = " ".join((view.id, view.type, view.name, *view.aliases, view.place or "")).casefold()
        return all(word in words for word in query.q.casefold().split())
    return True


def _cursor(key: _Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _read_cursor(cursor: str) -> _Key:
    try:
        name, twin = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, binascii.Error, UnicodeError):
        raise Rejected("That cursor was not given out here.", code="bad_cursor") from None
    return str(name), str(twin)
