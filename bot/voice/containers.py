"""Recordings as people's devices make them (MP4, WebM, Ogg, MP3 …), decoded by FFmpeg: foreign files, read apart."""

import io
from itertools import chain

import av
import numpy as np
from av.container import InputContainer

from bot.voice.ports import RATE_HZ
from bot.voice.wav import LONGEST_S, Samples, from_pcm, read_wav, too_long
from twin_core.contract.errors import Rejected

_BROKEN = (av.FFmpegError, ValueError, IndexError, EOFError)


def read_any(content: bytes) -> Samples:
    """Mono samples at RATE_HZ. Raises Rejected for what holds no sound, is broken, or too long."""
    if content[:4] == b"RIFF":
        return read_wav(content)
    try:
        with av.open(io.BytesIO(content), "r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise Rejected("There is no sound in this file.", code="bad_sound", hint="Send a voice message.")
            return _decoded(container)
    except _BROKEN:
        hint = "Record it once more, or send a WAV, MP3, M4A or Ogg file."
        raise Rejected("I cannot read this recording.", code="bad_sound", hint=hint) from None


def _decoded(container: InputContainer) -> Samples:
    to_mono = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    frames: list[bytes] = []
    samples = 0
    for frame in chain(container.decode(audio=0), (None,)):  # at last what the resampler holds back
        for plain in to_mono.resample(frame):
            frames.append(plain.to_ndarray().astype("<i2").tobytes())
            samples += plain.samples
        if samples > LONGEST_S * RATE_HZ:
            raise too_long(samples / RATE_HZ)
    return np.asarray(from_pcm(b"".join(frames)), np.float64)
