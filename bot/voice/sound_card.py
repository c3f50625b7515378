"""The microphone and the loudspeaker of this machine, by PortAudio."""

import queue
import threading
from types import TracebackType
from typing import Any

from bot.voice.ports import FRAME_BYTES, RATE_HZ
from twin_core.contract.errors import Unavailable

_AHEAD = 3  # frames of silence before the first that is heard: frames come in step, not ahead of it
_FIRST_S = 10.0  # until the first frame, where much else begins
_GONE_S = 2.0  # … without another: somebody pulled the plug
_SAMPLES = FRAME_BYTES // 2
_INSTALL = "Install PortAudio: `sudo apt install libportaudio2` on Debian and Ubuntu; then pip install 'pollux[voice]'."
_OTHERWISE = "Plug one in, or speak in the web chat, or from a file: pollux voice --wav FILE --out FILE."


class PortAudioCard:
    """ports.SoundCard on the devices whose names hold these words; empty: those that the system chose.

    Use it with `with`. Raises Unavailable where there is no PortAudio, or no such device.
    """

    def __init__(self, microphone: str = "", loudspeaker: str = "") -> None:
        try:
            import sounddevice  # looks for PortAudio, which not every machine has
        except (ImportError, OSError) as error:
            raise Unavailable(f"I cannot reach a microphone: {error}.", code="no_microphone", hint=_INSTALL) from None
        self._broken: type[Exception] = sounddevice.PortAudioError
        self._listening = self._speaking = False
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._busy = threading.Lock()  # a stream that is closed while it is read ends the process
        form: dict[str, Any] = {"samplerate": RATE_HZ, "channels": 1, "dtype": "int16", "blocksize": _SAMPLES}
        streams = (
            ("microphone", microphone, sounddevice.RawInputStream, {**form, "callback": self._hear}),
            ("loudspeaker", loudspeaker, sounddevice.RawOutputStream, form),
        )
        self._in, self._out = (self._opened(what, named, kind, options) for what, named, kind, options in streams)

    def _opened(self, what: str, named: str, kind: Any, options: dict[str, Any]) -> Any:
        try:
            return kind(device=named or None, **options)
        except (self._broken, ValueError) as error:
            known = f"There is no {what} called {named!r}" if named else f"I find no {what} here"
            raise Unavailable(f"{known}: {_reason(error)}.", code=f"no_{what}", hint=_OTHERWISE) from None

    def __enter__(self) -> "PortAudioCard":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._busy:
            self._in.close()
            self._out.close()

    def exchange(self, played: bytes | None) -> bytes:
        with self._busy:
            if self._in.closed:
                return b""
            try:
                if not self._listening:  # from now on: what was said before anybody listened would be heard late
                    self._in.start()
                if played is not None:
                    self._play(played)
                elif self._speaking:
                    self._out.stop()  # once what it holds has been heard
                    self._speaking = False
                heard = self._heard.get(timeout=_GONE_S if self._listening else _FIRST_S)
                self._listening = True
                return heard
            except (self._broken, queue.Empty) as error:
                gone = f"The sound device has gone: {_reason(error)}."
                raise Unavailable(gone, code="no_microphone", hint=_OTHERWISE) from None

    def drop(self) -> None:
        with self._busy:
            if self._speaking:
                self._out.abort()
                self._speaking = False

    def _hear(self, frames: Any, *_: object) -> None:
        """Called by PortAudio, whatever else goes on here."""
        self._heard.put(bytes(frames))

    def _play(self, frame: bytes) -> None:
        if not self._speaking:
            self._out.start()
            self._out.write(bytes(_AHEAD * FRAME_BYTES))
            self._speaking = True
        self._out.write(frame)


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
