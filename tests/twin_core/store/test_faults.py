"""Databases that cannot be used: the error names the file and says what to do."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa

from tests.databases import START
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import PolluxError, Rejected, Unavailable
from twin_core.contract.events import NewEvent
from twin_core.store import open_store


async def refusal(url: str, timeout_s: float = 0.2) -> PolluxError:
    with pytest.raises(PolluxError) as caught:
        await open_store(url, FrozenClock(START), timeout_s=timeout_s)
    assert caught.value.hint
    return caught.value


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pollux.db",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://host/db",
        "mysql+aiomysql://host/db",
    ],
)
async def test_urls_that_cannot_be_used(url: str) -> None:
    error = await refusal(url)
    assert isinstance(error, Rejected)
    assert error.code == "bad_database_url"


async def test_a_password_is_never_shown() -> None:
    error = await refusal("postgresql+asyncpg://pollux:hush@127.0.0.1:1/pollux")
    assert isinstance(error, Unavailable)
    assert "127.0.0.1" in str(error)
    assert "hush" not in str(error)


async def test_postgresql_without_that_database(postgres: str) -> None:
    error = await refusal(f"postgresql+asyncpg://postgres:@/nowhere?host={postgres}", timeout_s=10)
    assert isinstance(error, Unavailable)
    assert "nowhere" in error.message


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "pollux.db"
    path.write_bytes(b"Dear diary, today " * 400)
    error = await refusal(url_of(path))
    assert (error.code, isinstance(error, Rejected)) == ("not_a_database", True)
    assert str(path) in error.message
    assert path.read_bytes() == b"Dear diary, today " * 400


async def test_a_damaged_database(tmp_path: Path, clock: FrozenClock) -> None:
    path = tmp_path / "pollux.db"
    store = await open_store(url_of(path), clock)
    await store.append("a.a", 0, [NewEvent("alert.raised", {"text": "x" * 3000}, START) for _ in range(40)])
    await store.aclose()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    error = await refusal(url_of(path))
    assert error.code == "database_damaged"
    assert "restore" in error.hint


async def test_a_file_where_a_folder_should_be_and_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert (await refusal(url_of(tmp_path / "folder"))).code == "database_unreadable"
    (tmp_path / "file").write_text("x")
    error = await refusal(url_of(tmp_path / "file" / "pollux.db"))
    assert isinstance(error, Unavailable)
    assert str(tmp_path / "file" / "pollux.db") in error.message


async def test_a_database_that_another_program_locks(tmp_path: Path, clock: FrozenClock) -> None:
    path = tmp_path / "pollux.db"
    await (await open_store(url_of(path), clock)).aclose()
    other = sqlite3.connect(path, isolation_level=None)
    for begin in ("BEGIN IMMEDIATE", "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE"):
        other.executescript(begin)
        error = await refusal(url_of(path))
        assert (error.code, isinstance(error, Unavailable)) == ("database_locked", True)
        assert str(path) in error.message
        other.execute("ROLLBACK")
    other.close()
    await (await open_store(url_of(path), clock)).aclose()


async def test_a_lock_while_running_is_unavailable_and_passes(tmp_path: Path, clock: FrozenClock) -> None:
    path = tmp_path / "pollux.db"
    store = await open_store(url_of(path), clock, timeout_s=0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await store.append("a.a", 0, [NewEvent("alert.raised", {}, START)])
    assert await store.read("a.a") == []  # who only reads is not disturbed
    other.execute("ROLLBACK")
    other.close()
    assert len(await store.append("a.a", 0, [NewEvent("alert.raised", {}, START)])) == 1
    await store.aclose()


async def test_a_disk_without_room(tmp_path: Path, clock: FrozenClock) -> None:
    path = tmp_path / "pollux.db"
    store = await open_store(url_of(path), clock)

    def leave_little_room(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")

    await store._database.write(leave_little_room)  # by the connection that writes all that follows
    with pytest.raises(Unavailable) as caught:
        await store.append("a.a", 0, [NewEvent("alert.raised", {"text": "x" * 3000}, START) for _ in range(40)])
    assert caught.value.code == "disk_full"
    assert await store.read("a.a") == []
    await store.aclose()


async def test_postgresql_that_goes_away_and_comes_back(postgresql_url: str, postgres: str, clock: FrozenClock) -> None:
    store = await open_store(postgresql_url, clock)
    await store.append("a.a", 0, [NewEvent("alert.raised", {}, START)])
    other = await asyncpg.connect(host=postgres, user="postgres", database="postgres")
    await other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    await other.close()
    assert len(await store.read("a.a")) == 1  # the connections that were cut are replaced
    await store.aclose()
