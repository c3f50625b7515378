"""Sound that is to be heard: Opus, and other paces."""

import numpy as np
import pytest

from bot.voice.containers import read_any
from bot.voice.ports import RATE_HZ
from bot.voice.processing import at_pace, opus_of
from bot.voice.wav import Samples, write_wav

TONE = np.sin(np.arange(2 * RATE_HZ) * 2 * np.pi * 440 / RATE_HZ) / 2


def _pitch(samples: Samples) -> float:
    loudest = int(np.argmax(np.abs(np.fft.rfft(samples))))
    return loudest * RATE_HZ / len(samples)


def test_opus_is_the_same_sound_in_a_tenth_of_the_bytes() -> None:
    wav = write_wav(TONE)
    opus = opus_of(wav)
    assert opus.startswith(b"OggS")
    assert len(opus) < len(wav) / 5
    back = read_any(opus)
    assert len(back) == pytest.approx(len(TONE), rel=0.02)
    assert _pitch(back) == pytest.approx(440, abs=3)


@pytest.mark.parametrize("pace", [0.5, 0.8, 1, 1.5, 3])
def test_another_pace_is_the_same_pitch(pace: float) -> None:
    quick = at_pace(TONE, pace)
    assert len(quick) == pytest.approx(len(TONE) / pace, rel=0.06)
    assert _pitch(quick) == pytest.approx(440, abs=3)


def test_nothing_stays_nothing() -> None:
    assert len(at_pace(TONE[:0], 2)) == 0
    assert opus_of(write_wav(TONE[:0])).startswith(b"OggS")
