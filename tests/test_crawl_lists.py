"""Crawls of lists that are asked for in more than one request: pages, forms, first pages with cookies, code."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from storage import sources, stories
from tests.crawls import NOW, Crawler, city, notice, pilot, rows
from tests.sites import Reply, Seen, Site, serve


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    return Crawler(tmp_path / "crawl.db")


def numbered(*numbers: int) -> str:
    return rows(*(f"/{number}.html 第{number}号政务公告 2024-03-{number:02}" for number in numbers))


def with_articles(site: Site, numbers: range) -> None:
    for number in numbers:
        site.pages[f"/{number}.html"] = notice(
            f"第{number}号政务公告", "本市召开会议，研究部署绿化工作。" * 5
        )


def test_pages_are_read_until_one_holds_nothing_new(crawler: Crawler) -> None:
    with serve() as site:
        with_articles(site, range(1, 10))
        pages = {"/": numbered(6, 5), "/index_1.html": numbered(4, 3), "/index_2.html": numbered(2, 1)}
        site.pages |= {path: Reply(text) for path, text in pages.items()}
        source = city(site, paging={"next": "index_{page}.html", "pages": 9})
        first = crawler.crawl(source).runs["suzhou"]
        assert (first["entries"], first["new"], first["problem"]) == (6, 6, None)
        assert [path for path in site.paths() if "index" in path] == [f"/index_{n}.html" for n in (1, 2, 3)]
        site.requests.clear()
        second = crawler.crawl(source, now=NOW + timedelta(hours=1)).runs["suzhou"]
        assert (second["new"], site.paths()) == (0, ["/"])
        site.requests.clear()
        site.pages["/"] = Reply(numbered(8, 7))
        third = crawler.crawl(source, now=NOW + timedelta(hours=2)).runs["suzhou"]
        assert (third["new"], third["problem"]) == (2, None)
        assert site.paths()[:2] == ["/", "/index_1.html"] and "/index_2.html" not in site.paths()


def test_pages_that_are_always_the_first_one_end_at_the_second(crawler: Crawler) -> None:
    with serve() as site:
        with_articles(site, range(1, 3))
        site.pages |= {f"/?p={page}": Reply(numbered(2, 1)) for page in range(1, 9)}
        run = crawler.crawl(city(site, "/?p={page}", paging={"pages": 8})).runs["suzhou"]
        assert (run["new"], run["problem"]) == (2, None)
        assert [path for path in site.paths() if "?p" in path] == ["/?p=1", "/?p=2"]


def search(site: Site, name: str, path: str, **more: Any) -> dict[str, Any]:
    block = {
        "id": name,
        "name": "市政府",
        "kind": "api",
        "level": "municipal",
        "language": "zh",
        "urls": [site.url(path)],
    }
    api = {"items": "data", "title": "title", "link": "url", "date": "date"}
    return block | {"api": api} | more


def hits(site: Site, name: str, count: int = 1) -> str:
    found = [
        {"title": f"{name}数字人民币<em>公告</em>{n}", "url": f"/{name}{n}.html", "date": "2024-03-09"}
        for n in range(count)
    ]
    for item in found:
        site.pages[str(item["url"])] = pilot()
    return json.dumps({"data": found})


def test_forms_json_first_pages_and_code(crawler: Crawler) -> None:
    with serve() as site, serve("127.0.0.2") as other:

        def form(seen: Seen) -> Reply:
            asked = parse_qs(seen.body.decode())
            empty = asked["q"] == ["区块链"] or asked["p"] != ["1"]
            return Reply('{"data": []}' if empty else hits(site, "form"))

        def posted(seen: Seen) -> Reply:
            asked = json.loads(seen.body)
            assert seen.headers["content-type"].startswith("application/json")
            return Reply(hits(site, "json") if asked == {"word": "数币", "page": 1, "x": []} else "{}")

        def cookie(seen: Seen) -> Reply:
            return Reply(
                "<meta name='channelid' content='c77'><p>" + "政务公开" * 60,
                headers={"Set-Cookie": "ticket=t1; Path=/"},
            )

        def guarded(seen: Seen) -> Reply:
            known = "ticket=t1" in seen.headers.get("cookie", "")
            return Reply(
                hits(other, "boot") if known else "<title>403 Forbidden</title>", 200 if known else 403
            )

        packed = zlib.compress(
            json.dumps(
                [{"news": [{"id": 5, "title": "数字人民币快讯一则", "published_at": 1709942400}]}]
            ).encode()
        )
        site.pages |= {"/form": form, "/json": posted}
        site.pages["/packed"] = Reply(json.dumps({"data": {"list": base64.b64encode(packed).decode()}}))
        site.pages["/news/detail/5"] = pilot()
        other.pages |= {"/first": cookie, "/search/c77": guarded, "/search/": Reply("x", 403)}
        boot = {"url": other.url("/first"), "select": {"channel": "meta[name=channelid]@content"}}
        lost = {"url": other.url("/first"), "select": {"channel": "meta[name=gone]@content"}}
        read = crawler.crawl(
            search(
                site,
                "form",
                "/form",
                request={"form": {"q": "{keyword}", "p": "{page}"}},
                keywords=["数字人民币", "区块链"],
                paging={},
            ),
            search(
                site,
                "json",
                "/json",
                request={"json": {"word": "{keyword}", "page": "{page}", "x": []}},
                keywords=["数币"],
            ),
            search(other, "boot", "/search/{channel}", request={"bootstrap": boot}),
            search(other, "lost", "/search/{channel}", request={"bootstrap": lost}),
            search(site, "code", "/packed", code="foresight:PackedNews"),
        ).runs
    problems = {name: run["problem"] for name, run in read.items() if run["problem"]}
    assert list(problems) == ["lost"] and "does not hold channel" in problems["lost"]
    assert {name: run["new"] for name, run in read.items()} == {
        "form": 1,
        "json": 1,
        "boot": 1,
        "lost": 0,
        "code": 1,
    }
    asked = [parse_qs(seen.body.decode()) for seen in site.requests if seen.path == "/form"]
    assert sorted((one["q"][0], one["p"][0]) for one in asked) == [
        ("区块链", "1"),
        ("数字人民币", "1"),
        ("数字人民币", "2"),
    ]
    assert all(seen.method == "POST" for seen in site.requests if seen.path in ("/form", "/json"))
    with crawler.database.read() as conn:
        assert sources.state(conn, "boot").baseline and len(stories.latest(conn)) >= 1


def test_years_sitemaps_and_words(crawler: Crawler) -> None:
    with serve() as site:
        with_articles(site, range(1, 10))
        links = "<a href='/2023/'>2023年</a><a href='/2024/'>2024年</a><a href='/all/'>全年统计</a>"
        site.pages |= {
            "/": Reply(f"<title>市政府文件</title>{links}<p>{'栏目说明' * 80}</p>"),
            "/2024/": Reply(numbered(2, 1)),
        }
        index = "<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>"
        site.pages |= {"/map.xml": Reply(index, content_type="application/xml")}
        site.pages["/s1.xml"] = Reply(
            "<urlset><url><loc>/3.html</loc></url></urlset>", content_type="application/xml"
        )
        site.pages["/mixed"] = Reply(
            rows("/4.html 数字人民币红包发放 2024-03-08", "/5.html 花展开幕通知 2024-03-09")
        )
        years = city(site, list={"item": ".list li", "date": "span", "follow": r"^\d{4}年"})
        few = city(
            site, "/mixed", id="few", list={"item": ".list li", "date": "span", "only_words": ["數字人民幣"]}
        )
        runs = crawler.crawl(years, city(site, "/map.xml", id="map", kind="sitemap"), few).runs
    assert {name: (run["entries"], run["new"], run["problem"]) for name, run in runs.items()} == {
        "suzhou": (2, 2, None),
        "map": (1, 1, None),
        "few": (2, 1, None),
    }
    assert "/5.html" not in site.paths() and "/4.html" in site.paths() and "/2023/" not in site.paths()
