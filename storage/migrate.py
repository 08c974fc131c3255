"""Turns the tables of any former version into today's, with Alembic, in the caller's transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from storage.errors import DatabaseError, DatabaseTooNew


def upgrade(connection: Connection, path: str) -> None:
    """Run what is missing. `path` is for the sentences of DatabaseTooNew and DatabaseError."""
    config = _config()
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is None and inspect(connection).get_table_names():
        raise DatabaseError(
            f"{path} holds tables of another program. Name another file in database.url; nothing was changed."
        )
    if current is not None:
        refuse_unknown(current, path)
    command.upgrade(config, "head")


def refuse_unknown(current: str, path: str) -> None:
    """Raise DatabaseTooNew where the tables of a file have a version that this program does not know."""
    scripts = ScriptDirectory.from_config(_config())
    if current not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseTooNew(
            f"The database {path} was written by a newer version of Yuanwatch (its tables have version "
            f"{current}, this one knows {scripts.get_current_head()}). Install the newer version, or put "
            "back a backup from before the upgrade; nothing was changed."
        )


def _config() -> Config:
    config = Config()
    # ConfigParser reads % as the beginning of a variable.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
