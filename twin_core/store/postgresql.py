"""PostgreSQL, by asyncpg."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from twin_core.store.encoding import to_json

R = TypeVar("R")

_STATEMENT_S = 60  # the longest that one statement may take


class Postgresql:
    """Writers of different rows pass each other; what must not is told apart by locks in the statements."""

    def __init__(self, url: URL, timeout_s: float) -> None:
        self._engine = create_async_engine(
            url,
            json_serializer=to_json,
            pool_pre_ping=True,
            pool_timeout=timeout_s,
            connect_args={"timeout": timeout_s, "command_timeout": _STATEMENT_S},
        )

    async def open(self) -> None:
        """Nothing to do: the database must be there."""

    async def read(self, work: Callable[[sa.Connection], R]) -> R:
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[sa.Connection], R], *, durable: bool) -> R:
        async with self._engine.begin() as connection:
            if not durable:
                await connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            return await connection.run_sync(work)

    async def freeze(self, work: Callable[[sa.Connection], R]) -> R:
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return await connection.run_sync(work)

    async def migrate(self, work: Callable[[sa.Connection], R]) -> R:
        return await self.write(work, durable=True)

    async def settle(self) -> None:
        """The log is written in order: a transaction with a number of its own takes to the disk what came before it."""
        async with self._engine.begin() as connection:
            await connection.exec_driver_sql("SELECT txid_current()")

    async def scrub(self) -> None:
        """Nothing to do: the server vacuums by itself."""

    async def aclose(self) -> None:
        await self._engine.dispose()
