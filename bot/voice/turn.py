"""One turn by voice: sound in, the answer as text and as sound. Words that are not sure are asked about."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import speech_recognition as sr

from bot.ports import Answer, Incoming, OnMessage
from bot.voice.ports import RATE_HZ, Hearing, Manner, Recognizer, Synthesizer
from bot.voice.signal import is_clipped
from bot.voice.wav import pcm, read_wav
from bot.voice.words import speech_of, spoken
from twin_core.contract.errors import PolluxError

SURE = 0.6
_QUIET = "I heard nothing. Say it once more, a little louder."
_NOISE = "I heard something, but no words that I know. Say it once more, in other words."
_CLIPPED = "That was too loud for the microphone, and I understood nothing. Say it once more from further away."


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a turn: what was heard, what is answered, and the answer as a WAV file."""

    heard: Hearing
    text: str
    wav: bytes
    answer: Answer | None = None  # None: nothing was asked of Pollux


class VoiceTurn:
    """Ears, a mouth, and somebody who answers."""

    def __init__(self, ears: Recognizer, mouth: Synthesizer, on_message: OnMessage, manner: Manner) -> None:
        self._ears = ears
        self._mouth = mouth
        self._on_message = on_message
        self._manner = manner

    async def take(self, recording: bytes, about: Callable[[str], Incoming]) -> Said:
        """Answers a recording; `about` makes a message of what was heard. What is wrong is said, too."""
        heard = Hearing()
        answer = None
        try:
            heard, text = await asyncio.to_thread(heard_in, self._ears, recording)
            if heard.text:
                sure = heard.confidence >= SURE
                answer = await self._on_message(replace(about(heard.text), doubtful=not sure))
                said = " ".join(speech_of(r) for r in answer.replies)
                text = f"{heard.text[:1].upper()}{heard.text[1:]}. {said}" if sure else said
        except PolluxError as error:
            text = str(error)
        wav = await asyncio.to_thread(self._mouth.speak, spoken(text), self._manner)
        return Said(heard, text, wav, answer)


def heard_in(ears: Recognizer, recording: bytes) -> tuple[Hearing, str]:
    """What was said in a WAV file, and what is wrong where no words were made out. Raises Rejected, Unavailable."""
    samples = read_wav(recording)
    heard = ears.recognize(sr.AudioData(pcm(samples), RATE_HZ, 2))
    if heard.text:
        return heard, ""
    return heard, _CLIPPED if is_clipped(samples) else _NOISE if abs(samples).max(initial=0) > 0.02 else _QUIET
