"""The outbox: claimed durably before the wire, recorded after it, never the same row in a burst."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from storage import outbox
from storage.database import Database
from storage.filing import file
from storage.subscriptions import remember_chat, subscribe
from storage.tables import deliveries
from storage.types import Delivery
from tests.announcements import NOON, announcement

LATER = NOON + timedelta(hours=1)
PLACES = ("110000", "310000", "440300", "500000")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    with database.write() as conn:
        for chat in (1, 2):
            remember_chat(conn, chat, kind="private", language="zh", now=NOON)
            subscribe(conn, chat, place=None, topic=None, now=NOON, limit=5)
        for place in PLACES:
            file(conn, announcement(f"https://n.example.org/{place}", place, places=(place,)), **AT)  # type: ignore[arg-type]
    yield database
    database.close()


AT = {"now": LATER, "tell": True, "max_age": None}


def claim(database: Database, limit: int = 1, **rest: object) -> list[Delivery]:
    with database.write() as conn:
        return outbox.claim(conn, **({"now": LATER, "limit": limit} | rest))  # type: ignore[arg-type]


def states(database: Database) -> dict[str, int]:
    with database.read() as conn:
        return {state: number for state, number in outbox.counts(conn).items() if number}


def test_oldest_first_and_no_row_twice(database: Database) -> None:
    first, second = claim(database, 3), claim(database, 100)
    rows = [(row.story_id, row.chat_id) for row in first + second]
    assert rows == [(story, chat) for story in (1, 2, 3, 4) for chat in (1, 2)]
    assert claim(database) == [] and states(database) == {"sending": 8}
    assert {(row.state, row.tries, row.language, row.version) for row in first} == {("sending", 1, "zh", 1)}


def test_a_story_is_owed_to_a_chat_once(database: Database) -> None:
    again = text(
        "INSERT INTO deliveries (chat_id, story_id, version, state, owed, tries) VALUES (1, 1, 1, 'pending', 0, 0)"
    )
    with pytest.raises(IntegrityError), database.write() as conn:
        conn.execute(again)


def test_sent_and_dead_are_settled(database: Database) -> None:
    one, two = claim(database, 2)
    with database.write() as conn:
        outbox.sent(conn, one.id, 4711, LATER)
        outbox.dead(conn, two.id, "chat not found", LATER)
    with database.read() as conn:
        rows = conn.execute(select(deliveries).where(deliveries.c.id.in_([one.id, two.id]))).mappings().all()
    assert [(row["state"], row["message_id"], row["error"]) for row in rows] == [
        ("sent", 4711, None),
        ("dead", None, "chat not found"),
    ]
    assert {row.id for row in claim(database, 100)}.isdisjoint({one.id, two.id})


def test_days_of_one_error_count_from_the_last_message_that_arrived(database: Database) -> None:
    rows = [row.id for row in claim(database, 100) if row.chat_id == 1]
    found = []
    with database.write() as conn:
        for row, days, error in zip(rows, (0, 0, 1, 2), ("x", "x", "y", "x"), strict=True):
            outbox.dead(conn, row, error, LATER + timedelta(days=days))
            found.append(outbox.days_dead(conn, 1, "x"))
        outbox.sent(conn, rows[1], 7, LATER + timedelta(days=1))
        found.append(outbox.days_dead(conn, 1, "x"))
        assert outbox.days_dead(conn, 2, "x") == 0
    assert found == [1, 1, 1, 2, 1]


def test_an_unknown_outcome_goes_to_the_back_and_is_tried_once_more(database: Database) -> None:
    (row,) = claim(database)
    with database.write() as conn:
        outbox.unknown(conn, row.id, "timed out", LATER)
    order = [item.id for item in claim(database, 100)]
    assert order[-1] == row.id and len(order) == 8


def test_what_was_surely_not_sent_keeps_its_place_and_waits(database: Database) -> None:
    (row,) = claim(database)
    with database.write() as conn:
        outbox.later(conn, row.id, LATER + timedelta(seconds=30))
    assert row.id not in [item.id for item in claim(database, 2)]
    (again,) = claim(database, now=LATER + timedelta(seconds=30))
    assert (again.id, again.tries) == (row.id, 1)


def test_busy_chats_are_left_out(database: Database) -> None:
    assert {row.chat_id for row in claim(database, 3, exclude_chats=[1])} == {2}
    assert claim(database, 3, exclude_chats=[1, 2]) == []


def test_what_a_killed_process_had_claimed_is_unknown_and_not_lost(
    database: Database, tmp_path: Path
) -> None:
    code = f"""
import datetime, os, signal
from storage import outbox
from storage.database import Database
with Database("sqlite:///{tmp_path / "y.db"}").write() as conn:
    outbox.claim(conn, now=datetime.datetime.fromisoformat("{LATER.isoformat()}"), limit=3)
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    assert done.returncode == -signal.SIGKILL
    assert states(database) == {"sending": 3, "pending": 5}
    with database.write() as conn:
        assert outbox.release_stale(conn, LATER) == 3
    assert states(database) == {"unknown": 3, "pending": 5}
    assert [row.tries for row in claim(database, 100)] == [1, 1, 1, 1, 1, 2, 2, 2]


def test_a_claim_reads_the_queue_in_its_order_without_sorting_it(database: Database) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_conn: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        asked.append((statement, values))

    with database.write() as conn:
        event.listen(conn, "before_cursor_execute", note)
        outbox.claim(conn, now=LATER, limit=1, exclude_chats=[7])
        event.remove(conn, "before_cursor_execute", note)
        plan = [row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0][0]}", asked[0][1])]
    assert plan[0] == "SCAN deliveries USING INDEX deliveries_due" and not any(
        "TEMP" in line for line in plan
    )
