"""Fixtures that tests of several folders share."""

from tests.databases import clock, database_url, postgres, postgresql_url, sqlite_url, store

__all__ = ["clock", "database_url", "postgres", "postgresql_url", "sqlite_url", "store"]
