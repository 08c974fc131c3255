"""Crawls of sites that misbehave: the others are read, the fault is named, and nothing is lost for good."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE

import pytest

from storage import sources, stories
from storage.types import Validator
from tests import crawls
from tests.crawls import NOW, Crawler, city, conditional, pilot, rows
from tests.sites import Reply, Site, serve


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    return Crawler(tmp_path / "crawl.db")


def bad_sites(site: Site) -> Mapping[str, str]:
    """Sources that fail, by path, with words their problem must hold."""
    shell = "<html><script>window.$_ts={};$_ts.cd='x'</script><body></body></html>"
    pages: dict[str, tuple[Reply, str]] = {
        "/broken": (Reply("", 500), "500"),
        "/lost": (Reply("", 404), "404"),
        "/gone": (Reply("", 410), "gone for good"),
        "/forbidden": (Reply("", 403), "blocked"),
        "/ruishu": (Reply(shell, 412), "blocked"),
        "/jiasule": (Reply(shell, 521), "blocked"),
        "/accepted": (Reply(shell, 202), "blocked"),
        "/shell": (Reply(shell), "blocked"),
        "/moment": (Reply("<title>Just a moment...</title>" + "x" * 2000), "blocked"),
        "/bare": (Reply("<p>" + "没有任何条目的页面。" * 50), "no entries"),
        "/script": (Reply("<div id=app></div>" + "<script>render()</script>" * 90), "JavaScript"),
        "/slow": (Reply("late", delay=4), "no answer in time"),
        "/loop": (Reply("", 302, {"Location": "/loop"}), "redirections"),
        "/huge": (Reply("x" * 400_000), "given up"),
    }
    site.pages.update({path: reply for path, (reply, _) in pages.items()})
    return {path: words for path, (_, words) in pages.items()}


def test_bad_sources_stop_no_good_one(crawler: Crawler) -> None:
    with serve() as site, serve("127.0.0.3") as other, serve("127.0.0.4") as busy:
        expected = bad_sites(site)
        busy.pages["/busy"] = Reply("", 429, {"Retry-After": "60"})
        bad = [city(site, path, id="bad-" + path[1:]) for path in expected]
        feed = city(site, "/bare", id="bad-feed", kind="feed")
        nowhere = city(site, id="bad-host", urls=["http://no-such-host.invalid/"])
        other.pages["/"] = Reply(rows("/a.html 苏州市启动数字人民币试点 2024-03-09"))
        other.pages["/a.html"] = pilot()
        often = city(busy, "/busy", id="bad-busy")
        done = crawler.crawl(
            *(*bad, often, feed, nowhere, city(other)), crawl={"timeout": 1.5, "max_size_mb": 0.3}
        )
    problems = {path: str(done.runs["bad-" + path[1:]]["problem"]) for path in expected}
    assert {path: words for path, words in problems.items() if expected[path] not in words} == {}
    assert "too often" in done.runs["bad-busy"]["problem"]
    assert "not a feed" in done.runs["bad-feed"]["problem"]
    assert "unknown host" in done.runs["bad-host"]["problem"]
    assert done.runs["suzhou"]["relevant"] == 1 and done.runs["suzhou"]["problem"] is None
    with crawler.database.read() as conn:
        states = sources.states(conn)
    assert states["bad-gone"].status == "gone" and states["bad-ruishu"].status == "blocked"
    assert states["bad-bare"].status == "empty" and states["bad-slow"].status == "unreachable"
    assert states["bad-busy"].status == "limited" and states["bad-feed"].status == "layout"
    assert all(state.failures == 1 and not state.baseline for id_, state in states.items() if id_ != "suzhou")
    assert "Traceback" not in done.log
    assert done.progress[-1][2] == done.progress[-1][3]


def test_an_article_that_fails_is_tried_again_and_told_of_in_the_end(crawler: Crawler) -> None:
    with serve() as site:
        site.pages["/"] = conditional(
            rows("/a.html 苏州市启动数字人民币试点 2024-03-09", "/b.html 旧通知 2024-03-08")
        )
        site.pages["/a.html"] = Reply("", 503)
        first = crawler.crawl(city(site)).runs["suzhou"]
        assert (first["new"], first["failed"], first["relevant"], first["problem"]) == (2, 2, 0, None)
        with crawler.database.read() as conn:
            state = sources.state(conn, "suzhou")
        assert not state.validators and state.baseline  # else the failure would hide behind a 304
        with crawler.database.write() as conn:
            for _ in range(3):
                key = "https://" + site.url("/a.html").split("://")[1]
                sources.note_failure(conn, "suzhou", key, site.url("/a.html"), "503", NOW)
        second = crawler.crawl(city(site), now=NOW + timedelta(hours=1)).runs["suzhou"]
        assert (second["new"], second["failed"], second["relevant"]) == (1, 1, 1)
        third = crawler.crawl(city(site), now=NOW + timedelta(hours=2)).runs["suzhou"]
    assert third["not_modified"]
    assert site.paths().count("/b.html") == 1  # 404: asked once
    with crawler.database.read() as conn:
        (story,) = stories.latest(conn)
    assert story.face.title == "苏州市启动数字人民币试点"


def test_a_list_that_was_full_and_is_empty_is_a_failure(crawler: Crawler) -> None:
    with serve() as site:
        site.pages["/"] = Reply(
            rows("/a.html 苏州市启动数字人民币试点 2024-03-09"), headers={"ETag": '"one"'}
        )
        site.pages["/a.html"] = pilot()
        crawler.crawl(city(site))
        site.pages["/"] = Reply("<p>" + "网站改版公告。" * 100, headers={"ETag": '"two"'})
        run = crawler.crawl(city(site), now=NOW + timedelta(hours=1)).runs["suzhou"]
    assert "layout changed" in run["problem"]
    with crawler.database.read() as conn:
        state = sources.state(conn, "suzhou")
    assert state.status == "layout" and state.failures == 1
    assert state.validators == {site.url("/"): Validator('"one"', None, NOW)}


def test_sigterm_ends_a_crawl_in_order(crawler: Crawler) -> None:
    with serve() as site:
        site.pages["/"] = Reply(rows(*(f"/{n}.html 通知第{n}号 2024-03-09" for n in range(40))))
        for n in range(40):
            site.pages[f"/{n}.html"] = Reply(pilot().body, delay=0.2)
        crawler.database.close()
        with subprocess.Popen(
            [sys.executable, crawls.__file__], stdin=PIPE, stdout=PIPE, stderr=PIPE
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(crawler.asked(city(site)))
            process.stdin.close()
            while len(site.requests) < 4:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            out = process.stdout.read()
        assert process.returncode == 0
    assert time.monotonic() - began < 10
    (run,) = json.loads(out)["runs"]
    assert "interrupted" in run["problem"]
    with crawler.database.read() as conn:
        state = sources.state(conn, "suzhou")
    assert state.polled is None and not state.validators  # the next crawl reads the list in full
    assert state.baseline
