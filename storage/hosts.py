"""Turns what is remembered of web hosts into rows: when they were asked, what they want, their robots.txt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from storage.tables import hosts, robots
from storage.types import HostState

_ROW = insert_or(hosts)
_SAVE = _ROW.on_conflict_do_update(
    index_elements=[hosts.c.host],
    set_={name: _ROW.excluded[name] for name in ("asked", "resting", "delay")},
)


def host_states(conn: Connection) -> dict[str, HostState]:
    """What is remembered of every host, by its name."""
    return {row["host"]: HostState(**row) for row in conn.execute(select(hosts)).mappings()}


def save_hosts(conn: Connection, states: Iterable[HostState]) -> None:
    """Remember these hosts, in the transaction that files what they gave."""
    for state in states:
        conn.execute(_SAVE, asdict(state))


def save_changes(
    conn: Connection, states: Iterable[HostState], files: Iterable[tuple[str, bytes]], now: datetime
) -> None:
    """Remember what was learned of hosts, and robots.txt files by origin."""
    save_hosts(conn, states)
    save_robots(conn, files, now)


def robots_since(conn: Connection, since: datetime) -> dict[str, bytes]:
    """The robots.txt files fetched after `since`, by origin ("https://host:port")."""
    query = select(robots.c.origin, robots.c.body).where(robots.c.fetched > since)
    return {row.origin: row.body for row in conn.execute(query)}


def save_robots(conn: Connection, files: Iterable[tuple[str, bytes]], now: datetime) -> None:
    """Remember robots.txt files by origin; what was kept of the same origins before goes."""
    for origin, body in files:
        conn.execute(delete(robots).where(robots.c.origin == origin))
        conn.execute(robots.insert().values(origin=origin, body=body, fetched=now))
