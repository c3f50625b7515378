"""Work for an instant, and who works on it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_name = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "due",
        sa.Column("kind", _name, nullable=False),
        sa.Column("key", _name, nullable=False),
        sa.Column("due_us", sa.BigInteger, nullable=False),
        sa.Column("lane", _name, nullable=False),
        sa.Column("lease", sa.String),
        sa.Column("leased_until_us", sa.BigInteger),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("doc", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_due"),
    )
    op.create_index("ix_due_kind_leased_until_us_due_us_key", "due", ["kind", "leased_until_us", "due_us", "key"])
