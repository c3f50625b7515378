"""The schema: made at once, by migrations, from an older version; refused from a newer one."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.databases import START
from tests.twin_core.store.processes import ROOT
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Rejected
from twin_core.contract.ports import Batch, StoredReading
from twin_core.store import migrations, open_store, schema
from twin_core.store.database import Database
from twin_core.store.tables import metadata


def description(connection: sa.Connection) -> dict[str, Any]:
    """Everything that the database itself knows of its tables."""
    inspector = sa.inspect(connection)
    return {
        table: (
            [{**column, "type": repr(column["type"])} for column in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            inspector.get_unique_constraints(table),
            inspector.get_foreign_keys(table),
            inspector.get_table_options(table),
        )
        for table in inspector.get_table_names()
    }


async def test_migrations_lead_to_the_schema_that_is_made_at_once(database_url: str) -> None:
    database = Database(database_url)

    def made_by(make: Callable[[sa.Connection], None], connection: sa.Connection) -> dict[str, Any]:
        make(connection)
        made = description(connection)
        assert schema.revision(connection, "") == schema.HEAD
        metadata.drop_all(connection)
        schema.revisions.drop(connection)
        return made

    at_once = await database.write(partial(made_by, schema.create))
    migrated = await database.write(partial(made_by, lambda connection: schema.upgrade(connection, schema.HEAD)))
    await database.aclose()
    assert len(at_once) == 7
    assert at_once == migrated


async def test_postgresql_sorts_keys_by_code_point_whatever_its_locale(postgresql_url: str, clock: FrozenClock) -> None:
    await (await open_store(postgresql_url, clock)).aclose()
    database = Database(postgresql_url)
    query = "SELECT table_name, column_name FROM information_schema.columns WHERE collation_name = 'C'"
    found = await database.read(lambda connection: {tuple(row) for row in connection.exec_driver_sql(query)})
    await database.aclose()
    assert found >= {("documents", "kind"), ("documents", "key"), ("events", "stream"), ("series", "property")}


def test_the_head_is_the_newest_migration() -> None:
    assert migrations.heads() == [schema.HEAD]


async def test_opening_imports_no_alembic(sqlite_url: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from twin_core.contract.clock import SystemClock\n"
        "from twin_core.store import open_store\n"
        "async def main():\n"
        "    for _ in range(2): await (await open_store(sys.argv[1], SystemClock())).aclose()\n"
        "asyncio.run(main())\n"
        "assert 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code, sqlite_url], check=True, cwd=ROOT, timeout=60)  # noqa: ASYNC221


async def test_a_database_of_a_newer_pollux_is_refused(database_url: str, clock: FrozenClock) -> None:
    await (await open_store(database_url, clock)).aclose()
    database = Database(database_url)
    await database.write(lambda c: c.execute(sa.update(schema.revisions).values(version_num="0999")))
    await database.aclose()
    with pytest.raises(Rejected, match="newer Pollux") as caught:
        await open_store(database_url, clock)
    assert caught.value.code == "database_newer"
    assert "Upgrade" in caught.value.hint


@pytest.mark.parametrize("statement", ["CREATE TABLE recipes (name TEXT)", "CREATE TABLE alembic_version (x TEXT)"])
async def test_a_database_of_another_program_is_refused(database_url: str, clock: FrozenClock, statement: str) -> None:
    database = Database(database_url)
    await database.write(lambda connection: connection.exec_driver_sql(statement))
    before = await database.read(description)
    with pytest.raises(Rejected) as caught:
        await open_store(database_url, clock)
    assert caught.value.code == "foreign_database"
    assert await database.read(description) == before
    await database.aclose()


AFTER = f"{int(schema.HEAD) + 1:04}"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"

def upgrade():
    anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("series", recreate=anew) as table:
        table.add_column(sa.Column("unit", sa.String))
    {then}
"""


def next_version(monkeypatch: pytest.MonkeyPatch, folder: Path, then: str = "") -> None:
    """A Pollux to come, whose schema has the table series made anew."""
    (folder / f"r{AFTER}_next.py").write_text(NEXT.format(then=then, revision=AFTER, before=schema.HEAD))
    config = migrations._config()
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{Path(migrations.__file__).parent}/versions\n{folder}")
    monkeypatch.setattr(migrations, "_config", lambda: config)
    monkeypatch.setattr(schema, "HEAD", AFTER)


async def test_an_older_database_is_brought_up_to_date_with_all_it_holds(
    database_url: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """SQLite changes a table by making it anew; with foreign keys on, that would delete every reading."""
    store = await open_store(database_url, clock)
    await store.commit(Batch(readings=[StoredReading("light.hall", "power", START, 5.0)]))
    await store.aclose()

    next_version(monkeypatch, tmp_path)
    store = await open_store(database_url, clock)
    assert (await store.readings.latest("light.hall"))["power"].last == 5
    await store.aclose()
    database = Database(database_url)
    assert await database.read(lambda connection: schema.revision(connection, "")) == AFTER
    await database.aclose()


async def test_a_migration_that_fails_changes_nothing(
    database_url: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await (await open_store(database_url, clock)).aclose()
    database = Database(database_url)
    before = await database.read(description)
    with monkeypatch.context() as patch:
        next_version(patch, tmp_path, then="raise OSError('pulled the plug')")
        with pytest.raises(Exception, match="pulled the plug"):
            await open_store(database_url, clock)
    assert await database.read(description) == before
    await database.aclose()
    await (await open_store(database_url, clock)).aclose()
