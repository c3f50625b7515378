"""What FFmpeg makes of sound that is to be heard: other paces, and Opus. Our own sound, so read in this process."""

import io
import math

import av
import numpy as np
from av.filter import Graph

from bot.voice.ports import RATE_HZ
from bot.voice.wav import Samples, from_pcm, pcm, read_wav

_OPUS_BITS = 24_000  # a second: speech needs no more
_SLOWEST, _FASTEST = 0.5, 4.0  # that FFmpeg's filter can


def opus_of(wav: bytes) -> bytes:
    """An Ogg file with Opus (RFC 7845) of a WAV file."""
    file = io.BytesIO()
    samples = read_wav(wav, longest_s=math.inf)
    samples = samples if len(samples) else np.zeros(RATE_HZ // 50)  # FFmpeg takes no frame of nothing
    with av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, bit_rate=_OPUS_BITS, layout="mono")
        for frame in (_frame(samples), None):
            container.mux(stream.encode(frame))
    return file.getvalue()


def at_pace(samples: Samples, pace: float) -> Samples:
    """The same voice as many times as quick, at RATE_HZ."""
    pace = min(_FASTEST, max(_SLOWEST, pace))
    if pace == 1 or not len(samples):
        return samples
    graph = Graph()
    source = graph.add_abuffer(format="s16", sample_rate=RATE_HZ, layout="mono")
    graph.link_nodes(source, graph.add("atempo", str(pace)), graph.add("abuffersink")).configure()
    graph.push(_frame(samples))
    graph.push(None)
    frames: list[bytes] = []
    while True:
        try:
            frames.append(np.asarray(graph.pull().to_ndarray()).astype("<i2").tobytes())
        except (EOFError, BlockingIOError):
            return from_pcm(b"".join(frames))


def _frame(samples: Samples) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm(samples), "<i2").reshape(1, -1), "s16", "mono")
    frame.sample_rate = RATE_HZ
    frame.pts = 0
    return frame
