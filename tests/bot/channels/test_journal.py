"""The file that has a delivery until the database has it."""

import asyncio
from pathlib import Path

import pytest

from bot.channels import _inbox, _journal
from bot.channels._inbox import Inbox
from bot.channels._journal import Journal
from bot.documents import VolatileDocuments
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import Rejected, Unavailable
from twin_core.contract.ports import Batch


class Away(VolatileDocuments):
    """A database that is away for a while."""

    refusals = 2

    async def commit(self, batch: Batch) -> None:
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("The database is away.")
        await super().commit(batch)


def test_what_was_not_removed_is_there_for_the_next_process_and_a_line_that_was_cut_off_is_not(tmp_path: Path) -> None:
    path = tmp_path / "new" / "journal"
    first = Journal(path)
    assert first.open() == []
    for key in "abc":
        assert first.add(key, {"text": f"{key} – ö\n"})
    first.remove("b")
    first.close()
    with path.open("ab") as file:
        file.write(b'["d", {"text": "half')
    assert path.stat().st_mode & 0o077 == 0
    second = Journal(path)
    assert [(key, body["text"]) for key, body in second.open() if key != "b"] == [("a", "a – ö\n"), ("c", "c – ö\n")]
    for key in "abc":
        second.remove(key)
    assert path.read_bytes() == b""
    assert second.add("e", {})
    second.close()
    assert Journal(path).open() == [("e", {})]


def test_it_stays_small_and_takes_only_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_journal, "MOST_BYTES", 500)
    monkeypatch.setattr(_journal, "MOST_WAITING", 3)
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.open()
    journal.add("stays", {"text": "x" * 100})
    for number in range(50):
        assert journal.add(str(number), {"text": "x" * 100})
        journal.remove(str(number))
    assert path.stat().st_size < 1000
    assert journal.add("2nd", {}) and journal.add("3rd", {})
    assert not journal.add("4th", {})
    journal.close()
    assert next(key for key, _ in Journal(path).open()) == "stays"


async def test_a_delivery_is_taken_while_the_database_is_away_and_stored_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_inbox, "_AGAIN_S", 0.0)
    store, path = Away(), tmp_path / "journal"
    inbox = Inbox(store, SystemClock(), "d", path)
    await inbox.open()
    assert await inbox.take("k", {"n": 1})
    assert not await inbox.take("k", {"n": 1})
    assert path.read_bytes() != b""
    assert await asyncio.wait_for(inbox.is_ours("k"), 60)
    assert path.read_bytes() == b""
    assert [key async for key, _ in store.scan("d")] == ["k"]
    await inbox.done("k")
    await inbox.aclose()


async def test_what_another_process_has_taken_is_not_ours(tmp_path: Path) -> None:
    store = VolatileDocuments()
    ours, theirs = (Inbox(store, SystemClock(), "d", tmp_path / name) for name in ("ours", "theirs"))
    await ours.open()
    await theirs.open()
    assert await ours.take("k", {}) and await theirs.take("k", {})
    assert [await inbox.is_ours("k") for inbox in (ours, theirs)] == [True, False]
    await ours.aclose()
    await theirs.aclose()


async def test_what_no_database_takes_is_worked_on_all_the_same(tmp_path: Path) -> None:
    class Picky(VolatileDocuments):
        async def commit(self, batch: Batch) -> None:
            raise Rejected("Not this.")

    inbox = Inbox(Picky(), SystemClock(), "d", tmp_path / "journal")
    await inbox.open()
    assert await inbox.take("k", {})
    assert await inbox.is_ours("k")
    await inbox.aclose()
