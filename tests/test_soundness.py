"""`db check` finds what is wrong and says how to mend it; `db repair` mends what can be worked out anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from analysis.query import Query
from storage.database import Database
from storage.filing import file
from storage.search import search
from storage.stories import latest
from tests.announcements import NOON, announcement
from tests.program import yuanwatch


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("database: {url: 'sqlite:///y.db'}\n", encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    with database.write() as conn:
        for place in ("440300", "320500"):
            item = announcement(f"https://n.example.org/{place}", f"{place}红包", places=(place,))
            file(conn, item, now=NOON, tell=False, max_age=None)
    database.close()
    return path


def spoil(config: Path, *statements: str) -> None:
    conn = sqlite3.connect(config.parent / "y.db")
    for statement in statements:
        conn.execute(statement)
    conn.commit()
    conn.close()


def test_a_sound_database_is_called_sound_and_counted(config: Path) -> None:
    ended = yuanwatch("db", "check", config=config)
    assert (ended.status, ended.err) == (0, "")
    assert "is sound" in ended.out
    counted = dict(line.split() for line in ended.out.splitlines()[:-1])
    assert (counted["announcements"], counted["stories"], counted["deliveries"]) == ("2", "2", "0")
    assert yuanwatch("db", "repair", config=config).out == "There was nothing to mend.\n"


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        (["DELETE FROM search_index WHERE rowid = (SELECT max(rowid) FROM search_index)"], "1 announcements are not in"),
        (["INSERT INTO search_index (rowid, words) VALUES (5, 'x')"], "1 rows of the search index"),
        (["DELETE FROM search_index_data WHERE id > 100"], "search index is damaged"),
        (["DELETE FROM story_tags WHERE story_id = 1"], "1 stories stand in no list"),
        (["UPDATE stories SET face_id = 2 WHERE id = 1"], "1 stories stand in no list"),
        (["INSERT INTO stories SELECT 9, version, shown, relevance, reason, kind, stage, topics, places, organisations, facts, face_id, filed, changes FROM stories WHERE id = 1"], "1 stories have no"),
    ],
)  # fmt: skip
def test_disorder_is_found_and_mended(config: Path, statements: list[str], wanted: str) -> None:
    spoil(config, *statements)
    ended = yuanwatch("db", "check", config=config)
    assert ended.status == 1
    assert wanted in ended.err
    assert "to mend it: yuanwatch db repair" in ended.err
    mended = yuanwatch("db", "repair", config=config)
    assert mended.status == 0, mended.err
    assert "nothing to mend" not in mended.out
    ended = yuanwatch("db", "check", config=config)
    assert (ended.status, ended.err) == (0, "")
    database = Database(f"sqlite:///{config.parent / 'y.db'}")
    with database.read() as conn:
        assert len(latest(conn)) == len(search(conn, Query(words=("红包",)))) == 2
    database.close()


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        (
            "UPDATE announcements SET story_id = 77 WHERE id = 1",
            "row 1 of announcements points to no row of stories",
        ),
        (
            "UPDATE announcements SET story_id = NULL WHERE id = 1",
            "1 relevant announcements stand in no story",
        ),
    ],
)
def test_what_cannot_be_mended_needs_a_backup(config: Path, statement: str, wanted: str) -> None:
    spoil(config, statement)
    ended = yuanwatch("db", "check", config=config)
    assert ended.status == 1
    assert wanted in ended.err
    assert "yuanwatch restore FILE" in ended.err


def test_without_a_database_it_says_so(config: Path) -> None:
    (config.parent / "y.db").unlink()
    ended = yuanwatch("db", "check", config=config)
    assert (ended.status, "no database" in ended.err) == (2, True)
    assert not (config.parent / "y.db").exists()
