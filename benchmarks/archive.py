"""Fills a database with an archive of any size: announcements of all cities and topics, each a story of its
own, the oldest first. The first two thousand are made up and filed by the program; SQLite copies them on,
each copy with an address and a minute of its own: a million would take long to make up.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, Table

from analysis.fingerprint import fingerprint
from analysis.gazetteer import gazetteer
from analysis.types import KINDS, TOPICS, Announcement, Article, Fact, PlaceMention, Publisher
from storage.database import Database
from storage.faces import reach, tag
from storage.records import announcement_values, place_values
from storage.search import remember_words
from storage.tables import announcements, stories, story_tags

NOW = datetime(2025, 1, 1, tzinfo=UTC)
RARE = "罕见"  # some twenty announcements of an archive hold it, whatever its size
EVEN, ODD = "晨报", "晚报"  # every announcement holds one of them, none both
_FILED = 2000
_BATCH = 10_000
_BEFORE = ("今天", "据悉", "日前", "近日")
_ABOUT = (
    "数字人民币试点",
    "区块链应用",
    "政务服务",
    "消费红包",
    "跨境结算",
    "智慧出行",
    "供应链金融",
    "电子证照",
)
_DID = ("正式启动", "发布规划", "扩大范围", "惠及市民", "征求意见", "完成首笔交易", "覆盖商户")
_SHOWN = "(:now - (:count - n) * 60000000)"
_OWN = dict.fromkeys(("id", "story_id", "face_id"), "n") | dict.fromkeys(
    ("shown", "filed", "published", "dated", "fetched"), _SHOWN
)
_OWN |= dict.fromkeys(("url", "canonical_url"), "'https://n.example.org/' || n")
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last) "
_WORDS = (
    f"INSERT INTO search_index (rowid, words, german, source, tags) {_NUMBERS}"  # noqa: S608
    f"SELECT ({_SHOWN} / 1000000) << 30 | n, iif(n % (:count / 20), words, words || ' {RARE}'), german, "
    f"source, tags FROM numbers CROSS JOIN entries ON entries.rowid = n % {_FILED} + 1"
)


def build(database: Database, path: Path, count: int) -> float:
    """Fill a database; the seconds it took. Filed without looking for stories to join: there are none."""
    started = time.perf_counter()
    database.migrate()
    with database.write() as conn:
        for number, item in enumerate(_made_up(count), start=1):
            _file(conn, number, item)
    copying = sqlite3.connect(path, isolation_level=None)
    copying.execute("PRAGMA synchronous = OFF")
    copying.execute("CREATE TEMP TABLE entries AS SELECT words, german, source, tags FROM search_index")
    statements = [_copying(table, key) for table, key in ((stories, "id"), (announcements, "id"))]
    statements += [_copying(story_tags, "story_id"), _WORDS]
    for first in range(_FILED + 1, count + 1, _BATCH):
        last = min(first + _BATCH - 1, count)
        values = {"first": first, "last": last, "count": count, "now": int(NOW.timestamp()) * 1_000_000}
        copying.execute("BEGIN")
        for statement in statements:
            copying.execute(statement, values)
        copying.execute("COMMIT")
    copying.close()
    return time.perf_counter() - started


def _copying(table: Table, key: str) -> str:
    """The statement that copies rows of a table onto new numbers."""
    names = [f'"{column.name}"' for column in table.columns]
    taken = (_OWN.get(column.name, f'm."{column.name}"') for column in table.columns)
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) {_NUMBERS} SELECT {', '.join(taken)} "  # noqa: S608
        f"FROM numbers CROSS JOIN {table.name} m ON m.{key} = n % {_FILED} + 1"
    )


def _file(conn: Connection, number: int, item: Announcement) -> None:
    assert item.dated is not None
    values = announcement_values(item, item.dated) | {"joined_because": [], "bands": []}
    story = {
        **{name: values[name] for name in ("relevance", "reason", "kind", "stage", "topics")},
        **{name: values[name] for name in ("organisations", "facts")},
        "id": number,
        "version": 1,
        "shown": item.dated,
        "filed": item.dated,
        "face_id": number,
        "places": place_values(item.places),
    }
    conn.execute(stories.insert(), story)
    conn.execute(announcements.insert(), {**values, "id": number, "story_id": number})
    tags = [
        {"tag": tag(place, topic), "shown": item.dated, "story_id": number}
        for place in (None, *reach(item.places))
        for topic in (None, *item.topics)
    ]
    conn.execute(story_tags.insert(), tags)
    remember_words(conn, number, item, item.dated)


def _made_up(count: int) -> Iterator[Announcement]:
    """The oldest announcements of an archive of this size."""
    random = Random(7)  # noqa: S311
    provinces = [place for place in gazetteer() if place.level == "province"]
    cities = [place for place in gazetteer() if place.level == "prefecture"]
    marks = fingerprint("", "")
    for number in range(1, min(count, _FILED) + 1):
        city = cities[number // 3 % len(cities)] if number % 3 == 0 else random.choice(provinces)
        sentences = [
            f"{random.choice(_BEFORE)}，{city.short_zh}{random.choice(_ABOUT)}{random.choice(_DID)}，共{random.randrange(10**6)}项。"
            for _ in range(6)
        ]
        when = NOW - timedelta(minutes=count - number)
        publisher = Publisher(f"source{number % 150}", f"来源{number % 150}", "media")
        text = "".join([*sentences, (EVEN, ODD)[number % 2]])
        title = f"{city.name_zh}{random.choice(_ABOUT)}{random.choice(_DID)}"
        yield Announcement(
            article=Article(f"https://n.example.org/{number}", title, text, publisher, when),
            language="zh",
            relevance="yes",
            reason="about it",
            fingerprint=marks,
            topics=(random.choice(TOPICS),),
            kind=random.choice(KINDS),
            places=(PlaceMention(city.adcode, True, city.short_zh),),
            facts=tuple(Fact("count", random.randrange(10**6), "items", "共一项") for _ in range(6)),
            summary=title,
            dated=when,
        )
