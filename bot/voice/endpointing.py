"""Where speech begins and ends in what a microphone hears, frame by frame."""

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pocketsphinx

from bot.voice.ports import FRAME_S, RATE_HZ
from bot.voice.wav import from_pcm

_BEFORE = round(0.3 / FRAME_S)  # frames kept from before a beginning: it is noticed late
_ONSET = (4, 6)  # voiced frames of the last ones: a click is no speech
_LULL = round(0.3 / FRAME_S)  # frames without a voice after which what was said may be all
_WHOLE = round(0.5 / FRAME_S)  # … that end an utterance which is whole …
_PAUSE = round(0.8 / FRAME_S)  # … and any other
_LONGEST = round(15 / FRAME_S)  # frames: a radio never pauses
_RECENT = round(0.5 / FRAME_S)  # frames until a sound that was played is surely heard
_LEARNING = round(0.6 / FRAME_S)  # frames played until it is known how loud they come back
_FORGETTING = 0.998  # a frame: somebody turns the loudspeaker down
_LOUDER = 2.0  # than the echo is whoever speaks over it


@dataclass(frozen=True, slots=True)
class Utterance:
    """16-bit frames from a little before a voice to a little behind.

    `voiced` is how many there are up to the last one with a voice. Where it is not `over`, it may go on.
    """

    frames: bytes
    voiced: int
    over: bool = True

    def goes_on_silently(self, earlier: "Utterance") -> bool:
        """Whether nothing was said since that one."""
        return self.voiced == earlier.voiced and self.frames.startswith(earlier.frames)


class Endpointer:
    """Takes one frame after another. `open` is whether somebody speaks now."""

    def __init__(self) -> None:
        self._vad = pocketsphinx.Vad(mode=2, sample_rate=RATE_HZ, frame_length=FRAME_S)
        self._before: deque[bytes] = deque(maxlen=_BEFORE)
        self._voiced: deque[bool] = deque(maxlen=_ONSET[1])
        self._frames: list[bytes] = []
        self._silent = 0
        self._spoken = False
        self._pause = _PAUSE
        self.open = False

    def take(self, frame: bytes, floor: float = 0.0) -> Utterance | Literal["began"] | None:
        """What this frame makes of it. Nothing below the loudness `floor` is a voice."""
        voiced = loudness(frame) > floor and bool(self._vad.is_speech(frame))
        self._voiced.append(voiced)
        if not self.open:
            self._before.append(frame)
            if sum(self._voiced) < _ONSET[0]:
                return None
            self.begin()
            self._spoken = True
            return "began"
        self._frames.append(frame)
        self._silent = 0 if voiced else self._silent + 1
        self._pause = _PAUSE if voiced else self._pause
        self._spoken = self._spoken or sum(self._voiced) >= _ONSET[0]
        if (self._spoken and self._silent >= self._pause) or len(self._frames) >= _LONGEST:
            return self.end()
        return self._so_far(over=False) if self._spoken and self._silent == _LULL else None

    def hasten(self, utterance: Utterance) -> None:
        """Nothing more is expected behind this; unless somebody went on already, a shorter pause ends it."""
        if self.open and len(self._frames) - self._silent == utterance.voiced:
            self._pause = _WHOLE

    def begin(self) -> None:
        """From here on somebody speaks, or is about to."""
        self.open, self._silent, self._spoken, self._pause = True, 0, False, _PAUSE
        self._frames = list(self._before)
        self._before.clear()

    def end(self) -> Utterance:
        """What was said; nobody speaks any more."""
        utterance = self._so_far(over=True)
        self.open, self._frames = False, []
        self._voiced.clear()
        return utterance

    def _so_far(self, *, over: bool) -> Utterance:
        return Utterance(b"".join(self._frames), len(self._frames) - self._silent, over)


class Echo:
    """How loud the loudspeaker comes back through the microphone: whoever speaks over it is louder.

    The first words that are played tell; until then nobody is heard over them.
    """

    def __init__(self) -> None:
        self._played: deque[float] = deque(maxlen=_RECENT)
        self._gain = 0.0
        self._learned = 0

    def floor(self, heard: bytes, played: bytes | None) -> float:
        """The loudness that is nothing but echo now."""
        self._played.append(loudness(played) if played else 0.0)
        loudest = max(self._played)
        if not loudest:
            return 0.0
        ratio = loudness(heard) / loudest
        if self._learned < _LEARNING:
            self._learned += 1
            self._gain = max(self._gain, ratio)
            return math.inf
        if ratio < _LOUDER * self._gain:
            self._gain = max(ratio, self._gain * _FORGETTING)
        return _LOUDER * self._gain * loudest

    def mistaken(self) -> None:
        """What seemed to be somebody was none: it comes back louder than was thought."""
        self._gain *= 2


def loudness(frame: bytes) -> float:
    """Root mean square, between 0 and 1."""
    samples = from_pcm(frame)
    return float(np.sqrt((samples**2).mean())) if len(samples) else 0.0
