"""The tables of events, snapshots, documents and due work."""

import sqlalchemy as sa

from twin_core.readings.tables import Name, Serial, metadata, readings, series

events = sa.Table(
    "events",
    metadata,
    sa.Column("position", Serial, primary_key=True),
    sa.Column("stream", Name, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("schema", sa.Integer, nullable=False),  # version of what `data` holds; see upcasters.py
    sa.Column("at_us", sa.BigInteger, nullable=False),  # when it happened
    sa.Column("recorded_us", sa.BigInteger, nullable=False),  # when this store was told
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("caused_by", sa.String, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.UniqueConstraint("stream", "version"),
    sqlite_autoincrement=True,  # the position of an erased event never comes back
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("stream", Name, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("state", sa.JSON, nullable=False),
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("kind", Name, primary_key=True),
    sa.Column("key", Name, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("doc", sa.JSON, nullable=False),
)

due = sa.Table(
    "due",
    metadata,
    sa.Column("kind", Name, primary_key=True),
    sa.Column("key", Name, primary_key=True),
    sa.Column("due_us", sa.BigInteger, nullable=False),
    sa.Column("lane", Name, nullable=False),
    sa.Column("lease", sa.String),  # of the claim that works on it
    sa.Column("leased_until_us", sa.BigInteger),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("doc", sa.JSON, nullable=False),
    # What is claimed comes after what is not: the next to do is the first of the latter.
    sa.Index(None, "kind", "leased_until_us", "due_us", "key"),
)

# In the order in which they can be filled.
ALL = (events, snapshots, documents, due, series, readings)

__all__ = ["ALL", "documents", "due", "events", "metadata", "readings", "series", "snapshots"]
