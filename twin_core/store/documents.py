"""Documents: current state by kind and key, replaced as a whole, exchanged where a version is expected.

Statements are made once: making one takes longer than SQLite takes to carry it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Document
from twin_core.readings.tables import insert
from twin_core.readings.values import checked_text
from twin_core.store.encoding import Encoded, encoded
from twin_core.store.tables import documents

# Named otherwise than the columns, which name the parameters of what is set.
_IT = sa.and_(documents.c.kind == sa.bindparam("its_kind"), documents.c.key == sa.bindparam("its_key"))
_AS_EXPECTED = sa.and_(_IT, documents.c.version == sa.bindparam("expected"))
_READ = sa.select(documents.c.doc, documents.c.version).where(_IT)
_VERSION = sa.select(documents.c.version).where(_IT)
_DELETE = sa.delete(documents).where(_IT)
_DELETE_EXPECTED = sa.delete(documents).where(_AS_EXPECTED)
_REPLACE_EXPECTED = (
    sa.update(documents)
    .where(_AS_EXPECTED)
    .values(doc=sa.bindparam("its_doc", type_=documents.c.doc.type), version=documents.c.version + 1)
)
_FIND = sa.select(documents.c.kind, documents.c.key, documents.c.doc, documents.c.version).where(
    documents.c.kind.in_(sa.bindparam("kinds", expanding=True)),
    documents.c.key.in_(sa.bindparam("keys", expanding=True)),
)
_FOUND_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that can be written as it is."""

    kind: str
    key: str
    doc: Encoded | None
    expected_version: int | None


def check(batch: Sequence[Document]) -> list[Checked]:
    """In the order of their keys: two batches cannot wait for each other in a circle.

    Raises Rejected for what cannot be stored.
    """
    checked = []
    for document in batch:
        kind, key = checked_text(document.kind), checked_text(document.key)
        doc = None if document.doc is None else encoded(document.doc, f"{kind} {key}")
        checked.append(Checked(kind, key, doc, document.expected_version))
    return sorted(checked, key=lambda document: (document.kind, document.key))


def read(connection: sa.Connection, kind: str, key: str) -> tuple[Mapping[str, Any], int] | None:
    """A document and its version."""
    row = connection.execute(_READ, {"its_kind": kind, "its_key": key}).first()
    return None if row is None else (row.doc, row.version)


def find(
    connection: sa.Connection, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[Mapping[str, Any], int]]:
    """Those that there are, with their versions."""
    found: dict[tuple[str, str], tuple[Mapping[str, Any], int]] = {}
    for start in range(0, len(keys), _FOUND_AT_ONCE):
        wanted = set(keys[start : start + _FOUND_AT_ONCE])
        # Each of these kinds with each of these keys: SQLite has no index for pairs, but finds these by one.
        near = {"kinds": list({kind for kind, _ in wanted}), "keys": list({key for _, key in wanted})}
        rows = connection.execute(_FIND, near)
        found.update(((row.kind, row.key), (row.doc, row.version)) for row in rows if (row.kind, row.key) in wanted)
    return found


def write(connection: sa.Connection, batch: Sequence[Checked]) -> None:
    """Writes what check() answered. Raises Conflict."""
    for unconditional, run in groupby(batch, key=lambda d: d.doc is not None and d.expected_version is None):
        if unconditional:
            connection.execute(_put(connection.dialect.name), [_row(document) for document in run])
            continue
        for document in run:
            if not _exchange(connection, document):
                raise Conflict(
                    f"{document.kind} {document.key} was changed in the meantime.",
                    hint="Read it again, then decide.",
                    details={"kind": document.kind, "key": document.key, "expected": document.expected_version},
                )


def _exchange(connection: sa.Connection, document: Checked) -> bool:
    """Whether the document was as expected; only then it has been replaced or deleted."""
    it = {"its_kind": document.kind, "its_key": document.key}
    expected = {**it, "expected": document.expected_version}
    if document.doc is None and document.expected_version is None:
        connection.execute(_DELETE, it)
        return True
    if document.doc is None and document.expected_version == 0:
        return connection.execute(_VERSION, it).first() is None
    if document.doc is None:
        return bool(connection.execute(_DELETE_EXPECTED, expected).rowcount)
    if document.expected_version == 0:
        return bool(connection.execute(_add(connection.dialect.name), _row(document)).rowcount)
    return bool(connection.execute(_REPLACE_EXPECTED, {**expected, "its_doc": document.doc}).rowcount)


@lru_cache
def _put(dialect: str) -> Any:
    new = insert(dialect, documents)
    changed = {"doc": new.excluded.doc, "version": documents.c.version + 1}
    return new.on_conflict_do_update(index_elements=["kind", "key"], set_=changed)


@lru_cache
def _add(dialect: str) -> Any:
    return insert(dialect, documents).on_conflict_do_nothing()


def _row(document: Checked) -> dict[str, Any]:
    return {"kind": document.kind, "key": document.key, "version": 1, "doc": document.doc}
