"""Events, snapshots and documents on SQLAlchemy, for SQLite and PostgreSQL."""
