"""A list of which nearly all is new at once is no news: what is known by another name stays known, the rest is held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from storage import outbox, sources, stories
from storage.subscriptions import remember_chat, subscribe
from tests.crawls import NOW, Crawler, city, notice
from tests.sites import Reply, Site, serve

HOUR = timedelta(hours=1)
EVENTS = [
    "红包发放",
    "地铁乘车",
    "公交支付",
    "校园缴费",
    "医院结算",
    "商场促销",
    "旅游景区",
    "停车收费",
    "税款缴纳",
    "工资发放",
    "水费代缴",
    "菜市场",
]


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    crawler = Crawler(tmp_path / "storm.db")
    with crawler.database.write() as conn:
        remember_chat(conn, 7, kind="private", language="en", now=NOW - timedelta(days=1))
        subscribe(conn, 7, place=None, topic="digital-yuan", now=NOW - timedelta(days=1), limit=50)
    return crawler


def told(crawler: Crawler) -> int:
    with crawler.database.read() as conn:
        return sum(outbox.counts(conn).values())


def feed(site: Site, items: Iterable[tuple[str, str, str, str]]) -> None:
    """A feed of items: guid, path, title, date."""
    parts = (
        f"<item><guid isPermaLink='false'>{guid}</guid><link>{path}</link><title>{title}</title>{date}</item>"
        for guid, path, title, date in items
    )
    text = f"<rss version='2.0'><channel>{''.join(parts)}</channel></rss>"
    site.pages["/rss"] = Reply(text, content_type="text/xml")


def title(number: int, year: int = 1) -> str:
    return f"苏州市数字人民币{EVENTS[number % 12]}试点第{year}期启动"


def article(number: int, year: int = 1) -> Reply:
    event, sum_ = EVENTS[number % 12], (number + 3) * 71 + year * 1009
    return notice(
        title(number, year),
        f"苏州市{event}数字人民币试点启动，共{sum_}家网点参加，投入{sum_ * 3}万元。",
        f"{event}由第{number + year * 40}工作组负责，市民凭{event}凭证领取{number + 5}元优惠。" * 3,
    )


DATE = "<pubDate>Sat, 09 Mar 2024 02:0{}:00 GMT</pubDate>"


def test_new_guids_and_new_addresses_of_what_was_told_are_no_news(crawler: Crawler) -> None:
    with serve() as site:
        source = city(site, "/rss", kind="feed")
        for n in range(12):
            site.pages[f"/{n}.html"] = site.pages[f"/moved/{n}.html"] = article(n)
        old = [(f"g{n}", f"/{n}.html", title(n), DATE.format(n % 10)) for n in range(12)]
        feed(site, old)
        assert crawler.crawl(source).runs["suzhou"]["new"] == 12
        feed(site, [("x" + guid, path, name, date) for guid, path, name, date in old])
        guids = crawler.crawl(source, now=NOW + HOUR).runs["suzhou"]
        assert (guids["entries"], guids["new"]) == (12, 0)
        feed(site, [("y" + guid, "/moved" + path, name, date) for guid, path, name, date in old])
        moved = crawler.crawl(source, now=NOW + 2 * HOUR).runs["suzhou"]
        assert (moved["entries"], moved["new"]) == (12, 0)
        assert len(site.paths()) == 15  # nothing was read again
        # Old ones slid out of the feed and back into it.
        feed(site, old[:2])
        crawler.crawl(source, now=NOW + 3 * HOUR)
        feed(site, [*old, ("new", "/new.html", "苏州市数字人民币新消息第13期", "")])
        site.pages["/new.html"] = article(5, 9)
        back = crawler.crawl(source, now=NOW + 4 * HOUR).runs["suzhou"]
        assert (back["entries"], back["new"], back["relevant"]) == (13, 1, 1)
    assert told(crawler) == 1


def test_a_list_that_is_all_new_is_held_and_said_to_be_so(crawler: Crawler) -> None:
    with serve() as site:
        source = city(site, "/rss", kind="feed")
        for n in range(12):
            site.pages[f"/{n}.html"], site.pages[f"/2/{n}.html"] = article(n), article(n, 2)
            site.pages[f"/3/{n}.html"] = article(n, 3)
        feed(site, [(f"g{n}", f"/{n}.html", title(n), DATE.format(n % 10)) for n in range(12)])
        crawler.crawl(source)
        feed(site, [(f"h{n}", f"/2/{n}.html", title(n, 2), DATE.format(n % 10)) for n in range(12)])
        run = crawler.crawl(source, now=NOW + HOUR).runs["suzhou"]
        assert (run["new"], run["relevant"]) == (12, 12)  # read, stored, found
        with crawler.database.read() as conn:
            state = sources.state(conn, "suzhou")
            assert len(stories.latest(conn, limit=100)) > 12
        assert told(crawler) == 3
        assert state.status == "layout" and "12 of 12 entries are new at once" in str(state.problem)
        # As many that are dated after the last poll are news.
        late = "<pubDate>Sun, 10 Mar 2024 05:3{}:00 GMT</pubDate>"
        feed(site, [(f"i{n}", f"/3/{n}.html", title(n, 3), late.format(n % 10)) for n in range(12)])
        crawler.crawl(source, now=NOW + 2 * HOUR)
        with crawler.database.read() as conn:
            assert sources.state(conn, "suzhou").status == "ok"
    assert told(crawler) == 15


def test_one_story_in_five_sources_edited_later_is_one_push(crawler: Crawler) -> None:
    with serve() as site:
        every = [city(site, f"/{n}", id=f"source-{n}", name=f"源{n}") for n in range(5)]
        for one in every:
            site.pages["/" + one["id"][-1]] = Reply(
                "<ul class='list'><li><a href='/old'>旧的通知公告</a></ul>"
            )
        site.pages["/old"] = notice("旧的通知公告", "与数字人民币无关的旧通知，仅供参考，请勿转载。" * 3)
        crawler.crawl(*every)
        site.pages |= {f"/{n}.html": article(1) for n in range(5)}
        for words in ("", "（更新）"):
            for n in range(5):
                row = f"<li><a href='/{n}.html'>{title(1)}{words}</a></li>"
                site.pages[f"/{n}"] = Reply(
                    f"<ul class='list'>{row}<li><a href='/old'>旧的通知公告</a></li></ul>"
                )
            crawler.crawl(*every, now=NOW + (2 if words else 1) * HOUR)
        with crawler.database.read() as conn:
            (story,) = stories.latest(conn, limit=100)
    assert len(story.announcements) == 5 and told(crawler) == 1
