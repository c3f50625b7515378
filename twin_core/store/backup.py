"""A consistent copy of the whole database in one file, taken while others write; and back again."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from twin_core.contract.errors import NotFound, Rejected
from twin_core.store.archive import ArchiveReader, ArchiveWriter
from twin_core.store.database import Database
from twin_core.store.schema import HEAD, lock, revision, revisions, upgrade
from twin_core.store.tables import ALL

Progress = Callable[[str, int, int | None], None]  # table, rows done, rows in all

_PAGE = 2000


def _unseen(_table: str, _done: int, _total: int | None) -> None: ...


async def backup(url: str, path: Path, progress: Progress = _unseen) -> None:
    """Writes the state of one instant to `path`, in place of what stood there.

    The file can be restored into either database. Raises NotFound where there is nothing to copy,
    Rejected for a database of another version, Unavailable when the file cannot be written.
    """
    database = Database(url)
    try:
        if database.path and not database.path.is_file():
            raise NotFound(f"There is no database {database.path}.", hint="Check the data folder.")
        async with database.frozen() as connection:
            found = await revision(connection, database.shown)
            if found != HEAD:
                raise Rejected(
                    f"{database.shown} is {'empty' if found is None else 'of an older Pollux'}.",
                    code="nothing_to_back_up",
                    hint="Start Pollux with it once.",
                )
            with await asyncio.to_thread(ArchiveWriter, path, found) as archive:
                for table in ALL:
                    await _copy(connection, table, archive, progress)
                await asyncio.to_thread(archive.finish)
    finally:
        await database.aclose()


async def restore(path: Path, url: str, progress: Progress = _unseen) -> None:
    """Fills an empty database from a backup, all of it or nothing, and brings it up to date.

    Raises NotFound for a missing file; Rejected for one that is damaged, foreign or newer than this Pollux,
    and for a database that holds anything.
    """
    with await asyncio.to_thread(ArchiveReader, path) as archive:
        taken_at = archive.manifest.revision
        if not taken_at.isdecimal() or int(taken_at) > int(HEAD):
            raise Rejected(
                f"{path} was made by a newer Pollux (schema {taken_at}, this one knows {HEAD}).",
                code="backup_newer",
                hint="Upgrade Pollux, then restore.",
            )
        database = Database(url)
        made_here = database.path is not None and not database.path.exists()
        try:
            await _fill(database, archive, progress)
        except BaseException:
            await database.aclose()
            if made_here and database.path:
                _remove(database.path)
            raise
        await database.aclose()


async def _copy(connection: AsyncConnection, table: sa.Table, archive: ArchiveWriter, progress: Progress) -> None:
    total = (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
    done = 0
    progress(table.name, done, total)
    await asyncio.to_thread(archive.begin, table.name, table.c.keys())
    rows = await connection.stream(sa.select(table).order_by(*table.primary_key))
    async for page in rows.partitions(_PAGE):
        await asyncio.to_thread(archive.write, table.name, page)
        done += len(page)
        progress(table.name, done, total)


async def _fill(database: Database, archive: ArchiveReader, progress: Progress) -> None:
    await database.open_file()
    async with database.migrating() as connection:
        await lock(connection)
        if await revision(connection, database.shown) is not None:
            await _drop_empty(connection, database.shown)
        # The schema that the backup was taken from; its rows then go the way of every older database.
        await upgrade(connection, archive.manifest.revision)
        tables = (await _reflected(connection)).tables
        with archive.checked():
            for name, content in archive.manifest.tables.items():
                await _load(connection, tables[name], content.rows, archive, progress)
        await upgrade(connection, HEAD)


async def _load(
    connection: AsyncConnection, table: sa.Table, total: int, archive: ArchiveReader, progress: Progress
) -> None:
    columns = archive.manifest.tables[table.name].columns
    done = 0
    progress(table.name, done, total)
    with closing(archive.pages(table.name, _PAGE)) as pages:
        while page := await asyncio.to_thread(next, pages, None):
            await _insert(connection, table, [dict(zip(columns, row, strict=True)) for row in page])
            done += len(page)
            progress(table.name, done, total)
    if connection.dialect.name == "postgresql":
        await _continue_numbers(connection, table)


async def _insert(connection: AsyncConnection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    try:
        await connection.execute(table.insert(), rows)
    except (sa.exc.IntegrityError, sa.exc.DataError) as error:
        raise ValueError(f"rows of {table.name} do not fit: {error.orig}") from error
    except sa.exc.StatementError as error:
        if isinstance(error, sa.exc.DBAPIError):
            raise  # a fault of the database, not of the rows
        raise ValueError(f"rows of {table.name} do not fit: {error.orig}") from error


async def _continue_numbers(connection: AsyncConnection, table: sa.Table) -> None:
    """PostgreSQL does not notice that numbers were given by hand: its next one would be taken already."""
    for column in table.primary_key:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        if (await connection.execute(sa.select(sequence))).scalar() is not None:
            top = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            await connection.execute(sa.select(sa.func.setval(sequence, top, False)))


async def _drop_empty(connection: AsyncConnection, shown: str) -> None:
    schema = await _reflected(connection)
    for table in schema.tables.values():
        if table.name != revisions.name and (await connection.execute(sa.select(table).limit(1))).first():
            raise Rejected(
                f"{shown} is in use: it holds {table.name}.",
                code="database_not_empty",
                hint="Restore into a new data folder. Nothing was changed.",
            )
    await connection.run_sync(schema.drop_all)


async def _reflected(connection: AsyncConnection) -> sa.MetaData:
    schema = sa.MetaData()

    def read(connection: sa.Connection) -> Any:
        schema.reflect(connection)

    await connection.run_sync(read)
    return schema


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
