"""The schema in the database: made, brought up to date, or refused."""

import asyncio
import importlib

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from twin_core.contract.errors import Rejected
from twin_core.store.database import Database
from twin_core.store.tables import events, metadata, readings

HEAD = "0002"  # the newest file in migrations/versions; revisions are numbers, so newer ones can be told
_CHANGING_SCHEMA = 0x504F4C4C5558

# As Alembic makes it.
revisions = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), nullable=False))
revisions.append_constraint(sa.PrimaryKeyConstraint(revisions.c.version_num, name="alembic_version_pkc"))


async def prepare(database: Database) -> None:
    """Leaves the schema at HEAD. Raises Rejected for a database of a newer Pollux or of another program."""
    await database.open_file()
    async with database.writing() as connection:
        await lock(connection)
        found = await revision(connection, database.shown)
        if found is None:
            await create(connection)
    if found not in (None, HEAD):
        async with database.migrating() as connection:
            await lock(connection)
            await upgrade(connection, HEAD)


async def lock(connection: AsyncConnection) -> None:
    """One process at a time makes or changes the schema; SQLite has but one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHANGING_SCHEMA)))


async def revision(connection: AsyncConnection, shown: str) -> str | None:
    """The revision of the schema; None for an empty database. Raises Rejected as prepare() does."""
    tables = set(await connection.run_sync(lambda c: sa.inspect(c).get_table_names()))
    if not tables:
        return None
    found = None
    if {revisions.name, events.name, readings.name} <= tables:
        found = (await connection.execute(sa.select(revisions))).scalar()
    if not isinstance(found, str) or not found.isdecimal():
        raise Rejected(
            f"{shown} belongs to another program.",
            code="foreign_database",
            hint="Give Pollux a database of its own.",
        )
    if int(found) > int(HEAD):
        raise Rejected(
            f"{shown} was written by a newer Pollux (schema {found}, this one knows {HEAD}).",
            code="database_newer",
            hint="Upgrade Pollux, or restore a backup that this version has made into another place.",
        )
    return found


async def create(connection: AsyncConnection) -> None:
    """The whole schema at once: what the migrations lead to, without the time it takes to import Alembic."""
    await connection.run_sync(metadata.create_all)
    await connection.run_sync(revisions.create)
    await connection.execute(revisions.insert(), {"version_num": HEAD})


async def upgrade(connection: AsyncConnection, to: str) -> None:
    """Runs the migrations that lead to a revision, within the transaction of the caller."""
    migrations = await asyncio.to_thread(importlib.import_module, "twin_core.store.migrations")
    await connection.run_sync(migrations.upgrade, to)
