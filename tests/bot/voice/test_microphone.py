"""`pollux voice` at a sound card: a whole program that hears and speaks in real time."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import numpy as np
import pytest

from bot.app import open_house
from bot.settings import load_settings
from bot.voice.sound_card import PortAudioCard
from bot.voice.wav import from_pcm, write_wav
from tests.bot.voice.room import said
from tests.conversations.server import running_server
from tests.pulseaudio import pulseaudio
from twin_core.contract.commands import CreateTwin
from twin_core.contract.errors import Unavailable

CLOCK = datetime(2026, 3, 2, 8, tzinfo=UTC)
ME = {"user": "owner", "check_ins": "08:30"}
ROOT = Path(__file__).parents[3]
WAIT_S = 60.0


class Program:
    """`pollux voice`, and what it writes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.seen: list[str] = []

    async def until(self, text: str) -> None:
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(WAIT_S):
                while text not in "".join(self.seen):
                    line = await self.process.stdout.readline()
                    assert line, f"it ended after {self.seen}"
                    self.seen.append(line.decode())
        except TimeoutError:
            pytest.fail(f"it says nothing of {text!r} but {self.seen}")

    async def until_said(self, text: str, say: Callable[[], Awaitable[None]]) -> None:
        """Says it again and again: while it speaks itself, or is asked by others, it may not hear."""
        told = asyncio.ensure_future(self.until(text))
        while not told.done():
            await say()
            await asyncio.wait({told}, timeout=8)
        await told

    def enter(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")


@asynccontextmanager
async def talking(environ: Mapping[str, str], data: Path, *options: str) -> AsyncIterator[Program]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "voice", "--data", str(data), *options, cwd=ROOT,
        env={**environ, "POLLUX_PORT": "9", "POLLUX_CACHE": str(load_settings().cache_folder)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Program(process)
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), WAIT_S) == 0


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    async with open_house(load_settings({"data": tmp_path / "data"})) as house:
        for name in ("kitchen light", "hall light", "desk light", "garage freezer"):
            await house.core.execute(CreateTwin(name.split()[1], name))
    for text in ("turn on the kitchen light", "list my twins", "stop"):
        (tmp_path / f"{text}.wav").write_bytes(write_wav(said(text)))
    return tmp_path / "data"


@pytest.mark.service
async def test_it_hears_answers_aloud_and_is_silent_when_told_to_stop(data: Path, tmp_path: Path) -> None:
    (tmp_path / "sound").mkdir()
    async with pulseaudio(tmp_path / "sound") as sound, talking(sound.environ, data) as program:
        await program.until("I am listening")
        await asyncio.sleep(1)  # whoever is greeted hears it out
        async with sound.recording(tmp_path / "answer.raw"):
            await sound.say(tmp_path / "turn on the kitchen light.wav")
            await program.until("Kitchen light on.")
            await sound.say(tmp_path / "list my twins.wav")
            await program.until("4 twins")
            await sound.say(tmp_path / "stop.wav")
            await program.until("Stopped.")
    assert np.abs(from_pcm((tmp_path / "answer.raw").read_bytes())).max() > 0.1


@pytest.mark.service
async def test_with_push_to_talk_it_listens_after_enter(data: Path, tmp_path: Path) -> None:
    (tmp_path / "sound").mkdir()
    async with pulseaudio(tmp_path / "sound") as sound, talking(sound.environ, data, "--push-to-talk") as program:
        await program.until("I am listening")
        program.enter()
        await program.until("Listening")
        await sound.say(tmp_path / "turn on the kitchen light.wav")
        await program.until("Kitchen light on.")


@pytest.mark.service
async def test_what_is_new_in_a_running_house_is_heard_by_name_and_a_check_in_calls(tmp_path: Path) -> None:
    folders = tmp_path / "sound", tmp_path / "data"
    for folder in folders:
        folder.mkdir()
    (tmp_path / "light.wav").write_bytes(write_wav(said("turn on the mahogany light")))
    (tmp_path / "four.wav").write_bytes(write_wav(said("four")))
    async with (
        running_server(CLOCK, "UTC", {}) as server,
        httpx2.AsyncClient(base_url=server.http, trust_env=False) as client,
        pulseaudio(folders[0]) as sound,
        talking(sound.environ, folders[1], "--url", server.http) as program,
    ):
        await program.until("I am listening")
        for twin in ({"type": "light", "name": "mahogany light"}, {"type": "person", "name": "Ada", "config": ME}):
            assert (await client.post("/api/v1/twins", json=twin)).status_code == 201
        await program.until_said("Mahogany light on.", lambda: sound.say(tmp_path / "light.wav"))
        async with asyncio.timeout(WAIT_S):
            told = asyncio.ensure_future(program.until("How much energy do you have"))
            while not told.done():
                assert (await client.post("/api/v1/clock", json={"advance_s": 600})).status_code == 200
                await asyncio.sleep(0.2)
        await program.until_said("energy 4", lambda: sound.say(tmp_path / "four.wav"))


_LISTEN = """
from bot.voice.endpointing import loudness
from bot.voice.sound_card import PortAudioCard
with PortAudioCard() as card:
    print("open", flush=True)
    input()
    print(max(loudness(card.exchange(None)) for _ in range(10)))
"""


@pytest.mark.service
async def test_what_was_said_before_anybody_listened_is_not_heard_late(tmp_path: Path) -> None:
    (tmp_path / "said.wav").write_bytes(write_wav(said("list my twins")))
    async with pulseaudio(tmp_path) as sound:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _LISTEN, cwd=ROOT, env=sound.environ,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), WAIT_S) == b"open\n"
        await sound.say(tmp_path / "said.wav")
        loudest, _ = await asyncio.wait_for(process.communicate(b"\n"), WAIT_S)
    assert float(loudest) < 0.01


def test_where_there_is_no_portaudio_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(Unavailable) as refused:
        PortAudioCard()
    assert "libportaudio2" in refused.value.hint


@pytest.mark.service
async def test_a_device_that_there_is_not_is_said_with_what_else_works(tmp_path: Path) -> None:
    async with pulseaudio(tmp_path) as sound:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "voice", "--data", str(tmp_path / "data"), cwd=ROOT,
            env={**sound.environ, "POLLUX_VOICE__MICROPHONE": "banana"}, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, complaint = await asyncio.wait_for(process.communicate(), WAIT_S)
    assert process.returncode == 2
    words = " ".join(complaint.decode().split())
    assert "no microphone called 'banana'" in words
    assert "web chat" in words
