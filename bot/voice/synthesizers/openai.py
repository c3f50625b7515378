"""A server that speaks by OpenAI's HTTP API: OpenAI's own cloud, or one of your own such as speaches or LocalAI.

Source: platform.openai.com/docs/api-reference/audio/createSpeech.
"""

from collections.abc import Mapping
from typing import Any

from bot.voice.ports import Manner
from bot.voice.servers import AWAY, ServerOptions, VoiceServer, server_options
from bot.voice.wav import read_wav, write_wav
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {"url": "http://127.0.0.1:8000/v1", "model": "tts-1"}

_USUAL_RATE = 165  # words a minute of a voice at speed 1
_SLOWEST, _FASTEST = 0.25, 4.0
_LONGEST_S = 600.0


def build(options: Mapping[str, Any]) -> "OpenAiSynthesizer":
    """The synthesizer. Raises Rejected for an unknown option, or without an address."""
    return OpenAiSynthesizer(server_options("openai synthesizer", options))


class OpenAiSynthesizer:
    """The voice is one that the server has, such as alloy."""

    def __init__(self, options: ServerOptions) -> None:
        self._server = VoiceServer(options)
        self._model = options.model

    def speak(self, text: str, manner: Manner) -> bytes:
        if not text.strip():
            raise Rejected("There is nothing to say.", code="nothing_to_say")
        speed = min(_FASTEST, max(_SLOWEST, manner.rate / _USUAL_RATE))
        asked = {"model": self._model, "voice": manner.voice, "input": text, "response_format": "wav", "speed": speed}
        content = self._server.post("audio/speech", json=asked).content
        try:
            # Some servers stream, and leave the lengths in the header open: it is written anew.
            return write_wav(read_wav(content, longest_s=_LONGEST_S))
        except Rejected as error:
            message = f"The voice server answered no sound: {error.message}"
            raise Unavailable(message, code=AWAY, hint="Look at `synthesizer_model` in [voice].") from None
