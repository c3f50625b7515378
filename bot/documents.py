"""The part of the store that channels and identities need, and one that lasts as long as the process."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch


class Documents(Protocol):
    """Pieces of current state by kind and key; see `Store`."""

    async def get(self, kind: str, key: str) -> tuple[Mapping[str, Any], int] | None: ...

    def scan(self, kind: str) -> AsyncIterator[tuple[str, Mapping[str, Any]]]: ...

    async def commit(self, batch: Batch) -> Any: ...


class VolatileDocuments:
    """Keeps documents for as long as the process lives."""

    def __init__(self) -> None:
        self._docs: dict[tuple[str, str], tuple[Mapping[str, Any], int]] = {}

    async def get(self, kind: str, key: str) -> tuple[Mapping[str, Any], int] | None:
        return self._docs.get((kind, key))

    async def scan(self, kind: str) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        for (known, key), (doc, _) in sorted(self._docs.items()):
            if known == kind:
                yield key, doc

    async def commit(self, batch: Batch) -> None:
        for document in batch.documents:
            version = self._docs.get((document.kind, document.key), ({}, 0))[1]
            if document.expected_version not in (None, version):
                raise Conflict(f"{document.kind} {document.key} was changed in the meantime.")
        for document in batch.documents:
            at = document.kind, document.key
            version = self._docs.get(at, ({}, 0))[1]
            if document.doc is None:
                self._docs.pop(at, None)
            else:
                self._docs[at] = (document.doc, version + 1)
