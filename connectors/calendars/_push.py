"""Being told of news instead of asking: a channel for each calendar, renewed before it ends, closed when it is left."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from connectors.calendars._system import Collection
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import NotFound, PolluxError, Unauthenticated
from twin_core.contract.ids import new_id
from twin_core.contract.ports import Batch, Document, Store

LASTS = timedelta(days=2)  # less than what Google and Microsoft allow
_EARLY = timedelta(hours=12)
_KIND = "calendar_channel"


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. `resource` is what the other side calls it, `secret` what it has to show."""

    id: str
    secret: str
    until: str
    resource: str = ""


@runtime_checkable
class Pushing(Protocol):
    """A system that can tell of news."""

    async def open_channel(self, collection: Collection, channel: Channel, address: str) -> Channel:
        """Answers the channel with what the other side says of it. Raises PolluxError."""
        ...

    async def close_channel(self, channel: Channel) -> None: ...

    def told(self, headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
        """Ids of channels that there is news in, each with the secret that was shown. Raises Rejected."""
        ...


class Channels:
    """The channels of one account."""

    def __init__(self, system: Pushing, address: str, store: Store, clock: Clock) -> None:
        self._system = system
        self._address = address
        self._store = store
        self._clock = clock
        self._open: dict[str, Channel] = {}
        self.fault: PolluxError | None = None

    async def keep(self, source: str, collection: Collection) -> None:
        """Opens or renews the channel of a calendar. A fault is noted: without a channel it is asked as before."""
        if source not in self._open and (known := await self._store.get(_KIND, source)) is not None:
            self._open[source] = Channel(**known[0])
        old, now = self._open.get(source), self._clock.now()
        if old is not None and parse_instant(old.until) - now > _EARLY:
            return
        fresh = Channel(new_id("channel"), secrets.token_urlsafe(32), instant_text(now + LASTS))
        # Known before it is open: the other side asks at once whether we are who we say.
        self._open[source] = fresh
        try:
            self._open[source] = await self._system.open_channel(collection, fresh, self._address)
            self.fault = None
        except PolluxError as error:
            self.fault = error
            self._open.pop(source, None)
            if old is not None:
                self._open[source] = old
            return
        await self._store.commit(Batch(documents=[Document(_KIND, source, asdict(self._open[source]))]))
        if old is not None:
            await self._close(old)

    async def forget(self, source: str) -> None:
        """For a calendar that is not followed any more."""
        if (channel := self._open.pop(source, None)) is not None:
            await self._store.commit(Batch(documents=[Document(_KIND, source, None)]))
            await self._close(channel)

    def prove(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises Unauthenticated unless it comes over one of our channels, Rejected for what is not understood."""
        secrets_by_id = {known.id: known.secret for known in self._open.values()}
        secrets_by_id |= {known.resource: known.secret for known in self._open.values() if known.resource}
        shown = self._system.told(headers, body)
        pairs = [(secrets_by_id.get(id, "").encode(), (said or "-").encode()) for id, said in shown]
        if not pairs or not all(hmac.compare_digest(known, said) for known, said in pairs):
            raise Unauthenticated("That comes over no channel of ours.", code="bad_signature")

    async def _close(self, channel: Channel) -> None:
        try:
            await self._system.close_channel(channel)
        except NotFound:
            return
        except PolluxError as error:
            self.fault = error  # it ends by itself


def ends_at(channel: Channel) -> datetime:
    return parse_instant(channel.until)
