"""A server that speaks OpenAI's HTTP API: OpenAI's own cloud, or one of your own such as speaches or LocalAI.

Source: platform.openai.com/docs/api-reference/audio/createTranscription.
"""

from collections.abc import Mapping
from typing import Any

import httpx2
import speech_recognition as sr

from bot.voice.ports import RATE_HZ, UNRATED, Guess, Hearing, Phrase
from bot.voice.recognizers.whisper import hearing_of
from bot.voice.servers import ServerOptions, VoiceServer, nonsense, server_options

EXAMPLE: Mapping[str, Any] = {"url": "http://127.0.0.1:8000/v1", "model": "whisper-1"}

_MOST_HINTS = 100  # names: a prompt holds 224 tokens


def build(options: Mapping[str, Any]) -> "OpenAiRecognizer":
    """The recognizer. Raises Rejected for an unknown option, or without an address."""
    return OpenAiRecognizer(server_options("openai recognizer", options))


class OpenAiRecognizer:
    """Hears what SpeechRecognition records; the names of this house are hints. SpeechRecognition's own
    `recognize_openai` takes its address and key from the environment.
    """

    def __init__(self, options: ServerOptions) -> None:
        self._server = VoiceServer(options)
        self._asked = {"model": options.model, "language": "en", "response_format": "verbose_json"}
        self._hints = ""

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """From now on these names are likelier."""
        self._hints = ", ".join(phrase.text for phrase in phrases[:_MOST_HINTS])

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """What was said. Raises Unavailable where the server is away or refuses."""
        asked = {**self._asked, **({"prompt": self._hints} if self._hints else {})}
        sound = ("said.wav", audio.get_wav_data(convert_rate=RATE_HZ, convert_width=2), "audio/wav")
        return _hearing(self._server.post("audio/transcriptions", data=asked, files={"file": sound}))


def _hearing(response: httpx2.Response) -> Hearing:
    try:
        answer = response.json()
        segments = [each for each in answer.get("segments") or () if "avg_logprob" in each]
        if segments:
            rated = [(str(s["text"]), float(s["avg_logprob"]), float(s.get("no_speech_prob", 0))) for s in segments]
            return hearing_of(rated)
        text = str(answer.get("text") or "").strip()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise nonsense(response.url.host) from None
    return Hearing((Guess(text, UNRATED),)) if text else Hearing()
