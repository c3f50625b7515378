"""A database: transactions on SQLite or PostgreSQL, and what its faults mean to a person."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from twin_core.contract.errors import Rejected
from twin_core.store.faults import explained
from twin_core.store.postgresql import Postgresql
from twin_core.store.sqlite import Sqlite

R = TypeVar("R")

_SQLITE = ("sqlite", "sqlite+aiosqlite")  # the second is how it was written once
_POSTGRESQL = ("postgresql+asyncpg",)


class _Server(Protocol):
    """What SQLite and PostgreSQL do in their own ways; as Database has it."""

    async def open(self) -> None: ...

    async def read(self, work: Callable[[sa.Connection], R]) -> R: ...

    async def write(self, work: Callable[[sa.Connection], R], *, durable: bool) -> R: ...

    async def freeze(self, work: Callable[[sa.Connection], R]) -> R: ...

    async def migrate(self, work: Callable[[sa.Connection], R]) -> R: ...

    async def settle(self) -> None: ...

    async def scrub(self) -> None: ...

    async def aclose(self) -> None: ...


class Database:
    """One database: any number of readers beside the writers.

    A transaction is one function of its connection, run from beginning to end, away from the event loop where
    it would hold it up. Faults of the database become Unavailable or Rejected, as faults.py says.
    """

    def __init__(self, url: str, timeout_s: float = 10.0) -> None:
        """Connects to nothing yet. Raises Rejected for a URL that cannot be used."""
        self.url = _checked(url)
        self.path = Path(self.url.database or "") if self.url.drivername in _SQLITE else None
        self._server: _Server = Sqlite(self.path, timeout_s) if self.path else Postgresql(self.url, timeout_s)

    async def open(self) -> None:
        """Makes sure of an SQLite file that can be read and written; does nothing for PostgreSQL."""
        with self._explained():
            await self._server.open()

    async def read(self, work: Callable[[sa.Connection], R]) -> R:
        """A transaction that only reads. Each statement sees one state; for several, use freeze()."""
        with self._explained():
            return await self._server.read(work)

    async def write(self, work: Callable[[sa.Connection], R], *, durable: bool = True) -> R:
        """A transaction that writes; committed at the end, rolled back on an error.

        One that is not `durable` may be undone by a power cut, as a whole; not by the end of this process.
        """
        with self._explained():
            return await self._server.write(work, durable=durable)

    async def freeze(self, work: Callable[[sa.Connection], R]) -> R:
        """A transaction that reads one state of the whole database, however long it takes."""
        with self._explained():
            return await self._server.freeze(work)

    async def migrate(self, work: Callable[[sa.Connection], R]) -> R:
        """A transaction that may make tables anew."""
        with self._explained():
            return await self._server.migrate(work)

    async def settle(self) -> None:
        """Waits until all that was committed is on the disk."""
        with self._explained():
            await self._server.settle()

    async def scrub(self) -> None:
        """Leaves nothing in an SQLite file of what was deleted; takes as long as writing all the rest anew."""
        with self._explained():
            await self._server.scrub()

    async def aclose(self) -> None:
        await self._server.aclose()

    @property
    def shown(self) -> str:
        """The file, or the URL without its password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.shown, self.path is not None)


def _checked(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in _SQLITE + _POSTGRESQL:
        scheme = text.split(":", 1)[0][:40]
        raise Rejected(
            f"{scheme!r} is no database that Pollux can use.",
            code="bad_database_url",
            hint="Write sqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME.",
        )
    if url.drivername in _SQLITE and (url.database or ":memory:") == ":memory:":
        raise Rejected(
            "SQLite in memory cannot be shared by readers and a writer.",
            code="bad_database_url",
            hint="Give a file: sqlite:///PATH.",
        )
    return url
