"""Embeddings of training sentences kept between trainings: a changed file costs its new sentences only."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.nlu.files import DAMAGED, write_beside
from bot.nlu.sentence_encoder import Matrix

_log = structlog.get_logger(__name__)


class Encoder(Protocol):
    """Texts to rows of `size` numbers; another `identity`, other numbers."""

    size: int
    identity: str

    def encode(self, texts: Sequence[str]) -> Matrix: ...


class CachedEncoder:
    """Encodes sentences, those of last time from a file. A damaged file is as good as none."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder, self._path = encoder, path

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text, of one text at least."""
        known = self._load()
        keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        fresh = [i for i, key in enumerate(keys) if key not in known]
        if fresh:
            rows = self._encoder.encode([texts[i] for i in fresh]).astype(np.float16)
            known.update(zip((keys[i] for i in fresh), rows, strict=True))
            self._save({key: known[key] for key in keys})
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def _load(self) -> dict[bytes, NDArray[np.float16]]:
        try:
            with self._path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                keys, rows, identity = file["keys"], file["rows"], file["identity"].tobytes().decode()
            if identity != self._encoder.identity or rows.shape != (len(keys), self._encoder.size):
                return {}
            return {key.tobytes(): row for key, row in zip(keys, rows, strict=True) if np.isfinite(row).all()}
        except DAMAGED:
            return {}

    def _save(self, known: dict[bytes, NDArray[np.float16]]) -> None:
        keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)
        rows = np.stack(list(known.values()))
        identity = np.frombuffer(self._encoder.identity.encode(), dtype=np.uint8)
        try:
            write_beside(
                self._path, lambda file: np.savez(file, allow_pickle=False, keys=keys, rows=rows, identity=identity)
            )
        except OSError as error:
            _log.warning("Sentence embeddings could not be kept", path=str(self._path), error=str(error))
