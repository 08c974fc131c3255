"""A database of a former version is brought up to date with everything in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config

import storage
from storage.database import Database
from storage.hosts import host_states, robots_since, save_hosts, save_robots
from storage.sources import known, save_state, sightings, state, states
from storage.types import HostState, Sighting, SourceState, Validator

NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)
INSTANT = int(NOON.timestamp() * 1_000_000)


def first_version(path: Path) -> Database:
    """A database as version 0001 left it: two sources polled, an entry seen."""
    database = Database(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(str(storage.__file__)).parent / "migrations"))
    with database.write() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        source = "INSERT INTO sources VALUES (?, ?, ?, ?, 1, ?, ?, ?)"
        fine, broken = (
            ("fine", "ok", INSTANT, INSTANT, 0, None),
            ("broken", "failed", INSTANT, None, 2, "500"),
        )
        conn.exec_driver_sql(source, (*fine, '{"https://a.example/": ["tag", null]}'))
        conn.exec_driver_sql(source, (*broken, "{}"))
        conn.exec_driver_sql(
            "INSERT INTO entries VALUES ('fine', 'k', 'https://a.example/1', ?, ?, 1, NULL, NULL)",
            (INSTANT, INSTANT),
        )
    return database


def test_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    database.migrate()
    with database.write() as conn:
        both = states(conn)
        assert both["fine"] == SourceState(
            *("fine", "ok", NOON, NOON, True, 0, None),
            {"https://a.example/": Validator("tag")},
            since=NOON,
        )
        assert both["broken"].status == "unreachable" and both["broken"].since == NOON
        assert known(conn, "fine", ["k"]) == {"k"}
        assert sightings(conn, "fine", NOON) == [Sighting(None, NOON)]
        save_state(conn, both["fine"])
        assert state(conn, "fine") == both["fine"]
        assert host_states(conn) == {}
    database.close()


def test_what_hosts_want_is_kept_and_replaced(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    database.migrate()
    wants = [HostState("a.example", NOON, NOON, 5.0), HostState("b.example")]
    with database.write() as conn:
        save_hosts(conn, [HostState("a.example"), wants[1]])
        save_hosts(conn, [wants[0]])
        save_robots(conn, [("https://a.example", b"old")], NOON)
        save_robots(conn, [("https://a.example", b"User-agent: *")], NOON)
    with database.read() as conn:
        assert host_states(conn) == {each.host: each for each in wants}
        assert robots_since(conn, NOON) == {}
        assert robots_since(conn, datetime(2024, 3, 9, tzinfo=UTC)) == {"https://a.example": b"User-agent: *"}
    database.close()
