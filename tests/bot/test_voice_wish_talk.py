"""Whoever wants to be spoken to otherwise says so, in any channel, and hears it at once."""

import io
import wave

import pytest

from bot.planning.voice_said import voice_of
from bot.reach_settings import VoiceSettings
from bot.voice.engines import Engines
from bot.voice.manners import wishes_here
from bot.voice.ports import Phrase
from tests.bot.test_house_talk import Open, opened
from twin_core.contract.agenda import SetPersonSettings

__all__ = ["opened"]


async def _no_names(_: str) -> tuple[Phrase, ...]:
    return ()


def _length_s(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as sound:
        return float(sound.getnframes() / sound.getframerate())


async def test_slower_and_another_voice_are_kept_told_and_taken_back(opened: Open) -> None:
    async with opened() as talk:
        assert "voice American, 132 words a minute" in await talk.say("please speak slower")
        assert "106 words" in await talk.say("you still talk too fast")
        assert "voice British, 106 words a minute" in await talk.say("use a British voice")
        assert "voice British, a woman’s" in await talk.say("use a woman's voice")
        assert "British, a woman’s, 106 words" in await talk.say("what are my settings?")
        said = await talk.say("which voices do you have?")
        assert "British, a woman’s" in said
        assert "Scottish" in said
        await talk.say("undo")
        assert "Voice British, 106" in await talk.say("which voice do you use?")
        assert "voice American, 165" in await talk.say("use your normal voice again")


async def test_it_is_heard_by_whoever_said_it_alone(opened: Open) -> None:
    async with opened() as talk:
        core = talk.house.core

        async def theirs(user: str) -> float:
            engines = Engines(talk.house.settings, _no_names, wishes=lambda who: wishes_here(core, who))
            return _length_s(await engines.speak("The kitchen light is on now.", user))

        usual = await theirs("owner")
        await talk.say("speak much slower")
        assert await theirs("owner") > 1.2 * usual
        assert await theirs("anna") == pytest.approx(usual, rel=0.05)
        assert await theirs("") == pytest.approx(usual, rel=0.05)  # where anybody may be
        await core.execute(SetPersonSettings("owner", {"voice": "klingonish", "voice_rate": 9}))
        assert await theirs("owner") == pytest.approx(usual, rel=0.05)


async def test_what_cannot_be_is_told_with_what_can(opened: Open) -> None:
    async with opened() as talk:
        assert "loudspeaker" in await talk.say("speak louder")
        assert "Scottish" in await talk.say("use another voice")
        for _ in range(3):
            await talk.say("speak much slower")
        assert "can't speak slower than that" in await talk.say("speak slower")


async def test_the_voice_of_another_engine_is_the_house_s_own(opened: Open) -> None:
    async with opened(voice={"synthesizer": "piper", "voice": "/voices/alba.onnx"}) as talk:
        assert "one voice here" in await talk.say("use a British voice")
        assert "voice the one of this house, 132 words" in await talk.say("speak slower")


async def test_it_does_not_end_what_is_asked(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("unlock the front door")
        assert "132 words" in await talk.say("slow down")
        assert "front door" in (await talk.say("yes, the front door")).lower()


def test_a_voice_of_another_engine_is_not_asked_of_this_one() -> None:
    said = {"voice": "en-gb", "voice_rate": 140}
    assert voice_of(said, VoiceSettings(synthesizer="openai", voice="alloy")) == ("alloy", 140)
