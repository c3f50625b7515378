"""Events, snapshots and documents on SQLAlchemy, for SQLite and PostgreSQL."""

from twin_core.store.sql_store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
