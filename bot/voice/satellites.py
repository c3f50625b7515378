"""The Wyoming protocol: satellites and Home Assistant use the ears and the mouth here, and have wishes answered.

A satellite stands in a room where anybody speaks: it is shared, and what it hears is spoken. The protocol knows no
proof of who is there, so its door is for this machine unless another address is set.
Events: https://github.com/OHF-Voice/wyoming
"""

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import structlog
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioFormat, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    Describe,
    HandleModel,
    HandleProgram,
    Info,
    TtsProgram,
    TtsVoice,
)
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize

from bot.ports import Incoming, OnMessage
from bot.reach_settings import WyomingSettings
from bot.voice.engines import Engines
from bot.voice.wav import LONGEST_S, too_long
from bot.voice.words import speech_of
from twin_core.contract.errors import PolluxError, Rejected

CHUNK_FRAMES = 2048
MOST_BYTES = 8_000_000  # of one event: a minute of any sound that satellites send, and not what strangers announce
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError)  # by which a bad event or line ends

log = structlog.get_logger(__name__)


@asynccontextmanager
async def listening(settings: WyomingSettings, engines: Engines, on_message: OnMessage) -> AsyncIterator[int]:
    """The door of satellites, open; its port. Raises Rejected where the port is taken."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Satellite(Reader(reader), writer, settings.user, engines, on_message).run()
        except _BROKEN as error:
            log.warning("satellite.cut_off", reason=str(error))

    try:
        server = await asyncio.start_server(serve, settings.host, settings.port)
    except OSError as error:
        raise Rejected(
            f"Satellites cannot be heard at {settings.host}:{settings.port}: {error.strerror}.",
            code="port_taken",
            hint="Choose another port under [wyoming].",
        ) from None
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class Reader(asyncio.StreamReader):
    """Reads from another one what Wyoming's package asks for, of which an event tells the size itself."""

    def __init__(self, source: asyncio.StreamReader) -> None:
        super().__init__()
        self._source = source

    async def readline(self) -> bytes:
        return await self._source.readline()

    async def readexactly(self, n: int) -> bytes:
        if n > MOST_BYTES:
            raise ValueError(f"an event of {n} bytes")
        return await self._source.readexactly(n)


class Satellite(AsyncEventHandler):
    """One connection. Whatever is wrong is told to the other side, and the line stays open."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        user: str,
        engines: Engines,
        on_message: OnMessage,
    ) -> None:
        super().__init__(reader, writer)
        self._user = user
        self._engines = engines
        self._on_message = on_message
        self._recording = bytearray()
        self._format: AudioFormat | None = None

    async def handle_event(self, event: Event) -> bool:
        """Answers one event; those that are not for us are let go."""
        try:
            await self._answer(event)
        except PolluxError as error:
            self._drop()
            await self.write_event(Error(f"{error.message} {error.hint}".strip(), error.code).event())
        return True

    async def _answer(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self.write_event(_info().event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(Ping.from_event(event).text).event())
        elif Transcribe.is_type(event.type) or AudioStart.is_type(event.type):
            self._drop()
        elif AudioChunk.is_type(event.type):
            self._take(AudioChunk.from_event(event))
        elif AudioStop.is_type(event.type):
            await self.write_event(Transcript(await self._heard()).event())
        elif Transcript.is_type(event.type):
            await self._handle(Transcript.from_event(event).text)
        elif Synthesize.is_type(event.type):
            await self._speak(Synthesize.from_event(event).text)

    def _take(self, chunk: AudioChunk) -> None:
        self._format = self._format or chunk
        self._recording += chunk.audio
        form = self._format
        if (length_s := len(self._recording) / max(1, form.rate * form.width * form.channels)) > LONGEST_S:
            raise too_long(length_s)

    def _drop(self) -> None:
        self._recording, self._format = bytearray(), None

    async def _heard(self) -> str:
        """The words, or none where they are not sure: whoever asked for them would act on them."""
        recording = _wav(bytes(self._recording), self._format) if self._format else b""
        self._drop()
        if not recording:
            return ""
        heard = await self._engines.hear(recording, self._user)
        return heard.hearing.text if heard.sure else ""

    async def _handle(self, text: str) -> None:
        if not text.strip():
            await self.write_event(NotHandled("I did not understand that. Please say it once more.").event())
            return
        wish = Incoming("satellite", text, user=self._user, channel="voice", spoken=True, shared=True)
        answer = await self._on_message(wish)
        await self.write_event(Handled(" ".join(speech_of(reply) for reply in answer.replies)).event())

    async def _speak(self, text: str) -> None:
        with wave.open(io.BytesIO(await self._engines.speak(text)), "rb") as sound:
            form = {"rate": sound.getframerate(), "width": sound.getsampwidth(), "channels": sound.getnchannels()}
            await self.write_event(AudioStart(**form).event())
            while frames := sound.readframes(CHUNK_FRAMES):
                await self.write_event(AudioChunk(audio=frames, **form).event())
        await self.write_event(AudioStop().event())


def _wav(frames: bytes, form: AudioFormat) -> bytes:
    """Raises Rejected for a format that no sound has."""
    file = io.BytesIO()
    try:
        with wave.open(file, "wb") as sound:
            sound.setparams((form.channels, form.width, form.rate, 0, "NONE", ""))
            sound.writeframes(frames)
    except (wave.Error, TypeError, ValueError) as error:
        raise Rejected(f"This is no sound that I read: {error}.", code="bad_wav") from None
    return file.getvalue()


def _info() -> Info:
    about: dict[str, Any] = {
        "attribution": Attribution("Pollux", ""),
        "installed": True,
        "version": version("pollux"),
    }
    heard = AsrModel(name="pollux", description="what this house is asked", languages=["en"], **about)
    voice = TtsVoice(name="pollux", description="the voice of the settings", languages=["en"], **about)
    asked = HandleModel(name="pollux", description="the things of this house", languages=["en"], **about)
    return Info(
        asr=[AsrProgram(name="pollux", description="Pollux hears", models=[heard], **about)],
        tts=[TtsProgram(name="pollux", description="Pollux speaks", voices=[voice], **about)],
        handle=[
            HandleProgram(
                name="pollux", description="Pollux answers", models=[asked], supports_home_control=True, **about
            )
        ],
    )
