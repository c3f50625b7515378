"""What is done to sound before it is recognised, and what is told of sound that cannot be."""

import numpy as np
import pocketsphinx

from bot.voice.ports import RATE_HZ
from bot.voice.wav import Samples, pcm

PEAK = 0.25  # loudness at which speech is recognised best
LOUDNESS = 0.08  # root mean square that speech is levelled to
PADDING_S = 0.3  # the noise tracker of the recognizer settles before the first word
AROUND_S = 0.3  # silence before and behind a command that a transcriber reads: it was made of longer pieces
DITHER = 0.001  # where the silence between words is digital: the models were made of rooms
CLIPPED = 0.01  # part of the samples at full scale
_FRAME_S = 0.03
_AROUND = 8  # frames kept before and behind speech
_LEAST = 3  # frames that make an utterance
_DIGITAL = 0.0003


def speech(samples: Samples) -> Samples:
    """The part from the first voiced frame to the last with a little around; empty where nobody speaks."""
    vad = pocketsphinx.Vad(mode=2, sample_rate=RATE_HZ, frame_length=_FRAME_S)
    frames, size = pcm(samples), vad.frame_bytes
    voiced = [vad.is_speech(frames[at : at + size]) for at in range(0, len(frames) - size + 1, size)]
    if sum(voiced) < _LEAST:
        return samples[:0]
    first, last = voiced.index(True), len(voiced) - voiced[::-1].index(True)
    return samples[max(0, first - _AROUND) * size // 2 : (last + _AROUND) * size // 2]


def prepared(samples: Samples, seed: int = 0) -> bytes:
    """Frames for the recognizer: at one loudness, with silence around, and no silence that no room has."""
    samples = samples * (PEAK / max(float(np.abs(samples).max()), 1e-6))
    silence = np.zeros(int(PADDING_S * RATE_HZ))
    padded = np.concatenate([silence, samples, silence])
    if _floor(samples) < _DIGITAL:
        padded += np.random.default_rng(seed).normal(0, DITHER, len(padded))
    return pcm(padded)


def levelled(samples: Samples, around_s: float = AROUND_S) -> Samples:
    """The sound at one loudness with so much silence around, as a transcriber is used to it."""
    loudness = float(np.sqrt((samples**2).mean()))
    silence = np.zeros(int(around_s * RATE_HZ))
    return np.concatenate([silence, (samples * (LOUDNESS / max(loudness, 1e-6))).clip(-1, 1), silence])


def at_speed(samples: Samples, speed: float) -> Samples:
    """Played quicker or slower, and so higher or lower: another speaker's throat."""
    if speed == 1:
        return samples
    at = np.arange(0, len(samples) - 1, speed)
    return np.asarray(np.interp(at, np.arange(len(samples)), samples), np.float64)


def pieces(samples: Samples, longest_s: float) -> list[Samples]:
    """The sound in parts of at most this length, cut where it is quietest in the second half of each."""
    longest, window = int(longest_s * RATE_HZ), RATE_HZ // 4
    found: list[Samples] = []
    while len(samples) > longest:
        rows = samples[longest // 2 : longest]
        rows = rows[: len(rows) // window * window].reshape(-1, window)
        cut = longest // 2 + int(np.argmin((rows**2).sum(axis=1))) * window + window // 2
        found.append(samples[:cut])
        samples = samples[cut:]
    return [*found, samples]


def is_clipped(samples: Samples) -> bool:
    """Whether the microphone was too loud."""
    return bool(len(samples) and np.mean(np.abs(samples) > 0.99) > CLIPPED)


def _floor(samples: Samples) -> float:
    """How loud the quietest tenth is."""
    window = RATE_HZ // 50
    rows = samples[: len(samples) // window * window].reshape(-1, window)
    return float(np.percentile(np.sqrt((rows**2).mean(axis=1)), 10)) if len(rows) else 0.0
