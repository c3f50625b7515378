"""kill -9 between the acknowledgement and the answer: Teams does not deliver again what it was told is taken."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from bot.channels import teams as plugin
from tests.bot.channels.scripted import Script
from tests.bot.channels.teams_recorder import Door, Teams, message, teams
from tests.house_rules.tree import ROOT
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store

WAIT_S = 60


@asynccontextmanager
async def _doomed(database: str, recorder: Teams) -> AsyncIterator[Door]:
    """A bot that is killed at the end."""
    command = (sys.executable, "-m", "tests.bot.channels.teams_process", database, str(recorder.port))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), WAIT_S))
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_S) as http:
            yield Door(http, recorder)
    finally:
        process.kill()
        await process.wait()


async def test_what_was_acknowledged_is_answered_once_after_a_kill(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'house.db'}"
    said = [message("hello"), message("and then"), message("hello", "u2")]
    better = {**said[1], "type": "messageUpdate", "channelData": {"eventType": "editMessage"}, "text": "instead"}
    async with teams() as recorder:
        async with _doomed(database, recorder) as door:
            for activity in (*said, {**better, "timestamp": "2026-03-02T12:00:00Z"}):
                assert (await door.post(activity)).status_code == 200
        assert recorder.said == []
        store = await open_store(database, SystemClock())
        options = {**recorder.options(), "people": {"u1": "owner", "u2": "ben"}, "store": store}
        channel: Any = plugin.build(options)
        app = await channel.start(Script())
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            await recorder.heard(3)
            for activity in said:  # and should they come again all the same
                assert (await Door(http, recorder).post(activity)).status_code == 200
            await Door(http, recorder).post(message("last"))
            await recorder.heard(4)
        texts = sorted((each["to"], each["text"]) for each in recorder.said)
        assert texts == [
            ("a:u1", "Heard: hello"),
            ("a:u1", "Heard: instead"),
            ("a:u1", "Heard: last"),
            ("a:u2", "Heard: hello"),
        ]
        await channel.aclose()
        await store.aclose()
