"""SQLite: one writer and a few readers, each in a thread of its own."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL

from twin_core.store.encoding import to_json

R = TypeVar("R")

_READERS = 4
_WRITER = ("foreign_keys=ON",)
_DURABLE = "synchronous=FULL"  # one fsync a commit: what was acknowledged survives a power cut too
_NOT_DURABLE = "synchronous=NORMAL"  # the next that is durable carries it to the disk
_READER = ("query_only=ON",)


class Sqlite:
    """A transaction is one trip to a thread and back: a trip for every statement takes longer than SQLite does.

    SQLite has one writer at a time: in this process they queue for its thread, other processes are waited for
    `timeout_s` long. A transaction that has begun is carried to its end, whoever stops waiting for it.
    """

    def __init__(self, path: Path, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._writers = {True: self._writing_engine(_DURABLE), False: self._writing_engine(_NOT_DURABLE)}
        self._reader = self._reading_engine()
        self._writing = ThreadPoolExecutor(1, "sqlite-writer")
        self._reading = ThreadPoolExecutor(_READERS, "sqlite-reader")

    async def open(self) -> None:
        """Makes sure of a file that can be read and written. Raises sqlite3.Error, OSError."""
        await _in(self._writing, lambda: _open(self._path, self._timeout_s))

    async def read(self, work: Callable[[sa.Connection], R]) -> R:
        def reading() -> R:
            with self._reader.connect() as connection:
                return work(connection)

        return await _in(self._reading, reading)

    async def write(self, work: Callable[[sa.Connection], R], *, durable: bool) -> R:
        def writing() -> R:
            with self._writers[durable].begin() as connection:
                return work(connection)

        return await _in(self._writing, writing)

    async def freeze(self, work: Callable[[sa.Connection], R]) -> R:
        def frozen() -> R:
            with self._reader.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                try:
                    return work(connection)
                finally:
                    connection.exec_driver_sql("ROLLBACK")

        return await _in(self._reading, frozen)

    async def migrate(self, work: Callable[[sa.Connection], R]) -> R:
        def migrating() -> R:
            # With foreign keys on, what refers to a table made anew would be deleted.
            engine = self._writing_engine(_DURABLE, "foreign_keys=OFF")
            try:
                with engine.begin() as connection:
                    return work(connection)
            finally:
                engine.dispose()

        return await _in(self._writing, migrating)

    async def settle(self) -> None:
        """Whatever is not in the log any more was brought to the disk before it was taken out."""
        await asyncio.to_thread(_settle, self._path.with_name(f"{self._path.name}-wal"))

    async def scrub(self) -> None:
        await _in(self._writing, lambda: _scrub(self._path, self._timeout_s))

    async def aclose(self) -> None:
        """Closes readers first: the writer, closing last, folds the log into the file."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._reading.shutdown()
        self._reader.dispose()
        self._writing.shutdown()
        for writer in self._writers.values():
            writer.dispose()

    def _writing_engine(self, *pragmas: str) -> sa.Engine:
        engine = self._engine(_WRITER + pragmas, connections=1)

        # Left to itself the driver opens transactions late and loses updates without an error: of 400
        # concurrent read-modify-writes 25 survived. BEGIN IMMEDIATE takes the writer's place at once.
        @event.listens_for(engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            driver: Any = connection.connection.dbapi_connection
            driver.execute("BEGIN IMMEDIATE")

        return engine

    def _reading_engine(self) -> sa.Engine:
        # A single SELECT needs no BEGIN and ROLLBACK around it.
        return self._engine(_READER, _READERS, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True)

    def _engine(self, pragmas: tuple[str, ...], connections: int, **options: Any) -> sa.Engine:
        engine = sa.create_engine(
            URL.create("sqlite+pysqlite", database=str(self._path)),
            json_serializer=to_json,
            pool_size=connections,
            max_overflow=0,
            connect_args={"timeout": self._timeout_s},
            **options,
        )

        @event.listens_for(engine, "connect")
        def _connected(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # the driver begins nothing by itself
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").close()

        return engine


async def _in(threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def _open(path: Path, timeout_s: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=timeout_s)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT count(*) FROM sqlite_master")
    finally:
        connection.close()


def _settle(log: Path) -> None:
    with suppress(FileNotFoundError), log.open("r+b") as opened:
        os.fsync(opened.fileno())


def _scrub(path: Path, timeout_s: float) -> None:
    """Deleted rows stay in free pages and in the log until both are written anew."""
    connection = sqlite3.connect(path, timeout=timeout_s, isolation_level=None)
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()
