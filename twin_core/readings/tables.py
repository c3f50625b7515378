"""The tables of the time series, and the MetaData that every stored table of the twin core belongs to."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column of exactly the type INTEGER.
Serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")
# Sorted by code point on both databases, as Python sorts; a locale would sort PostgreSQL otherwise.
Name = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")

series = sa.Table(
    "series",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("twin", Name, nullable=False),
    sa.Column("property", Name, nullable=False),
    sa.UniqueConstraint("twin", "property"),
    sqlite_autoincrement=True,  # the number of an erased series never comes back
)

# Exactly one of number, flag and text is set. The last four columns are set in a summary only: a row
# that stands, at the instant of the last of them, for all the readings of a step.
readings = sa.Table(
    "readings",
    metadata,
    sa.Column(
        "series_id",
        sa.BigInteger,
        sa.ForeignKey("series.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("at_us", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Double),
    sa.Column("flag", sa.Boolean),
    sa.Column("text", sa.String),
    sa.Column("minimum", sa.Double),
    sa.Column("mean", sa.Double),
    sa.Column("maximum", sa.Double),
    sa.Column("count", sa.BigInteger),
    sqlite_with_rowid=False,  # the rows lie in the order in which they are asked for
)


def insert(dialect: str, table: sa.Table) -> Any:
    """The INSERT of this database, which knows ON CONFLICT (both spell it alike, from two classes)."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
