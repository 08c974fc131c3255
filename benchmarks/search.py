"""What a search costs in archives of several sizes: p95 of the newest ten in milliseconds of CPU time, beside
raw SQL of the same question on the same file (the rows that the answer is made of, left as they come), and
how it grows with the archive.

    python -m benchmarks.search [ROWS ...]
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from analysis.fingerprint import fingerprint
from analysis.gazetteer import gazetteer
from analysis.query import read_query
from analysis.types import KINDS, TOPICS, Announcement, Article, PlaceMention, Publisher
from storage.database import Database
from storage.faces import reach, tag
from storage.records import announcement_values, place_values
from storage.search import remember_words, search
from storage.tables import announcements, stories, story_tags

SIZES = (10_000, 100_000)
ROUNDS = 200
NOW = datetime(2025, 1, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
BEFORE = ("今天", "据悉", "日前", "近日")
ABOUT = (
    "数字人民币试点",
    "区块链应用",
    "政务服务",
    "消费红包",
    "跨境结算",
    "智慧出行",
    "供应链金融",
    "电子证照",
)
DID = ("正式启动", "发布规划", "扩大范围", "惠及市民", "征求意见", "完成首笔交易", "覆盖商户")
QUESTIONS = {
    "北京": '({words german} : "北京")',
    "红包": '({words german} : "红包")',
    "place:Suzhou": '(tags : "place320500")',
    "红包 place:Suzhou": '({words german} : "红包") AND (tags : "place320500")',
    "京": '({words german} : "京" *)',
    "红包 sort:relevance": "",
}
_IDS = "SELECT rowid FROM search_index WHERE search_index MATCH ? AND rowid >= 0 ORDER BY rowid DESC LIMIT 10"


def generated(count: int, seed: int = 7) -> Iterator[Announcement]:
    """Announcements of all cities and topics, each a story of its own, the oldest first."""
    random = Random(seed)  # noqa: S311
    cities = [place for place in gazetteer() if place.level in ("province", "prefecture")]
    weights = [30 if place.level == "province" else 1 for place in cities]
    marks = fingerprint("", "")
    for number in range(count):
        city = random.choices(cities, weights)[0]
        sentences = (
            f"{random.choice(BEFORE)}，{city.short_zh}{random.choice(ABOUT)}{random.choice(DID)}，共{random.randrange(10**6)}项。"
            for _ in range(6)
        )
        when = NOW - timedelta(minutes=count - number)
        publisher = Publisher(f"source{number % 150}", f"来源{number % 150}", "media")
        address = f"https://n.example.org/{number}"
        title = f"{city.name_zh}{random.choice(ABOUT)}{random.choice(DID)}"
        article = Article(address, title, "".join(sentences), publisher, when)
        yield Announcement(
            article=article,
            language="zh",
            relevance="yes",
            reason="about it",
            fingerprint=marks,
            topics=(random.choice(TOPICS),),
            kind=random.choice(KINDS),
            places=(PlaceMention(city.adcode, True, city.short_zh),),
            summary=title,
            dated=when,
        )


def build(database: Database, count: int) -> float:
    """Fill a database; the seconds it took. Filed without looking for stories to join: there are none."""
    started = time.perf_counter()
    database.migrate()
    with database.write() as conn:
        for number, item in enumerate(generated(count), start=1):
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
    return time.perf_counter() - started


def raw(conn: sqlite3.Connection, expression: str) -> list[Any]:
    """The rows of an answer, without making anything of them."""
    ids = [row[0] & (1 << 30) - 1 for row in conn.execute(_IDS, (expression,))]
    marks = ",".join("?" * len(ids))
    found = conn.execute(f"SELECT * FROM announcements WHERE id IN ({marks})", ids).fetchall()  # noqa: S608
    keys = [row[-3] for row in found]
    return found + conn.execute(f"SELECT * FROM stories WHERE id IN ({marks})", keys).fetchall()  # noqa: S608


def p95(action: Callable[[], object]) -> float:
    """Milliseconds of this thread within which 95 of 100 rounds end, whatever else the machine does."""
    taken = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        action()
        taken.append((time.thread_time() - started) * 1000)
    return sorted(taken)[ROUNDS * 95 // 100]


def measure(path: Path, database: Database) -> dict[str, tuple[float, float]]:
    """For each question (as the program answers it, in raw SQL); NaN where SQL has no such question."""
    plain, figures = sqlite3.connect(path), {}
    with database.read() as conn:
        for typed, expression in QUESTIONS.items():

            def ask(typed: str = typed) -> object:
                return search(conn, read_query(typed, now=NOW, zone=ZONE))

            def ask_sql(expression: str = expression) -> object:
                return raw(plain, expression)

            assert ask()
            figures[typed] = (p95(ask), p95(ask_sql) if expression else float("nan"))
    plain.close()
    return figures


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print the figures."""
    print(
        f"{'p95 of the newest ten, ms':26}"
        + "".join(f"{size:>12,} {'raw SQL':>9} {'ratio':>6}" for size in sizes)
        + f"{'growth':>8}"
    )
    found = []
    for size in sizes:
        with TemporaryDirectory() as directory:
            path = Path(directory) / "search.db"
            database = Database(f"sqlite:///{path}")
            taken = build(database, size)
            found.append((measure(path, database), taken, path.stat().st_size))
            database.close()
    for typed in QUESTIONS:
        pairs = [figures[typed] for figures, _, _ in found]
        cells = (f"{ours:>12.2f} {sql:>9.2f} {ours / sql:>6.2f}" for ours, sql in pairs)
        print(f"{typed:26}{''.join(cells)}{pairs[-1][0] / pairs[0][0]:>8.2f}")
    print(
        f"{'built in s / MB':26}"
        + "".join(f"{taken:>12.1f} {size / 1e6:>9.0f}       " for _, taken, size in found)
    )


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SIZES)
