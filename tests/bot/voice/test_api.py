"""The routes of voice: what is answered is a WAV file, or Opus for whoever asks for it."""

from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from bot.settings import load_settings
from bot.voice.api import voice_router
from bot.voice.containers import read_any
from bot.voice.engines import open_engines
from bot.voice.ports import RATE_HZ, Phrase


async def _no_names(_: str) -> tuple[Phrase, ...]:
    return ()


async def _no_wishes(_: str) -> Mapping[str, object]:
    return {}


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
        app.include_router(voice_router(engines, _no_wishes))
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://pollux") as client:
            asked = {"Accept": accept}
            answer = await client.post("/voice/speech", json={"text": "Kitchen light on."}, headers=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content.startswith(begins)
    assert len(read_any(answer.content)) > RATE_HZ / 2
