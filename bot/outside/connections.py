"""The outside sources that are set up: everybody asks for, and hears of, their own."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from twin_core.contract.errors import NotFound, PolluxError
from twin_core.contract.mirroring import Connection, ListConnections, Mirror, SyncConnections
from twin_core.contract.requests import Cause
from twin_core.contract.views import Fault


class Connections:
    """Empty until the mirrors are handed over: only a house with its doors open keeps sources in step."""

    def __init__(self) -> None:
        self._mirrors: Sequence[Mirror] = ()

    def hold(self, mirrors: Sequence[Mirror]) -> None:
        self._mirrors = mirrors

    def handlers(self) -> Mapping[type, Any]:
        return {ListConnections: self._list, SyncConnections: self._sync}

    async def _list(self, query: ListConnections) -> tuple[Connection, ...]:
        own = [_view(mirror) for mirror in self._mirrors if mirror.owner == query.owner]
        return tuple(sorted(own, key=lambda each: each.title.casefold()))

    async def _sync(self, command: SyncConnections, cause: Cause) -> tuple[Connection, ...]:
        known = {mirror.name: mirror for mirror in self._mirrors if mirror.owner == cause.actor}
        if unknown := [name for name in command.names if name not in known]:
            raise NotFound(f"Nothing is connected as {unknown[0][:80]!r}.", code="unknown_source")
        wanted = [known[name] for name in command.names] or list(known.values())
        return tuple(await asyncio.gather(*map(_asked, wanted)))


async def _asked(mirror: Mirror) -> Connection:
    try:
        await mirror.sync()
    except PolluxError as error:
        fault = Fault(mirror.name, "warning", error.message, error.hint)
        return Connection(mirror.name, mirror.title, mirror.ready.is_set(), fault)
    return Connection(mirror.name, mirror.title, ready=True)  # single items that cannot be read: `pollux doctor`


def _view(mirror: Mirror) -> Connection:
    faults = mirror.faults()
    return Connection(mirror.name, mirror.title, mirror.ready.is_set(), faults[0] if faults else None)
