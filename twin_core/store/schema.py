"""The schema in the database: made, brought up to date, or refused."""

import importlib

import sqlalchemy as sa

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

    def found_or_made(connection: sa.Connection) -> str:
        lock(connection)
        found = revision(connection, database.shown)
        if found is None:
            create(connection)
        return found or HEAD

    def brought_up_to_date(connection: sa.Connection) -> None:
        lock(connection)
        upgrade(connection, HEAD)

    await database.open()
    if await database.write(found_or_made) != HEAD:
        await database.migrate(brought_up_to_date)


def lock(connection: sa.Connection) -> None:
    """One process at a time makes or changes the schema; SQLite has but one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHANGING_SCHEMA)))


def revision(connection: sa.Connection, shown: str) -> str | None:
    """The revision of the schema; None for an empty database. Raises Rejected as prepare() does."""
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return None
    found = None
    if {revisions.name, events.name, readings.name} <= tables:
        found = connection.execute(sa.select(revisions)).scalar()
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


def create(connection: sa.Connection) -> None:
    """The whole schema at once: what the migrations lead to, without the time it takes to import Alembic."""
    metadata.create_all(connection)
    revisions.create(connection)
    connection.execute(revisions.insert(), {"version_num": HEAD})


def upgrade(connection: sa.Connection, to: str) -> None:
    """Runs the migrations that lead to a revision, within the transaction of the caller."""
    importlib.import_module("twin_core.store.migrations").upgrade(connection, to)
