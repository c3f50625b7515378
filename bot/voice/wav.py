"""WAV files of any kind as sound of one kind. What cannot be read is refused with the reason."""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.voice.ports import RATE_HZ
from twin_core.contract.errors import Rejected

LONGEST_S = 60.0
TOO_LONG_HINT = "Say one thing at a time."
MOST_BYTES = 64_000_000  # a minute of eight channels at 32 bits fits
Samples = NDArray[np.float64]  # between −1 and 1

_PCM, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_STREAMED = 0x7FFF0000  # writers who do not know the length put 0, or a number that is as large as can be
_RATES = range(4_000, 384_001)
_HINT = "Record a plain WAV file: 16 kHz, 16 bits, one channel."


@dataclass(frozen=True, slots=True)
class _Format:
    code: int
    channels: int
    rate: int
    bits: int


def read_wav(content: bytes, *, longest_s: float = LONGEST_S) -> Samples:
    """Mono samples at RATE_HZ. Raises Rejected: no WAV, a header that is not true, too long, an unknown encoding."""
    if len(content) < 12 or content[:4] not in (b"RIFF", b"RIFX") or content[8:12] != b"WAVE":
        raise _bad("This is no WAV file.")
    if content[:4] == b"RIFX":
        raise _bad("This WAV file is written in big-endian order, which I don't read.")
    chunks = _chunks(content)
    if b"fmt " not in chunks:
        raise _bad("This WAV file does not say how its sound is written.")
    form = _format(content[slice(*chunks[b"fmt "])])
    if b"data" not in chunks:
        raise _bad("This WAV file holds no sound.")
    start, end = chunks[b"data"]
    frame = form.channels * form.bits // 8
    length_s = (end - start) / frame / form.rate
    held_s = max(0, min(end, len(content)) - start) / frame / form.rate
    if held_s > longest_s:
        raise too_long(length_s)
    if end > len(content):
        raise _bad(
            f"This recording is cut off: its header tells of {_length(length_s)}, and {_length(held_s)} are there."
        )
    samples = _DECODERS[form.code, form.bits](content[start : end - (end - start) % frame])
    mono: Samples = np.nan_to_num(samples.reshape(-1, form.channels)).mean(axis=1).clip(-1, 1)
    return _resampled(mono, form.rate)


def write_wav(samples: Samples, rate: int = RATE_HZ) -> bytes:
    """A WAV file of 16 bits, mono."""
    return wav_of(pcm(samples), rate)


def wav_of(frames: bytes, rate: int = RATE_HZ, *, width: int = 2, channels: int = 1) -> bytes:
    """A WAV file of these frames of integers, `width` bytes each."""
    block = width * channels
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(frames), b"WAVE", b"fmt ", 16, _PCM, channels, rate,
                       rate * block, block, 8 * width, b"data", len(frames))  # fmt: skip
    return head + frames


def pcm(samples: Samples) -> bytes:
    """16-bit little-endian frames."""
    return (samples.clip(-1, 1) * 32767).astype("<i2").tobytes()


def from_pcm(frames: bytes) -> Samples:
    """The samples of 16-bit little-endian frames."""
    return np.frombuffer(frames[: len(frames) // 2 * 2], "<i2") / 32768.0


def too_long(length_s: float) -> Rejected:
    """The refusal of a recording of this length."""
    limit = f"I listen to {LONGEST_S:.0f} seconds at most"
    return Rejected(f"This recording is {_length(length_s)} long; {limit}.", code="too_long", hint=TOO_LONG_HINT)


def _length(length_s: float) -> str:
    if length_s < 60:
        return f"{length_s:.1f} s"
    return f"{length_s / 3600:.1f} hours" if length_s >= 5400 else f"{length_s / 60:.1f} minutes"


def _chunks(content: bytes) -> dict[bytes, tuple[int, int]]:
    """The first chunk of each name as (start, end); an end may lie where the file does not reach."""
    found: dict[bytes, tuple[int, int]] = {}
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        at += 8
        if name == b"data" and (size == 0 or size >= _STREAMED):
            size = len(content) - at
        found.setdefault(name, (at, at + size))
        at += size + size % 2
    return found


def _format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise _bad("The header of this WAV file is cut off.")
    code, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", chunk)
    if code == _EXTENSIBLE:
        if len(chunk) < 26:
            raise _bad("The header of this WAV file is cut off.")
        code = struct.unpack_from("<H", chunk, 24)[0]
    if (code, bits) not in _DECODERS:
        raise _bad(f"I don't read this kind of WAV file (encoding {code}, {bits} bits).")
    if not 1 <= channels <= 8 or rate not in _RATES or block != channels * bits // 8:
        raise _bad("The header of this WAV file contradicts itself.")
    return _Format(code, channels, rate, bits)


def _resampled(samples: Samples, rate: int) -> Samples:
    if rate == RATE_HZ or not len(samples):
        return samples
    from scipy.signal import resample_poly  # heavy, and most sound comes at the right rate

    shared = math.gcd(rate, RATE_HZ)
    return np.asarray(resample_poly(samples, RATE_HZ // shared, rate // shared), np.float64)


def _bad(message: str) -> Rejected:
    return Rejected(message, code="bad_wav", hint=_HINT)


def _integers(kind: str, full: float) -> Callable[[bytes], Samples]:
    return lambda raw: np.frombuffer(raw, kind) / full


def _unsigned(raw: bytes) -> Samples:
    return (np.frombuffer(raw, np.uint8).astype(np.float64) - 128.0) / 128.0


def _three_bytes(raw: bytes) -> Samples:
    rows = np.frombuffer(raw, np.uint8).reshape(-1, 3).astype(np.int32)
    return ((rows[:, 0] << 8 | rows[:, 1] << 16 | rows[:, 2] << 24) >> 8) / 8388608.0


def _floats(kind: str) -> Callable[[bytes], Samples]:
    return lambda raw: np.frombuffer(raw, kind).astype(np.float64)


def _alaw(raw: bytes) -> Samples:
    """ITU-T G.711, A-law."""
    code = np.frombuffer(raw, np.uint8).astype(np.int32) ^ 0x55
    exponent, mantissa = (code & 0x70) >> 4, (code & 0x0F) << 4
    size = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size) / 32768.0


def _ulaw(raw: bytes) -> Samples:
    """ITU-T G.711, µ-law."""
    code = ~np.frombuffer(raw, np.uint8).astype(np.int32) & 0xFF
    size = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size) / 32768.0


_DECODERS: dict[tuple[int, int], Callable[[bytes], Samples]] = {
    (_PCM, 8): _unsigned,
    (_PCM, 16): _integers("<i2", 32768.0),
    (_PCM, 24): _three_bytes,
    (_PCM, 32): _integers("<i4", 2147483648.0),
    (_FLOAT, 32): _floats("<f4"),
    (_FLOAT, 64): _floats("<f8"),
    (_ALAW, 8): _alaw,
    (_ULAW, 8): _ulaw,
}
