"""Articles that are sent elsewhere: a page that stands for all of them is none of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from crawler.config import SourceConfig
from crawler.landing import astray, moved
from crawler.types import Entry
from tests.crawls import NOW, Crawler, city, pilot, rows
from tests.sites import Reply, serve


def test_articles_sent_to_one_page_are_tried_again(tmp_path: Path) -> None:
    crawler = Crawler(tmp_path / "landing.db")
    with serve() as site:
        names = ("a", "b", "list", "home", "moved")
        site.pages["/zw/"] = Reply(rows(*(f"/{name}.html 数字人民币试点{name} 2024-03-09" for name in names)))
        away = {"a": "/closed", "b": "/closed", "list": "/zw/index.html", "home": "/", "moved": "/new.html"}
        for name, place in away.items():
            site.pages[f"/{name}.html"] = Reply("", 302, {"Location": place})
        site.pages["/closed"] = site.pages["/"] = site.pages["/zw/index.html"] = pilot(1)
        site.pages["/new.html"] = pilot(2)
        first = crawler.crawl(city(site, "/zw/")).runs["suzhou"]
        assert (first["new"], first["failed"], first["relevant"]) == (5, 4, 1)
        for number, name in enumerate(names):
            site.pages[f"/{name}.html"] = pilot(1000 + number)
        second = crawler.crawl(city(site, "/zw/"), now=NOW + timedelta(hours=1)).runs["suzhou"]
    assert (second["new"], second["failed"], second["relevant"]) == (4, 0, 4)


def test_where_an_article_was_found() -> None:
    with serve() as site:
        source = SourceConfig.model_validate(city(site, "/zw/"))
        assert astray(site.url("/zw/index.html"), source) and astray(site.url("/index.html"), source)
        assert astray(site.url("/?id=5"), source) is None and astray(site.url("/zw/a.html"), source) is None
    entry = Entry("suzhou", "k", "http://www.city.example/a/index.html", "")
    assert not moved("https://city.example/a/", entry) and moved("https://city.example/b/", entry)


def test_an_address_that_cannot_be_asked_stops_no_other(tmp_path: Path) -> None:
    with serve() as site:
        bad = ("http://host:abc/x", "http://a..b.example/", "http://xn--zzzzzzzz-.example/")
        site.pages["/zw/"] = Reply(
            rows(*(f"{link} 数字人民币 2024-03-09" for link in (*bad, "/a.html")), "/r.html 旧 2024-03-08")
        )
        site.pages["/a.html"] = pilot()
        site.pages["/r.html"] = Reply("", 302, {"Location": "http://host:99999999/x"})
        run = Crawler(tmp_path / "bad.db").crawl(city(site, "/zw/")).runs["suzhou"]
    assert (run["entries"], run["failed"], run["relevant"], run["problem"]) == (2, 1, 1, None)
