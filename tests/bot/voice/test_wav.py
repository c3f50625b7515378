"""WAV files of every kind: the same tone in each, and a reason for each that cannot be read."""

import struct

import numpy as np
import pytest

from bot.voice.ports import RATE_HZ
from bot.voice.wav import LONGEST_S, read_wav, write_wav
from twin_core.contract.errors import Rejected

TONE = 0.5 * np.sin(np.linspace(0, 440 * 2 * np.pi, RATE_HZ, endpoint=False))
PLAIN = write_wav(TONE)


def wav(code: int, bits: int, raw: bytes, *, rate: int = RATE_HZ, channels: int = 1, told: int | None = None) -> bytes:
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", code, channels, rate, rate * block, block, bits)
    size = len(raw) if told is None else told
    return b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size) + raw


def test_what_is_written_is_read_again() -> None:
    assert np.allclose(read_wav(PLAIN), TONE, atol=1e-4)


@pytest.mark.parametrize(
    "content",
    [
        wav(1, 8, (TONE * 127 + 128).astype(np.uint8).tobytes()),
        wav(1, 24, b"".join(struct.pack("<i", v)[:3] for v in (TONE * 8388607).astype(int).tolist())),
        wav(1, 32, (TONE * 2147483647).astype("<i4").tobytes()),
        wav(3, 32, TONE.astype("<f4").tobytes()),
        wav(3, 64, TONE.astype("<f8").tobytes()),
        wav(1, 16, np.repeat((TONE * 32767).astype("<i2"), 2).tobytes(), channels=2),
        wav(1, 16, (TONE * 32767).astype("<i2").tobytes(), told=0xFFFFFFFF),
    ],
    ids=["8 bits", "24 bits", "32 bits", "float", "double", "stereo", "streamed"],
)
def test_every_encoding_sounds_the_same(content: bytes) -> None:
    assert np.allclose(read_wav(content), TONE, atol=0.02)


@pytest.mark.parametrize("code", [6, 7], ids=["A-law", "µ-law"])
def test_the_codes_of_telephones_are_symmetric_and_reach_full_scale(code: int) -> None:
    samples = np.sort(read_wav(wav(code, 8, bytes(range(256)))))
    assert np.allclose(samples, -samples[::-1])
    assert 0.95 < samples[-1] <= 1


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_another_rate_keeps_the_length_and_the_tone(rate: int) -> None:
    tone = np.sin(np.linspace(0, 440 * 2 * np.pi, rate, endpoint=False)) * 0.5
    samples = read_wav(write_wav(tone, rate))
    assert abs(len(samples) - RATE_HZ) <= 1
    assert int(np.argmax(np.abs(np.fft.rfft(samples)))) == 440


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no WAV"),
        (b"ID3 music", "no WAV"),
        (PLAIN[:-9000], "cut off"),
        (PLAIN[:30], "does not say|cut off"),
        (PLAIN[:36], "holds no sound"),
        (wav(1, 16, b"\0\0", channels=0), "contradicts"),
        (wav(1, 16, b"\0\0", rate=0), "contradicts"),
        (wav(85, 16, b"\0\0"), "don't read this kind"),
        (wav(1, 16, bytes(RATE_HZ * 2 * 61), told=RATE_HZ * 2 * 7200), "2.0 hours long"),
        (wav(1, 16, b"", told=RATE_HZ * 2 * 7200), "tells of 2.0 hours, and 0.0 s are there"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, told: str) -> None:
    with pytest.raises(Rejected, match=told):
        read_wav(content)


def test_the_longest_recording_is_still_read() -> None:
    assert len(read_wav(write_wav(np.zeros(int(LONGEST_S * RATE_HZ))))) == LONGEST_S * RATE_HZ
