"""espeak-ng: every voice of the machine, without a network.

It is run as a program of its own. Called through pyttsx3 in a thread, it now and then says that it is done before its
file is written.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.voice.ports import Manner
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {}

MISSING = "Install espeak-ng: `sudo apt install espeak-ng` on Debian and Ubuntu."
_TIMEOUT_S = 60


def build(options: Mapping[str, Any]) -> "EspeakSynthesizer":
    """The synthesizer; it has no options. Raises Rejected for any."""
    if options:
        raise Rejected(f"The espeak synthesizer does not know {', '.join(options)}.", code="bad_options")
    return EspeakSynthesizer()


class EspeakSynthesizer:
    """Each text becomes a file of its own."""

    def speak(self, text: str, manner: Manner) -> bytes:
        program = shutil.which("espeak-ng")
        if program is None:
            raise Unavailable("I have no voice here: there is no espeak-ng.", code="no_voice", hint=MISSING)
        with tempfile.TemporaryDirectory(prefix="pollux-voice-") as folder:
            file = Path(folder) / "said.wav"
            command = [program, f"-v{manner.voice}", f"-s{manner.rate}", "-w", str(file), "--stdin"]
            try:
                subprocess.run(  # noqa: S603  a program of the system; the text goes in by its standard input
                    command, input=text, text=True, capture_output=True, check=True, timeout=_TIMEOUT_S
                )
                return file.read_bytes()
            except (subprocess.SubprocessError, OSError):
                raise Unavailable(
                    f"espeak-ng could not speak with the voice {manner.voice}.",
                    code="no_voice",
                    hint="Choose one that `espeak-ng --voices` lists, as `voice` under [voice] in pollux.toml.",
                ) from None
