"""What is said, frame by frame, so that it can be broken off within one."""

import math
from collections import deque

from bot.voice.ports import FRAME_BYTES, FRAME_S
from bot.voice.wav import pcm, read_wav

_AGAIN = round(0.6 / FRAME_S)  # frames that are said once more after an interruption that was none


class Player:
    """One after another of what is to be said."""

    def __init__(self) -> None:
        self._left: deque[bytes] = deque()
        self._said: list[bytes] = []
        self._broken_off: list[bytes] = []

    @property
    def speaks(self) -> bool:
        return bool(self._left)

    def say(self, wav: bytes) -> None:
        """Behind what is being said."""
        frames = pcm(read_wav(wav, longest_s=math.inf))
        self._left.extend(frames[at : at + FRAME_BYTES] for at in range(0, len(frames), FRAME_BYTES))
        self._broken_off = []

    def next(self) -> bytes | None:
        """The frame that is to be heard now."""
        if not self._left:
            self._said = []
            return None
        frame = self._left.popleft().ljust(FRAME_BYTES, b"\0")
        self._said.append(frame)
        return frame

    def break_off(self) -> None:
        """Nothing more is said; it may be gone on with."""
        self._broken_off = [*self._said[-_AGAIN:], *self._left]
        self._left.clear()

    def stop(self) -> None:
        """Nothing more is said of this."""
        self._left.clear()
        self._broken_off = []

    def resume(self) -> bool:
        """Goes on with what was broken off, from a little before; whether there was such."""
        resumed = bool(self._broken_off)
        self._left.extend(self._broken_off)
        self._broken_off = []
        return resumed
