"""Lines that a person types, read without holding up the event loop."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TextIO

try:
    import readline
    import termios
except ImportError:  # Windows: lines without editing and history
    readline = None  # type: ignore[assignment]
    termios = None  # type: ignore[assignment]

KEPT = 1_000


class Lines:
    """Reads on a thread of its own, which dies with the process: nothing can interrupt a waiting `input`."""

    def __init__(self, source: TextIO | None = None, prompt: str = "› ", history: Path | None = None) -> None:
        self._source = source or sys.stdin
        self.interactive = source is None and sys.stdin.isatty() and sys.stdout.isatty()
        self._prompt = prompt
        self._history = history
        self._wanted = threading.Semaphore(0)
        self._settings: list[Any] | None = None

    async def read(self) -> AsyncIterator[str]:
        """Lines until the end of the input; the next is asked for when the last was dealt with."""
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._begin()

        def pump() -> None:
            while True:
                self._wanted.acquire()
                line = self._next()
                with contextlib.suppress(RuntimeError):  # the loop has ended while we waited
                    loop.call_soon_threadsafe(lines.put_nowait, line)
                if line is None:
                    return

        threading.Thread(target=pump, name="terminal-lines", daemon=True).start()
        while True:
            self._wanted.release()
            line = await lines.get()
            if line is None:
                return
            yield line

    def close(self) -> None:
        """Gives the terminal back as it was, and keeps the history."""
        if self._settings is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._settings)
            self._settings = None
        if self.interactive and readline and self._history:
            readline.set_history_length(KEPT)
            with contextlib.suppress(OSError):  # a history that cannot be kept is no reason to complain
                self._history.parent.mkdir(parents=True, exist_ok=True)
                readline.write_history_file(self._history)

    def _begin(self) -> None:
        if not self.interactive:
            return
        if termios:
            self._settings = termios.tcgetattr(sys.stdin.fileno())
        if readline and self._history:
            with contextlib.suppress(OSError):
                readline.read_history_file(self._history)

    def _next(self) -> str | None:
        try:
            if self.interactive:
                return input(self._prompt)
            line = self._source.readline()
        except (EOFError, OSError, ValueError):
            return None
        return line.rstrip("\r\n") if line else None
