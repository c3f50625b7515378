"""Whole turns by voice: espeak-ng says something, PocketSphinx hears it, and the answer is sound again."""

from pathlib import Path

import numpy as np
import pytest

from bot.ports import Answer, Incoming, Reply
from bot.voice.ports import RATE_HZ, Manner, Phrase
from bot.voice.recognizers import sphinx
from bot.voice.synthesizers import espeak
from bot.voice.turn import Said, VoiceTurn
from bot.voice.wav import read_wav, write_wav

NLU_DATA = Path(__file__).parents[3] / "nlu_data"
MOUTH = espeak.build({})
NAMES = (Phrase("kitchen light", "twin"), Phrase("kitchen", "place"))


class Listener:
    """Answers everything alike, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.doubted: list[str] = []

    async def __call__(self, message: Incoming) -> Answer:
        (self.doubted if message.doubtful else self.asked).append(message.text)
        return Answer("1", "ask", 1.0, (), (Reply("It is 21 °C, as written.", speech="It is 21 °C."),))


@pytest.fixture(scope="module")
def ears(tmp_path_factory: pytest.TempPathFactory) -> sphinx.SphinxRecognizer:
    ears = sphinx.build({"nlu_folder": NLU_DATA, "cache": tmp_path_factory.mktemp("voice")})
    ears.learn(NAMES)
    return ears


async def turn(ears: sphinx.SphinxRecognizer, recording: bytes) -> tuple[Said, list[str]]:
    listener = Listener()
    taken = VoiceTurn(ears, MOUTH, listener, Manner())
    said = await taken.take(recording, lambda text: Incoming("voice", text, user="anna", channel="voice"))
    return said, listener.asked


@pytest.mark.parametrize("text", ["turn on the kitchen light", "what is the temperature in the kitchen"])
async def test_what_is_said_is_heard_asked_and_answered_aloud(ears: sphinx.SphinxRecognizer, text: str) -> None:
    said, asked = await turn(ears, MOUTH.speak(text, Manner()))
    assert asked == [text]
    assert said.text.endswith("It is 21 °C.")
    assert len(read_wav(said.wav)) > RATE_HZ


async def test_silence_asks_for_it_again_and_nobody_is_bothered(ears: sphinx.SphinxRecognizer) -> None:
    said, asked = await turn(ears, write_wav(np.zeros(RATE_HZ)))
    assert not asked
    assert "heard nothing" in said.text
    assert len(read_wav(said.wav)) > RATE_HZ


async def test_noise_is_never_acted_on(ears: sphinx.SphinxRecognizer) -> None:
    _, asked = await turn(ears, write_wav(np.random.default_rng(1).normal(0, 0.1, 2 * RATE_HZ)))
    assert not asked


async def test_a_file_that_is_no_sound_is_answered_with_the_reason(ears: sphinx.SphinxRecognizer) -> None:
    said, asked = await turn(ears, b"no sound")
    assert not asked
    assert "no WAV file" in said.text
