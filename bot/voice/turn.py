"""One turn by voice: sound in, the answer as text and as sound. Words that are not sure are asked about."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.ports import Answer, Incoming, OnMessage
from bot.voice.ears import Heard
from bot.voice.engines import Engines
from bot.voice.ports import FRAME_BYTES, Hearing
from bot.voice.wav import wav_of
from bot.voice.words import speech_of
from twin_core.contract.errors import PolluxError, Unavailable

NOTHING = Heard(Hearing(), sure=False)
_SILENCE = wav_of(bytes(10 * FRAME_BYTES))


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a turn: what was heard, what is answered, and the answer as a WAV file; `mute` says why there is
    none.
    """

    heard: Hearing
    text: str
    wav: bytes
    answer: Answer | None = None  # None: nothing was asked of Pollux
    mute: Unavailable | None = None


class VoiceTurn:
    """Ears and a mouth of this person, and somebody who answers. `about` makes a message of what was heard."""

    def __init__(self, engines: Engines, user: str, on_message: OnMessage, about: Callable[[str], Incoming]) -> None:
        self._engines = engines
        self._user = user
        self._on_message = on_message
        self._about = about

    async def take(self, recording: bytes) -> Said:
        """Answers a recording. What is wrong with it is said, too."""
        heard, answer = NOTHING, None
        try:
            heard = await self.hear(recording)
            text, answer = await self.answer(heard)
        except PolluxError as error:
            text = str(error)
        try:
            return Said(heard.hearing, text, await self.speak(text), answer)
        except Unavailable as error:  # what was asked is done by now, and its answer can be read
            return Said(heard.hearing, text, b"", answer, error)

    async def get_ready(self) -> None:
        """Builds the ears before somebody speaks; what is wrong with them is told then."""
        with suppress(PolluxError):
            await self._engines.hear(_SILENCE, self._user)

    async def hear(self, recording: bytes) -> Heard:
        """Raises Rejected for what is no recording, Unavailable where the engine cannot work here."""
        return await self._engines.hear(recording, self._user)

    async def answer(self, heard: Heard) -> tuple[str, Answer | None]:
        """What is to be said to it. What is acted on is repeated."""
        words = heard.hearing.text
        if not words:
            return f"{heard.notice} {heard.message}".strip(), None
        answer = await self._on_message(replace(self._about(words), doubtful=not heard.sure))
        said = " ".join(speech_of(reply) for reply in answer.replies)
        if heard.sure:
            said = f"{words[:1].upper()}{words[1:]}. {said}"
        return f"{heard.notice} {said}".strip(), answer

    async def speak(self, text: str) -> bytes:
        """A WAV file. Raises Unavailable where the engine cannot work here."""
        return await self._engines.speak(text, self._user)
