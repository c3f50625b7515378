"""kill -9 after a message was posted and before that was noted: it is found where it stands, and not posted again."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.channels import slack as plugin
from bot.ports import Reply
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_process import PEOPLE
from tests.bot.channels.slack_recorder import SECRET, Door, Slack, message, slack
from tests.house_rules.tree import ROOT
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store

WAIT_S = 60


@asynccontextmanager
async def _doomed(database: str, recorder: Slack, nudge: str = "", journal: str = "") -> AsyncIterator[Door]:
    """A bot that is killed at the end."""
    command = (sys.executable, "-m", "tests.bot.channels.slack_process", database, recorder.api, nudge, journal)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), WAIT_S))
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_S) as http:
            yield Door(http)
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def _again(database: str, recorder: Slack, journal: Path | None = None) -> AsyncIterator[tuple[Any, Door]]:
    """The same bot, started anew."""
    store = await open_store(database, SystemClock())
    keys = {"bot_token": "xoxb-1", "signing_secret": SECRET, "api": recorder.api}
    channel: Any = plugin.build({**keys, "people": PEOPLE, "store": store, "journal": journal})
    app = await channel.start(Script(public=True))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
        yield channel, Door(http)
    await channel.aclose()
    await store.aclose()


def _texts(recorder: Slack) -> list[str]:
    return [str(said["text"]) for said in recorder.said()]


async def test_what_the_database_did_not_have_yet_is_answered_once_after_a_kill(tmp_path: Path) -> None:
    database, journal = f"sqlite:///{tmp_path / 'house.db'}", tmp_path / "slack.journal"
    said = [message("hello"), message("hello", user="U2", channel="D2"), message("and then")]
    async with slack() as recorder:
        async with _doomed(database, recorder, journal=str(journal)) as door:
            for number, event in enumerate(said):
                assert (await door.event(event, event_id=f"Ev{number}")).status_code == 200
        assert recorder.said() == []
        async with _again(database, recorder, journal) as (_, door):
            await recorder.heard(number=3)
            for number, event in enumerate(said):  # and should they come again all the same
                await door.event(event, event_id=f"Ev{number}")
            await door.event(message("last"))
            await recorder.heard(number=4)
        assert sorted(_texts(recorder)) == ["Heard: and then", "Heard: hello", "Heard: hello", "Heard: last"]
        assert journal.read_bytes() == b""


async def test_an_answer_that_stands_already_is_not_posted_again(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'house.db'}"
    async with slack() as recorder:
        recorder.silent = "chat.postMessage"  # it stands there, and nobody learns of that
        async with _doomed(database, recorder) as door:
            await door.event(message("hello"))
            await recorder.heard()
            await door.event(message("and then"))  # waits for the answer before it
        recorder.silent = ""
        async with _again(database, recorder) as (_, door):
            await recorder.heard(number=2)
            await door.event(message("last"))
            await recorder.heard(number=3)
        assert _texts(recorder) == ["Heard: hello", "Heard: and then", "Heard: last"]


@pytest.mark.parametrize(("allowed", "times"), [(True, 1), (False, 2)])
async def test_an_answer_in_a_channel_is_looked_for_where_slack_allows_that(
    tmp_path: Path, allowed: bool, times: int
) -> None:
    database = f"sqlite:///{tmp_path / 'house.db'}"
    async with slack() as recorder:
        recorder.silent = "chat.postMessage"
        async with _doomed(database, recorder) as door:
            await door.event(message("hello", channel="C7"))
            await recorder.heard()
        recorder.silent, recorder.refusing = "", {} if allowed else {"conversations.replies": "missing_scope"}
        async with _again(database, recorder) as (_, door):
            await recorder.heard("conversations.replies" if allowed else "refused:conversations.replies")
            await door.event(message("last", channel="C7"))
            await recorder.heard(number=times + 1)
        assert sorted(_texts(recorder)) == ["Heard: hello"] * times + ["Heard: last"]


@pytest.mark.parametrize("cut_off_at", ["chat.startStream", "chat.stopStream"])
async def test_what_was_being_written_out_is_finished_where_it_stands(tmp_path: Path, cut_off_at: str) -> None:
    database = f"sqlite:///{tmp_path / 'house.db'}"
    said = "a long story " * 20
    async with slack() as recorder:
        recorder.silent = cut_off_at
        async with _doomed(database, recorder) as door:
            await door.event(message(said, thread_ts="1.000100"))
            await recorder.heard(cut_off_at)
        recorder.silent = ""
        async with _again(database, recorder) as (_, door):
            await recorder.heard("conversations.replies")
            await door.event(message("last", thread_ts="1.000100"))
            last = await recorder.heard("chat.startStream", number=2)
        assert last["markdown_text"] == "Heard: last"
        whole = [update["text"] for update in recorder.said("chat.update")]
        assert whole == ([f"Heard: {said.strip()}"] if cut_off_at == "chat.startStream" else [])
        assert recorder.said() == []


async def test_a_nudge_that_stands_already_is_not_said_again(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'house.db'}"
    async with slack() as recorder:
        recorder.silent = "chat.postMessage"
        async with _doomed(database, recorder, "Call Ben."):
            await recorder.heard()
        recorder.silent = ""
        async with _again(database, recorder) as (channel, _):
            await channel.leave("owner", "home", Reply("Call Ben.", nudge="n1"), "n1/0")
            await channel.leave("owner", "home", Reply("Call Ben now.", nudge="n1"), "n1/1")
            await channel.edit("owner", "home", Reply("Called.", nudge="n1"))
        assert _texts(recorder) == ["Call Ben.", "Call Ben now."]
        assert recorder.said("chat.update")[0]["ts"] == recorder.said()[1]["posted"]
