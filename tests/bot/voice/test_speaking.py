"""espeak-ng as Pollux' mouth, and what is said where it cannot speak."""

import pytest

from bot.voice.ports import Manner
from bot.voice.synthesizers import espeak
from bot.voice.wav import read_wav
from twin_core.contract.errors import Unavailable


def test_a_slower_rate_takes_longer() -> None:
    slow, quick = (len(read_wav(espeak.build({}).speak("good morning", Manner(rate=rate)))) for rate in (100, 300))
    assert slow > quick > 0


def test_where_the_program_is_missing_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable) as refused:
        espeak.build({}).speak("good morning", Manner())
    assert refused.value.hint == espeak.MISSING


def test_a_voice_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable, match="klingonish"):
        espeak.build({}).speak("good morning", Manner("klingonish"))
