"""What was delivered and does not stand in the database yet: a file that is appended to, for a write costs no trip to
another thread. What it was told outlives the process; a power cut may take it (docs/adr/0021).
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

MOST_WAITING: Final = 2_000
MOST_BYTES: Final = 16_000_000  # from then on the file is made anew of what still waits


class Journal:
    """One file, of one process. Its lines are deliveries; it is emptied when all of them stand elsewhere."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: dict[str, bytes] = {}
        self._size = 0
        self._file: int | None = None

    def open(self) -> list[tuple[str, Mapping[str, Any]]]:
        """What a process before this one left, oldest first; a line that it did not finish was never acknowledged."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        content = self._path.read_bytes()
        for line in content.splitlines(keepends=True):
            if line.endswith(b"\n") and (read := _read(line)):
                self._waiting[read[0]] = line
        self._size = len(content)
        return [read for line in self._waiting.values() if (read := _read(line))]

    def add(self, key: str, body: Mapping[str, Any]) -> bool:
        """False where so much waits that somebody else had better keep it. Raises OSError."""
        if self._file is None or len(self._waiting) >= MOST_WAITING:
            return False
        line = json.dumps([key, body], separators=(",", ":")).encode() + b"\n"
        if os.write(self._file, line) != len(line):
            raise OSError(f"{self._path} took only a part of a line.")
        self._waiting[key] = line
        self._size += len(line)
        return True

    def remove(self, key: str) -> None:
        """It stands elsewhere."""
        if self._file is None or self._waiting.pop(key, None) is None:
            return
        if not self._waiting and self._size:
            os.ftruncate(self._file, 0)
            self._size = 0
        elif self._size > MOST_BYTES:
            self._anew()

    def close(self) -> None:
        """What still waits is left for the next process."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _anew(self) -> None:
        """In another file that takes its place, so that it is whole at any moment."""
        content = b"".join(self._waiting.values())
        newer = self._path.with_suffix(".new")
        file = os.open(newer, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        os.write(file, content)
        newer.replace(self._path)
        before, self._file, self._size = self._file, file, len(content)
        if before is not None:
            os.close(before)


def _read(line: bytes) -> tuple[str, Mapping[str, Any]] | None:
    try:
        key, body = json.loads(line)
    except ValueError:
        return None
    return str(key), body
