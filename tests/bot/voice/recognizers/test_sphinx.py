"""PocketSphinx hears an utterance alike, whatever it heard before."""

from pathlib import Path

import numpy as np
import speech_recognition as sr

from bot.voice.ports import RATE_HZ, Hearing, Manner, Phrase
from bot.voice.recognizers import sphinx
from bot.voice.synthesizers import espeak
from bot.voice.wav import Samples, pcm, read_wav

NLU_DATA = Path(__file__).parents[4] / "nlu_data"
MOUTH = espeak.build({})


def said(text: str) -> Samples:
    """Badly, so that little decides."""
    samples = read_wav(MOUTH.speak(text, Manner("en-gb")))
    return np.asarray(np.convolve(samples, np.ones(4) / 4, "same"), np.float64)


def test_what_was_heard_before_tells_in_nothing(tmp_path: Path) -> None:
    ears = sphinx.build({"nlu_folder": NLU_DATA, "cache": tmp_path})
    ears.learn((Phrase("garage freezer", "twin"), Phrase("washing machine", "twin")))

    def heard(samples: Samples) -> Hearing:
        return ears.recognize(sr.AudioData(pcm(samples), RATE_HZ, 2))

    utterances = [said(text) for text in ("what is the temperature in the nursery", "is the washing machine running")]
    first = [heard(samples) for samples in utterances]
    heard(np.random.default_rng(0).normal(0, 0.2, 2 * RATE_HZ))
    assert [heard(samples) for samples in utterances] == first
