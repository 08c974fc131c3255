"""What stood on a list when it was first read is told to nobody, what comes after is told, come what may."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE

import pytest

from storage import outbox, sources
from storage.subscriptions import remember_chat, subscribe
from tests import crawls
from tests.crawls import NOW, Crawler, city, notice, rows
from tests.sites import Reply, Site, serve

TITLE = "苏州市启动数字人民币试点第{}批"


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    crawler = Crawler(tmp_path / "first.db")
    with crawler.database.write() as conn:
        remember_chat(conn, 7, kind="private", language="en", now=NOW - timedelta(days=1))
        subscribe(conn, 7, place="320500", topic=None, now=NOW - timedelta(days=1), limit=50)
    return crawler


def told(crawler: Crawler) -> int:
    with crawler.database.read() as conn:
        return sum(outbox.counts(conn).values())


def write_articles(site: Site, *numbers: int) -> None:
    for n in numbers:
        text = f"苏州市启动数字人民币试点，第{n}批{n * 317}家商户接入，发放红包{n * 13}万元。"
        site.pages[f"/{n}.html"] = notice(TITLE.format(n), text, f"市民可以在{n}号网点报名，为期三个月。" * 3)


def listed(*numbers: int) -> Reply:
    return Reply(rows(*(f"/{n}.html {TITLE.format(n)} 2024-03-09" for n in numbers)))


@pytest.mark.parametrize(
    "tail", ["<script>1</script>", "\n<br />\nWarning: x on line 3", "\n0", "<!-- --" * 9]
)
def test_junk_behind_a_feed_silences_it_not(crawler: Crawler, tail: str) -> None:
    with serve() as site:
        write_articles(site, 1, 2, 3)
        feed = city(site, "/rss", kind="feed")
        for hour, numbers in enumerate([(1,), (2, 1), (3, 2, 1)]):
            items = "".join(
                f"<item><title>{TITLE.format(n)}</title><link>/{n}.html</link></item>" for n in numbers
            )
            text = f"<rss version='2.0'><channel>{items}</channel></rss>{tail}"
            site.pages["/rss"] = Reply(text, content_type="text/xml")
            run = crawler.crawl(feed, now=NOW + timedelta(hours=hour)).runs["suzhou"]
            assert run["entries"] == len(numbers)
    assert told(crawler) == 2


def test_articles_that_fail_in_every_poll_silence_nobody_and_are_silent_when_they_are_old(
    crawler: Crawler,
) -> None:
    with serve() as site:
        write_articles(site, 1, 3, 5)
        site.pages["/2.html"] = site.pages["/4.html"] = site.pages["/6.html"] = Reply("", 503)
        for hour, numbers in enumerate([(2, 1), (4, 3, 2, 1), (6, 5, 4, 3, 2, 1)]):
            site.pages["/"] = listed(*numbers)
            crawler.crawl(city(site), now=NOW + timedelta(hours=hour))
        assert told(crawler) == 2  # 3 and 5
        write_articles(site, 2, 4, 6)
        run = crawler.crawl(city(site), now=NOW + timedelta(hours=3)).runs["suzhou"]
    assert (run["new"], run["failed"], run["relevant"]) == (3, 0, 3)
    assert told(crawler) == 4  # 4 and 6 too; 2 stood there first


def test_a_feed_cut_off_at_first_has_its_baseline(crawler: Crawler) -> None:
    with serve() as site:
        write_articles(site, 1, 2)
        item = "<item><title>{}</title><link>/{}.html</link></item>"
        old, new = item.format(TITLE.format(1), 1), item.format(TITLE.format(2), 2)
        cut = f"<rss version='2.0'><channel>{old}<item><title>x</title><link>/x"
        site.pages["/rss"] = Reply(cut, content_type="text/xml", headers={"ETag": '"a"'})
        crawler.crawl(city(site, "/rss", kind="feed"))
        with crawler.database.read() as conn:
            state = sources.state(conn, "suzhou")
        assert state.baseline and not state.validators
        site.pages["/rss"] = Reply(
            f"<rss version='2.0'><channel>{new}{old}</channel></rss>", content_type="text/xml"
        )
        crawler.crawl(city(site, "/rss", kind="feed"), now=NOW + timedelta(hours=1))
    assert told(crawler) == 1


def test_a_first_poll_that_is_killed_stays_silent_for_what_stood_there(crawler: Crawler) -> None:
    with serve() as site:
        write_articles(site, 1, 2, 3, 4)
        site.pages["/"] = listed(3, 2, 1)
        slow = site.pages["/3.html"]
        assert isinstance(slow, Reply)
        site.pages["/3.html"] = Reply(slow.body, delay=1.5)
        with subprocess.Popen(
            [sys.executable, crawls.__file__], stdin=PIPE, stdout=PIPE, stderr=PIPE
        ) as process:
            assert process.stdin is not None
            process.stdin.write(crawler.asked(city(site)))
            process.stdin.close()
            while "/3.html" not in site.paths():
                time.sleep(0.02)
            process.kill()
        site.pages["/"], site.pages["/3.html"] = listed(4, 3, 2, 1), slow
        crawler.crawl(city(site), now=NOW + timedelta(hours=1))
    assert told(crawler) == 1  # 4


def test_a_database_that_fails_fails_the_poll_and_counts_against_no_article(crawler: Crawler) -> None:
    with serve() as site:
        write_articles(site, *range(1, 6))
        site.pages["/"] = listed(1)
        crawler.crawl(city(site))
        site.pages["/"] = listed(*range(5, 0, -1))
        locked = [sqlite3.connect(crawler.path, isolation_level=None, check_same_thread=False)]
        page = site.pages["/2.html"]

        def lock(_: object) -> Reply:
            locked[0].execute("BEGIN IMMEDIATE")
            assert isinstance(page, Reply)
            return page

        site.pages["/2.html"] = lock
        done = crawler.crawl(city(site), now=NOW + timedelta(hours=1))
        locked[0].execute("ROLLBACK")
        locked[0].close()
        assert "locked" in done.runs["suzhou"]["problem"] and "Traceback" not in done.log
        assert done.runs["suzhou"]["failed"] == 0 and told(crawler) == 0
        site.pages["/2.html"] = page
        again = crawler.crawl(city(site), now=NOW + timedelta(hours=2)).runs["suzhou"]
    assert (again["new"], again["failed"], again["relevant"]) == (4, 0, 4)
    assert told(crawler) == 4
