"""Crawls from outside: sites on loopback, a configuration and a database in; stories, states and runs out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.config import CrawlerConfig
from crawler.crawl import UnknownSourceError, crawl
from storage import outbox, sources, stories
from storage.config import DeliveryRules
from storage.subscriptions import remember_chat, subscribe
from storage.types import SourceState
from tests.crawls import NOW, PILOT, Crawler, city, conditional, notice, pilot, rows
from tests.sites import Reply, serve
from yuanwatch.demo.pdf import write_pdf


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    return Crawler(tmp_path / "crawl.db")


def test_new_articles_are_filed_once_and_the_first_poll_is_silent(crawler: Crawler) -> None:
    with crawler.database.write() as conn:
        remember_chat(conn, 7, kind="private", language="en", now=NOW - timedelta(days=1))
        subscribe(conn, 7, place="320500", topic=None, now=NOW - timedelta(days=1), limit=50)
    with serve() as site:
        site.pages["/"] = conditional(
            rows("/a.html 苏州市启动数字人民币试点 2024-03-09", "/b.html 花展开幕 2024-03-08")
        )
        site.pages["/a.html"] = pilot()
        site.pages["/b.html"] = notice("花展开幕", "本市花卉展览今日在公园开幕，展期两周，市民免费参观。" * 3)
        first = crawler.crawl(city(site)).runs["suzhou"]
        assert (first["entries"], first["new"], first["relevant"], first["problem"]) == (2, 2, 1, None)
        second = crawler.crawl(city(site), now=NOW + timedelta(hours=1)).runs["suzhou"]
        assert second["not_modified"] and second["problem"] is None
        assert site.paths() == ["/", "/b.html", "/a.html", "/"]
        site.pages["/"] = Reply(
            rows("/c.html 苏州市发布区块链产业发展行动计划 2024-03-10", "/b.html 花展开幕 2024-03-08")
        )
        site.pages["/c.html"] = notice(
            "苏州市发布区块链产业发展行动计划",
            "苏州市人民政府印发区块链产业发展行动计划（2024—2026年）。" * 3,
        )
        third = crawler.crawl(city(site), now=NOW + timedelta(hours=2)).runs["suzhou"]
    assert (third["entries"], third["new"], third["relevant"]) == (2, 1, 1)
    with crawler.database.read() as conn:
        told = outbox.counts(conn)
        latest = stories.latest(conn)
        state = sources.state(conn, "suzhou")
    assert told.get("pending", 0) == 1
    assert [story.face.title for story in latest] == [
        "苏州市发布区块链产业发展行动计划",
        "苏州市启动数字人民币试点",
    ]
    assert latest[1].face.published == datetime(2024, 3, 8, 16, tzinfo=UTC)
    assert state.baseline and state.status == "ok" and state.succeeded == NOW + timedelta(hours=2)


def test_a_dry_run_writes_nothing(crawler: Crawler) -> None:
    with serve() as site:
        site.pages["/"] = Reply(
            rows("/a.html 苏州市启动数字人民币试点 2024-03-09", "/b.html 没有 2024-03-08")
        )
        site.pages["/a.html"] = pilot()
        run = crawler.crawl(city(site), dry_run=True).runs["suzhou"]
    assert (run["entries"], run["new"], run["relevant"], run["failed"]) == (2, 2, 1, 1)
    with crawler.database.read() as conn:
        assert stories.latest(conn) == [] and sources.states(conn) == {} and sources.last_runs(conn) == {}


def test_requests_to_a_host_are_spaced_over_all_its_sources(crawler: Crawler) -> None:
    with serve() as site:
        site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /private\n", content_type="text/plain")
        site.pages["/one"] = Reply(
            rows("/a.html 苏州市启动数字人民币试点 2024-03-09", "/private/b.html 内部 2024-03-08")
        )
        site.pages["/two"] = Reply(rows("/c.html 苏州市启动数字人民币试点 2024-03-09"))
        site.pages["/a.html"] = site.pages["/c.html"] = pilot()
        one, two = city(site, "/one", id="one", delay=0.6), city(site, "/two", id="two")
        three = city(site, "/private/list", id="three")
        contact = {"obey_robots": True, "contact": "https://watch.example/about"}
        runs = crawler.crawl(one, two, three, crawl=contact).runs
    times = [seen.when for seen in site.requests]
    assert site.requests[0].path == "/robots.txt"
    assert site.paths() == ["/one", "/two", "/a.html", "/c.html"]
    assert min(later - sooner for sooner, later in pairwise(times)) > 0.4  # as they arrive
    agents = {seen.headers["user-agent"] for seen in site.requests}
    assert agents == {"Yuanwatch/0.1.0 (+https://watch.example/about)"}
    assert "robots" in runs["three"]["problem"] and runs["one"]["failed"] == 1


def test_files_in_chinese_encodings_and_feeds(crawler: Crawler) -> None:
    plan = "数字人民币试点工作方案\n苏州市将建设数字人民币试点，受理商户达到十万家，发放红包1000万元。"
    with serve() as site:
        site.pages["/"] = Reply(
            rows(
                "/plan.pdf 苏州市数字人民币试点工作方案 2024-03-09",
                "/n.html 关于印发区块链方案的通知 2024-03-08",
            ).encode("gbk"),
            content_type="text/html; charset=gb2312",
        )
        site.pages["/plan.pdf"] = Reply(write_pdf("方案", [plan] * 14), content_type="application/pdf")
        head = "<meta charset='gb2312'><meta name='PubDate' content='2024-03-07 10:00'>"
        text = notice(
            "关于印发区块链方案的通知",
            "现将苏州市区块链产业方案印发。" * 5,
            "<a href='f.pdf'>附件</a>",
            head=head,
        )
        site.pages["/n.html"] = Reply(str(text.body).encode("gbk"), content_type="text/html")
        site.pages["/f.pdf"] = Reply(b"%PDF-1.4 broken", content_type="application/pdf")
        run = crawler.crawl(city(site)).runs["suzhou"]
    assert (run["relevant"], run["failed"]) == (2, 0)
    with crawler.database.read() as conn:
        latest = {story.face.title: story for story in stories.every(conn)}
    assert latest["关于印发区块链方案的通知"].face.published == datetime(2024, 3, 7, 2, tzinfo=UTC)
    assert any(
        fact.type == "pages" and fact.value == 14 for fact in latest["苏州市数字人民币试点工作方案"].facts
    )


def test_a_feed_that_holds_its_texts_needs_no_article_pages(crawler: Crawler) -> None:
    text = "".join(f"&lt;p&gt;{line.format(5)}&lt;/p&gt;" for line in PILOT)
    item = f"<item><title>苏州市启动数字人民币试点</title><link>/a</link><guid>1</guid><description>{text}</description></item>"
    with serve() as site:
        site.pages["/rss"] = Reply(
            f"<rss version='2.0'><channel>{item}</channel></rss>", content_type="text/xml"
        )
        feed = city(site, "/rss", kind="feed", article={"in_list": True})
        first = crawler.crawl(feed).runs["suzhou"]
        renamed = item.replace("<guid>1<", "<guid>other<")
        site.pages["/rss"] = Reply(
            f"<rss version='2.0'><channel>{renamed}</channel></rss>", content_type="text/xml"
        )
        second = crawler.crawl(feed, now=NOW + timedelta(hours=1)).runs["suzhou"]
    assert first["relevant"] == 1 and site.paths() == ["/rss", "/rss"]
    assert second["entries"] == 1 and second["new"] == 0  # a new guid does not make it new


def test_nothing_due_nothing_crawled_and_unknown_sources_are_named(crawler: Crawler) -> None:
    config = CrawlerConfig.model_validate(
        {
            "sources": [
                {"id": "a-city", "name": "A", "kind": "feed", "level": "media", "urls": ["http://127.0.0.1/"]}
            ]
        }
    )
    database = crawler.database
    with database.write() as conn:
        sources.save_state(conn, SourceState("a-city", "ok", NOW, NOW, True))
    assert crawl(config, DeliveryRules(), database, due_only=True, clock=lambda: NOW) == []
    with pytest.raises(UnknownSourceError, match="b-city"):
        crawl(config, DeliveryRules(), database, source_ids=["b-city"], clock=lambda: NOW)
