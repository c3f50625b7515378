"""Voice messages in Slack: a clip is fetched with the bot's token, heard, and answered with what was heard."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from bot.channels import slack as plugin
from bot.channels.slack import files
from bot.settings import load_settings
from bot.voice.engines import open_engines
from bot.voice.ports import RATE_HZ, Phrase
from bot.voice.wav import write_wav
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import SECRET, Door, Slack, message, slack
from tests.bot.voice.recordings import encoded
from tests.bot.voice.room import said


@dataclass(frozen=True, slots=True)
class Bench:
    door: Door
    slack: Slack
    script: Script

    async def clip(self, content: bytes, text: str = "", **more: Any) -> None:
        """Somebody records this."""
        self.slack.shared["clip.m4a"] = content
        url = f"http://127.0.0.1:{self.slack.port}/files/clip.m4a"
        file = {"mimetype": "audio/mp4", "subtype": "slack_audio", "url_private_download": url, **more}
        await self.door.event(message(text, subtype="file_share", files=[file]))


async def names(user: str) -> tuple[Phrase, ...]:
    return (Phrase("kitchen light", "twin"),)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    script = Script()
    async with slack() as recorder, open_engines(load_settings({"data": tmp_path}), names) as engines:
        await engines.hear(write_wav(np.zeros(RATE_HZ)), "owner")  # the ears are built
        options = {"bot_token": "xoxb-1", "signing_secret": SECRET, "people": {"U1": "owner"}, "api": recorder.api}
        channel: Any = plugin.build({**options, "hear": engines.hear_message})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Bench(Door(http), recorder, script)
        await channel.aclose()


async def test_what_is_said_in_a_clip_is_asked_and_repeated(bench: Bench) -> None:
    await bench.clip(encoded(said("turn on the kitchen light"), "mp4", "aac"))
    answer = await bench.slack.heard()
    assert "I heard “turn on the kitchen light”." in answer["text"]
    [asked] = bench.script.seen
    assert (asked.text, asked.user, asked.spoken, asked.shared) == ("turn on the kitchen light", "owner", True, False)


async def test_what_is_written_beside_counts_more(bench: Bench) -> None:
    await bench.clip(b"", text="turn off the kitchen light")
    await bench.slack.heard()
    assert [asked.text for asked in bench.script.seen] == ["turn off the kitchen light"]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"no sound", "cannot read this recording"), (encoded(np.zeros(RATE_HZ), "mp4", "aac"), "heard nothing")],
)
async def test_what_cannot_be_heard_is_said(bench: Bench, content: bytes, told: str) -> None:
    await bench.clip(content)
    assert told in (await bench.slack.heard())["text"]
    assert bench.script.seen == []


async def test_a_clip_that_is_too_large_or_not_slacks_is_not_fetched(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    await bench.clip(bytes(1_000_001))
    assert "larger than 1 MB" in (await bench.slack.heard())["text"]
    await bench.clip(b"", url_private_download="http://files.example.com/clip.m4a")
    assert "does not lie with Slack" in (await bench.slack.heard(number=2))["text"]


async def test_without_the_scope_it_is_said_which_one_is_missing(bench: Bench) -> None:
    bench.slack.token = "another"  # Slack shows the page for signing in
    await bench.clip(b"")
    assert "files:read" in (await bench.slack.heard())["text"]


async def test_where_nobody_can_listen_it_is_said() -> None:
    async with slack() as recorder:
        options = {"bot_token": "xoxb-1", "signing_secret": SECRET, "people": {"U1": "owner"}, "api": recorder.api}
        channel: Any = plugin.build(options)
        app = await channel.start(script := Script())
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            await Bench(Door(http), recorder, script).clip(b"")
            assert "Please write" in (await recorder.heard())["text"]
        await channel.aclose()
