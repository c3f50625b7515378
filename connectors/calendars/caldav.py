"""CalDAV: iCloud, Nextcloud, Fastmail, Radicale and others; all calendars of an account, both ways."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.calendars._connector import CalendarConnector
from connectors.calendars._editing import Resource, compose
from connectors.calendars._occurrences import occurrences
from connectors.calendars._options import CalendarOptions, needed, read_options
from connectors.calendars._system import Collection, Pulled, Window, same_content
from connectors.dav import Dav, Stored
from connectors.ical.calendar import read_calendar
from connectors.ical.faults import Finding
from connectors.surroundings import surroundings
from connectors.web import Web, WebOptions
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Conflict, NotFound, Rejected
from twin_core.contract.ids import new_id, slug
from twin_core.contract.mirroring import Occurrence

EXAMPLE: dict[str, Any] = {"name": "example", "url": "https://dav.example/", "user": "anna", "password": "example"}


def build(options: Mapping[str, Any]) -> CalendarConnector:
    """Options: url, user, password, hosts; see _options."""
    own = read_options(options, "CalDAV", ("url", "user", "password", "hosts"))
    around = surroundings(options)
    needed(own, "url", "Give the address of the server or of one calendar.")
    return CalendarConnector(CalDav(own, around.clock), own, around)


class CalDav:
    """Implements CalendarSystem. State: `mark`, `token`, and for each path its etag and the uid in it."""

    def __init__(self, options: CalendarOptions, clock: Clock) -> None:
        extra = options.extra
        basic = (str(extra["user"]), str(extra.get("password", ""))) if "user" in extra else None
        hosts = frozenset(str(host) for host in extra.get("hosts") or ())
        web = Web(WebOptions(options.title, {}, basic, options.private, hosts), clock)
        self._dav = Dav(web, str(extra["url"]))
        self._options = options
        self._clock = clock
        self._marks: dict[str, str] = {}

    async def collections(self) -> Sequence[Collection]:
        listed = [each for each in await self._dav.collections() if not each.components or "VEVENT" in each.components]
        self._marks = {each.href: each.mark for each in listed}
        keys = [slug(each.href.rstrip("/").rsplit("/", 1)[-1]) for each in listed]
        return [
            Collection(each.href, each.title, key if keys.count(key) == 1 else f"{key}_{place}", each.writable)
            for place, (each, key) in enumerate(zip(listed, keys, strict=True))
        ]

    async def pull(self, collection: Collection, state: Mapping[str, Any] | None, window: Window) -> Pulled | None:
        mark = self._marks.get(collection.id, "")
        if state is not None and mark and state["mark"] == mark:
            return None
        items: dict[str, list[str]] = dict(state["items"]) if state is not None else {}
        sync = await self._dav.sync(collection.id, str(state["token"]) if state is not None else "")
        gone = set(sync.gone) | (items.keys() - sync.etags.keys() if sync.whole else set())
        fresh = [path for path, etag in sync.etags.items() if path not in items or items[path][0] != etag or not etag]
        stored = await self._dav.read_many(collection.id, fresh)
        found, findings, uids = await asyncio.to_thread(self._read_all, stored, collection, window)
        told = {uid for uid in uids.values() if uid} | {items[path][1] for path in gone & items.keys()}
        told |= {items[path][1] for path, uid in uids.items() if path in items and uid}
        for path in gone:
            items.pop(path, None)
        etags = {each.href: each.etag for each in stored}
        items |= {path: [etags[path], uid] for path, uid in uids.items()}
        after = {"mark": mark, "token": sync.token, "items": items}
        return Pulled(found, after, None if state is None else frozenset(told), findings)

    def _read_all(
        self, stored: Iterable[Stored], collection: Collection, window: Window
    ) -> tuple[list[Occurrence], list[Finding], dict[str, str]]:
        """Their occurrences, what could not be read, and the uid in each; empty where nothing could."""
        found: list[Occurrence] = []
        findings: list[Finding] = []
        uids: dict[str, str] = {}
        for each in stored:
            uids[each.href] = ""
            try:
                calendar = read_calendar(each.data.encode())
            except Rejected as error:
                findings.append(Finding(each.href, error.message.rstrip("."), error.hint))
                continue
            findings += calendar.findings
            if calendar.series:
                uids[each.href] = calendar.series[0].events[0].uid
            found += occurrences(
                calendar,
                window,
                emails=self._options.emails,
                ref=each.href,
                etag=each.etag,
                writable=collection.writable,
            )
        return found, findings, uids

    async def read(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        try:
            stored = await self._dav.read(event.ref)
        except NotFound:
            return []
        return self._read_all([stored], collection, window)[0]

    async def create(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        text = compose(event, window.home, self._clock.now())
        path = f"{collection.id}{slug(event.uid)[:40]}_{new_id('e')}.ics"
        return self._read_all([await self._dav.create(path, text)], collection, window)[0]

    async def change(
        self, collection: Collection, before: Occurrence, after: Occurrence, window: Window, *, series: bool
    ) -> Sequence[Occurrence]:
        stored = await self._current(collection, before, window)
        text = Resource.parsed(stored.data, window.home).edit(before, after, self._clock.now(), series=series)
        return self._read_all([await self._dav.replace(stored, text)], collection, window)[0]

    async def delete(self, collection: Collection, event: Occurrence, window: Window, *, series: bool) -> None:
        stored = await self._current(collection, event, window)
        if series or event.recurrence_id is None:
            await self._dav.delete(stored)
            return
        text = Resource.parsed(stored.data, window.home).without(event, self._clock.now())
        await self._dav.replace(stored, text)

    async def _current(self, collection: Collection, known: Occurrence, window: Window) -> Stored:
        """The resource, where the occurrence in it is still what was known of it.

        Another occurrence of its series may have changed: that is no conflict. Raises Conflict, NotFound.
        """
        stored = await self._dav.read(known.ref)
        if known.etag and stored.etag != known.etag:
            there = self._read_all([stored], collection, window)[0]
            now = next((one for one in there if one.recurrence_id == known.recurrence_id), None)
            if now is None or not same_content(now, known):
                raise Conflict(f"“{known.title}” was changed in {self._options.title}.")
        return stored

    async def aclose(self) -> None:
        await self._dav.aclose()
