"""Files of the cache that a reader never sees half written."""

import os
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

# What NumPy and zipfile raise where an npz is missing, cut, changed or foreign.
DAMAGED = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zipfile.BadZipFile,
    TokenError,
)


def write_beside(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Writes beside and renames, so that a reader sees the old file or the new one. Raises OSError, leaving neither."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
