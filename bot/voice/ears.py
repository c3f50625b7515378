"""A recognizer in a process of its own: engines hold the interpreter while they hear, and everybody else would wait."""

import asyncio
import contextlib
import multiprocessing
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from bot.voice.ports import Hearing, Phrase, Recognizer
from twin_core.contract import plugins
from twin_core.contract.errors import PolluxError, Unavailable

SURE = 0.6
_Question = tuple[bytes, tuple[Phrase, ...], bool]
_END_S = 5.0
_QUIET = "I heard nothing. Say it once more, a little louder."
_NOISE = "I heard something, but no words that I know. Say it once more, in other words."
_CLIPPED = "That was too loud for the microphone, and I understood nothing. Say it once more from further away."


@dataclass(frozen=True, slots=True)
class Heard:
    """What an utterance was taken for. `message` says what is wrong, where nothing was made out; `notice` is said
    besides: who heard it is not who should.
    """

    hearing: Hearing
    sure: bool
    message: str = ""
    notice: str = ""


class Ears:
    """The recognizer of this name; built at its first use, and anew after it broke."""

    def __init__(self, recognizer: str, options: Mapping[str, Any]) -> None:
        self._recognizer = recognizer
        self._options = options
        self._turn = threading.Lock()  # also of those who gave up waiting: one question, one answer
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None

    async def hear(self, recording: bytes, names: tuple[Phrase, ...], *, any_format: bool = False) -> Heard:
        """Of a WAV file, or of `any_format`. Raises Rejected for what is no recording, Unavailable where the engine
        cannot work here.
        """
        heard = await asyncio.to_thread(self._ask, (recording, names, any_format))
        if isinstance(heard, PolluxError):
            raise heard
        return heard

    async def aclose(self) -> None:
        """Whoever waits for words gets none any more."""
        if self._process is not None:
            await asyncio.to_thread(self._end)

    def _ask(self, question: _Question) -> Heard | PolluxError:
        with self._turn:
            try:
                living = self._process is not None and self._process.is_alive()
                line = self._line if self._line and living else self._begin()
                line.send(question)
                answer: Heard | PolluxError = line.recv()
            except (OSError, EOFError):
                self._line = None
                return Unavailable("My ears broke on that.", code="no_hearing", hint="Say it once more.")
            return answer

    def _begin(self) -> Connection:
        context = multiprocessing.get_context("spawn")  # a fork would take the locks of our threads along
        self._line, theirs = context.Pipe()
        process = context.Process(target=_listen, args=(theirs, self._recognizer, self._options), daemon=True)
        process.start()
        theirs.close()  # so that the line ends with the process
        self._process = process
        return self._line

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        if self._turn.acquire(timeout=_END_S):
            with contextlib.suppress(OSError):
                if self._line is not None:
                    self._line.close()  # by which the other side ends, and tidies up
            self._line = None
            self._turn.release()
            process.join(_END_S)
        if process.is_alive():
            process.kill()
            process.join()
        self._process = None


def _listen(line: Connection, recognizer: str, options: Mapping[str, Any]) -> None:
    """The other process: hears until the line ends, which it also does with whoever asks."""
    ears: Recognizer | None = None
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            question: _Question = line.recv()
            try:
                ears = ears or plugins.build("bot.voice.recognizers", recognizer, options)
                line.send(_heard(ears, *question))
            except ImportError as error:
                line.send(missing(error))
            except PolluxError as error:
                line.send(error)


def missing(error: ImportError) -> Unavailable:
    """What is said where a package of the extra `voice` is not installed."""
    hint = "Install it: pip install 'pollux[voice]'."
    return Unavailable(f"Voice needs the package {error.name}.", code="no_voice", hint=hint)


def _heard(ears: Recognizer, recording: bytes, names: tuple[Phrase, ...], any_format: bool) -> Heard:
    import speech_recognition as sr  # with the engine: whoever is only spoken to need not have it

    from bot.voice.ports import RATE_HZ
    from bot.voice.signal import is_clipped
    from bot.voice.wav import pcm

    if any_format:
        from bot.voice.containers import read_any as read
    else:
        from bot.voice.wav import read_wav as read
    samples = read(recording)
    ears.learn(names)
    hearing = ears.recognize(sr.AudioData(pcm(samples), RATE_HZ, 2))
    if hearing.text:
        return Heard(hearing, hearing.confidence >= SURE)
    loud = abs(samples).max(initial=0) > 0.02
    return Heard(hearing, False, _CLIPPED if is_clipped(samples) else _NOISE if loud else _QUIET)
