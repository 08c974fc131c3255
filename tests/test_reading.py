"""Everything that holds a word is found, each story once, and an answer takes as many statements of ten as of ten thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from analysis.fold import fold
from analysis.query import Query, read_query
from storage.database import Database, DatabaseError, fetch
from storage.filing import file
from storage.search import search
from storage.stories import latest
from tests.announcements import NOON, announcement

PIECES = (
    "北京",
    "在北京市",
    "南北京東",
    "东北",
    "京北",
    "北 京",
    "北\n京",
    "，京",
    "上海",
    "數字人民幣",
    "数字人民币",
    "Peking",
    "a北京b",
    "臺灣",
    "北",
)


@pytest.fixture
def conn() -> Iterator[Connection]:
    database = Database("sqlite:///:memory:")
    database.migrate()
    with database.write() as connection:
        yield connection
    database.close()


def found(conn: Connection, typed: str, **page: int) -> list[int]:
    query = read_query(typed, now=NOON, zone=ZoneInfo("Asia/Shanghai"))
    return [each.story.id for each in search(conn, query, **page)]


def put(conn: Connection, number: int, days: int, fields: tuple[str, str, str]) -> int:
    """File a title, a text and a summary; the story they went into."""
    title, text, summary = fields
    item = announcement(
        f"https://n.example.org/{number}",
        title,
        text,
        summary=summary,
        dated=NOON - timedelta(days=days),
        kind=None,
        topics=(),
        places=(),
    )
    story_id = file(conn, item, now=NOON, tell=False, max_age=None).story_id
    assert story_id is not None
    return story_id


def statements(conn: Connection, question: str | None) -> list[str]:
    """What SQLite is asked for a search, or for the newest."""
    told: list[str] = []
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(told.append)
    if question is None:
        latest(conn, place="110000")
    else:
        found(conn, question)
    driver.set_trace_callback(None)
    return [each for each in told if not each.startswith("--")]  # what FTS5 asks of its own tables


def test_search_finds_what_a_scan_of_all_texts_finds(conn: Connection) -> None:
    random = Random(5)
    held: dict[int, list[str]] = {}
    for number in range(250):
        title, text, summary = (
            "；".join(random.choices(PIECES, k=random.choice((1, 1, 2, 3)))) for _ in range(3)
        )
        # The first hundred stand close together, and some are one story; the others are far apart.
        fields = f"{number} {title}", text, summary
        story_id = put(conn, number, number // 20 if number < 100 else 90 * number, fields)
        held.setdefault(story_id, []).extend(fields)
    for asked in ("北京", "京", "北京市", "京东", "人民币", "人民幣", "台湾", "东北", "北"):
        scanned = Counter(
            key for key, texts in held.items() if any(fold(asked) in fold(text) for text in texts)
        )
        assert Counter(found(conn, asked, limit=1000)) == scanned, asked
        pages = [key for start in range(0, 260, 13) for key in found(conn, asked, limit=13, offset=start)]
        assert Counter(pages) == scanned and len(scanned) > 10, asked


def test_a_story_of_many_reports_leaves_room_for_others(conn: Connection) -> None:
    told = "北京市民领取数字人民币红包，" * 12
    large = {put(conn, number, 0, ("北京红包", f"第{number}家：{told}", "")) for number in range(40)}
    others = [put(conn, number, 90 * number, (f"北京第{number}号", "", "")) for number in range(50, 54)]
    assert len(large) == 1
    assert found(conn, "北京", limit=3) == [*large, *others[:2]]
    (newest,) = search(conn, Query(words=("北京",)), limit=1)
    assert newest.snippet is not None and newest.snippet.text.startswith("第39家")
    assert found(conn, "北京", limit=3, offset=3) == others[2:]
    assert found(conn, "北京", limit=10, offset=5) == found(conn, "北京 上海") == []


@pytest.mark.parametrize("held", [15, 150])
def test_an_answer_takes_two_statements_at_most(conn: Connection, held: int) -> None:
    for number in range(held):
        put(conn, number, 90 * number, (f"北京第{number}号", "", ""))
    assert len(statements(conn, None)) == 1
    for asked in ("北京", "北京 第1号", "上海", "北京 sort:relevance"):
        assert len(statements(conn, asked)) == 2, asked


def test_what_is_read_by_position_shows_one_state_and_is_explained(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(DatabaseError, match="has not been prepared"), database.read() as conn:
        latest(conn)
    database.migrate()
    with database.read() as conn:
        assert fetch(conn, "SELECT count(*) FROM stories") == [(0,)]
        with database.write() as writer:
            put(writer, 1, 0, ("北京", "", ""))
        assert not latest(conn) and not found(conn, "北京")
    with database.read() as conn:
        assert found(conn, "北京") == [1]
    database.close()
