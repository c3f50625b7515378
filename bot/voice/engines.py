"""The engines that were set, for many speakers: built at their first use, one utterance at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.settings import Settings
from bot.voice.ports import Hearing, Manner, Phrase, Recognizer, Synthesizer
from twin_core.contract import plugins
from twin_core.contract.errors import Unavailable

Names = Callable[[str], Awaitable[tuple[Phrase, ...]]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What an utterance was taken for. `message` says what is wrong, where nothing was made out."""

    hearing: Hearing
    sure: bool
    message: str = ""


class Engines:
    """`names` are what this person may say; ears that know them already learn nothing anew."""

    def __init__(self, settings: Settings, names: Names) -> None:
        self._settings = settings
        self._names = names
        self._ears: Recognizer | None = None
        self._mouth: Synthesizer | None = None
        self._hearing = asyncio.Lock()  # a recognizer serves one thread at a time

    async def hear(self, recording: bytes, user: str) -> Heard:
        """Raises Rejected for what is no recording, Unavailable where the engine cannot work here."""
        async with self._hearing:
            if self._ears is None:
                self._ears = await asyncio.to_thread(build_recognizer, self._settings)
            return await asyncio.to_thread(_heard, self._ears, recording, await self._names(user))

    async def speak(self, text: str) -> bytes:
        """A WAV file. Raises Rejected where there is nothing to say, Unavailable where the engine cannot."""
        if self._mouth is None:
            self._mouth = await asyncio.to_thread(build_synthesizer, self._settings)
        manner = Manner(self._settings.voice.voice, self._settings.voice.rate)
        return await asyncio.to_thread(self._mouth.speak, _read_out(text), manner)


def build_recognizer(settings: Settings) -> Recognizer:
    """The recognizer that was set. Raises Unavailable where its packages are missing."""
    options = {
        "nlu_folder": settings.nlu_folder,
        "taught": settings.taught_folder,
        "cache": settings.cache_folder / "voice",
    }
    try:
        ears: Recognizer = plugins.build("bot.voice.recognizers", settings.voice.recognizer, options)
    except ImportError as error:
        raise missing(error) from None
    return ears


def build_synthesizer(settings: Settings) -> Synthesizer:
    """The synthesizer that was set. Raises Unavailable where its packages are missing."""
    try:
        mouth: Synthesizer = plugins.build("bot.voice.synthesizers", settings.voice.synthesizer, {})
    except ImportError as error:
        raise missing(error) from None
    return mouth


def missing(error: ImportError) -> Unavailable:
    """What is said where a package of the extra `voice` is not installed."""
    hint = "Install it: pip install 'pollux[voice]'."
    return Unavailable(f"Voice needs the package {error.name}.", code="no_voice", hint=hint)


def _heard(ears: Recognizer, recording: bytes, names: tuple[Phrase, ...]) -> Heard:
    from bot.voice.turn import SURE, heard_in  # with SpeechRecognition, which a server without voice need not have

    ears.learn(names)
    hearing, complaint = heard_in(ears, recording)
    return Heard(hearing, hearing.confidence >= SURE, complaint)


def _read_out(text: str) -> str:
    from bot.voice.words import spoken  # as above

    return spoken(text)
