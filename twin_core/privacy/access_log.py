"""Who looked at what is somebody else's: gathered in memory, written down by the minute, kept for LOOKS_KEPT."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract.agenda import WhoseTwin
from twin_core.contract.clock import Clock, Timer, instant_text, parse_instant
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Bus, Document, Store, TwinCore
from twin_core.contract.privacy import LOOKS, LOOKS_KEPT, Leaving, ListLooks, Looked, LookView

KIND = "access_log"  # keys are person/day
_SOON = timedelta(minutes=1)
_FIRST_CLEARING, _CLEARING = timedelta(hours=1), timedelta(days=1)
_TRIES = 4  # of a page that another node got ahead of
_EXPORTED = "data.exported"


@dataclass(frozen=True, slots=True)
class _About:
    """Whose it is: a twin's, as long as nobody had to look up whose that is, or a person's."""

    twin: str = ""
    person: str = ""


@dataclass(slots=True)
class _Look:
    by: str
    what: str
    first_at: datetime
    last_at: datetime
    times: int

    def add(self, other: "_Look") -> None:
        self.first_at, self.last_at = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        self.times += other.times


_Pages = dict[tuple[_About, str], dict[tuple[str, str], _Look]]  # about and day -> by and what


class AccessLog:
    """Handler of ListLooks. A look costs an entry in a table; a power cut may take those of the last minute.

    Somebody who looks at the same again on one day is one entry, counted.
    """

    def __init__(self, store: Store, core: TwinCore, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._clock = clock
        self._pages: _Pages = {}
        self._write_at: datetime | None = None
        self._clear_at = clock.now() + _FIRST_CLEARING
        self._writing = asyncio.Lock()
        bus.subscribe(Looked, self._on_looked)
        bus.subscribe(Leaving, self._on_leaving)

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        """For Core.register."""
        return {ListLooks: self._list}

    def timers(self) -> list[Timer]:
        return [self]

    def next_due_at(self) -> datetime:
        return min(self._write_at or self._clear_at, self._clear_at)

    async def run_due(self, now: datetime) -> None:
        if self._write_at is not None and self._write_at <= now:
            await self._write()
        if self._clear_at <= now:
            self._clear_at = now + _CLEARING
            oldest = _day(now - LOOKS_KEPT)
            old = [key async for key, _ in self._store.scan(KIND) if key.rpartition("/")[2] < oldest]
            await self._store.commit(Batch(documents=[Document(KIND, key, None) for key in old], durable=False))

    async def aclose(self) -> None:
        """Writes down what waits."""
        await self._write()

    async def _on_looked(self, notice: Looked) -> None:
        now = self._clock.now()
        abouts = [*(_About(twin=twin) for twin in notice.twins), *(_About(person=person) for person in notice.people)]
        for about in abouts:
            _note(self._pages, about, _Look(notice.by, notice.what, now, now, 1))
        self._write_at = self._write_at or now + _SOON

    async def _on_leaving(self, notice: Leaving) -> None:
        """What waits to be written of them goes, and so do their looks at others."""
        async with self._writing:
            kept: _Pages = {}
            for (about, day), looks in self._pages.items():
                if await self._person(about) != notice.person:
                    kept[about, day] = {key: look for key, look in looks.items() if look.by != notice.person}
            self._pages = kept

    async def _write(self) -> None:
        async with self._writing:
            waiting, self._pages, self._write_at = self._pages, {}, None
            if not waiting:
                return
            try:
                await self._add(await self._by_person(waiting))
            except BaseException:
                _note_all(self._pages, waiting)
                self._write_at = self._clock.now() + _SOON
                raise

    async def _by_person(self, waiting: _Pages) -> _Pages:
        pages: _Pages = {}
        for (about, day), looks in waiting.items():
            if person := await self._person(about):  # of a twin that is nobody's, nobody can ask
                _note_all(pages, {(_About(person=person), day): looks})
        return pages

    async def _add(self, pages: _Pages) -> None:
        """Raises Conflict where others were ahead each time."""
        keys = {page: (KIND, f"{page[0].person}/{page[1]}") for page in pages}
        for tries_left in reversed(range(_TRIES)):
            stored = await self._store.get_all(list(keys.values()))
            documents = []
            for page, (kind, key) in keys.items():
                doc, version = stored.get((kind, key), ({"looks": []}, 0))
                documents.append(Document(kind, key, _merged(doc, pages[page]), version))
            try:
                await self._store.commit(Batch(documents=documents, durable=False))
            except Conflict:
                if not tries_left:
                    raise
            else:
                return

    async def _person(self, about: _About) -> str | None:
        return about.person or await self._core.query(WhoseTwin(about.twin))

    async def _list(self, query: ListLooks) -> tuple[LookView, ...]:
        await self._write()
        now = self._clock.now()
        looks = []
        async for key, doc in self._store.scan(KIND):
            if key.rpartition("/")[0] == query.person:
                looks += [_read(row) for row in doc["looks"]]
        for event in await self._store.read(f"privacy:{query.person}"):
            if event.name == _EXPORTED and event.actor != query.person:
                looks.append(_Look(event.actor, "export", event.at, event.at, 1))
        recent = sorted((look for look in looks if look.last_at > now - LOOKS_KEPT), key=lambda look: look.last_at)
        return tuple(
            LookView(look.by, look.what, LOOKS[look.what], look.first_at, look.last_at, look.times)
            for look in reversed(recent)
        )


def _note(pages: _Pages, about: _About, look: _Look) -> None:
    page = pages.setdefault((about, _day(look.first_at)), {})
    if known := page.get((look.by, look.what)):
        known.add(look)
    else:
        page[look.by, look.what] = replace(look)


def _note_all(pages: _Pages, more: _Pages) -> None:
    for (about, _), looks in more.items():
        for look in looks.values():
            _note(pages, about, look)


def _merged(doc: Mapping[str, Any], looks: Mapping[tuple[str, str], _Look]) -> Mapping[str, Any]:
    rows = {(look.by, look.what): look for look in map(_read, doc["looks"])}
    for key, look in looks.items():
        if key in rows:
            rows[key].add(look)
        else:
            rows[key] = look
    return {"looks": [_row(look) for look in rows.values()]}


def _read(row: Mapping[str, Any]) -> _Look:
    first, last = parse_instant(row["first_at"]), parse_instant(row["last_at"])
    return _Look(row["by"], row["what"], first, last, row["times"])


def _row(look: _Look) -> Mapping[str, Any]:
    at = {"first_at": instant_text(look.first_at), "last_at": instant_text(look.last_at)}
    return {"by": look.by, "what": look.what, "times": look.times, **at}


def _day(at: datetime) -> str:
    return at.date().isoformat()
