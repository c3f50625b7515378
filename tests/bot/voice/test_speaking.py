"""espeak-ng as Pollux' mouth, and what is said where it cannot speak."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import pyttsx3

from bot.voice.ports import RATE_HZ, Manner
from bot.voice.synthesizers import espeak
from bot.voice.wav import read_wav
from twin_core.contract.errors import Rejected, Unavailable


def test_a_slower_rate_takes_longer() -> None:
    slow, quick = (len(read_wav(espeak.build({}).speak("good morning", Manner(rate=rate)))) for rate in (100, 300))
    assert slow > quick > 0


def test_each_time_it_speaks_as_quickly_whatever_was_asked_for_before() -> None:
    said = set()
    for _ in range(60):
        with pytest.raises(Unavailable):
            espeak.build({}).speak("good morning", Manner("klingonish", rate=90))
        said.add(len(read_wav(espeak.build({}).speak("the kitchen light is on now", Manner()))))
    assert max(said) - min(said) < RATE_HZ / 100


def test_several_speak_at_once_and_each_gets_all_of_it() -> None:
    texts = ["good morning", "the hall is at twenty one degrees, and the door is shut"] * 6
    with ThreadPoolExecutor(4) as threads:
        said = [len(read_wav(content)) for content in threads.map(lambda t: espeak.build({}).speak(t, Manner()), texts)]
    assert min(said[1::2]) > max(said[::2]) > 0


def test_what_is_printed_meanwhile_is_seen_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    printed = 0
    with ThreadPoolExecutor(1) as threads:
        spoken = threads.submit(espeak.build({}).speak, "good morning to all", Manner())
        while not spoken.done():
            sys.stdout.write("Listening …\n")
            printed += 1
            time.sleep(0.001)
    assert capsys.readouterr().out == printed * "Listening …\n"


def test_where_espeak_is_missing_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise RuntimeError("eSpeak or eSpeak-ng not installed")

    monkeypatch.setattr(pyttsx3, "init", missing)
    with pytest.raises(Unavailable) as refused:
        espeak.build({}).speak("good morning", Manner())
    assert refused.value.hint == espeak.MISSING


def test_nothing_to_say_is_refused() -> None:
    with pytest.raises(Rejected):
        espeak.build({}).speak("  ", Manner())


def test_a_voice_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable, match="klingonish"):
        espeak.build({}).speak("good morning", Manner("klingonish"))
