"""`yuanwatch check` from outside: what each selector found, what failed, and nothing stored."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.checks import Desktop, article, steps
from tests.crawls import city, rows
from tests.sites import Reply, Site, serve
from yuanwatch.config import load
from yuanwatch.lock import only_one
from yuanwatch.wiring import alone

LIST = rows(
    "/t20240305_1.html 苏州市启动数字人民币试点工作方案 2024-03-05",
    "/t20240304_2.html 区块链技术应用示范项目申报指南 2024-03-04",
    "/about.html 关于本网站的说明和联系方式 2024-03-01",
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as one:
        one.pages["/"] = Reply(LIST)
        one.pages["/t20240305_1.html"] = article("苏州市启动数字人民币试点工作方案")
        yield one


@pytest.fixture
def desk(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


def test_a_good_source_shows_its_entries_its_newest_article_and_every_step(site: Site, desk: Desktop) -> None:
    desk.configure(city(site, article={"body": ".TRS_Editor"}))
    ended = desk.run("check", "suzhou")
    assert ended.status == 0, ended.err
    assert "suzhou  ok  3 entries, 3 with a date" in ended.out
    assert "2024-03-05 00:00  苏州市启动数字人民币试点工作方案" in ended.out
    assert "│ 为推进数字人民币试点" in ended.out
    assert "3 nodes" in ended.out
    assert site.paths() == ["/", "/t20240305_1.html"]  # one list, one article
    assert site.requests[0].path == "/robots.txt"
    assert site.requests[-1].headers["referer"] == site.url("/")
    assert site.requests[-1].headers["user-agent"].startswith("Yuanwatch/")


def test_nothing_is_stored(site: Site, desk: Desktop) -> None:
    desk.configure(city(site))
    assert desk.run("check", "suzhou").status == 0
    assert [path.name for path in desk.path.iterdir()] == ["config.yaml"]


def test_a_database_that_is_there_stays_as_it_is(site: Site, desk: Desktop) -> None:
    desk.configure(city(site))
    database = Database(f"sqlite:///{desk.path / 'y.db'}")
    database.migrate()
    database.close()
    before = (desk.path / "y.db").read_bytes()
    assert desk.run("check", "--all").status == 0
    assert (desk.path / "y.db").read_bytes() == before


@pytest.mark.parametrize(
    ("block", "step", "found"),
    [
        ({"list": {"item": ".old li", "date": "span"}}, "list.item", "0 nodes"),
        ({"list": {"item": ".list li", "link": "h3 a", "date": "span"}}, "list.link", "0 of 3"),
        ({"list": {"item": ".list li", "title": "h3", "date": "span"}}, "list.title", "0 of 3"),
        ({"list": {"item": ".list li", "date": "em.day"}}, "list.date", "0 of 3"),
        ({"list": {"item": ".list li", "date": "span", "link_include": "/news/"}}, "list.link_include", "kept 0 of 3 links"),
        ({"list": {"unwrap": [{"regex": "nothing(.*)"}]}}, "list.unwrap step 1 (regex: nothing(.*))", "found nothing"),
    ],
)  # fmt: skip
def test_the_selector_that_failed_is_named(
    site: Site, desk: Desktop, block: dict[str, Any], step: str, found: str
) -> None:
    desk.configure(city(site, **block))
    ended, records = desk.found("suzhou")
    assert ended.status == 1
    assert steps(records["suzhou"], "failed") == {step: found}
    (failed,) = [one for one in records["suzhou"]["findings"] if one["verdict"] == "failed"]
    assert len(failed["advice"]) > 20


def test_what_stood_in_for_a_selector_is_told_and_does_not_fail(site: Site, desk: Desktop) -> None:
    rules = {"title": "h5", "body": "#old", "date": ".when", "remove": ".share"}
    desk.configure(city(site, article=rules))
    ended, records = desk.found("suzhou")
    assert ended.status == 0
    looks = steps(records["suzhou"], "warning")
    assert looks["article.body"].startswith("not found; fell back to the common container .TRS_Editor: ")
    assert looks["article.title"] == "not found; taken from elsewhere: “苏州市启动数字人民币试点工作方案”"
    assert looks["article.date"] == "not found; from elsewhere: 2024-03-05 00:00"
    assert looks["article.remove"] == "0 nodes"


def test_a_link_pattern_says_how_many_links_it_kept(site: Site, desk: Desktop) -> None:
    desk.configure(city(site, list={"link_pattern": "tdate"}))
    ended, records = desk.found("suzhou")
    assert ended.status == 0
    assert steps(records["suzhou"], "ok")["list.link_pattern tdate"] == "kept 2 of 3 links"
    assert records["suzhou"]["dated"] == 2


def test_a_date_that_is_not_understood_is_quoted(site: Site, desk: Desktop) -> None:
    site.pages["/"] = Reply(LIST.replace("<span>", "<span>号外 "))
    desk.configure(city(site, list={"item": ".list li", "date": "a"}))
    _, records = desk.found("suzhou")
    (failed,) = [one for one in records["suzhou"]["findings"] if one["verdict"] == "failed"]
    assert failed["advice"].startswith(
        "“苏州市启动数字人民币试点工作方案” was not understood: set list.date_format"
    )


def test_a_source_that_is_not_read_says_what_a_crawl_says(site: Site, desk: Desktop) -> None:
    site.pages["/wall"] = Reply("<script>$_ts = 1</script>", 412)
    site.pages["/secret/"] = Reply(LIST)
    site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /secret/", content_type="text/plain")
    site.pages["/hollow"] = Reply("<html><body><ul class='list'></ul>" + "空" * 300 + "</body></html>")
    site.pages["/app"] = Reply("<html><div id=app></div><script>" + "x()" * 900 + "</script></html>")
    paths = {"wall": "/wall", "robots": "/secret/", "lost": "/nowhere", "hollow": "/hollow", "app": "/app"}
    desk.configure(*(city(site, path, id=name) for name, path in paths.items()))
    ended, records = desk.found("--all")
    assert ended.status == 1
    assert {name: one["state"] for name, one in records.items()} == {
        "wall": "blocked",
        "robots": "blocked",
        "lost": "unreachable",
        "hollow": "empty",
        "app": "empty",
    }
    assert "Ruishu" in records["wall"]["problem"]
    assert "robots" in records["robots"]["problem"]
    assert records["lost"]["problem"] == "not found (404)"
    assert records["hollow"]["problem"] == "no entries found: the selectors match nothing"
    assert records["app"]["problem"].endswith("the page is made by JavaScript")


def test_an_article_that_cannot_be_read_fails_its_source(site: Site, desk: Desktop) -> None:
    site.pages["/t20240305_1.html"] = Reply("forbidden", 403)
    desk.configure(city(site))
    ended, records = desk.found("suzhou")
    assert ended.status == 1
    assert records["suzhou"]["state"] == "blocked"
    assert records["suzhou"]["article_problem"] == "blocked: forbidden (403)"
    assert len(records["suzhou"]["entries"]) == 3


def test_paging_is_tried_with_the_second_page(site: Site, desk: Desktop) -> None:
    site.pages["/index_1.html"] = Reply(LIST)
    desk.configure(city(site, paging={"next": "index_{page}.html", "pages": 5}))
    ended, records = desk.found("suzhou")
    assert ended.status == 0
    assert steps(records["suzhou"], "warning")["paging"] == "page 2: 3 entries, 0 of them not on page 1"
    assert site.paths().count("/index_1.html") == 1
    assert "/index_2.html" not in site.paths()


def test_what_is_expected_of_a_source_and_missing_fails_it(site: Site, desk: Desktop) -> None:
    desk.configure(city(site, expect={"entries": 10}))
    ended, records = desk.found("suzhou")
    assert ended.status == 1
    assert records["suzhou"]["state"] == "layout"
    assert "at least 10 are expected" in records["suzhou"]["problem"]


def test_feeds_sitemaps_and_json_are_checked_too(site: Site, desk: Desktop) -> None:
    item = f"<item><title>数字人民币试点启动</title><link>{site.url('/t20240305_1.html')}</link><pubDate>Tue, 05 Mar 2024 01:00:00 GMT</pubDate></item>"
    site.pages["/feed"] = Reply(
        f"<rss version='2.0'><channel>{item}</channel></rss>", content_type="text/xml"
    )
    site.pages["/feed0"] = Reply("<rss version='2.0'><channel></channel></rss>", content_type="text/xml")
    site.pages["/map"] = Reply(
        f"<urlset><url><loc>{site.url('/t20240305_1.html')}</loc></url></urlset>", content_type="text/xml"
    )
    rows_of = [{"name": "数字人民币试点启动", "href": "/t20240305_1.html", "day": "2024-03-05"}]
    site.pages["/json"] = Reply(json.dumps({"data": {"rows": rows_of}}), content_type="application/json")
    api = {"items": "data.rows", "title": "name", "link": "href", "date": "day"}
    plain: dict[str, Any] = {"list": {}}
    desk.configure(
        city(site, "/feed", id="feed", kind="feed", **plain),
        city(site, "/feed0", id="hush", kind="feed", **plain),
        city(site, "/map", id="map", kind="sitemap", **plain),
        city(site, "/json", id="json", kind="api", api=api, **plain),
        city(site, "/json", id="old", kind="api", api=api | {"title": "docTitle"}, **plain),
    )  # fmt: skip
    ended, records = desk.found("--all")
    assert ended.status == 1
    assert {name for name, one in records.items() if one["ok"]} == {"feed", "hush", "map", "json"}
    assert records["hush"]["state"] == "empty"  # a feed that never had anything may have nothing
    assert steps(records["json"], "ok")["api.date"] == "1 of 1"
    assert steps(records["old"], "failed") == {"api.title": "0 of 1"}
    (advice,) = [one["advice"] for one in records["old"]["findings"] if one["step"] == "api.title"]
    assert advice == "An item has name, href, day. Write the path of the title into api.title."
    assert site.paths().count("/t20240305_1.html") == 1  # one host, one question


def test_all_is_a_table_and_leaves_out_what_is_disabled(site: Site, desk: Desktop) -> None:
    broken: dict[str, Any] = {"id": "broken", "list": {"item": ".old li"}}
    desk.configure(city(site), city(site, **broken), city(site, id="off", disabled="it is closed"))
    ended = desk.run("check", "--all")
    assert ended.status == 1
    lines = {line.split("│")[1].strip(): line for line in ended.out.splitlines() if line.count("│") > 5}
    assert "ok" in lines["suzhou"]
    assert "read" in lines["suzhou"]
    assert "list.item" in lines["broken"]
    assert "off" not in lines
    assert "1 of 2 sources failed." in ended.err
    assert desk.run("check", "off").status == 0
    desk.configure(city(site))
    assert desk.run("check").status == 0


def test_what_cannot_start_ends_with_2(site: Site, desk: Desktop) -> None:
    desk.configure(city(site))
    ended = desk.run("check", "town")
    assert ended.status == 2
    assert "No source has the id town" in ended.err
    assert desk.run("check", "suzhou", "--all").status == 2
    desk.configure()
    assert desk.run("check", "--all").status == 2
    assert site.requests == []


def test_the_rules_about_links_of_feeds_and_sitemaps_say_what_they_left(site: Site, desk: Desktop) -> None:
    def item(path: str) -> str:
        return f"<item><title>数字人民币试点启动</title><link>{site.url(path)}</link></item>"

    def loc(path: str) -> str:
        return f"<url><loc>{site.url(path)}</loc></url>"

    paths = ("/t20240305_1.html", "/about.html", "/sport.html")
    feed = f"<rss version='2.0'><channel>{''.join(map(item, paths))}</channel></rss>"
    site.pages["/feed"] = Reply(feed, content_type="text/xml")
    site.pages["/map"] = Reply(f"<urlset>{''.join(map(loc, paths))}</urlset>", content_type="text/xml")
    none: dict[str, Any] = {"list": {"link_include": "/politics/"}}
    desk.configure(
        city(site, "/feed", id="feed", kind="feed", **none),
        city(site, "/map", id="map", kind="sitemap", list={"link_pattern": "tdate"}),
    )
    ended, records = desk.found("--all")
    assert ended.status == 1
    assert steps(records["feed"], "failed") == {"list.link_include": "kept 0 of 3 links"}
    assert steps(records["map"], "ok")["list.link_pattern tdate"] == "kept 1 of 3 links"
    assert records["map"]["ok"]


def test_a_crawl_into_the_same_database_is_waited_for(
    desk: Desktop, caplog: pytest.LogCaptureFixture
) -> None:
    desk.configure()
    (desk.path / "y.db").touch()
    crawl = only_one(f"sqlite:///{desk.path / 'y.db'}", "crawl")
    crawl.__enter__()
    ended = threading.Event()

    def end() -> None:
        ended.set()
        crawl.__exit__(None, None, None)

    threading.Timer(0.5, end).start()
    with alone(load(desk.file)):
        assert ended.is_set()
    assert "a crawl is under way; waiting for its end" in caplog.text


def test_a_host_that_wants_to_be_left_alone_is_left_alone(site: Site, desk: Desktop) -> None:
    desk.configure(city(site))
    site.pages["/"] = Reply("slower", 429, {"Retry-After": "3600"})
    assert desk.run("crawl").status == 1
    site.pages["/"] = Reply(LIST)
    asked = len(site.requests)
    ended, records = desk.found("suzhou")
    assert ended.status == 1
    assert "wants to be left alone until" in records["suzhou"]["problem"]
    assert len(site.requests) == asked
