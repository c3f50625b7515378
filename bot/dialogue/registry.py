"""The live registry of names: what can be talked about, kept up to date by notices."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from bot.ports import Name
from twin_core.contract.commands import GetTwin, ListTwins, ListTypes
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import Bus, Stored, TwinCore
from twin_core.contract.template import PropertySpec, TwinType
from twin_core.contract.views import TwinView

_TALKED_OF = ("active", "hibernated")
_PAGE = 1000
_ALSO_CALLED = {"charge": "battery", "battery": "charge"}  # where a thing has only the other


class Registry:
    """Twins, places, types and properties by name; implements `bot.ports.Names`."""

    def __init__(self, core: TwinCore, bus: Bus) -> None:
        self._core = core
        self._bus = bus
        self._twins: dict[str, TwinView] = {}
        self._by_place: dict[str, dict[str, TwinView]] = {}
        self._by_word: defaultdict[str, dict[str, TwinView]] = defaultdict(dict)
        self._types: dict[str, TwinType] = {}
        self._version = 0
        self._names: tuple[int, list[Name]] = (-1, [])
        self._active: tuple[int, list[TwinView]] = (-1, [])

    async def start(self) -> None:
        """Loads everything once; from then on notices keep it true."""
        self._types = {t.name: t for t in await self._core.query(ListTypes())}
        for status in (None, "archived"):
            cursor: str | None = None
            while True:
                page = await self._core.query(ListTwins(status=status, cursor=cursor, limit=_PAGE))
                for twin in page.items:
                    self._put(twin)
                if not (cursor := page.cursor):
                    break
        self._version += 1
        self._bus.subscribe(Stored, self._stored)

    # --- what the entity finder needs ---------------------------------------------------------------

    @property
    def version(self) -> int:
        return self._version

    def all(self) -> Sequence[Name]:
        if self._names[0] != self._version:
            self._names = (self._version, list(self._collect()))
        return self._names[1]

    # --- what the dialogue needs --------------------------------------------------------------------

    @property
    def types(self) -> dict[str, TwinType]:
        return self._types

    def twin(self, twin_id: str) -> TwinView | None:
        """The twin as it is now, archived ones too."""
        return self._twins.get(twin_id)

    def spec(self, twin: TwinView, property: str) -> PropertySpec | None:
        """What the twin's type says of a property; "temperature" also means its only bearing_temperature."""
        kind = self._types.get(twin.type)
        return named_property(kind, property) if kind else None

    def active(self) -> Sequence[TwinView]:
        """Twins that take part in the day, by name."""
        if self._active[0] != self._version:
            self._active = (self._version, _by_name(t for t in self._twins.values() if t.status in _TALKED_OF))
        return self._active[1]

    def with_status(self, status: str) -> list[TwinView]:
        return _by_name(t for t in self._twins.values() if t.status == status)

    def places(self) -> list[str]:
        """Names of places, as they are written."""
        named = {t.name.lower(): t.name for t in self._twins.values() if t.type == "place" and t.status in _TALKED_OF}
        used = {key: next(iter(twins.values())).place or key for key, twins in self._by_place.items() if twins}
        return sorted({**used, **named}.values(), key=str.lower)

    def select(
        self, *, types: Sequence[str] = (), place: str | None = None, property: str | None = None
    ) -> list[TwinView]:
        """Active twins that fit everything given, by name."""
        pool: Iterable[TwinView] = self._twins.values()
        if place is not None:
            pool = self._by_place.get(place.lower(), {}).values()
        return _by_name(
            t
            for t in pool
            if t.status in _TALKED_OF
            and (not types or t.type in types)
            and (property is None or self.spec(t, property) is not None)
        )

    def nearest(self, said: str, types: Sequence[str] = (), limit: int = 3) -> list[TwinView]:
        """Active twins whose names are nearest to what was said, best first; none if nothing is near."""
        pool = {t.id: t.name for t in self._twins.values() if t.status in _TALKED_OF}
        scored = process.extract(said.lower(), pool, scorer=fuzz.WRatio, processor=str.lower, limit=10, score_cutoff=55)
        hits = [self._twins[twin_id] for _, _, twin_id in scored]
        same_type = [t for t in hits if not types or t.type in types]
        return (same_type or ([] if types else hits))[:limit]

    def containing(self, words: Iterable[str]) -> list[TwinView]:
        """Active twins in whose name, or one of whose other names, each of the words stands."""
        found = [self._by_word.get(word.casefold(), {}).keys() for word in words]
        return _by_name(self._twins[i] for i in set.intersection(*map(set, found))) if found else []

    def kept(self) -> Iterable[tuple[str, str, float]]:
        """For how many days each property of each twin keeps its raw readings."""
        for twin in self._twins.values():
            if kind := self._types.get(twin.type):
                yield from ((twin.id, spec.name, spec.retention_days) for spec in kind.properties.values())

    # --- keeping up ---------------------------------------------------------------------------------

    async def _stored(self, notice: Stored) -> None:
        changed = {e.stream for e in notice.events if e.name.startswith("system.twin_")}
        for twin_id in changed:
            try:
                self._put(await self._core.query(GetTwin(twin_id)))
            except NotFound:
                self._drop(twin_id)
        if changed:
            self._version += 1

    def _put(self, twin: TwinView) -> None:
        self._drop(twin.id)
        self._twins[twin.id] = twin
        if twin.status not in _TALKED_OF:
            return
        for word in _words_of(twin):
            self._by_word[word][twin.id] = twin
        if twin.place:
            self._by_place.setdefault(twin.place.lower(), {})[twin.id] = twin

    def _drop(self, twin_id: str) -> None:
        old = self._twins.pop(twin_id, None)
        for word in _words_of(old) if old else ():
            self._by_word[word].pop(twin_id, None)
        if old and old.place:
            self._by_place.get(old.place.lower(), {}).pop(twin_id, None)

    def _collect(self) -> Iterable[Name]:
        for twin in self._twins.values():
            for text in (twin.name, *twin.aliases):
                yield Name(text, "twin", twin.id, twin.type, twin.place)
        for place in self.places():
            yield Name(place, "place", place)
        kinds = {t.lower(): k.name for k in self._types.values() for t in (k.name.replace("_", " "), k.title, *k.words)}
        for text, name in kinds.items():
            yield Name(text, "twin_type", name)
        for text, name in _property_words(self._types.values()).items():
            if text not in kinds:  # the "light" of a lamp means the lamp
                yield Name(text, "property", name)


def _words_of(twin: TwinView) -> set[str]:
    return {word for name in (twin.name, *twin.aliases) for word in re.findall(r"\w+", name.casefold())}


def _by_name(twins: Iterable[TwinView]) -> list[TwinView]:
    return sorted(twins, key=lambda twin: twin.name.lower())


def named_property(kind: TwinType, name: str) -> PropertySpec | None:
    """The property of this name; else the first measured one whose name ends with it.

    "Temperature" asks a pump for its bearing temperature, but never a lamp for its colour temperature: what is
    only set is no measurement.
    """
    exact = kind.property(name) or kind.property(_ALSO_CALLED.get(name, ""))
    measured = (s for s in kind.properties.values() if not s.writable and s.name.endswith(f"_{name}"))
    return exact or next(measured, None)


def _property_words(kinds: Iterable[TwinType]) -> dict[str, str]:
    """Each word with the property that most types mean by it."""
    claims: dict[str, Counter[str]] = {}
    for kind in kinds:
        for spec in kind.properties.values():
            for text in {t.lower() for t in (spec.name.replace("_", " "), spec.label, *spec.words)}:
                claims.setdefault(text, Counter())[spec.name] += 1
    return {text: min(names, key=lambda n: (-names[n], len(n))) for text, names in claims.items()}
