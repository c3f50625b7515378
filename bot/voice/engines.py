"""The engines that were set, for many speakers: built at their first use, one utterance at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.reach_settings import VoiceSettings
from bot.settings import Settings
from bot.voice.ears import Ears, Heard, missing
from bot.voice.ports import Manner, Phrase, Synthesizer
from bot.voice.weights import find_weights
from bot.voice.words import spoken
from twin_core.contract import plugins

Names = Callable[[str], Awaitable[tuple[Phrase, ...]]]


class Engines:
    """`names` are what this person may say; ears that know them already learn nothing anew."""

    def __init__(self, settings: Settings, names: Names) -> None:
        self._settings = settings
        self._names = names
        self._ears = Ears(recognizer_of(settings.voice), ears_of(settings))
        self._mouth: Synthesizer | None = None

    async def hear(self, recording: bytes, user: str) -> Heard:
        """Raises Rejected for what is no recording, Unavailable where the engine cannot work here."""
        return await self._ears.hear(recording, await self._names(user))

    async def hear_message(self, recording: bytes, user: str) -> Heard:
        """Of a file in any format that people's devices record. Raises like `hear`."""
        return await self._ears.hear(recording, await self._names(user), any_format=True)

    async def speak(self, text: str) -> bytes:
        """A WAV file. Raises Rejected where there is nothing to say, Unavailable where the engine cannot."""
        if self._mouth is None:
            self._mouth = await asyncio.to_thread(_synthesizer, self._settings.voice)
        manner = Manner(self._settings.voice.voice, self._settings.voice.rate)
        return await asyncio.to_thread(self._mouth.speak, spoken(text), manner)

    async def aclose(self) -> None:
        await self._ears.aclose()


def recognizer_of(settings: VoiceSettings) -> str:
    """The name of the engine that hears: the one that was set, else the best one that is installed."""
    return settings.recognizer or ("moonshine" if find_weights(settings.weights) else "sphinx")


@asynccontextmanager
async def open_engines(settings: Settings, names: Names) -> AsyncIterator[Engines]:
    """Ears and a mouth, as long as the block lasts."""
    engines = Engines(settings, names)
    try:
        yield engines
    finally:
        await engines.aclose()


def ears_of(settings: Settings) -> Mapping[str, Any]:
    """The options of the engine that hears."""
    voice = settings.voice
    match recognizer_of(voice):
        case "whisper" | "vosk":
            return {"model": voice.model}
        case "openai":
            return {**_server_of(voice), "model": voice.recognizer_model}
    own = {"weights": voice.weights} if voice.weights else {}
    around = {"nlu_folder": settings.nlu_folder, "taught": settings.taught_folder}
    return {**around, "cache": settings.cache_folder / "voice", **own}


def _server_of(voice: VoiceSettings) -> Mapping[str, Any]:
    return {"url": voice.server, "key": voice.server_key.get_secret_value() if voice.server_key else ""}


def _synthesizer(voice: VoiceSettings) -> Synthesizer:
    """Raises Unavailable where its packages are missing."""
    options = {**_server_of(voice), "model": voice.synthesizer_model} if voice.synthesizer == "openai" else {}
    try:
        mouth: Synthesizer = plugins.build("bot.voice.synthesizers", voice.synthesizer, options)
    except ImportError as error:
        raise missing(error) from None
    return mouth
