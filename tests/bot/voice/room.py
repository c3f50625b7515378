"""A room for a conversation by voice: somebody who speaks, a loudspeaker, and its echo in the microphone.

It is a SoundCard that runs faster than real time; time in it is counted in frames.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from bot.voice.ports import FRAME_BYTES, FRAME_S, RATE_HZ, Manner
from bot.voice.synthesizers import espeak
from bot.voice.wav import Samples, from_pcm, pcm, read_wav

MOUTH = espeak.build({})
_TIDY = np.zeros(RATE_HZ)  # behind what is said: a pause
_FASTER = 10  # than real time, where nobody speaks


def said(text: str, voice: str = "en-us") -> Samples:
    return read_wav(MOUTH.speak(text, Manner(voice)))


@dataclass
class Room:
    """`script`: what is said, each as soon as its condition holds; after the last one the room is left."""

    script: list[tuple[Callable[["Room"], bool], Samples]]
    echo: float = 0.0
    delay: int = 4  # frames until the loudspeaker is in the microphone
    played: list[bytes | None] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)  # after how many frames that were played
    answers: int = 0  # how often it has begun to speak and ended
    push: Callable[[], object] = lambda: None
    told: list[str] = field(default_factory=list)  # what is shown beside
    said_at: list[int] = field(default_factory=list)  # frames that had gone by when each of the script was begun
    _speaking: deque[bytes] = field(default_factory=deque)
    _air: deque[bytes] = field(default_factory=deque)

    def exchange(self, played: bytes | None) -> bytes:
        self.answers += bool(self.played) and self.played[-1] is not None and played is None
        self.played.append(played)
        if not self._speaking and self.script and self.script[0][0](self):
            frames = pcm(np.concatenate([self.script.pop(0)[1], _TIDY]))
            self._speaking.extend(frames[at : at + FRAME_BYTES] for at in range(0, len(frames), FRAME_BYTES))
            self.said_at.append(len(self.played))
        if not self.script and not self._speaking:
            return b""
        self._air.append(played or bytes(FRAME_BYTES))
        back = self._air.popleft() if len(self._air) > self.delay else bytes(FRAME_BYTES)
        own = self._speaking.popleft() if self._speaking else bytes(FRAME_BYTES)
        if played is None and not any(own):
            threading.Event().wait(FRAME_S / _FASTER)  # others work meanwhile
        return pcm(from_pcm(own.ljust(FRAME_BYTES, b"\0")) + self.echo * from_pcm(back))

    def drop(self) -> None:
        self.dropped.append(len(self.played))

    @property
    def spoken_s(self) -> float:
        """How long the loudspeaker has spoken."""
        return FRAME_S * sum(frame is not None for frame in self.played)


def at_once(room: Room) -> bool:
    return True


def pushing(room: Room) -> bool:
    """At once, with a push of the button before."""
    room.push()
    return True


def answered(times: int) -> Callable[[Room], bool]:
    """Once so many answers have been spoken to their end."""
    return lambda room: room.answers >= times


def speaking(for_s: float) -> Callable[[Room], bool]:
    """While an answer is being spoken, after so many seconds of it."""
    frames = round(for_s / FRAME_S)
    return lambda room: len(room.played) >= frames and all(room.played[-frames:])


def told(text: str) -> Callable[[Room], bool]:
    """Once this has been shown."""
    return lambda room: any(text in line for line in room.told)
