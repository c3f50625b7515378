"""A server that speaks by the Wyoming protocol: wyoming-piper, another Pollux …"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from wyoming.audio import AudioChunk, AudioStop
from wyoming.tts import Synthesize, SynthesizeVoice

from bot.voice.ports import Manner
from bot.voice.processing import at_pace
from bot.voice.wav import read_wav, wav_of, write_wav
from bot.voice.wyoming_server import WyomingServer, wyoming_server
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {"url": "tcp://127.0.0.1:10200"}

_LONGEST_S = 600.0
_BROKEN = (ValueError, KeyError, TypeError)  # by which a chunk that makes no sense ends


def build(options: Mapping[str, Any]) -> "WyomingSynthesizer":
    """The synthesizer. Raises Rejected for an unknown option, or without an address."""
    return WyomingSynthesizer(wyoming_server("wyoming synthesizer", options))


class WyomingSynthesizer:
    """The voice is one that the server has, such as en_GB-alba-medium; with none set, the server's own choice.

    The protocol has no pace: what comes is made slower or quicker here.
    """

    def __init__(self, server: WyomingServer) -> None:
        self._server = server

    def speak(self, text: str, manner: Manner) -> bytes:
        if not text.strip():
            raise Rejected("There is nothing to say.", code="nothing_to_say")
        voice = None if manner.voice == Manner().voice else SynthesizeVoice(name=manner.voice)
        events = self._server.ask([Synthesize(text, voice)], AudioStop().event().type)
        try:
            chunks = [AudioChunk.from_event(event) for event in events if AudioChunk.is_type(event.type)]
            form = {(chunk.rate, chunk.width, chunk.channels) for chunk in chunks}
            [(rate, width, channels)] = form  # of all of them
            wav = wav_of(b"".join(chunk.audio for chunk in chunks), rate, width=width, channels=channels)
            samples = read_wav(wav, longest_s=_LONGEST_S)
        except (*_BROKEN, Rejected):
            raise self._server.nonsense() from None
        return write_wav(np.asarray(at_pace(samples, manner.rate / Manner().rate)))
