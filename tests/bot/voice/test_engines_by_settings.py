"""Ears and mouths of one's own choice: Whisper, Vosk, Piper, and servers that speak OpenAI's API."""

import asyncio
import importlib.util
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import speech_recognition as sr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.settings import load_settings
from bot.voice.engines import open_engines
from bot.voice.ports import Manner, Phrase
from bot.voice.recognizers import openai as openai_ears
from bot.voice.recognizers import vosk, whisper
from bot.voice.synthesizers import openai as openai_mouth
from bot.voice.synthesizers import piper
from bot.voice.wav import pcm, read_wav, write_wav
from tests.bot.channels.scripted import serving
from twin_core.contract.errors import PolluxError, Rejected, Unavailable

TONE = np.sin(np.arange(16_000, dtype=np.float32) / 8) / 2
SOUND = sr.AudioData(pcm(TONE), 16_000, 2)
SEGMENTS = [{"text": " Turn off the desk lamp.", "avg_logprob": -0.1, "no_speech_prob": 0.02}]


ODD: list[Any] = [[], 7, {"segments": [7]}, {"segments": [{"avg_logprob": "x"}]}]


@dataclass
class Server:
    """A server of OpenAI's kind that answers what it is told to."""

    url: str = ""
    hears: Any = field(default_factory=lambda: {"text": "Turn off the desk lamp.", "segments": SEGMENTS})
    says: bytes = b""
    status: int = 200
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.asked.append((request.headers.get("authorization", ""), await request.body()))
        if request.url.path.endswith("speech"):
            return Response(self.says, self.status, media_type="audio/wav")
        odd = isinstance(self.hears, str)
        return Response(self.hears, self.status) if odd else JSONResponse(self.hears, self.status)


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    it = Server()
    paths = [Route(f"/v1/audio/{path}", it.answer, methods=["POST"]) for path in ("transcriptions", "speech")]
    async with serving(Starlette(routes=paths)) as port:
        it.url = f"http://127.0.0.1:{port}/v1"
        yield it


async def test_a_server_hears_with_the_names_of_the_house_as_hints() -> None:
    async with server() as there:
        ears = openai_ears.build({"url": there.url, "key": "s3cret"})
        ears.learn((Phrase("Bertha", "twin"),))
        heard = await asyncio.to_thread(ears.recognize, SOUND)
        assert (heard.text, round(heard.confidence, 1)) == ("Turn off the desk lamp.", 0.9)
        [(key, body)] = there.asked
        assert key == "Bearer s3cret"
        assert b"Bertha" in body
        assert b"RIFF" in body
        there.hears = {"text": "yes"}  # a server that does not say how sure it is
        assert (await asyncio.to_thread(ears.recognize, SOUND)).text == "yes"
        there.hears = {"text": "", "segments": []}
        assert (await asyncio.to_thread(ears.recognize, SOUND)).guesses == ()


@pytest.mark.parametrize(
    ("status", "hears", "said"),
    [
        (401, {}, "server_key"),
        (500, {}, "without a network"),
        (200, "<html>", "without"),
        *((200, answer, "without") for answer in ODD),
    ],
)
async def test_what_a_server_refuses_is_told_without_its_key(status: int, hears: Any, said: str) -> None:
    async with server() as there:
        there.status, there.hears = status, hears
        ears = openai_ears.build({"url": there.url, "key": "s3cret"})
        with pytest.raises(Unavailable) as refused:
            await asyncio.to_thread(ears.recognize, SOUND)
    assert said in str(refused.value.hint)
    assert "s3cret" not in f"{refused.value} {refused.value.hint}"
    with pytest.raises(Unavailable, match="does not answer"):
        await asyncio.to_thread(ears.recognize, SOUND)  # it is gone by now


async def test_a_house_hears_and_speaks_by_the_server_that_was_set(tmp_path: Path) -> None:
    async with server() as there:
        streamed = bytearray(write_wav(TONE))
        streamed[4:8] = streamed[40:44] = b"\xff\xff\xff\xff"  # lengths that were not known when it began
        there.says = bytes(streamed)
        voice = {"recognizer": "openai", "synthesizer": "openai", "server": there.url, "voice": "alloy"}
        settings = load_settings({"data": tmp_path, "voice": voice}, file=tmp_path / "none")

        async def names(_: str) -> tuple[Phrase, ...]:
            return ()

        async with open_engines(settings, names) as engines:
            heard = await engines.hear(write_wav(TONE), "owner")
            assert (heard.hearing.text, heard.sure) == ("Turn off the desk lamp.", True)
            assert len(read_wav(await engines.speak("good morning"))) == len(TONE)
            there.says = b"no sound"
            assert len(read_wav(await engines.speak("good morning"))) not in (0, len(TONE))
            assert ["no sound" in fault.message for fault in engines.faults()] == [True]


@pytest.mark.parametrize("url", ["", "ftp://host/v1", "http://", "http://[::1/v1"])
def test_a_server_without_an_address_is_refused(url: str) -> None:
    with pytest.raises(Rejected, match="No voice server is named"):
        openai_ears.build({"url": url})


async def test_what_stands_before_the_host_of_a_server_is_not_told() -> None:
    ears = openai_ears.build({"url": "http://anna:s3cret@127.0.0.1:1/v1"})
    with pytest.raises(Unavailable) as refused:
        await asyncio.to_thread(ears.recognize, SOUND)
    assert "s3cret" not in f"{refused.value} {refused.value.hint}"


def test_words_where_whisper_takes_it_for_silence_are_none() -> None:
    assert whisper.hearing_of([("Thank you for watching.", -0.2, 0.9)]).guesses == ()


def test_vosk_is_as_sure_as_of_its_least_sure_word() -> None:
    words = [{"word": "lamp", "conf": 0.9}, {"word": "off", "conf": 0.3}]
    assert vosk.hearing_of({"text": "lamp off", "result": words}).confidence == 0.3
    assert vosk.hearing_of({"text": ""}).guesses == ()


@pytest.mark.parametrize("engine", [whisper, vosk])
def test_without_model_or_package_it_is_told_what_is_missing(engine: Any, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as unnamed:
        engine.build({})
    assert "model = " in str(unnamed.value.hint)
    with pytest.raises(Unavailable) as absent:
        engine.build({"model": tmp_path / "nowhere"})
    assert "nowhere" in str(absent.value)
    package = {whisper: "faster_whisper", vosk: "vosk"}[engine]
    (tmp_path / "model.bin").touch()
    with pytest.raises(Unavailable) as lacking:
        engine.build({"model": tmp_path})
    is_here = importlib.util.find_spec(package) is not None
    assert ("cannot read the model" if is_here else "pip install") in f"{lacking.value} {lacking.value.hint}"


def test_piper_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as absent:
        piper.build({"program": "no-such-piper"})
    assert "pip install piper-tts" in str(absent.value.hint)
    mouth = piper.build({"program": sys.executable})  # a program that is none of Piper's
    with pytest.raises(Unavailable, match="has no voice"):
        mouth.speak("hello", Manner("alba"))
    voice = tmp_path / "alba.onnx"
    voice.touch()
    with pytest.raises(Unavailable, match="could not speak"):
        mouth.speak("hello", Manner(str(voice)))


@pytest.mark.parametrize("engine", [openai_ears, openai_mouth, piper, whisper, vosk])
def test_an_option_that_nobody_knows_is_refused(engine: Any) -> None:
    with pytest.raises(PolluxError) as refused:
        engine.build({"modle": 1})
    assert isinstance(refused.value, Rejected)
