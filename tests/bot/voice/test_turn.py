"""Whole turns by voice: espeak-ng says something, each engine hears it, and the answer is sound again."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from bot.ports import Answer, Incoming, Reply
from bot.settings import load_settings
from bot.voice.engines import Engines, open_engines
from bot.voice.ports import RATE_HZ, Manner, Phrase
from bot.voice.synthesizers import espeak
from bot.voice.turn import Said, VoiceTurn
from bot.voice.wav import read_wav, write_wav
from bot.voice.weights import find_weights
from bot.voice.words import said_words
from tests.services import missing

MOUTH = espeak.build({})


async def names(user: str) -> tuple[Phrase, ...]:
    """What there is to be said here."""
    return (Phrase("kitchen light", "twin"), Phrase("kitchen", "place"))


class Listener:
    """Answers everything alike, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.doubted: list[str] = []

    async def __call__(self, message: Incoming) -> Answer:
        (self.doubted if message.doubtful else self.asked).append(message.text)
        return Answer("1", "ask", 1.0, (), (Reply("It is 21 °C, as written.", speech="It is 21 °C."),))


@pytest.fixture(params=["moonshine", "sphinx"])
async def engines(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Engines]:
    if request.param == "moonshine" and find_weights() is None:
        missing("the speech model Moonshine is not installed (make ears)")
    async with open_engines(
        load_settings({"data": tmp_path, "voice": {"recognizer": request.param}}), names
    ) as engines:
        yield engines


async def turn(engines: Engines, recording: bytes) -> tuple[Said, list[str]]:
    listener = Listener()
    taken = VoiceTurn(engines, "anna", listener, lambda text: Incoming("voice", text, user="anna", channel="voice"))
    return await taken.take(recording), listener.asked


@pytest.mark.parametrize("text", ["turn on the kitchen light", "what is the temperature in the kitchen"])
async def test_what_is_said_is_heard_asked_and_answered_aloud(engines: Engines, text: str) -> None:
    said, asked = await turn(engines, MOUTH.speak(text, Manner()))
    assert [said_words(words) for words in asked] == [text.split()]
    assert said.text.endswith("It is 21 °C.")
    assert len(read_wav(said.wav)) > RATE_HZ


@pytest.mark.parametrize("is_request", [True, False])
async def test_clear_words_that_nobody_usually_says_are_sure_where_they_are_understood(
    tmp_path: Path, is_request: bool
) -> None:
    if find_weights() is None:
        missing("the speech model Moonshine is not installed (make ears)")
    told: list[str] = []

    async def understands(text: str) -> bool:
        told.append(text)
        return is_request

    said = "which of these machines made the most noise in August"
    async with open_engines(load_settings({"data": tmp_path}), names, understands=understands) as engines:
        heard = await engines.hear(MOUTH.speak(said, Manner()), "anna")
    assert [said_words(text) for text in told] == [said.lower().split()]
    assert heard.sure is is_request


async def test_silence_asks_for_it_again_and_nobody_is_bothered(engines: Engines) -> None:
    said, asked = await turn(engines, write_wav(np.zeros(RATE_HZ)))
    assert not asked
    assert "heard nothing" in said.text
    assert len(read_wav(said.wav)) > RATE_HZ


async def test_noise_is_never_acted_on(engines: Engines) -> None:
    _, asked = await turn(engines, write_wav(np.random.default_rng(1).normal(0, 0.1, 2 * RATE_HZ)))
    assert not asked


async def test_a_file_that_is_no_sound_is_answered_with_the_reason(engines: Engines) -> None:
    said, asked = await turn(engines, b"no sound")
    assert not asked
    assert "no WAV file" in said.text


async def test_ears_that_died_are_replaced(engines: Engines) -> None:
    said, _ = await turn(engines, MOUTH.speak("turn on the kitchen light", Manner()))
    assert said_words(said.heard.text) == "turn on the kitchen light".split()
    (process,) = multiprocessing.active_children()
    process.kill()
    process.join()
    _, asked = await turn(engines, MOUTH.speak("turn on the kitchen light", Manner()))
    assert len(asked) == 1


async def test_what_breaks_the_ears_is_asked_for_again(engines: Engines) -> None:
    await turn(engines, write_wav(np.zeros(RATE_HZ)))
    (process,) = multiprocessing.active_children()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)  # it lives, and answers nothing
    asking = asyncio.create_task(turn(engines, MOUTH.speak("turn on the kitchen light", Manner())))
    await asyncio.sleep(0.5)
    process.kill()
    broken, asked = await asking
    assert (asked, "once more" in broken.text) == ([], True)
    _, asked = await turn(engines, MOUTH.speak("turn on the kitchen light", Manner()))
    assert len(asked) == 1


async def test_ears_are_built_before_anybody_speaks(engines: Engines) -> None:
    await VoiceTurn(engines, "anna", Listener(), lambda text: Incoming("voice", text, channel="voice")).get_ready()
    assert multiprocessing.active_children()


async def test_ears_end_with_whoever_opened_them(tmp_path: Path) -> None:
    async with open_engines(load_settings({"data": tmp_path}), names) as engines:
        await turn(engines, write_wav(np.zeros(RATE_HZ)))
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()


async def test_an_engine_that_there_is_not_is_said_with_those_that_there_are(tmp_path: Path) -> None:
    settings = load_settings({"data": tmp_path, "voice": {"recognizer": "parrot"}})
    async with open_engines(settings, names) as engines:
        said, asked = await turn(engines, write_wav(np.zeros(RATE_HZ)))
    assert (asked, "parrot" in said.text, "sphinx" in said.text) == ([], True, True)


async def test_without_a_voice_what_was_asked_is_done_and_answered_in_writing(tmp_path: Path) -> None:
    heard = MOUTH.speak("turn on the kitchen light", Manner())
    settings = load_settings({"data": tmp_path, "voice": {"voice": "klingonish"}})
    async with open_engines(settings, names) as engines:
        said, asked = await turn(engines, heard)
    assert asked == ["turn on the kitchen light"]
    assert "21 °C" in said.text
    assert said.wav == b""
    assert said.mute is not None
    assert "klingonish" in said.mute.message
