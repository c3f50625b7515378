"""How long whoever speaks waits for the first sound of the answer: in real time, through the conversation itself."""

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.report import Report
from benchmarks.voice import speak
from bot.app import open_house
from bot.ports import Incoming
from bot.settings import load_settings
from bot.voice.conversing import VoiceConversation
from bot.voice.engines import open_engines
from bot.voice.names import names_here
from bot.voice.ports import FRAME_BYTES, FRAME_S, RATE_HZ
from bot.voice.signal import speech
from bot.voice.turn import VoiceTurn
from bot.voice.wav import Samples, pcm
from twin_core.contract.commands import CreateTwin

_COMMANDS = (
    "turn on the kitchen light",
    "what's the temperature of the garage freezer",
    "what's most critical today",
    "how much energy did the boiler use yesterday",
    "undo that",
)
_LONGEST_S = 30.0  # that an answer is waited for


class _Room:
    """A sound card in real time: says one command after another, each when the answer to the one before has begun."""

    def __init__(self, commands: list[Samples]) -> None:
        self._commands = commands
        self._frames: list[bytes] = []
        self._ended_at = self._next_at = time.perf_counter()
        self._waits = False
        self.waited_s: list[float] = []

    def exchange(self, played: bytes | None) -> bytes:
        self._next_at += FRAME_S
        time.sleep(max(0.0, self._next_at - time.perf_counter()))
        if self._waits and not self._frames and (played or time.perf_counter() - self._ended_at > _LONGEST_S):
            self.waited_s.append(time.perf_counter() - self._ended_at)
            self._waits = False
        if not self._waits and played is None:
            if not self._commands:
                return b""
            sound = pcm(np.concatenate([np.zeros(RATE_HZ // 2), self._commands.pop(0)]))
            self._frames = [sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES)]
            self._waits = True
        if not self._frames:
            return bytes(FRAME_BYTES)
        self._ended_at = time.perf_counter() + FRAME_S
        return self._frames.pop(0).ljust(FRAME_BYTES, b"\0")

    def drop(self) -> None:
        """Nothing waits."""


async def run(report: Report) -> None:
    """From the end of a command to the first sound of its answer, in seconds, and in lengths of the command."""
    said = [_trimmed(speak(text)) for text in _COMMANDS]
    lengths_s = [len(samples) / RATE_HZ for samples in said]
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        async with open_house(load_settings({"data": Path(folder)})) as house:
            await house.core.execute(CreateTwin("light", "kitchen light"))
            await house.core.execute(CreateTwin("freezer", "garage freezer"))
            await house.core.execute(CreateTwin("boiler", "boiler"))
            services = house.engine.services
            async with open_engines(house.settings, lambda user: names_here(services.registry, house.core, user)) as it:
                turn = VoiceTurn(it, "owner", house.engine.handle, lambda text: Incoming("voice", text, spoken=True))
                await turn.get_ready()
                room = _Room(said)
                await VoiceConversation(turn, room, lambda _: None, interruptible=False).run()
    for text, waited_s, length_s in zip(_COMMANDS, room.waited_s, lengths_s, strict=True):
        report.row(f"{text}: waited", waited_s, None, "s")
        report.row(f"{text}: in its lengths", waited_s / length_s, None, "")


def _trimmed(samples: Samples) -> Samples:
    """Without the silence that espeak-ng leaves behind it."""
    loud = np.flatnonzero(np.abs(speech(samples)) > 0.01)
    return speech(samples)[: loud[-1] + 1]
