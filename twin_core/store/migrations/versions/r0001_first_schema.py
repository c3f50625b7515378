"""Events, snapshots, documents, series, readings.

A migration says what it does in full and never imports today's tables: they will have moved on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_name = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("position", _serial, nullable=False),
        sa.Column("stream", _name, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("recorded_us", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("caused_by", sa.String, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("stream", "version", name="uq_events_stream_version"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "snapshots",
        sa.Column("stream", _name, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("stream", "version", name="pk_snapshots"),
    )
    op.create_table(
        "documents",
        sa.Column("kind", _name, nullable=False),
        sa.Column("key", _name, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("doc", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_documents"),
    )
    op.create_table(
        "series",
        sa.Column("id", _serial, nullable=False),
        sa.Column("twin", _name, nullable=False),
        sa.Column("property", _name, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("twin", "property", name="uq_series_twin_property"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "readings",
        sa.Column("series_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("at_us", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("number", sa.Double),
        sa.Column("flag", sa.Boolean),
        sa.Column("text", sa.String),
        sa.Column("minimum", sa.Double),
        sa.Column("mean", sa.Double),
        sa.Column("maximum", sa.Double),
        sa.Column("count", sa.BigInteger),
        sa.PrimaryKeyConstraint("series_id", "at_us", name="pk_readings"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_readings_series_id_series", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
