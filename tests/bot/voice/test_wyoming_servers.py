"""Ears and a mouth that another machine lends by the Wyoming protocol: another Pollux, and servers that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import speech_recognition as sr
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize

from bot.app import open_house
from bot.reach_settings import VoiceSettings, WyomingSettings
from bot.settings import Settings, load_settings
from bot.voice.engines import Engines, open_engines
from bot.voice.names import names_here
from bot.voice.ports import RATE_HZ, Manner, Phrase
from bot.voice.recognizers import wyoming as ears
from bot.voice.satellites import listening
from bot.voice.synthesizers import espeak
from bot.voice.synthesizers import wyoming as mouth
from bot.voice.wav import pcm, read_wav, write_wav
from twin_core.contract.commands import CreateTwin
from twin_core.contract.errors import Rejected, Unavailable

TONE = np.sin(np.arange(16_000, dtype=np.float32) / 8) / 2
SOUND = sr.AudioData(pcm(TONE), RATE_HZ, 2)
Answer = list[Eventable] | None  # None: the line is cut


async def _no_names(_: str) -> tuple[Phrase, ...]:
    return ()


def _chunk(samples: Any = TONE, *, rate: int = RATE_HZ, width: int = 2) -> AudioChunk:
    return AudioChunk(rate=rate, width=width, channels=1, audio=pcm(samples))


def _settings(folder: Path, url: str, **more: str) -> Settings:
    voice = {"recognizer": "wyoming", "synthesizer": "wyoming", "server": url, **more}
    return load_settings({"data": folder, "voice": voice}, file=folder / "none")


@asynccontextmanager
async def wyoming_server(answer: Callable[[Event], Answer]) -> AsyncIterator[str]:
    """A server that answers each event with these; its address."""

    class Handler(AsyncEventHandler):
        async def handle_event(self, event: Event) -> bool:
            events = answer(event)
            for each in events or ():
                await self.write_event(each.event())
            return events is not None

    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.ensure_future(Handler(reader, writer).run()))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.gather(*running, return_exceptions=True)


async def test_one_pollux_hears_and_speaks_for_another(tmp_path: Path) -> None:
    async with open_house(load_settings({"data": tmp_path / "large"})) as large:
        await large.core.execute(CreateTwin("light", "kitchen light", place="kitchen"))

        async def names(user: str) -> tuple[Phrase, ...]:
            return await names_here(large.engine.services.registry, large.core, user)

        async with (
            open_engines(large.settings, names) as engines,
            listening(WyomingSettings(port=0), engines, large.engine.handle) as port,
            open_engines(_settings(tmp_path / "small", f"tcp://127.0.0.1:{port}"), _no_names) as lent,
        ):
            heard = await lent.hear(espeak.build({}).speak("turn on the kitchen light", Manner()), "owner")
            assert (heard.hearing.text, heard.sure) == ("turn on the kitchen light", True)
            quiet = await lent.hear(write_wav(np.zeros(RATE_HZ)), "owner")
            assert "heard nothing" in quiet.message
            assert len(read_wav(await lent.speak("Kitchen light on."))) > RATE_HZ / 2
            assert lent.faults() == []


async def test_the_voice_and_the_pace_that_were_set_are_those_that_are_heard() -> None:
    asked: list[Synthesize] = []

    def answer(event: Event) -> Answer:
        asked.append(Synthesize.from_event(event))
        sound = {"rate": RATE_HZ, "width": 2, "channels": 1}
        return [AudioStart(**sound), _chunk(), _chunk(), AudioStop()]

    async with wyoming_server(answer) as url:
        voice = mouth.build({"url": url})
        usual = read_wav(await asyncio.to_thread(voice.speak, "good morning", Manner()))
        slow = read_wav(await asyncio.to_thread(voice.speak, "good morning", Manner("alba", Manner().rate // 2)))
    assert len(usual) == 2 * len(TONE)
    assert len(slow) == pytest.approx(4 * len(TONE), rel=0.1)
    assert [each.voice.name if each.voice else None for each in asked] == [None, "alba"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "hung up"),
        ([Error("no model", "x")], "refuses: no model"),
        ([Transcript(7)], "not for us"),  # type: ignore[arg-type]
    ],
)
async def test_what_a_server_does_instead_of_hearing_is_told(answer: Answer, said: str) -> None:
    async with wyoming_server(lambda event: answer if AudioStop.is_type(event.type) else []) as url:
        with pytest.raises(Unavailable, match=said) as refused:
            await asyncio.to_thread(ears.build({"url": url}).recognize, SOUND)
    assert "without a network" in refused.value.hint


@pytest.mark.parametrize(
    "sound", [[], [_chunk(), _chunk(rate=8000)], [_chunk(width=7)], [AudioChunk(RATE_HZ, 2, 0, b"x")]]
)
async def test_what_is_no_sound_is_not_played(sound: list[Eventable]) -> None:
    async with wyoming_server(lambda _: [*sound, AudioStop()]) as url:
        with pytest.raises(Unavailable, match="not for us"):
            await asyncio.to_thread(mouth.build({"url": url}).speak, "good morning", Manner())


async def test_what_is_built_in_hears_and_speaks_while_the_server_is_away(tmp_path: Path) -> None:
    async with wyoming_server(lambda _: None) as url:
        pass
    async with open_engines(_settings(tmp_path, url), _no_names) as engines:
        heard = await engines.hear(espeak.build({}).speak("turn everything off", Manner()), "owner")
        assert heard.hearing.text == "turn everything off"
        assert "does not answer" in heard.notice
        assert "my own ears" in heard.notice
        assert len(read_wav(await engines.speak("good morning"))) > 0
        assert [fault.part for fault in engines.faults()] == ["hearing", "speaking"]


async def test_another_server_may_speak_than_hears(tmp_path: Path) -> None:
    def hears(event: Event) -> Answer:
        return [Transcript("what is critical")] if AudioStop.is_type(event.type) else []

    async with wyoming_server(hears) as one, wyoming_server(lambda _: [_chunk(), AudioStop()]) as other:
        settings = _settings(tmp_path, one, synthesizer_server=other)
        engines = Engines(settings, _no_names)
        try:
            assert (await engines.hear(write_wav(TONE), "owner")).hearing.text == "what is critical"
            assert len(read_wav(await engines.speak("good morning"))) == len(TONE)
            assert engines.faults() == []
        finally:
            await engines.aclose()


@pytest.mark.parametrize("url", ["", "http://host:1", "tcp://host", "tcp://:1", "tcp://host:x"])
def test_a_server_without_an_address_is_refused(url: str) -> None:
    for engine in (ears, mouth):
        with pytest.raises(Rejected, match="No Wyoming server is named") as refused:
            engine.build({"url": url})
        assert "tcp://HOST:PORT" in refused.value.hint


def test_an_option_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Rejected, match="does not know modle"):
        ears.build({"url": "tcp://host:1", "modle": 1})


def test_who_hears_or_speaks_elsewhere_is_told() -> None:
    two = VoiceSettings(
        recognizer="wyoming", server="tcp://ears:1", synthesizer="openai", synthesizer_server="http://a/v1"
    )
    assert two.elsewhere == "ears and a"
    assert VoiceSettings(synthesizer="wyoming", server="tcp://ears:1").elsewhere == "ears"
    assert VoiceSettings(server="tcp://ears:1").elsewhere == ""
