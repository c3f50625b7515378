"""`pollux voice`: a conversation at a microphone, or one turn from a WAV file to a WAV file."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import open_house
from bot.channels.terminal import HttpConversation
from bot.doctor import is_serving
from bot.ports import Incoming, OnMessage, Reply
from bot.progress import OnProgress, complain
from bot.serving import background, first_of, until_told
from bot.settings import Settings
from bot.voice.engines import Names, Wishes, open_engines
from bot.voice.manners import wishes_at, wishes_here
from bot.voice.names import names_at, names_here
from bot.voice.ports import FRAME_BYTES
from bot.voice.pushed import pushed
from bot.voice.sound_card import PortAudioCard
from bot.voice.turn import Said, VoiceTurn
from bot.voice.understanding import Understands, understood_at, understood_here
from twin_core.contract.errors import NotFound, PolluxError, Unavailable

if TYPE_CHECKING:
    from bot.voice.conversing import VoiceConversation  # with numpy and a detector of voices, only for microphones

_OPUS = (".opus", ".ogg", ".oga")  # names of files


@dataclass(frozen=True, slots=True)
class _Somebody:
    """Who answers, and knows what things are called there, how to speak, and what is a request; `at` is a server."""

    on_message: OnMessage
    names: Names
    wishes: Wishes
    understands: Understands
    at: str | None = None


async def speak_once(
    settings: Settings, recording: Path, out: Path, *, url: str | None, token: str | None, user: str,
    progress: OnProgress,
) -> Said:  # fmt: skip
    """Hears a file, answers into another, unless it is mute. Raises NotFound, Unavailable."""
    content = _content(recording)
    async with _turns(settings, url, token, user, progress) as (turn, _):
        said = await turn.take(content)
    if said.mute is None:
        _write(out, said.wav)
    return said


async def converse(
    settings: Settings, *, url: str | None, token: str | None, user: str, pushes: bool, tell: Callable[[str], None],
    progress: OnProgress,
) -> None:  # fmt: skip
    """Talks at the microphone until it is told to end. Raises Unavailable where there is none."""
    from bot.voice.conversing import VoiceConversation
    from bot.voice.wav import wav_of

    voice = settings.voice
    with PortAudioCard(voice.microphone, voice.loudspeaker) as card:
        async with _turns(settings, url, token, user, progress) as (turn, unasked), until_told() as ended:
            await turn.hear(wav_of(bytes(FRAME_BYTES)))  # the ears are built now, and not at the first word
            conversation = VoiceConversation(turn, card, tell, interruptible=voice.barge_in, pushes=pushes)
            _on_enter(conversation.push)
            tell("Press Enter and speak; Enter ends it, too." if pushes else "Speak; “stop” silences me.")
            async with background(*([_say_all(unasked, conversation)] if unasked else [])):
                await first_of(ended.wait(), conversation.run("I am listening."))


async def _say_all(unasked: AsyncIterator[Reply], conversation: "VoiceConversation") -> None:
    try:
        async for reply in unasked:
            await conversation.say(reply)
    except PolluxError as error:
        complain(str(error))


def _on_enter(push: Callable[[], None]) -> None:
    """Pushes at each line that is entered; the thread ends with the input, or with the process."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        for _ in sys.stdin:
            loop.call_soon_threadsafe(push)

    threading.Thread(target=read, daemon=True).start()


@asynccontextmanager
async def _turns(
    settings: Settings, url: str | None, token: str | None, user: str, progress: OnProgress
) -> AsyncIterator[tuple[VoiceTurn, AsyncIterator[Reply] | None]]:
    """Turns by voice of whoever is at this machine, and what they are told unasked."""
    shared = settings.voice.shared
    place = "voice shared" if shared else "voice"  # what was asked in private is not gone on with among others
    async with (
        _somebody(settings, url, token, progress) as who,
        open_engines(
            settings, who.names, wishes=None if shared else who.wishes, understands=who.understands
        ) as engines,
    ):
        yield (
            VoiceTurn(
                engines,
                user,
                who.on_message,
                lambda text: Incoming(place, text, user=user, channel="voice", spoken=True, shared=shared),
            ),
            pushed(who.at, token) if who.at and not shared else None,
        )


def _write(out: Path, wav: bytes) -> None:
    """As Opus where the name asks for it, else as WAV."""
    if out.suffix.casefold() in _OPUS:
        from bot.voice.processing import opus_of  # heavy, and most are content with WAV

        wav = opus_of(wav)
    try:
        out.write_bytes(wav)
    except OSError as error:
        raise Unavailable(f"I could not write {out}: {error.strerror}.", code="not_written") from None


def _content(recording: Path) -> bytes:
    """The file, as far as anything of it is listened to."""
    from bot.voice.wav import MOST_BYTES

    try:
        with recording.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise NotFound(
            f"I could not read {recording}: {error.strerror}.", hint="Give a WAV file: --wav FILE."
        ) from None


@asynccontextmanager
async def _somebody(
    settings: Settings, url: str | None, token: str | None, progress: OnProgress
) -> AsyncIterator[_Somebody]:
    """A running server, else a house in this process."""
    here = f"http://{settings.host}:{settings.port}"
    if url or await is_serving(here):
        at = (url or here).rstrip("/")
        async with HttpConversation(at, token) as conversation:
            yield _Somebody(
                conversation,
                lambda user: names_at(at, token),
                lambda user: wishes_at(at, token),
                lambda text: understood_at(at, token, text),
                at,
            )
        return
    async with open_house(settings, progress=progress) as house:
        services, core = house.engine.services, house.core
        yield _Somebody(
            house.engine.handle,
            lambda user: names_here(services.registry, core, user),
            lambda user: wishes_here(core, user),
            understood_here(house.nlu),
        )
