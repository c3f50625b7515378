"""Recordings as people's devices make them."""

import io
from fractions import Fraction

import av
import numpy as np

from bot.voice.ports import RATE_HZ
from bot.voice.wav import Samples, pcm


def encoded(samples: Samples, container: str, codec: str) -> bytes:
    """A file of this kind that says this."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=48_000, frame_size=stream.codec_context.frame_size or 1024
        )
        whole = av.AudioFrame.from_ndarray(np.frombuffer(pcm(samples), "<i2")[np.newaxis], format="s16", layout="mono")
        whole.rate, whole.pts, whole.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        for frame in (whole, None):
            for plain in resampler.resample(frame):
                out.mux(stream.encode(plain))
        out.mux(stream.encode(None))
    return file.getvalue()
