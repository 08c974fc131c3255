"""What is remembered of a source: its state with validators, its runs, and its entries."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from storage.database import Database
from storage.filing import file
from storage.housekeeping import tidy
from storage.sources import (
    GIVE_UP,
    known,
    last_runs,
    mark_seen,
    note_failure,
    record_run,
    save_state,
    sightings,
    state,
    states,
)
from storage.types import Sighting, SourceRun, SourceState, Validator
from tests.announcements import NOON, announcement

URL = "https://city.example.org/list"


def test_a_source_nobody_polled_is_new(conn: Connection) -> None:
    assert state(conn, "a") == SourceState("a") and states(conn) == {}


def test_a_state_is_kept_to_the_last_field_and_replaced(conn: Connection) -> None:
    first = SourceState("a", "failed", NOON, None, False, 3, "HTTP 500", None)
    then = SourceState(
        "a",
        "ok",
        NOON + timedelta(hours=1),
        NOON,
        True,
        0,
        None,
        {URL: Validator('"tag"', None, NOON, NOON + timedelta(hours=1)), URL + "2": Validator(None, "Mon")},
        NOON - timedelta(days=3),
        NOON + timedelta(hours=2),
    )
    for saved in (first, then):
        save_state(conn, saved)
        assert state(conn, "a") == saved and states(conn) == {"a": saved}


def test_the_last_run_of_each_source_is_found(conn: Connection) -> None:
    runs = [
        SourceRun(source, NOON, NOON + timedelta(seconds=n), entries=n, new=1, problem="x" if n else None)
        for source in ("a", "b")
        for n in range(3)
    ]
    for run in runs:
        record_run(conn, run)
    assert last_runs(conn) == {"a": runs[2], "b": runs[5]}


def test_seen_entries_are_known_by_source_and_key(conn: Connection) -> None:
    mark_seen(conn, "a", "k1", URL, NOON)
    keys = ["k1", "k2", "k1"]
    assert (
        known(conn, "a", keys) == {"k1"} and known(conn, "b", keys) == set() and known(conn, "a", []) == set()
    )


def test_any_number_of_keys_may_be_asked_for(conn: Connection) -> None:
    for number in range(0, 2000, 500):
        mark_seen(conn, "a", f"k{number}", URL, NOON)
    assert known(conn, "a", (f"k{number}" for number in range(2000))) == {"k0", "k500", "k1000", "k1500"}


def test_a_failed_entry_is_tried_again_until_it_is_given_up(conn: Connection) -> None:
    for tries in range(1, GIVE_UP + 1):
        assert known(conn, "a", ["k"]) == set()
        assert note_failure(conn, "a", "k", URL, "HTTP 500", NOON) == tries
    assert known(conn, "a", ["k"]) == {"k"}


def test_a_failed_entry_that_is_read_at_last_is_known(conn: Connection) -> None:
    filed = file(conn, announcement(), now=NOON, tell=False, max_age=None)
    note_failure(conn, "a", "k", URL, "HTTP 500", NOON)
    mark_seen(conn, "a", "k", URL, NOON, filed.announcement_id)
    mark_seen(conn, "a", "k", URL, NOON)  # the id stays
    assert known(conn, "a", ["k"]) == {"k"}
    row = conn.exec_driver_sql("SELECT problem, announcement_id FROM entries").one()
    assert tuple(row) == (None, filed.announcement_id)


def test_a_sighting_is_one_appearance_with_the_poll_before_it(conn: Connection) -> None:
    hour = timedelta(hours=1)
    filed = file(conn, announcement(), now=NOON, tell=False, max_age=None)
    published = announcement().article.published
    for key in ("guid", "https://city.example.org/1"):  # known by both
        mark_seen(conn, "a", key, URL, NOON, filed.announcement_id, NOON - hour)
    note_failure(conn, "a", "late", URL, "HTTP 500", NOON + hour, NOON)
    note_failure(conn, "a", "late", URL, "HTTP 500", NOON + 2 * hour, NOON + hour)
    mark_seen(conn, "a", "old", URL, NOON - timedelta(days=90))
    mark_seen(conn, "b", "other", URL, NOON)
    assert sightings(conn, "a", NOON - timedelta(days=30)) == [
        Sighting(None, NOON + hour, NOON),
        Sighting(published, NOON, NOON - hour),
    ]
    assert len(sightings(conn, "a", NOON - timedelta(days=99), limit=1)) == 1


def test_tidying_drops_old_runs_but_never_the_last_nor_what_was_seen(database: Database) -> None:
    run = SourceRun("a", NOON, NOON)
    with database.write() as conn:
        for _ in range(3):
            record_run(conn, run)
        mark_seen(conn, "a", "k", URL, NOON)
    tidy(database, NOON + timedelta(days=365))
    with database.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM runs").scalar() == 1
        assert last_runs(conn) == {"a": run} and known(conn, "a", ["k"]) == {"k"}
