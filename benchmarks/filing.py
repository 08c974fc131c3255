"""What filing costs as the archive grows: the same announcements go into an archive and into a tenth of it.

Each is filed in a transaction of its own, as a crawl does it: the look for copies and for the same event, the
story, the search index. One in eight is a copy or a report of one of the days before; the dates
run through two years. The two are measured turn by turn, so that other work on the machine slows both.

    python -m benchmarks.filing [ANNOUNCEMENTS]
"""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import mean, median
from tempfile import TemporaryDirectory

from analysis.fingerprint import fingerprint
from analysis.gazetteer import Place, gazetteer
from analysis.types import KINDS, TOPICS, Announcement, Article, Fact, PlaceMention, Publisher
from benchmarks.texts import filler
from storage.database import Database
from storage.filing import file

COUNT = 100_000
FURTHER = 3_000
YEARS = timedelta(days=730)
END = datetime(2026, 1, 1, tzinfo=UTC)
RELEVANT = 0.4
AGAIN = 0.125
SCENES = "地铁 公交 医院 学校 商场 景区 工资 税费 水费 停车 食堂 农贸市场 保险 社保 公积金 仲裁 公证".split()  # noqa: SIM905
DEEDS = "启动 扩大 总结 部署 签约 验收 推进 上线 试点 发放 公布 征集".split()  # noqa: SIM905


def generated(count: int, in_time: int, seed: int = 5) -> Iterator[Announcement]:
    """Announcements in the order of their dates, `in_time` of them spread over `YEARS`; reproducible."""
    rng, recent = Random(seed), deque[Announcement](maxlen=200)  # noqa: S311
    cities = [place for place in gazetteer() if place.level in ("province", "prefecture")]
    for number in range(count):
        when = END - YEARS * (1 - number / in_time)
        if recent and rng.random() < AGAIN:
            yield _again(rng.choice(recent), number, when, rng)
            continue
        item = _new(number, when, rng.choice(cities), rng)
        if item.relevance == "yes":
            recent.append(item)
        yield item


def _new(number: int, when: datetime, city: Place, rng: Random) -> Announcement:
    scene, deed = rng.choice(SCENES), rng.choice(DEEDS)
    money, people = rng.randrange(1, 9999) * 10_000, rng.randrange(100, 99_999)
    relevant = rng.random() < RELEVANT
    subject = rng.choice(("数字人民币", "区块链")) if relevant else "政务公开"
    title = f"{city.name_zh}{deed}{scene}{subject}工作"
    told = f"{title}，投入资金{money // 10_000}万元，覆盖{people}人。"
    text = told + "".join(filler("zh", rng) for _ in range(rng.randrange(4, 14)))
    facts = (
        Fact("amount", money, "CNY", f"{money // 10_000}万元"),
        Fact("count", people, "people", f"{people}人"),
        Fact("date", when.date().isoformat(), None, "当日"),
    )
    return Announcement(
        article=Article(
            f"https://n{number % 150}.example.org/{number}", title, text, _publisher(number), when
        ),
        language="zh",
        relevance="yes" if relevant else "no",
        reason="",
        fingerprint=fingerprint(title, text),
        topics=(rng.choice(TOPICS),) if relevant else (),
        kind=rng.choice(KINDS) if relevant else None,
        places=(PlaceMention(city.adcode, True, city.short_zh),),
        facts=facts if relevant else (),
        summary=told,
        dated=when,
    )


def _again(first: Announcement, number: int, when: datetime, rng: Random) -> Announcement:
    """The same event: half of the time the same text, else in other words with the same figures."""
    text = first.article.text
    if rng.random() < 0.5:
        told = text.partition("。")[0]
        text = f"据报道，{told}。" + "".join(filler("zh", rng) for _ in range(rng.randrange(3, 9)))
    article = Article(
        f"https://n{number % 150}.example.org/{number}", first.article.title, text, _publisher(number), when
    )
    return Announcement(
        article=article,
        language="zh",
        relevance="yes",
        reason="",
        fingerprint=fingerprint(article.title, text),
        topics=first.topics,
        kind=first.kind,
        places=first.places,
        facts=first.facts,
        summary=first.summary,
        dated=when,
    )


def _publisher(number: int) -> Publisher:
    kind = number % 3
    return Publisher(f"source{number % 150}", f"来源{number % 150}", "media" if kind else "government")


def measure(small: Database, large: Database, count: int) -> tuple[list[float], list[float], Counter[str]]:
    """Milliseconds of CPU time of each further announcement in both archives, and all outcomes.

    The small archive holds the last tenth of what the large one holds, so that the days before the further
    ones are as full in both.
    """
    outcomes: Counter[str] = Counter()
    taken: tuple[list[float], list[float]] = ([], [])
    for number, item in enumerate(generated(count + FURTHER, count)):
        if number < count:
            outcomes[filed(large, item)[1]] += 1
            if number >= count - count // 10:
                filed(small, item)
            continue
        pairs = [(large, taken[1]), (small, taken[0])]
        for database, times in pairs if number % 2 else pairs[::-1]:
            times.append(filed(database, item)[0])
    return *taken, outcomes


def filed(database: Database, item: Announcement) -> tuple[float, str]:
    """Milliseconds of CPU time that filing takes, and its outcome."""
    assert item.dated is not None
    began = time.process_time()
    with database.write() as conn:
        outcome = file(conn, item, now=item.dated, tell=False, max_age=None).outcome
    return (time.process_time() - began) * 1000, outcome


def main(count: int = COUNT) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("small.db", "large.db")]
        small, large = (Database(f"sqlite:///{path}", durable=False) for path in paths)
        for database in (small, large):
            database.migrate()
        few, many, outcomes = measure(small, large, count)
        size = paths[1].stat().st_size / 1e6
        for database in (small, large):
            database.close()
    print(f"{count:,} announcements filed, {size:.0f} MB: {dict(outcomes)}")
    print(f"{FURTHER:,} more, in turn into the last tenth alone and into all of it, ms of CPU each:")
    print(f"mean {mean(few):.2f} and {mean(many):.2f}, median {median(few):.2f} and {median(many):.2f}")
    print(f"speed in the whole beside that in a tenth: {mean(few) / mean(many):.2f} (0.9 is asked for)")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]))
