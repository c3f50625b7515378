"""espeak-ng by way of pyttsx3: every voice of the machine, without a network."""

import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyttsx3

from bot.voice.ports import Manner
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {}

MISSING = "Install espeak-ng: `sudo apt install espeak-ng` on Debian and Ubuntu."
_TIMEOUT_S = 60
_one_at_a_time = threading.Lock()  # the library keeps one state for the whole process


def build(options: Mapping[str, Any]) -> "EspeakSynthesizer":
    """The synthesizer; it has no options. Raises Rejected for any."""
    if options:
        raise Rejected(f"The espeak synthesizer does not know {', '.join(options)}.", code="bad_options")
    return EspeakSynthesizer()


class EspeakSynthesizer:
    """Each text becomes a file of its own.

    pyttsx3 returns before the file is written, as espeak-ng works in a thread of its own, and tells its errors only to
    those who listen; so the end is waited for.
    """

    def speak(self, text: str, manner: Manner) -> bytes:
        if not text.strip():
            raise Rejected("There is nothing to say.", code="nothing_to_say")
        with _one_at_a_time, tempfile.TemporaryDirectory(prefix="pollux-voice-") as folder:
            file = Path(folder) / "said.wav"
            errors: list[Exception] = []
            finished = threading.Event()
            engine = _engine()
            heard = [
                engine.connect("error", lambda name, exception: errors.append(exception)),
                engine.connect("finished-utterance", lambda name, completed: finished.set()),
            ]
            engine.setProperty("voice", _named(engine, manner.voice))
            engine.setProperty("rate", manner.rate)
            _settle()
            if not errors:
                engine.save_to_file(text, str(file))
                engine.runAndWait()
                finished.wait(_TIMEOUT_S)
            for token in heard:
                engine.disconnect(token)
            if errors or not file.exists():
                raise Unavailable(
                    f"espeak-ng could not speak with the voice {manner.voice}.",
                    code="no_voice",
                    hint="Choose one that `espeak-ng --voices` lists, as `voice` under [voice] in pollux.toml.",
                )
            return file.read_bytes()


def _named(engine: Any, voice: str) -> str:
    """espeak-ng's library knows a few languages by their voice's name only: British English is one."""
    language, plus, variant = voice.partition("+")
    known = (found.name for found in engine.getProperty("voices") if language in found.languages)
    return f"{next(known, language)}{plus}{variant}"


def _engine() -> Any:
    try:
        engine = pyttsx3.init("espeak")
    except (OSError, RuntimeError, ImportError):  # which say that it "probably" is not there
        raise Unavailable("I have no voice here: espeak-ng is missing.", code="no_voice", hint=MISSING) from None
    # The driver prints where it has put each file; to turn stdout away would swallow what others print meanwhile.
    vars(sys.modules["pyttsx3.drivers.espeak"])["print"] = lambda *_: None
    _settle()
    return engine


def _settle() -> None:
    """Waits for what was set: rates are set by a thread of espeak-ng's own and voices by this one, and they crossed."""
    vars(sys.modules["pyttsx3.drivers._espeak"])["Synchronize"]()
