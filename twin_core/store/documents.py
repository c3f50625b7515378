"""Documents: current state under a kind and a key, each with a version that counts its changes."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Document
from twin_core.readings.tables import insert
from twin_core.readings.values import checked_text
from twin_core.store.encoding import plain
from twin_core.store.tables import documents


def check(batch: Sequence[Document]) -> list[Document]:
    """In the order of their keys: two batches cannot wait for each other in a circle.

    Raises Rejected for what cannot be stored.
    """
    checked = []
    for document in batch:
        kind, key = checked_text(document.kind), checked_text(document.key)
        doc = None if document.doc is None else plain(document.doc, f"{kind} {key}")
        checked.append(Document(kind, key, doc, document.expected_version))
    return sorted(checked, key=lambda document: (document.kind, document.key))


async def write(connection: AsyncConnection, batch: Sequence[Document]) -> None:
    """Writes what check() answered. Raises Conflict."""
    for unconditional, run in groupby(batch, key=lambda d: d.doc is not None and d.expected_version is None):
        if unconditional:
            await _put(connection, run)
            continue
        for document in run:
            if not await _exchange(connection, document):
                raise Conflict(
                    f"{document.kind} {document.key} was changed in the meantime.",
                    hint="Read it again, then decide.",
                    details={"kind": document.kind, "key": document.key, "expected": document.expected_version},
                )


async def _put(connection: AsyncConnection, batch: Iterable[Document]) -> None:
    new = insert(connection.dialect.name, documents)
    changed = {"doc": new.excluded.doc, "version": documents.c.version + 1}
    statement = new.on_conflict_do_update(index_elements=["kind", "key"], set_=changed)
    await connection.execute(statement, [_row(document) for document in batch])


async def _exchange(connection: AsyncConnection, document: Document) -> bool:
    """Whether the document was as expected; only then it has been replaced or deleted."""
    it = sa.and_(documents.c.kind == document.kind, documents.c.key == document.key)
    as_expected = sa.and_(it, documents.c.version == document.expected_version)
    statement: Any
    if document.doc is None and document.expected_version is None:
        await connection.execute(sa.delete(documents).where(it))
        return True
    if document.doc is None and document.expected_version == 0:
        return (await connection.execute(sa.select(documents.c.version).where(it))).first() is None
    if document.doc is None:
        statement = sa.delete(documents).where(as_expected)
    elif document.expected_version == 0:
        statement = insert(connection.dialect.name, documents).values(_row(document)).on_conflict_do_nothing()
    else:
        changed = {"doc": document.doc, "version": documents.c.version + 1}
        statement = sa.update(documents).where(as_expected).values(changed)
    return bool((await connection.execute(statement)).rowcount)


def _row(document: Document) -> dict[str, Any]:
    return {"kind": document.kind, "key": document.key, "version": 1, "doc": document.doc}
