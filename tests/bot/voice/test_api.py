"""The routes of voice: how large a recording may be, and what is answered as WAV or Opus."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import numpy as np
import pytest
from fastapi import FastAPI

from bot.settings import load_settings
from bot.voice.api import voice_router
from bot.voice.containers import read_any
from bot.voice.engines import open_engines
from bot.voice.ports import RATE_HZ, Phrase
from bot.voice.understanding import understood_at
from bot.voice.wav import write_wav
from tests.conversations.server import running_server


async def _no_names(_: str) -> tuple[Phrase, ...]:
    return ()


async def _no_wishes(_: str) -> Mapping[str, object]:
    return {}


async def _nothing(_: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("accept", "begins", "kind"),
    [
        ("*/*", b"RIFF", "audio/wav"),
        ("audio/ogg", b"OggS", "audio/ogg"),
        ("Audio/Ogg; codecs=opus, */*;q=0.1", b"OggS", "audio/ogg"),
        ("audio/wav, audio/ogg;q=0.5", b"RIFF", "audio/wav"),
        ("image/png", b"RIFF", "audio/wav"),
    ],
)
async def test_speech_is_written_as_it_is_asked_for(tmp_path: Path, accept: str, begins: bytes, kind: str) -> None:
    app = FastAPI()
    async with open_engines(load_settings({"data": tmp_path}), _no_names) as engines:
        app.include_router(voice_router(engines, _no_wishes, _nothing))
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://pollux") as client:
            asked = {"Accept": accept}
            answer = await client.post("/voice/speech", json={"text": "Kitchen light on."}, headers=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content.startswith(begins)
    assert len(read_any(answer.content)) > RATE_HZ / 2


async def test_a_minute_in_any_usual_format_is_heard_and_more_is_refused_with_what_to_do() -> None:
    minute = write_wav(np.zeros(59 * 48_000), 48_000)
    assert len(minute) > 5_000_000
    async with (
        running_server(datetime(2026, 3, 2, 8, tzinfo=UTC), "UTC", {}) as server,
        httpx2.AsyncClient(base_url=server.http, trust_env=False, timeout=60) as client,
    ):
        heard = await client.post("/api/v1/voice/hearing", content=minute)
        assert (heard.status_code, "heard nothing" in heard.json()["message"]) == (200, True)
        large = await client.post("/api/v1/voice/hearing", content=minute * 3)
        assert (large.status_code, large.json()["hint"]) == (413, "Say one thing at a time.")
        assert "60 s" in large.json()["detail"]
        other = await client.post("/api/v1/voice/speech", content=minute)
        assert (other.status_code, other.json()["hint"]) == (413, "Send it in parts.")


async def test_a_request_is_understood_and_talk_and_unknown_names_are_not() -> None:
    small_talk = "thank you very much for coming to our wedding"
    texts = ("what do I have on today", "switch the zeppelin off", "the parliament voted against it", small_talk)
    async with (
        running_server(datetime(2026, 3, 2, 8, tzinfo=UTC), "UTC", {}) as server,
        httpx2.AsyncClient(base_url=server.http, trust_env=False, timeout=60) as client,
    ):
        asked = [await client.post("/api/v1/voice/understanding", json={"text": text}) for text in texts]
        assert [answer.json()["understood"] for answer in asked] == [True, False, False, False]
        assert await understood_at(server.http, None, texts[0])
    assert not await understood_at(server.http, None, texts[0])  # nobody there: it is asked about
