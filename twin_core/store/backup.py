"""A consistent copy of the whole database in one file, taken while others write; and back again."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

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
        await database.freeze(lambda connection: _copy_all(connection, database.shown, path, progress))
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
            await database.open()
            await database.migrate(lambda connection: _fill(connection, database.shown, archive, progress))
        except BaseException:
            await database.aclose()
            if made_here and database.path:
                _remove(database.path)
            raise
        await database.aclose()


def _copy_all(connection: sa.Connection, shown: str, path: Path, progress: Progress) -> None:
    found = revision(connection, shown)
    if found != HEAD:
        raise Rejected(
            f"{shown} is {'empty' if found is None else 'of an older Pollux'}.",
            code="nothing_to_back_up",
            hint="Start Pollux with it once.",
        )
    with ArchiveWriter(path, found) as archive:
        for table in ALL:
            _copy(connection, table, archive, progress)
        archive.finish()


def _copy(connection: sa.Connection, table: sa.Table, archive: ArchiveWriter, progress: Progress) -> None:
    total = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    done = 0
    progress(table.name, done, total)
    archive.begin(table.name, table.c.keys())
    rows = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=_PAGE)
    for page in connection.execute(rows).partitions():
        archive.write(table.name, page)
        done += len(page)
        progress(table.name, done, total)


def _fill(connection: sa.Connection, shown: str, archive: ArchiveReader, progress: Progress) -> None:
    lock(connection)
    if revision(connection, shown) is not None:
        _drop_empty(connection, shown)
    # The schema that the backup was taken from; its rows then go the way of every older database.
    upgrade(connection, archive.manifest.revision)
    tables = _reflected(connection).tables
    with archive.checked():
        for name, content in archive.manifest.tables.items():
            _load(connection, tables[name], content.rows, archive, progress)
    upgrade(connection, HEAD)


def _load(connection: sa.Connection, table: sa.Table, total: int, archive: ArchiveReader, progress: Progress) -> None:
    columns = archive.manifest.tables[table.name].columns
    done = 0
    progress(table.name, done, total)
    with closing(archive.pages(table.name, _PAGE)) as pages:
        while page := next(pages, None):
            _insert(connection, table, [dict(zip(columns, row, strict=True)) for row in page])
            done += len(page)
            progress(table.name, done, total)
    if connection.dialect.name == "postgresql":
        _continue_numbers(connection, table)


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    try:
        connection.execute(table.insert(), rows)
    except (sa.exc.IntegrityError, sa.exc.DataError) as error:
        raise ValueError(f"rows of {table.name} do not fit: {error.orig}") from error
    except sa.exc.StatementError as error:
        if isinstance(error, sa.exc.DBAPIError):
            raise  # a fault of the database, not of the rows
        raise ValueError(f"rows of {table.name} do not fit: {error.orig}") from error


def _continue_numbers(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL does not notice that numbers were given by hand: its next one would be taken already."""
    for column in table.primary_key:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        if connection.execute(sa.select(sequence)).scalar() is not None:
            top = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, top, False)))


def _drop_empty(connection: sa.Connection, shown: str) -> None:
    schema = _reflected(connection)
    for table in schema.tables.values():
        if table.name != revisions.name and connection.execute(sa.select(table).limit(1)).first():
            raise Rejected(
                f"{shown} is in use: it holds {table.name}.",
                code="database_not_empty",
                hint="Restore into a new data folder. Nothing was changed.",
            )
    schema.drop_all(connection)


def _reflected(connection: sa.Connection) -> sa.MetaData:
    schema = sa.MetaData()
    schema.reflect(connection)
    return schema


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
