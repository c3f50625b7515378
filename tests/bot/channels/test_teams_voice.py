"""Voice in Teams: a file of sound is fetched from where Teams keeps it, heard, and answered with what was heard."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from bot.channels import teams as plugin
from bot.channels.teams import files
from bot.settings import load_settings
from bot.voice.engines import open_engines
from bot.voice.ports import RATE_HZ, Phrase
from bot.voice.wav import write_wav
from tests.bot.channels.scripted import Script
from tests.bot.channels.teams_recorder import Door, Teams, message, teams
from tests.bot.voice.recordings import encoded
from tests.bot.voice.room import said

ROOM = "19:room@thread.tacv2;messageid=1"


@dataclass(frozen=True, slots=True)
class Bench:
    door: Door
    teams: Teams
    script: Script

    async def share(self, content: bytes, text: str = "", kind: str = "m4a", url: str = "", **more: Any) -> None:
        """Somebody attaches this file."""
        self.teams.shared["note"] = content
        told = {"downloadUrl": url or f"{self.teams.url}/files/note", "fileType": kind, "uniqueId": "1"}
        file = {"contentType": files.FILE, "name": f"note.{kind}", "content": told}
        await self.door.post(message(text, attachments=[{"contentType": "text/html", "content": ""}, file], **more))


async def names(user: str) -> tuple[Phrase, ...]:
    return (Phrase("kitchen light", "twin"),)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    script = Script()
    async with teams() as recorder, open_engines(load_settings({"data": tmp_path}), names) as engines:
        await engines.hear(write_wav(np.zeros(RATE_HZ)), "owner")  # the ears are built
        options = {**recorder.options(), "people": {"u1": "owner"}, "hear": engines.hear_message}
        channel: Any = plugin.build(options)
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Bench(Door(http, recorder), recorder, script)
        await channel.aclose()


async def test_what_is_said_in_a_file_is_asked_and_repeated(bench: Bench) -> None:
    await bench.share(encoded(said("turn on the kitchen light"), "mp4", "aac"))
    assert "I heard “turn on the kitchen light”." in (await bench.teams.heard())["text"]
    [asked] = bench.script.seen
    assert (asked.text, asked.user, asked.spoken) == ("turn on the kitchen light", "owner", True)


async def test_what_is_written_beside_counts_more_and_other_files_are_not_listened_to(bench: Bench) -> None:
    await bench.share(b"", text="turn off the kitchen light")
    await bench.share(b"", text="and this", kind="pdf")
    await bench.teams.heard(2)
    assert [asked.text for asked in bench.script.seen] == ["turn off the kitchen light", "and this"]


async def test_a_voice_note_that_teams_keeps_to_itself_is_said(bench: Bench) -> None:
    note = {"contentType": files.VOICE_NOTE, "content": '{"duration":"PT3S","media":[{"url":"https://x.test/a"}]}'}
    await bench.door.post(message("", attachments=[note]))
    told = (await bench.teams.heard())["text"]
    assert "does not hand voice notes to me" in told
    assert "Attach a recording" in told


async def test_what_cannot_be_had_or_is_too_large_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    await bench.share(bytes(1_000_001))
    assert "larger than 1 MB" in (await bench.teams.heard())["text"]
    await bench.share(b"", url=f"{bench.teams.url}/files/gone")
    assert "(404)" in (await bench.teams.heard(2))["text"]
    await bench.share(b"", url="file:///etc/passwd")
    assert "does not lie with Teams" in (await bench.teams.heard(3))["text"]
    assert bench.script.seen == []


async def test_a_channel_is_not_listened_to(bench: Bench) -> None:
    await bench.share(b"", channel=ROOM)
    await bench.teams.heard()
    assert [asked.text for asked in bench.script.seen] == [""]
