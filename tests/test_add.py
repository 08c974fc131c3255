"""`yuanwatch add` from outside: a page in, a block out that a crawl reads as it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checks import Desktop, article
from tests.sites import Reply, Site, serve

TITLES = (
    "苏州市启动数字人民币试点工作方案",
    "区块链技术应用示范项目申报指南发布",
    "市领导调研金融科技产业园并召开座谈会",
    "关于公布第二批数据要素流通典型案例的通知",
    "市政府办公室关于印发年度立法计划的通知",
    "关于开展金融科技创新监管试点的公告",
)
NAV = (
    "<div class='nav'><ul>"
    + "".join(f"<li><a href='/c{n}/'>政务公开栏目{n}</a></li>" for n in range(9))
    + "</ul></div>"
)
PLAIN = "<li><a href='{url}'>{title}</a><b>{day}</b></li>"
CUT = "<li><a href='{url}' title='{title}'>{short}</a><span>{day}</span></li>"
FOOT = (
    "<footer><ul>"
    + "".join(f"<li><a href='http://link{n}.example.org/'>友情链接网站之{n}</a></li>" for n in range(8))
    + "</ul></footer>"
)


def page(rows: str, head: str = "<title>通知公告_苏州市人民政府</title>") -> Reply:
    """A page with links about the site before and behind the list."""
    return Reply(f"<html><head>{head}</head><body>{NAV}{rows}{FOOT}</body></html>")


def row(form: str, number: int) -> str:
    """One row of a list by its form."""
    names = {
        "title": TITLES[number],
        "url": f"./t2024030{6 - number}_{number}.html",
        "short": f"{TITLES[number][:8]}…",
    }
    return form.format(**names, day=f"2024-03-0{6 - number}", n=number)  # fmt: skip


def rows(form: str) -> str:
    return "".join(row(form, number) for number in range(6))


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as one:
        for number in range(6):
            one.pages[f"/tzgg/t2024030{6 - number}_{number}.html"] = article(TITLES[number])
        yield one


@pytest.fixture
def desk(tmp_path: Path) -> Desktop:
    one = Desktop(tmp_path)
    one.configure()
    return one


def added(desk: Desktop, url: str, *more: str) -> dict[str, Any]:
    """The block, appended to a file of sources that the configuration includes."""
    ended = desk.run("add", url, *more)
    assert ended.status == 0, ended.err
    file = desk.path / "sources" / "x.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"sources:\n{ended.out}", encoding="utf-8")
    desk.configure()
    (block,) = yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
    return dict(block)


def crawled(desk: Desktop) -> dict[str, Any]:
    """What a crawl of the configuration gives for its one source."""
    ended = desk.run("crawl", "--json")
    assert ended.status == 0, ended.err
    (run,) = json.loads(ended.out)
    return dict(run)


def test_a_list_of_a_city_becomes_a_block_that_a_crawl_reads(site: Site, desk: Desktop) -> None:
    site.pages["/tzgg/"] = page(f"<div class='main'><ul class='news_list'>{rows(CUT)}</ul></div>")
    block = added(desk, site.url("/tzgg/"))
    assert block == {
        "id": "127-0-0-1-tzgg",
        "name": "苏州市人民政府 通知公告",
        "kind": "listing",
        "level": "municipal",
        "language": "zh",
        "place": "320500",
        "urls": [site.url("/tzgg/")],
        "list": {"item": "ul.news_list li", "link": "a", "title": "a@title|a", "date": "span"},
    }
    assert not (desk.path / "y.db").exists()
    run = crawled(desk)
    assert (run["entries"], run["new"], run["failed"], run["problem"]) == (6, 6, 0, None)
    assert desk.run("check", "--all").status == 0


def test_the_block_is_all_that_goes_to_stdout(site: Site, desk: Desktop) -> None:
    site.pages["/tzgg/"] = page(f"<ul class='list'>{rows(PLAIN)}</ul>")
    ended = desk.run("add", site.url("/tzgg/"))
    assert ended.out.startswith("  - id: 127-0-0-1-tzgg\n    name: ")
    assert "level: municipal  # guessed, please check" in ended.out
    assert "place: '320500'  # 苏州, guessed from the name" in ended.out
    assert "6 entries, 6 with a date" in ended.err
    assert "│ 为推进数字人民币试点" in ended.err
    assert site.paths() == ["/tzgg/", "/tzgg/t20240306_0.html"]  # the page is not asked for twice


@pytest.mark.parametrize(
    ("markup", "rules"),
    [
        (
            "<table class='tab'><tr><th>标题</th><th>日期</th></tr>{}</table>|<tr><td>{n}</td><td><a href='{url}'>{title}</a></td><td class='rq'>{day}</td></tr>",
            {"item": "table.tab tr", "link": "a", "title": "a", "date": "td.rq"},
        ),
        (
            "<div id='zwgk'><ul>{}</ul></div>|<li><a href='/c{n}/'>[要闻]</a><a class='tit' href='{url}'>{title}</a><em class='cat'>市</em><em class='time'>[{day}]</em></li>",
            {"item": "#zwgk li", "link": "a.tit", "title": "a.tit", "date": "em.time"},
        ),
        (
            "<div class='box'>{}</div>|<a class='entry' href='{url}'><h3>{title}</h3><p>摘要</p><time datetime='{day}'>today</time></a>",
            {"item": "a.entry", "link": "self", "title": "h3", "date": "time@datetime"},
        ),
        (
            "<ul class='list-b'>{}</ul>|<li><a href='{url}'>{title}<i>{day}</i></a></li>",
            {"item": "ul.list-b li", "link": "a", "title": "a", "date": "i", "title_remove": "i"},
        ),
        (
            "<ul class='plain'>{}</ul>|<li><a href='{url}'>{title}</a></li>",
            {"item": "ul.plain li", "link": "a", "title": "a", "link_pattern": "tdate"},
        ),
        (
            "<ul>{}</ul>|<li class='odd'><a href='{url}'>{title}</a> {day}</li>",
            {"item": "body > ul > li", "link": "a", "title": "a", "date": "self"},
        ),
    ],
    ids=["table", "two links", "cards", "date in the link", "no dates but shapes", "bare date"],
)
def test_lists_in_other_markup_are_found_too(
    site: Site, desk: Desktop, markup: str, rules: dict[str, str]
) -> None:
    around, form = markup.split("|")
    site.pages["/tzgg/"] = page(around.replace("{}", rows(form)))
    block = added(desk, site.url("/tzgg/"))
    assert block["list"] == rules
    run = crawled(desk)
    assert (run["entries"], run["failed"], run["problem"]) == (6, 0, None)


def test_a_feed_that_a_page_names_is_taken(site: Site, desk: Desktop) -> None:
    items = "".join(
        f"<item><title>{title}</title><link>{site.url(f'/tzgg/t2024030{6 - n}_{n}.html')}</link>"
        f"<pubDate>Tue, 0{6 - n} Mar 2024 01:00:00 GMT</pubDate></item>"
        for n, title in enumerate(TITLES)
    )
    feed = f"<rss version='2.0'><channel><title>链闻日报</title>{items}</channel></rss>"
    site.pages["/rss.xml"] = Reply(feed, content_type="application/rss+xml")
    head = (
        "<title>链闻日报</title><link rel=alternate type='application/rss+xml' title='Comments' href='/comments/feed'>"
        "<link rel=alternate type='application/rss+xml' href='/rss.xml'>"
    )
    listed = f"<ul class='list'>{rows(PLAIN)}</ul>"
    site.pages["/tzgg/"] = page(listed, head)
    block = added(desk, site.url("/tzgg/"))
    assert (block["kind"], block["urls"], block["name"]) == ("feed", [site.url("/rss.xml")], "链闻日报")
    assert block["level"] == "media"
    assert crawled(desk)["entries"] == 6
    assert added(desk, site.url("/tzgg/"), "--kind", "listing")["list"]["item"] == "ul.list li"
    own = added(desk, site.url("/rss.xml"))  # the feed itself
    assert (own["kind"], own["name"], own["language"]) == ("feed", "链闻日报", "zh")


def test_json_becomes_an_api_block(site: Site, desk: Desktop) -> None:
    found = [
        {"id": n, "docTitle": title, "docUrl": f"/tzgg/t2024030{6 - n}_{n}.html", "img": "/a.png", "pubTime": 1709600000000 + n}
        for n, title in enumerate(TITLES)
    ]  # fmt: skip
    site.pages["/list.json"] = Reply(json.dumps({"code": 0, "data": {"rows": found}}), content_type="application/json")  # fmt: skip
    block = added(desk, site.url("/list.json"))
    assert block["api"] == {
        "items": "data.rows",
        "title": "docTitle",
        "link": "docUrl",
        "date": "pubTime",
        "date_format": "epoch_ms",
    }
    assert crawled(desk)["entries"] == 6


def test_a_sitemap_is_read_as_one(site: Site, desk: Desktop) -> None:
    urls = "".join(f"<url><loc>{site.url(f'/tzgg/t2024030{6 - n}_{n}.html')}</loc></url>" for n in range(6))
    site.pages["/sitemap.xml"] = Reply(f"<urlset>{urls}</urlset>", content_type="text/xml")
    assert added(desk, site.url("/sitemap.xml"))["kind"] == "sitemap"
    assert crawled(desk)["entries"] == 6


def test_where_nothing_usable_is_found_a_sentence_says_why(site: Site, desk: Desktop) -> None:
    site.pages["/app"] = Reply("<html><div id=app></div><script>" + "x()" * 900 + "</script></html>")
    site.pages["/nav"] = page("<p>" + "欢迎访问本网站。" * 60 + "</p>")
    site.pages["/wall"] = Reply("<script>$_ts = 1</script>", 412)
    site.pages["/file"] = Reply(b"%PDF-1.4 nothing", content_type="application/pdf")
    expected = {
        "/app": "made by JavaScript",
        "/nav": "no feed, and no list of links with dates",
        "/wall": "the challenge of Ruishu",
        "/file": "this is a file",
        "/lost": "not found (404)",
    }
    for path, words in expected.items():
        ended = desk.run("add", site.url(path))
        assert (ended.status, ended.out) == (1, ""), path
        assert words in ended.err
        assert "Traceback" not in ended.err


def test_links_that_only_look_like_headlines_are_not_taken(site: Site, desk: Desktop) -> None:
    links = "".join(
        f"<p><a href='/service{n}'>个人办事服务事项在线申报入口之{n}号窗口</a></p>" for n in range(7)
    )
    for number in range(7):
        site.pages[f"/service{number}"] = Reply("<html><body><p>请登录。</p></body></html>")
    site.pages["/services/"] = Reply(f"<html><body>{links}{'欢迎访问。' * 60}</body></html>")
    ended = desk.run("add", site.url("/services/"))
    assert (ended.status, ended.out) == (1, "")
    assert "none gave articles" in ended.err


def test_english_cards_with_written_months_are_read(site: Site, desk: Desktop) -> None:
    cards = "".join(
        f"<div class='card'><a class='thumb' href='/news/{n}'><img src='{n}.png'></a><div><h3><a href='/news/{n}'>"
        f"China extends its digital yuan trial to {word}</a></h3><p class='meta'>By Staff</p>"
        f"<p class='date'>March {6 - n}, 2024</p></div></div>"
        for n, word in enumerate(("buses", "hospitals", "schools", "markets"))
    )
    site.pages["/news"] = Reply(
        f"<html lang=en><title>News | Ledger Daily</title><body>{cards}</body></html>"
    )
    for number in range(4):
        site.pages[f"/news/{number}"] = article("China extends its digital yuan trial")
    block = added(desk, site.url("/news"))
    assert block["list"] == {"item": "div.card", "link": "a", "title": "a", "date": "p.date"}
    assert (block["language"], block["name"], block["timezone"]) == ("en", "Ledger Daily News", "UTC")
    assert crawled(desk)["entries"] == 4


def test_an_address_with_braces_is_no_template(site: Site, desk: Desktop) -> None:
    site.pages["/tzgg/?q=%7Bx%7D"] = page(f"<ul class='list'>{rows(PLAIN)}</ul>")
    assert added(desk, site.url("/tzgg/?q={x}"))["urls"] == [site.url("/tzgg/?q=%7Bx%7D")]


def test_an_address_that_may_not_be_fetched_is_refused(site: Site, desk: Desktop) -> None:
    desk.configure(allow_networks=[])
    ended = desk.run("add", site.url("/"))
    assert (ended.status, ended.out) == (1, "")
    assert "not a public address" in ended.err
    assert site.connections == 0


def test_a_bad_address_ends_with_2(desk: Desktop) -> None:
    for url in ("suzhou.gov.cn", "ftp://suzhou.gov.cn/", "http://", "file:///etc/passwd"):
        ended = desk.run("add", url)
        assert ended.status == 2, url
        assert "is not an http or https address" in ended.err


def test_an_id_that_is_taken_is_not_given_again(site: Site, desk: Desktop) -> None:
    site.pages["/tzgg/"] = page(f"<ul class='list'>{rows(PLAIN)}</ul>")
    block = added(desk, site.url("/tzgg/"))
    ended = desk.run("add", site.url("/tzgg/"))
    assert f"{block['id']} reads this address already." in ended.err
    assert ended.out.startswith(f"  - id: {block['id']}-2\n")
