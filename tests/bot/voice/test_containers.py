"""Foreign recordings: what phones and browsers make of a voice is the same voice again."""

import numpy as np
import pytest

from bot.voice.containers import read_any
from bot.voice.ports import RATE_HZ
from bot.voice.wav import write_wav
from tests.bot.voice.recordings import encoded
from twin_core.contract.errors import Rejected

TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE_HZ) / RATE_HZ)
KINDS = [("mp4", "aac"), ("webm", "libopus"), ("ogg", "libopus"), ("mp3", "libmp3lame"), ("flac", "flac")]


@pytest.mark.parametrize(("container", "codec"), KINDS)
def test_it_lasts_as_long_and_sounds_the_same(container: str, codec: str) -> None:
    samples = read_any(encoded(TONE, container, codec))
    assert len(samples) == pytest.approx(len(TONE), rel=0.1)
    middle = np.abs(np.fft.rfft(samples[RATE_HZ // 2 : RATE_HZ * 3 // 2]))
    assert int(middle.argmax()) == pytest.approx(440, abs=2)


def test_a_wav_file_is_read_as_it_always_is() -> None:
    assert len(read_any(write_wav(TONE))) == len(TONE)


@pytest.mark.parametrize("content", [b"", b"no sound", b"<html>Sign in</html>", b"\x1aE\xdf\xa3" + bytes(500)])
def test_what_is_no_recording_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(Rejected, match="cannot read this recording") as refused:
        read_any(content)
    assert "once more" in refused.value.hint


def test_a_recording_that_is_cut_off_gives_what_is_there_or_is_refused() -> None:
    whole = encoded(TONE, "webm", "libopus")
    assert 0 < len(read_any(whole[: len(whole) // 2])) < len(TONE)
    with pytest.raises(Rejected):
        read_any(encoded(TONE, "mp4", "aac")[:2000])


def test_a_long_recording_is_refused_before_all_of_it_is_read() -> None:
    with pytest.raises(Rejected, match="60 seconds at most"):
        read_any(encoded(np.zeros(90 * RATE_HZ), "ogg", "libopus"))
