"""The past of a place: its steps in order, what they are, how many; and questions that end at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from analysis.query import Query
from storage import history, stories
from storage.database import Database
from storage.filing import file
from storage.history import Profile
from storage.search import search
from tests.announcements import NOON, announcement, yuan

SHENZHEN, GUANGDONG, SUZHOU = "440300", "440000", "320500"


@pytest.fixture(scope="module")
def conn() -> Iterator[Connection]:
    """Three stories a month apart, the newest first, and talk about them."""
    database = Database("sqlite:///:memory:")
    database.migrate()
    with database.write() as connection:
        for number, (title, kind, stage, facts) in enumerate(
            [
                ("深圳试点扩大到全市", "pilot-expansion", "expanded", (yuan(3e6),)),
                ("深圳发放数字人民币红包", "lottery", "announced", (yuan(1e7), yuan(200))),
                ("广东启动区块链试点", "pilot-launch", "launched", ()),
                ("专家谈数字人民币", "opinion", None, ()),
            ]
        ):
            item = announcement(
                f"https://n.example.org/{number}",
                title,
                kind=kind,  # type: ignore[arg-type]
                stage=stage,
                facts=facts,
                places=(GUANGDONG,) if number == 2 else (SHENZHEN,),
                topics=("blockchain",) if number == 2 else ("digital-yuan",),
                dated=NOON - timedelta(days=30 * number),
            )
            file(connection, item, now=NOON, tell=False, max_age=None)
    with database.read() as connection:
        yield connection
    database.close()


def test_the_steps_of_a_place_come_oldest_first_without_talk(conn: Connection) -> None:
    def titles(**asked: object) -> list[str]:
        found = history.timeline(conn, GUANGDONG, **asked)  # type: ignore[arg-type]
        return [story.face.title[:4] for story in found]

    assert titles() == ["广东启动", "深圳发放", "深圳试点"]
    assert titles(topic="blockchain") == ["广东启动"]
    assert titles(limit=1, offset=1) == ["深圳发放"]
    assert titles(since=NOON - timedelta(days=30), until=NOON) == ["深圳发放"]


def test_the_profile_of_a_place(conn: Connection) -> None:
    found = history.profile(conn, GUANGDONG)
    assert (found.stories, found.first, found.latest) == (4, NOON - timedelta(days=90), NOON)
    assert found.topics == (("digital-yuan", 3), ("blockchain", 1))
    assert dict(found.kinds) == {"pilot-expansion": 1, "lottery": 1, "pilot-launch": 1, "opinion": 1}
    assert set(found.stages) == {"expanded", "announced", "launched"}
    assert found.largest is not None
    assert found.largest.value == 1e7
    assert history.profile(conn, SHENZHEN, "blockchain") == Profile(0, None, None)
    assert history.profile(conn, SHENZHEN, "digital-yuan").topics == (("digital-yuan", 3),)


def test_stories_are_counted_between_two_times(conn: Connection) -> None:
    assert history.count(conn) == 4
    assert history.count(conn, GUANGDONG) == 4
    assert history.count(conn, SHENZHEN, since=NOON - timedelta(days=30), until=NOON) == 1


def test_stages_by_announcement(conn: Connection) -> None:
    story = stories.latest(conn, place=SHENZHEN, limit=1)[0]
    assert history.stages_told(conn, story.id) == {story.face.id: "expanded"}
    assert [each.id for each in history.in_full(conn, [story.id])] == [story.id]


def test_until_is_not_included(conn: Connection) -> None:
    def titles(until: timedelta, words: tuple[str, ...] = ()) -> list[str]:
        query = Query(words=words, until=NOON + until)
        assert query.filtered
        return [found.story.face.title[:4] for found in search(conn, query)]

    second = timedelta(seconds=1)
    newest = stories.latest(conn, until=NOON)
    assert [story.face.title[:4] for story in newest] == ["深圳发放", "广东启动", "专家谈数"]
    assert titles(timedelta()) == ["深圳发放", "广东启动", "专家谈数"]
    assert titles(second)[0] == "深圳试点"
    assert titles(timedelta(), ("红包",)) == ["深圳发放"]
    assert titles(timedelta(days=-31), ("红包",)) == []
    assert search(conn, Query(words=("红包",), since=NOON, until=NOON)) == []
