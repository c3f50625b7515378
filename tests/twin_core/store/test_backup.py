"""A copy taken while others write is whole, goes into either database, and never half."""

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.databases import START
from tests.twin_core.store.endless_writer import whole_batches
from tests.twin_core.store.processes import endless_writer
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Conflict, NotFound, PolluxError, Rejected, Unavailable
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Document, StoredReading
from twin_core.contract.requests import Cause
from twin_core.store import SqlStore, open_store
from twin_core.store.backup import backup, restore

TWIN = "light.hall"


def event(value: Any) -> NewEvent:
    return NewEvent("system.twin_changed", {"value": value}, START)


async def fill(store: SqlStore) -> None:
    """Something of everything, and more of it than one page."""
    odd = {"text": "Über\0 \ud800 😀", "big": 2**70, "tiny": 5e-324, "deep": [[{"a": None}]]}
    await store.commit(
        Batch(
            appends=[Append(TWIN, 0, [event(n) for n in range(3)], snapshot=odd), Append("a.a", 0, [event(odd)])],
            readings=[
                *(StoredReading(TWIN, "power", START + timedelta(seconds=n), n / 7) for n in range(4500)),
                StoredReading(TWIN, "on", START, True),
                StoredReading(TWIN, "mode", START, "eco 😀"),
            ],
            documents=[Document("twin", TWIN, odd), Document("concern", "c1", {})],
            cause=Cause("person.ada", "trace-1"),
        )
    )
    await store.readings.downsample(TWIN, "power", START + timedelta(seconds=1000), 100)


async def content(store: SqlStore) -> list[Any]:
    return [
        await store.read_all(),
        await store.snapshot(TWIN),
        await store.readings.latest(TWIN),
        await store.readings.range(TWIN, "power", START, START + timedelta(days=1)),
        await store.get("twin", TWIN),
        await store.get("concern", "c1"),
    ]


async def filled(url: str, clock: FrozenClock) -> list[Any]:
    store = await open_store(url, clock)
    await fill(store)
    found = await content(store)
    await store.aclose()
    return found


@pytest.fixture
async def source_url(tmp_path_factory: pytest.TempPathFactory, clock: FrozenClock) -> str:
    """A filled database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('source')}/pollux.db"
    await filled(url, clock)
    return url


@pytest.fixture
async def saved(source_url: str, tmp_path: Path) -> Path:
    """A backup of a filled database."""
    await backup(source_url, tmp_path / "pollux.zip")
    return tmp_path / "pollux.zip"


@pytest.fixture
def empty_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('restored')}/pollux.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request: pytest.FixtureRequest, database_url: str, empty_url: str) -> str:
    """Each database in turn, beside database_url."""
    if request.param == "sqlite":
        return empty_url
    if database_url.startswith("postgresql"):
        pytest.skip("there is but one PostgreSQL, and it is the source")
    url: str = request.getfixturevalue("postgresql_url")
    return url


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def folder_of(url: str) -> Path:
    return Path(make_url(url).database or "").parent


async def test_a_backup_goes_into_either_database(
    database_url: str, target_url: str, clock: FrozenClock, tmp_path: Path
) -> None:
    before = await filled(database_url, clock)
    await backup(database_url, tmp_path / "pollux.zip")
    await restore(tmp_path / "pollux.zip", target_url)

    store = await open_store(target_url, clock)
    assert await content(store) == before
    # It goes on where the copy was taken: versions, positions and series continue.
    with pytest.raises(Conflict):
        await store.append(TWIN, 2, [event("again")])
    [new] = await store.append(TWIN, 3, [event("new")])
    assert new.position > before[0][-1].position
    await store.commit(Batch(readings=[StoredReading("light.new", "power", START, 1.0)]))
    assert (await store.readings.latest("light.new"))["power"].last == 1
    assert await store.readings.latest(TWIN) == before[2]
    await store.aclose()


async def test_a_backup_taken_while_another_process_writes_is_of_one_instant(
    database_url: str, empty_url: str, clock: FrozenClock, tmp_path: Path
) -> None:
    async with endless_writer(database_url) as writer:
        await writer.wait_for(20)
        started = writer.acknowledged
        await backup(database_url, tmp_path / "pollux.zip")
        await writer.wait_for(5)  # and it was not kept from writing
    await restore(tmp_path / "pollux.zip", empty_url)
    store = await open_store(empty_url, clock)
    assert await whole_batches(store) >= started
    await store.aclose()


@pytest.mark.parametrize("work", ["backup", "restore"])
async def test_progress_is_told_for_each_table_up_to_its_end(
    saved: Path, source_url: str, empty_url: str, work: str
) -> None:
    told: dict[str, list[tuple[int, int]]] = {}

    def progress(table: str, done: int, total: int | None) -> None:
        told.setdefault(table, []).append((done, total or 0))

    if work == "backup":
        await backup(source_url, saved, progress)
    else:
        await restore(saved, empty_url, progress)
    assert set(told) == {"events", "snapshots", "documents", "due", "series", "readings"}
    for steps in told.values():
        total = steps[0][1]
        assert (steps[0], steps[-1]) == ((0, total), (total, total))
        assert steps == sorted(steps)
    assert len(told["readings"]) > 2


async def test_a_database_in_use_is_not_restored_into(saved: Path, database_url: str, clock: FrozenClock) -> None:
    store = await open_store(database_url, clock)
    await store.commit(Batch(documents=[Document("twin", "mine", {"n": 1})]))
    await store.aclose()
    with pytest.raises(Rejected, match="documents") as caught:
        await restore(saved, database_url)
    assert caught.value.code == "database_not_empty"
    store = await open_store(database_url, clock)
    assert await store.get("twin", "mine") == ({"n": 1}, 1)
    assert await store.read_all() == []
    await store.aclose()


async def test_a_database_that_was_only_opened_may_be_restored_into(
    saved: Path, empty_url: str, clock: FrozenClock
) -> None:
    await (await open_store(empty_url, clock)).aclose()
    await restore(saved, empty_url)
    store = await open_store(empty_url, clock)
    assert len(await store.read_all()) == 4
    await store.aclose()


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewrite(path: Path, changed: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in changed.items():
            file.writestr(name, data)


def with_manifest(path: Path, **changed: Any) -> None:
    old = entries(path)
    rewrite(path, old | {"manifest.json": json.dumps(json.loads(old["manifest.json"]) | changed).encode()})


def replace_in(path: Path, entry: str, old: bytes, new: bytes) -> None:
    changed = entries(path)
    assert old in changed[entry]
    rewrite(path, changed | {entry: changed[entry].replace(old, new, 1)})


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("not a backup at all"),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-500]),
    "a flipped byte": flip,
    "a zip of something else": lambda path: rewrite(path, {"photo.jpg": b"..."}),
    "no manifest": lambda path: rewrite(path, {k: v for k, v in entries(path).items() if k != "manifest.json"}),
    "a manifest of another program": lambda path: with_manifest(path, format="castor-backup"),
    "a manifest without tables": lambda path: with_manifest(path, tables=None),
    "a table that nobody knows": lambda path: with_manifest(path, tables={"people": {"columns": ["a"], "rows": 0}}),
    "a revision that is none": lambda path: with_manifest(path, revision="yesterday"),
    "a table missing": lambda path: rewrite(path, {k: v for k, v in entries(path).items() if k != "series.jsonl"}),
    "rows missing": lambda path: rewrite(
        path, entries(path) | {"readings.jsonl": b"\n".join(entries(path)["readings.jsonl"].split(b"\n")[:9]) + b"\n"}
    ),
    "a row that is no JSON": lambda path: replace_in(path, "readings.jsonl", b"[", b"{"),
    "a row of another length": lambda path: replace_in(path, "readings.jsonl", b"]", b",1]"),
    "a number that is none": lambda path: replace_in(path, "readings.jsonl", b"null,null,", b"NaN,null,"),
    "a version that is none": lambda path: replace_in(path, "documents.jsonl", b'"c1",1,', b'"c1",null,'),
    "a row twice": lambda path: replace_in(path, "events.jsonl", b"[2,", b"[1,"),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_backup_restores_nothing(saved: Path, empty_url: str, damage: str) -> None:
    DAMAGES[damage](saved)
    with pytest.raises(Rejected) as caught:
        await restore(saved, empty_url)
    assert caught.value.hint
    assert str(saved) in caught.value.message
    assert names(folder_of(empty_url)) == []


async def test_a_damaged_backup_leaves_an_empty_database_as_it_was(
    saved: Path, database_url: str, clock: FrozenClock
) -> None:
    await (await open_store(database_url, clock)).aclose()
    flip(saved)
    with pytest.raises(Rejected):
        await restore(saved, database_url)
    store = await open_store(database_url, clock)
    assert await store.read_all() == []
    assert await store.readings.latest(TWIN) == {}
    await store.aclose()


async def test_a_backup_of_a_newer_pollux_is_refused(saved: Path, empty_url: str) -> None:
    with_manifest(saved, revision="0999")
    with pytest.raises(Rejected, match="newer Pollux") as caught:
        await restore(saved, empty_url)
    assert caught.value.code == "backup_newer"


async def test_a_file_that_is_not_there(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await restore(tmp_path / "nothing.zip", empty_url)
    with pytest.raises(NotFound):
        await backup(empty_url, tmp_path / "pollux.zip")
    assert names(tmp_path) == []


async def test_a_database_that_pollux_never_opened_cannot_be_copied(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(PolluxError):
        await backup(database_url, tmp_path / "pollux.zip")
    assert names(tmp_path) == []


async def test_a_place_that_cannot_be_written(saved: Path, source_url: str) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        await backup(source_url, saved.parent / "no folder" / "pollux.zip")
    (saved.parent / "taken").mkdir()
    with pytest.raises(Unavailable, match="cannot be written"):
        await backup(source_url, saved.parent / "taken")
    assert names(saved.parent) == ["pollux.zip", "taken"]


async def test_a_backup_that_fails_keeps_the_one_before(saved: Path, source_url: str) -> None:
    before = entries(saved)

    def give_up(table: str, done: int, _total: int | None) -> None:
        if table == "readings" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await backup(source_url, saved, give_up)
    assert entries(saved) == before
    assert names(saved.parent) == ["pollux.zip"]
