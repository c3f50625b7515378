"""Embeddings of training sentences kept between trainings: a changed file costs its new sentences only."""

import os
import tempfile
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import structlog

from bot.nlu.sentence_encoder import Matrix, SentenceEncoder

_log = structlog.get_logger(__name__)


class CachedEncoder:
    """Encodes sentences, those of last time from a file. A damaged file is as good as none."""

    def __init__(self, encoder: SentenceEncoder, path: Path) -> None:
        self._encoder, self._path = encoder, path

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text."""
        known = self._load()
        keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        fresh = [i for i, key in enumerate(keys) if key not in known]
        if fresh:
            known.update(zip((keys[i] for i in fresh), self._encoder.encode([texts[i] for i in fresh]), strict=True))
            self._save({key: known[key] for key in keys})
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, self._encoder.size), np.float32)

    def _load(self) -> dict[bytes, Matrix]:
        try:
            with self._path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                keys, rows = file["keys"], file["rows"]
            if rows.shape != (len(keys), self._encoder.size) or not np.isfinite(rows).all():
                return {}
            return {key.tobytes(): row for key, row in zip(keys, rows.astype(np.float32), strict=True)}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}

    def _save(self, known: dict[bytes, Matrix]) -> None:
        keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)
        rows = np.stack(list(known.values()))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, keys=keys, rows=rows)
            Path(beside).replace(self._path)
        except OSError as error:
            _log.warning("Sentence embeddings could not be kept", path=str(self._path), error=str(error))
