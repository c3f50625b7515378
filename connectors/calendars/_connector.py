"""One account with its calendars, kept in step: asked again and again, changed on request, its faults told."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

import structlog

from connectors.calendars._options import CalendarOptions
from connectors.calendars._push import Channels, Pushing
from connectors.calendars._system import CalendarSystem, Collection, Pulled, Window
from connectors.calendars._writer import Writer
from connectors.ical.faults import Finding
from connectors.surroundings import Surroundings
from connectors.web import Polling
from twin_core.contract.clock import instant_text
from twin_core.contract.errors import NotFound, PolluxError
from twin_core.contract.mirroring import ForgetSource, MirrorEvents, Occurrence
from twin_core.contract.ports import Batch, Document
from twin_core.contract.requests import Cause
from twin_core.contract.views import Fault

PAST, AHEAD = timedelta(days=31), timedelta(days=400)
_KIND = "calendar_sync"
_TOLD = 20  # findings of one calendar
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Followed:
    """A calendar as it is followed now."""

    collection: Collection
    source: str
    title: str
    findings: Sequence[Finding] = ()


class CalendarConnector:
    """Implements Mirror."""

    def __init__(self, system: CalendarSystem, options: CalendarOptions, around: Surroundings) -> None:
        self.name = options.name
        self.title = options.title
        self.owner = options.owner
        self._system = system
        self._options = options
        self._around = around
        self._cause = Cause(self.name)
        self._followed: dict[str, _Followed] = {}
        self._channels: Channels | None = None
        if options.push_url and isinstance(system, Pushing):
            address = f"{options.push_url}/api/v1/hooks/{quote(self.name)}/news"
            self._channels = Channels(system, address, around.store, around.clock)
        self._news = asyncio.Event()
        self._polling = Polling(self.name, self.title, options.owner, options.poll_s, around.core, self._sync)

    @property
    def ready(self) -> asyncio.Event:
        return self._polling.ready

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._polling.run())
                tasks.create_task(self._listen())
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Nothing is written any more."""
        for followed in self._followed.values():
            self._around.writers.unregister(followed.source)
        await self._system.aclose()

    async def sync(self) -> None:
        await self._polling.now()

    def take_news(self, headers: Mapping[str, str], body: bytes) -> None:
        """The other side tells that there is news; it is looked for at once. Raises Unauthenticated, NotFound."""
        if self._channels is None:
            raise NotFound(f"{self.title} is not told of news.", code="no_channel", hint="Set push_url for it.")
        self._channels.prove(headers, body)
        self._news.set()

    async def _listen(self) -> None:
        """However often it is told, one look after the last word is enough."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.sync()
            except PolluxError as error:
                _log.warning("calendar.news_not_read", source=self.name, reason=error.message)

    def faults(self) -> Sequence[Fault]:
        """What keeps it from being read, then what could not be read of it."""
        found = list(self._polling.faults())
        if self._channels is not None and (fault := self._channels.fault) is not None:
            found.append(Fault(self.name, "info", f"{self.title} tells of no news: {fault.message}", fault.hint))
        for followed in self._followed.values():
            for one in followed.findings[:_TOLD]:
                told = f"{followed.title}: {one.item}: {one.problem}."
                found.append(Fault(followed.source, "info", told, one.hint))
            if (more := len(followed.findings) - _TOLD) > 0:
                found.append(Fault(followed.source, "info", f"{followed.title}: {more} more could not be read.", ""))
        return found

    def window(self) -> Window:
        """What is kept here: a month back, and a good year ahead."""
        home = self._around.zone()
        midnight = datetime.combine(self._around.clock.now().astimezone(home).date(), time(), home)
        return Window((midnight - PAST).astimezone(UTC), (midnight + AHEAD).astimezone(UTC), home)

    # --- reading -----------------------------------------------------------------------------------

    async def _sync(self) -> None:
        """Every calendar of the account; one that cannot be read stops no other. Raises the first refusal."""
        await self._look_around()
        refused: list[PolluxError] = []
        for followed in list(self._followed.values()):
            try:
                await self._follow(followed)
                if self._channels is not None:
                    await self._channels.keep(followed.source, followed.collection)
            except PolluxError as error:
                refused.append(error)
        if refused:
            raise refused[0]

    async def _look_around(self) -> None:
        """Which calendars there are by now."""
        found = {c.id: c for c in await self._system.collections() if self._options.wanted(c.title, c.id)}
        for collection in found.values():
            if collection.id not in self._followed:
                self._followed[collection.id] = self._new(collection)
        for gone in self._followed.keys() - found.keys():
            self._around.writers.unregister(self._followed.pop(gone).source)
        now = {followed.source for followed in self._followed.values()}
        known = [source async for source, _ in self._around.store.scan(_KIND)]  # also from before a restart
        for source in known:
            if source not in now and (source == self.name or source.startswith(f"{self.name}.")):
                await self._forget(source)

    async def _forget(self, source: str) -> None:
        if self._channels is not None:
            await self._channels.forget(source)
        with contextlib.suppress(NotFound):  # nothing of it came over
            await self._around.core.execute(ForgetSource(source), Cause())  # the house itself: it is gone
        await self._around.store.commit(Batch(documents=[Document(_KIND, source, None)]))

    def _new(self, collection: Collection) -> _Followed:
        source = f"{self.name}.{collection.key}" if collection.key else self.name
        title = f"{collection.title} ({self.title})" if collection.key else self.title
        followed = _Followed(collection, source, title)
        if collection.writable:

            async def hand_over(uid: str, occurrences: Sequence[Occurrence]) -> None:
                await self._hand_over(followed, Pulled(occurrences, uids=frozenset({uid})), self.window())

            writer = Writer(source, title, self._system, collection, self.window, hand_over)
            self._around.writers.write_events(writer)
        return followed

    async def _follow(self, followed: _Followed) -> None:
        window = self.window()
        stored = await self._around.store.get(_KIND, followed.source)
        since = instant_text(window.start)
        state = stored[0]["state"] if stored is not None and stored[0]["since"] == since else None
        try:
            pulled = await self._system.pull(followed.collection, state, window)
        except NotFound as error:
            if error.code != "gone" or state is None:
                raise
            pulled = await self._system.pull(followed.collection, None, window)
        if pulled is None:
            return
        known = followed.findings if pulled.uids is not None else ()
        followed.findings = tuple(dict.fromkeys([*known, *pulled.findings]))
        await self._hand_over(followed, pulled, window)
        # Only now: whoever is stopped in between asks for the same again, and the same again changes nothing.
        document = {"since": since, "state": pulled.state}
        await self._around.store.commit(Batch(documents=[Document(_KIND, followed.source, document)]))

    async def _hand_over(self, followed: _Followed, pulled: Pulled, window: Window) -> None:
        told = MirrorEvents(
            source=followed.source,
            start=window.start,
            end=window.end,
            occurrences=pulled.occurrences,
            uids=pulled.uids,
            owner=self._options.owner,
            title=followed.title,
        )
        await self._around.core.execute(told, self._cause)
