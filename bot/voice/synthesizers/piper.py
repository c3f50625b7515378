"""Piper, with a voice of your own. Works without a network."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.voice.ports import Manner
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {"program": "piper"}

_TIMEOUT_S = 60.0
_USUAL_RATE = 165  # words a minute of a voice as it was trained


@dataclass(frozen=True, slots=True)
class PiperOptions:
    """`program` is Piper's command line, `pip install piper-tts` brings it."""

    program: str = "piper"


def build(options: Mapping[str, Any]) -> "PiperSynthesizer":
    """The synthesizer. Raises Rejected for an unknown option, Unavailable where Piper is missing."""
    try:
        return PiperSynthesizer(PiperOptions(**options))
    except TypeError as error:
        raise Rejected(f"The piper synthesizer does not know this option: {error}.", code="bad_options") from None


class PiperSynthesizer:
    """The voice is a file, such as /voices/en_GB-alba-medium.onnx, with its .onnx.json beside it."""

    def __init__(self, options: PiperOptions) -> None:
        program = shutil.which(options.program)
        if program is None:
            hint = "Install it: pip install piper-tts."
            raise Unavailable("Piper is not on this machine.", code="no_voice", hint=hint)
        self._program = program

    def speak(self, text: str, manner: Manner) -> bytes:
        if not text.strip():
            raise Rejected("There is nothing to say.", code="nothing_to_say")
        if not Path(manner.voice).is_file():
            hint = 'Say `voice = "/voices/en_GB-alba-medium.onnx"` in [voice], with the file of a voice of yours.'
            raise Unavailable(f"Piper has no voice {manner.voice}.", code="no_voice", hint=hint)
        with tempfile.TemporaryDirectory(prefix="pollux-voice-") as folder:
            file = Path(folder) / "said.wav"
            slower = str(_USUAL_RATE / manner.rate)
            command = [self._program, "--model", manner.voice, "--length_scale", slower, "--output_file", str(file)]
            try:
                done = subprocess.run(  # noqa: S603  the program that was set, and a file's name
                    command, input=text.encode(), capture_output=True, timeout=_TIMEOUT_S, check=False
                )
            except subprocess.TimeoutExpired:
                raise Unavailable("Piper takes too long.", code="no_voice") from None
            if done.returncode or not file.exists():
                said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it says nothing"]
                raise Unavailable(f"Piper could not speak: {said[0]}", code="no_voice", hint="Try another voice.")
            return file.read_bytes()
