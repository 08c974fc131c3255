"""The balance: duplicates avoided, who tells first, what no official source told; and the commands for it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from storage.database import Database
from storage.ledger import ledger
from storage.reasons import members
from tests.announcements import NOON, announcement
from tests.program import yuanwatch
from tests.test_filing import ENGLISH, LATER, ROUND, put

HOURS = timedelta(hours=1)


def fill(conn: Connection) -> int:
    """One story told by the press and five hours later by the city, one by the press alone."""
    first = put(conn, announcement(facts=ROUND))
    put(conn, announcement(facts=ROUND, **ENGLISH))  # type: ignore[arg-type]
    late = announcement(
        "https://sz.example.cn/1", facts=ROUND, publisher="government", dated=NOON + 5 * HOURS
    )
    put(conn, late, now=LATER + 5 * HOURS)
    put(conn, announcement("https://c.example.org/9", "苏州", places=("320500",)))
    assert first.story_id is not None
    return first.story_id


def test_the_balance(conn: Connection) -> None:
    fill(conn)
    found = ledger(conn)
    assert (found.announcements, found.stories, found.avoided, found.merges) == (4, 2, 2, 0)
    assert (found.official_first, found.press_first, found.official_only, found.press_only) == (0, 1, 0, 1)
    assert (found.press_after, found.official_after) == (None, 5 * HOURS)
    assert found.silent == (("320500", 1),)
    assert ledger(conn, LATER + 9 * HOURS).stories == 0
    empty = ledger(conn, LATER + 9 * HOURS)
    assert (empty.announcements, empty.avoided, empty.silent) == (0, 0, ())


def test_how_a_story_came_together(conn: Connection) -> None:
    story_id = fill(conn)
    found = members(conn, story_id)
    assert [one.publisher for one in found] == ["media", "Wire", "government"]
    assert found[0].reasons == () and all(one.reasons for one in found[1:])
    assert members(conn, 999) == []


def test_the_commands(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("database: {url: sqlite:///y.db}\nsources: []\n")
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    with database.write() as connection:
        story_id = fill(connection)
        ids = [one.id for one in members(connection, story_id)]
    database.close()

    shown = yuanwatch("why", str(story_id), config=config)
    assert shown.status == 0 and "it opened the story" in shown.out and "in common" in shown.out
    pair = yuanwatch("why", str(ids[0]), str(ids[1]), config=config)
    assert pair.status == 0 and "one story" in pair.out and "50000" in pair.out
    apart = yuanwatch("why", str(ids[0]), "4", "--json", config=config)
    assert json.loads(apart.out)[0]["same"] is False
    unknown = yuanwatch("why", "1", "999", config=config)
    assert unknown.status == 1 and "no announcement 999" in unknown.err

    balance = json.loads(yuanwatch("stats", "--json", config=config).out)[0]
    assert (balance["announcements"], balance["avoided"]) == (4, 2)
    assert "duplicates avoided" in yuanwatch("stats", config=config).out
    assert yuanwatch("stats", "--since", "soon", config=config).status == 2

    done = yuanwatch("split", str(ids[1]), config=config)
    assert done.status == 0 and "is the story" in done.out
    new = done.out.split("the story ")[1].split()[0]
    again = yuanwatch("split", str(ids[1]), config=config)
    assert again.status == 1 and "alone" in again.err
    assert yuanwatch("join", new, str(story_id), config=config).status == 0
    assert len(json.loads(yuanwatch("why", str(story_id), "--json", config=config).out)) == 3
    assert yuanwatch("join", "77", str(story_id), config=config).status == 1
