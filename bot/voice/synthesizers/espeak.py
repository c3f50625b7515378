"""espeak-ng by way of pyttsx3: every voice of the machine, without a network."""

import contextlib
import io
import itertools
import tempfile
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyttsx3

from bot.voice.ports import Manner
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {}

MISSING = "Install espeak-ng: `sudo apt install espeak-ng` on Debian and Ubuntu."
_one_at_a_time = threading.Lock()  # the library keeps one state for the whole process


def build(options: Mapping[str, Any]) -> "EspeakSynthesizer":
    """The synthesizer; it has no options. Raises Rejected for any."""
    if options:
        raise Rejected(f"The espeak synthesizer does not know {', '.join(options)}.", code="bad_options")
    return EspeakSynthesizer()


class EspeakSynthesizer:
    """Each text becomes a file of its own, in a folder that stays: pyttsx3 may write a file a second time, late."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pollux-voice-")
        weakref.finalize(self, self._folder.cleanup)
        self._numbers = itertools.count()

    def speak(self, text: str, manner: Manner) -> bytes:
        with _one_at_a_time:
            file = Path(self._folder.name) / f"{next(self._numbers)}.wav"
            try:
                with contextlib.redirect_stdout(io.StringIO()):  # pyttsx3 prints where it has put the file
                    engine = pyttsx3.init("espeak")
                    engine.setProperty("voice", manner.voice)
                    engine.setProperty("rate", manner.rate)
                    engine.save_to_file(text, str(file))
                    engine.runAndWait()
            except (OSError, RuntimeError, ValueError, KeyError) as error:
                raise Unavailable(f"I have no voice here: {error}.", code="no_voice", hint=MISSING) from None
            if not file.exists():
                raise Unavailable("I have no voice here.", code="no_voice", hint=MISSING)
            content = file.read_bytes()
            file.unlink()
            return content
