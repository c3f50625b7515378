"""Satellites: the client of the Wyoming package speaks to a house, is heard, answered and spoken to."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.handle import Handled
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize

from bot.app import House, open_house
from bot.reach_settings import WyomingSettings
from bot.settings import load_settings
from bot.voice.engines import Engines
from bot.voice.names import names_here
from bot.voice.ports import RATE_HZ, Manner
from bot.voice.satellites import listening
from bot.voice.synthesizers import espeak
from bot.voice.wav import pcm, read_wav
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.errors import Rejected
from twin_core.contract.tasks import CreateTask

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SOUND = {"rate": RATE_HZ, "width": 2, "channels": 1}
WAIT_S = 60  # the ears are built at their first use


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(load_settings({"data": tmp_path}), clock_at=NOW) as house:
        await house.core.execute(CreateTwin("light", "kitchen light", place="kitchen"))
        yield house


@asynccontextmanager
async def satellite(house: House) -> AsyncIterator[AsyncTcpClient]:
    """A satellite that is connected to the house."""
    engines = Engines(house.settings, lambda user: names_here(house.engine.services.registry, house.core, user))
    async with (
        listening(WyomingSettings(port=0), engines, house.engine.handle) as port,
        AsyncTcpClient("127.0.0.1", port) as client,
    ):
        yield client


async def _ask(client: AsyncTcpClient, *events: Eventable) -> Event:
    """The first thing that is answered."""
    for event in events:
        await client.write_event(event.event())
    return await _next(client)


async def _next(client: AsyncTcpClient) -> Event:
    event = await asyncio.wait_for(client.read_event(), WAIT_S)
    assert event is not None
    return event


def _said(frames: bytes) -> Iterable[Eventable]:
    yield Transcribe(language="en")
    yield AudioStart(**SOUND)
    for at in range(0, len(frames), 4096):
        yield AudioChunk(audio=frames[at : at + 4096], **SOUND)
    yield AudioStop()


async def test_what_a_satellite_hears_is_done_and_said_back(house: House) -> None:
    recording = read_wav(espeak.build({}).speak("turn on the kitchen light", Manner()))
    async with satellite(house) as client:
        heard = Transcript.from_event(await _ask(client, *_said(pcm(recording))))
        assert heard.text == "turn on the kitchen light"
        answer = Handled.from_event(await _ask(client, heard))
        assert answer.text == "Kitchen light on."
        assert AudioStart.is_type((await _ask(client, Synthesize(answer.text))).type)
        sound = b""
        while AudioChunk.is_type((event := await _next(client)).type):
            sound += AudioChunk.from_event(event).audio
        assert AudioStop.is_type(event.type)
        assert len(sound) > RATE_HZ
    state = await house.core.query(GetState("light.kitchen_light"))
    assert state.desired["on"].value is True


async def test_it_says_what_it_can(house: House) -> None:
    async with satellite(house) as client:
        info = Info.from_event(await _ask(client, Describe()))
    assert info.asr[0].models[0].languages == ["en"]
    assert info.tts[0].voices
    assert info.handle[0].supports_home_control


async def test_nobody_is_taken_for_the_owner(house: House) -> None:
    await house.core.execute(CreateTask("call the surgery", owner="owner"))
    async with satellite(house) as client:
        answer = Handled.from_event(await _ask(client, Transcript("what are my tasks")))
    assert answer.text is not None
    assert "surgery" not in answer.text
    assert "own chat" in answer.text


async def test_silence_and_nothing_at_all_are_no_words(house: House) -> None:
    async with satellite(house) as client:
        assert Transcript.from_event(await _ask(client, *_said(pcm(np.zeros(RATE_HZ))))).text == ""
        assert Transcript.from_event(await _ask(client, AudioStop())).text == ""


async def test_what_is_wrong_is_told_and_the_line_stays_open(house: House) -> None:
    async with satellite(house) as client:
        flood = AudioChunk(audio=bytes(RATE_HZ * 2 * 61), **SOUND)
        assert "60 seconds" in Error.from_event(await _ask(client, flood)).text
        odd = AudioChunk(rate=RATE_HZ, width=7, channels=1, audio=b"1234567")
        assert "no sound" in Error.from_event(await _ask(client, odd, AudioStop())).text
        assert Info.is_type((await _ask(client, Describe())).type)


async def test_an_event_that_announces_more_than_any_sound_is_not_waited_for(house: House) -> None:
    engines = Engines(house.settings, lambda user: names_here(house.engine.services.registry, house.core, user))
    async with listening(WyomingSettings(port=0), engines, house.engine.handle) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b'{"type": "audio-chunk", "data": {}, "payload_length": 100000000000}\n' + bytes(1000))
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()


async def test_a_port_that_is_taken_is_said_with_what_to_do(house: House) -> None:
    engines = Engines(house.settings, lambda user: names_here(house.engine.services.registry, house.core, user))
    async with listening(WyomingSettings(port=0), engines, house.engine.handle) as port:
        with pytest.raises(Rejected, match="cannot be heard") as refused:
            async with listening(WyomingSettings(port=port), engines, house.engine.handle):
                pass
    assert "another port" in refused.value.hint
