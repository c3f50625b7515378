"""A server that speaks OpenAI's HTTP API: OpenAI's own cloud, or one of your own such as speaches or LocalAI.

Source: platform.openai.com/docs/api-reference/audio/createTranscription.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import speech_recognition as sr

from bot.voice.ports import RATE_HZ, Guess, Hearing, Phrase
from bot.voice.recognizers.whisper import hearing_of
from bot.voice.servers import VoiceServer
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {"url": "http://127.0.0.1:8000/v1", "model": "whisper-1"}

_UNRATED = 0.7  # certainty of words from a server that does not say how sure it is
_MOST_HINTS = 100  # names: a prompt holds 224 tokens


@dataclass(frozen=True, slots=True)
class OpenAiOptions:
    """`url` up to /v1; `model` as the server calls it. What is said leaves this machine for that server."""

    url: str = ""
    key: str = ""
    model: str = "whisper-1"


def build(options: Mapping[str, Any]) -> "OpenAiRecognizer":
    """The recognizer. Raises Rejected for an unknown option, or without an address."""
    try:
        return OpenAiRecognizer(OpenAiOptions(**options))
    except TypeError as error:
        raise Rejected(f"The openai recognizer does not know this option: {error}.", code="bad_options") from None


class OpenAiRecognizer:
    """Hears what SpeechRecognition records; the names of this house are hints. SpeechRecognition's own
    `recognize_openai` takes its address and key from the environment.
    """

    def __init__(self, options: OpenAiOptions) -> None:
        self._server = VoiceServer(options.url, options.key)
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
    answer = VoiceServer.json_of(response)
    segments = [each for each in answer.get("segments") or () if isinstance(each, Mapping) and "avg_logprob" in each]
    if segments:
        return hearing_of((str(s["text"]), float(s["avg_logprob"]), float(s["no_speech_prob"])) for s in segments)
    text = str(answer.get("text") or "").strip()
    return Hearing((Guess(text, _UNRATED),)) if text else Hearing()
