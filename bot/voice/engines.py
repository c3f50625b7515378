"""The engines that were set, for many speakers: built at their first use, one utterance at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from bot.planning.voice_said import voice_of
from bot.reach_settings import VOICE_SERVERS, VoiceSettings
from bot.settings import Settings
from bot.voice.ears import Ears, Heard, missing
from bot.voice.ports import MADE_OUT, Manner, Phrase, Synthesizer
from bot.voice.standby import Standby
from bot.voice.understanding import Understands
from bot.voice.weights import find_weights
from bot.voice.words import spoken
from twin_core.contract import plugins
from twin_core.contract.clock import Clock, SystemClock
from twin_core.contract.views import Fault

Names = Callable[[str], Awaitable[tuple[Phrase, ...]]]
Wishes = Callable[[str], Awaitable[Mapping[str, object]]]


class Engines:
    """`names` are what this person may say; ears that know them already learn nothing anew. `wishes` are how this
    person wants to be spoken to. What was made out clearly is sure, too, where `understands` takes it for a request.

    Where a server should hear or speak and is away, what is built in does.
    """

    def __init__(
        self, settings: Settings, names: Names, clock: Clock | None = None, wishes: Wishes | None = None,
        understands: Understands | None = None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._names, self._wishes, self._understands = names, wishes, understands
        self._ears = _ears(settings)
        own = {"recognizer": None, "synthesizer": "espeak", "voice": Manner().voice}
        self._built_in = settings.model_copy(update={"voice": settings.voice.model_copy(update=own)})
        self._own_ears = _ears(self._built_in) if settings.voice.recognizer in VOICE_SERVERS else None
        self._mouths: dict[str, Synthesizer] = {}
        clock = clock or SystemClock()
        self._at_ears, self._at_mouth = Standby("my own ears", clock), Standby("a voice of my own", clock)

    async def hear(self, recording: bytes, user: str) -> Heard:
        """Raises Rejected for what is no recording, Unavailable where the engine cannot work here."""
        return await self._heard(recording, user, any_format=False)

    async def hear_message(self, recording: bytes, user: str) -> Heard:
        """Of a file in any format that people's devices record. Raises like `hear`."""
        return await self._heard(recording, user, any_format=True)

    async def speak(self, text: str, user: str = "") -> bytes:
        """A WAV file, in the manner of this person; without one, as the house speaks.

        Raises Rejected where there is nothing to say, Unavailable where the engine cannot.
        """
        chosen = self._settings.voice
        said = await self._wishes(user) if user and self._wishes else {}
        if chosen.synthesizer not in VOICE_SERVERS:
            return await self._spoken(text, chosen, said)
        built_in = self._built_in.voice
        wav, _ = await self._at_mouth.use(
            lambda: self._spoken(text, chosen, said), lambda: self._spoken(text, built_in, said)
        )
        return wav

    def faults(self) -> list[Fault]:
        """What is wrong now with a server that should hear or speak."""
        troubles = {"hearing": self._at_ears.trouble, "speaking": self._at_mouth.trouble}
        return [Fault(part, "warning", error.message, error.hint) for part, error in troubles.items() if error]

    async def aclose(self) -> None:
        for ears in (self._ears, self._own_ears):
            if ears is not None:
                await ears.aclose()

    async def _heard(self, recording: bytes, user: str, *, any_format: bool) -> Heard:
        names = await self._names(user)

        def by(ears: Ears) -> Awaitable[Heard]:
            return ears.hear(recording, names, any_format=any_format)

        own, notice = self._own_ears, ""
        if own is None:
            heard = await by(self._ears)
        else:
            heard, notice = await self._at_ears.use(lambda: by(self._ears), lambda: by(own))
        if self._understands and not heard.sure and heard.hearing.confidence >= MADE_OUT:
            heard = replace(heard, sure=await self._understands(heard.hearing.text))
        return replace(heard, notice=notice)

    async def _spoken(self, text: str, by: VoiceSettings, said: Mapping[str, object]) -> bytes:
        if (mouth := self._mouths.get(by.synthesizer)) is None:
            mouth = self._mouths[by.synthesizer] = await asyncio.to_thread(synthesizer_of, by)
        return await asyncio.to_thread(mouth.speak, spoken(text), Manner(*voice_of(said, by)))


def recognizer_of(settings: VoiceSettings) -> str:
    """The name of the engine that hears: the one that was set, else the best one that is installed."""
    return settings.recognizer or ("moonshine" if find_weights(settings.weights) else "sphinx")


@asynccontextmanager
async def open_engines(
    settings: Settings, names: Names, clock: Clock | None = None, wishes: Wishes | None = None,
    understands: Understands | None = None,
) -> AsyncIterator[Engines]:  # fmt: skip
    """Ears and a mouth, as long as the block lasts."""
    engines = Engines(settings, names, clock, wishes, understands)
    try:
        yield engines
    finally:
        await engines.aclose()


def _ears(settings: Settings) -> Ears:
    return Ears(recognizer_of(settings.voice), ears_of(settings))


def ears_of(settings: Settings) -> Mapping[str, Any]:
    """The options of the engine that hears."""
    voice = settings.voice
    match recognizer_of(voice):
        case "whisper" | "vosk":
            return {"model": voice.model}
        case "openai":
            return {"url": voice.server, "key": _key_of(voice), "model": voice.recognizer_model}
        case "wyoming":
            return {"url": voice.server}
    own = {"weights": voice.weights} if voice.weights else {}
    around = {"nlu_folder": settings.nlu_folder, "taught": settings.taught_folder}
    return {**around, "cache": settings.cache_folder / "voice", **own}


def _mouth_of(voice: VoiceSettings) -> Mapping[str, Any]:
    """The options of the engine that speaks."""
    match voice.synthesizer:
        case "openai":
            return {"url": voice.server_that_speaks, "key": _key_of(voice), "model": voice.synthesizer_model}
        case "wyoming":
            return {"url": voice.server_that_speaks}
    return {}


def _key_of(voice: VoiceSettings) -> str:
    return voice.server_key.get_secret_value() if voice.server_key else ""


def synthesizer_of(voice: VoiceSettings) -> Synthesizer:
    """The engine that speaks. Raises Unavailable where its packages are missing."""
    try:
        mouth: Synthesizer = plugins.build("bot.voice.synthesizers", voice.synthesizer, _mouth_of(voice))
    except ImportError as error:
        raise missing(error) from None
    return mouth
