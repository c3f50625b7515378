"""Sparse features of a sentence as TF-IDF, in blocks that are weighed apart (words, characters, masked words)."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

Block = Sequence[str]  # the features of one block of one sentence, repetitions included


class TfIdf:
    """Feature strings to weighted columns: sublinear counts, smoothed idf, unit length in each block."""

    def __init__(self, columns: Sequence[Mapping[str, int]], idf: NDArray[np.float32]) -> None:
        self._columns = columns
        self._idf = idf

    @property
    def width(self) -> int:
        return len(self._idf)

    @classmethod
    def fit(cls, sentences: Sequence[Sequence[Block]], rarest: Sequence[int]) -> "TfIdf":
        """Learns the columns; a feature must stand in at least `rarest[block]` sentences."""
        columns: list[dict[str, int]] = []
        idf: list[float] = []
        for block, least in enumerate(rarest):
            frequency = Counter(f for s in sentences for f in set(s[block]))
            kept = sorted(f for f, n in frequency.items() if n >= least)
            columns.append({f: len(idf) + i for i, f in enumerate(kept)})
            idf.extend(math.log((1 + len(sentences)) / (1 + frequency[f])) + 1 for f in kept)
        return cls(columns, np.asarray(idf, dtype=np.float32))

    def row(self, sentence: Sequence[Block]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Columns and weights of one sentence."""
        columns: list[NDArray[np.intp]] = []
        weights: list[NDArray[np.float32]] = []
        for known, features in zip(self._columns, sentence, strict=True):
            seen = np.fromiter(map(known.get, features, repeat(-1)), np.intp, len(features))
            at, counts = np.unique(seen[seen >= 0], return_counts=True)
            if not len(at):
                continue
            weight = (1 + np.log(counts, dtype=np.float32)) * self._idf[at]
            columns.append(at)
            weights.append(weight / np.sqrt(weight @ weight))
        if not weights:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
        return np.concatenate(columns), np.concatenate(weights)

    def matrix(self, sentences: Iterable[Sequence[Block]]) -> Any:
        """A SciPy CSR matrix, one row a sentence."""
        from scipy.sparse import csr_matrix

        rows = [self.row(s) for s in sentences]
        indptr = np.cumsum([0, *(len(c) for c, _ in rows)])
        indices = np.concatenate([c for c, _ in rows]) if rows else np.empty(0, dtype=np.intp)
        data = np.concatenate([w for _, w in rows]) if rows else np.empty(0, dtype=np.float32)
        return csr_matrix((data, indices, indptr), shape=(len(rows), self.width), dtype=np.float32)

    def features(self) -> list[list[str]]:
        """The feature strings by block, in the order of their columns."""
        return [list(block) for block in self._columns]

    @property
    def idf(self) -> NDArray[np.float32]:
        return self._idf

    @classmethod
    def load(cls, features: Sequence[Sequence[str]], idf: NDArray[np.float32]) -> "TfIdf":
        columns: list[dict[str, int]] = []
        at = 0
        for block in features:
            columns.append({f: at + i for i, f in enumerate(block)})
            at += len(block)
        if at != len(idf):
            raise ValueError(f"{at} features but {len(idf)} weights")
        return cls(columns, idf)
