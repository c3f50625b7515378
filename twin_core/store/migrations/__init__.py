"""The way from each schema to the next. Imports Alembic, which takes a third of a second: import it late."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def upgrade(connection: sa.Connection, to: str) -> None:
    """Runs the migrations up to a revision within the open transaction of this connection."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def heads() -> list[str]:
    """The newest revisions; there must be one."""
    return list(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
