"""kill -9 at any moment: every nudge reaches its person once, none early, none lost, in order."""

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from tests.twin_core.nudges.nodes import Nodes
from tests.twin_core.nudges.sink import Sink, open_sink
from twin_core.contract.clock import SystemClock
from twin_core.contract.ports import Batch, Due
from twin_core.contract.reminders import ReminderView
from twin_core.nudges.outbox import DELIVERY
from twin_core.nudges.records import Reminder, new_id
from twin_core.nudges.reminders import WORK
from twin_core.nudges.work import LANES
from twin_core.store import open_store

NUDGES, PEOPLE, KILLS = 5_000, 500, 10
SPREAD_S = 12  # over which they fall due
Times = dict[str, list[datetime]]


@pytest.mark.timeout(300)
async def test_one_node_on_sqlite(sqlite_url: str) -> None:
    await _killed_again_and_again(sqlite_url, 1)


@pytest.mark.timeout(300)
async def test_two_nodes_on_postgresql(postgresql_url: str) -> None:
    await _killed_again_and_again(postgresql_url, 2)


async def _killed_again_and_again(url: str, count: int) -> None:
    chance = random.Random(2026)
    due = await _reminders(url, chance, datetime.now(UTC) + timedelta(seconds=3))
    async with open_sink() as sink, Nodes(url, sink.port, count) as nodes:
        for received in sorted(chance.sample(range(NUDGES - 100), KILLS)):
            await sink.until(received)
            await asyncio.sleep(chance.random() / 10)
            await nodes.kill(chance.randrange(count))
        await sink.until(NUDGES)
        await _until_nothing_is_due(url)
    _check(sink, due)


def _check(sink: Sink, due: Times) -> None:
    said = defaultdict(list)
    for owner, text, at in sink.got:
        said[owner].append((int(text.removeprefix("Reminder: number ").rstrip(".")), at))
    for owner, times in due.items():
        assert [number for number, _ in said[owner]] == list(range(len(times))), f"{owner}: each once, in order"
        assert all(at >= times[number] for number, at in said[owner]), f"{owner}: none early"
    assert sink.repeated <= KILLS * LANES  # what was being said when its node died


async def _reminders(url: str, chance: random.Random, start: datetime) -> Times:
    """What falls due when; stored without the way through the service, which is not what is tested here."""
    due: Times = {f"p{n}": [] for n in range(PEOPLE)}
    for owner in due:
        due[owner] = sorted(start + timedelta(seconds=chance.random() * SPREAD_S) for _ in range(NUDGES // PEOPLE))
    made = [_reminder(owner, n, at) for owner, times in due.items() for n, at in enumerate(times)]
    store = await open_store(url, SystemClock())
    work = [Due(WORK, each.view.id, each.view.at, lane=each.view.owner) for each in made]
    await store.commit(Batch(documents=[each.document() for each in made], due=work))
    await store.aclose()
    return due


def _reminder(owner: str, number: int, at: datetime) -> Reminder:
    view = ReminderView(
        id=new_id("reminder", owner),
        about=f"number {number}",
        at=at,
        recurrence=None,
        condition=None,
        before=None,
        owner=owner,
        status="waiting",
        created_at=at,
        delivered_at=None,
        conversation=None,
        twin=None,
        version=1,
    )
    return Reminder(view)


async def _until_nothing_is_due(url: str) -> None:
    """All of it is told of once in the store, too."""
    store = await open_store(url, SystemClock())
    while await store.next_due(WORK) or await store.next_due(DELIVERY):  # noqa: ASYNC110  of other processes
        await asyncio.sleep(0.2)
    sent = [event.stream for event in await store.read_all(limit=2 * NUDGES) if event.name == "nudge.sent"]
    assert len(sent) == len(set(sent)) == NUDGES
    await store.aclose()
