"""A server that hears by the Wyoming protocol: wyoming-faster-whisper, wyoming-vosk, another Pollux …"""

from collections.abc import Mapping
from typing import Any

import speech_recognition as sr
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from bot.voice.ports import RATE_HZ, UNRATED, Guess, Hearing, Phrase
from bot.voice.wyoming_server import WyomingServer, wyoming_server

EXAMPLE: Mapping[str, Any] = {"url": "tcp://127.0.0.1:10300"}

_CHUNK_BYTES = 4096


def build(options: Mapping[str, Any]) -> "WyomingRecognizer":
    """The recognizer. Raises Rejected for an unknown option, or without an address."""
    return WyomingRecognizer(wyoming_server("wyoming recognizer", options))


class WyomingRecognizer:
    """The protocol has no word for how sure a server is: what it hears is as sure as what any unrated server hears."""

    def __init__(self, server: WyomingServer) -> None:
        self._server = server

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """The protocol has no hints: what the server does not know is not heard."""

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """What was said. Raises Unavailable where the server is away or refuses."""
        form = {"rate": RATE_HZ, "width": 2, "channels": 1}
        frames = audio.get_raw_data(convert_rate=RATE_HZ, convert_width=2)
        chunks = (frames[at : at + _CHUNK_BYTES] for at in range(0, len(frames), _CHUNK_BYTES))
        said = [AudioChunk(audio=chunk, **form) for chunk in chunks]
        question = [Transcribe(language="en"), AudioStart(**form), *said, AudioStop()]
        *_, last = self._server.ask(question, Transcript("").event().type)
        text = last.data.get("text")
        if not isinstance(text, str):
            raise self._server.nonsense()
        return Hearing((Guess(text.strip(), UNRATED),)) if text.strip() else Hearing()
