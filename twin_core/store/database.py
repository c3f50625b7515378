"""Connections to SQLite or PostgreSQL: who may write when, and what their faults mean to a person."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from twin_core.contract.errors import Rejected
from twin_core.store.encoding import to_json
from twin_core.store.faults import explained

_READERS = 4
_WRITER = (
    "synchronous=FULL",  # one fsync a commit: what was acknowledged survives a power cut too
    "foreign_keys=ON",
)
_READER = ("query_only=ON",)
_STATEMENT_S = 60  # the longest that PostgreSQL may take for one statement


class Database:
    """One database: any number of readers beside the writers.

    SQLite has one writer at a time: in this process they queue for a lock, other processes are waited for
    `timeout_s` long. Faults of the database become Unavailable or Rejected, as faults.py says.
    """

    def __init__(self, url: str, timeout_s: float = 10.0) -> None:
        """Connects to nothing yet. Raises Rejected for a URL that cannot be used."""
        self.url = _checked(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.path = Path(self.url.database or "") if self.is_sqlite else None
        self._timeout_s = timeout_s
        if self.is_sqlite:
            self._writer, self._reader = self._sqlite_writer(), self._sqlite_reader()
            self._turn: Any = asyncio.Lock()
        else:
            self._writer = self._reader = self._postgres()
            self._turn = nullcontext()  # PostgreSQL lets writers of different rows pass each other

    async def open_file(self) -> None:
        """Makes sure of an SQLite file that can be read and written; does nothing for PostgreSQL."""
        if self.path:
            with self._explained():
                await asyncio.to_thread(_open_file, self.path, self._timeout_s)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads. Each statement sees one state; for several, use frozen()."""
        with self._explained():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes; committed at the end, rolled back on an error."""
        with self._explained():
            async with self._turn, self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that reads one state of the whole database, however long it takes."""
        with self._explained():
            async with self._reader.connect() as connection:
                if not self.is_sqlite:
                    await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                    yield connection
                    return
                await connection.exec_driver_sql("BEGIN")
                try:
                    yield connection
                finally:
                    await connection.exec_driver_sql("ROLLBACK")

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may rebuild tables: SQLite would delete what refers to a table it replaces."""
        if not self.is_sqlite:
            async with self.writing() as connection:
                yield connection
            return
        engine = self._sqlite_writer("foreign_keys=OFF")
        try:
            with self._explained():
                async with self._turn, engine.begin() as connection:
                    yield connection
        finally:
            await engine.dispose()

    async def aclose(self) -> None:
        """Closes readers first: the writer, closing last, folds the log into the file."""
        await self._reader.dispose()
        await self._writer.dispose()

    @property
    def shown(self) -> str:
        """The file, or the URL without its password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self.shown, self.is_sqlite)

    def _sqlite_writer(self, *pragmas: str) -> AsyncEngine:
        engine = self._sqlite(_WRITER + pragmas, connections=1)

        # Left to itself the driver opens transactions late and loses updates without an error: of 400
        # concurrent read-modify-writes 25 survived. BEGIN IMMEDIATE takes the writer's place at once.
        @event.listens_for(engine.sync_engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            # One trip to the driver's thread; exec_driver_sql would make three.
            dbapi: Any = connection.connection.dbapi_connection
            dbapi.run_async(lambda driver: driver.execute("BEGIN IMMEDIATE"))

        return engine

    def _sqlite_reader(self) -> AsyncEngine:
        # A single SELECT needs no BEGIN and ROLLBACK around it: each is a trip to the driver's thread.
        return self._sqlite(_READER, _READERS, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True)

    def _sqlite(self, pragmas: tuple[str, ...], connections: int, **options: Any) -> AsyncEngine:
        engine = create_async_engine(
            self.url,
            json_serializer=to_json,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=30,
            connect_args={"timeout": self._timeout_s},
            **options,
        )

        @event.listens_for(engine.sync_engine, "connect")
        def _connected(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # the driver begins nothing by itself
            for pragma in pragmas:
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA {pragma}")
                cursor.close()

        return engine

    def _postgres(self) -> AsyncEngine:
        return create_async_engine(
            self.url,
            json_serializer=to_json,
            pool_pre_ping=True,
            pool_timeout=self._timeout_s,
            connect_args={"timeout": self._timeout_s, "command_timeout": _STATEMENT_S},
        )


def _open_file(path: Path, timeout_s: float) -> None:
    # Not by way of the engine: a connection that fails while it opens would leave its thread behind.
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=timeout_s)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT count(*) FROM sqlite_master")
    finally:
        connection.close()


def _checked(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        scheme = text.split(":", 1)[0][:40]
        raise Rejected(
            f"{scheme!r} is no database that Pollux can use.",
            code="bad_database_url",
            hint="Write sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME.",
        )
    if url.get_backend_name() == "sqlite" and (url.database or ":memory:") == ":memory:":
        raise Rejected(
            "SQLite in memory cannot be shared by readers and a writer.",
            code="bad_database_url",
            hint="Give a file: sqlite+aiosqlite:///PATH.",
        )
    return url
