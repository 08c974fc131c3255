"""Pages that mean harm, or are broken in ways that parsers do not expect, cost little and lose only themselves."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from analysis.analyse import LONGEST, analyse
from analysis.types import Article, Publisher
from crawler.config import SourceConfig
from crawler.extract.article import extract
from crawler.extract.decode import decode
from crawler.extract.files import media_of
from crawler.rules import ListRules
from crawler.spiders.feed import read_feed, truncated
from crawler.spiders.links import absolute
from crawler.spiders.listing import read_listing
from crawler.spiders.markup import plain
from crawler.types import Entry, Page, UnreadableError

URL = "http://city.example/zw/"
NOW = datetime(2024, 3, 10, 4, tzinfo=UTC)
ENTRY = Entry("city", "k", URL + "a", "苏州市启动数字人民币试点")
ARTICLE = (
    "<html><body>{}<h1>苏州市启动数字人民币试点</h1><div class='TRS_Editor'><p>{}</p>{}</div>{}</body></html>"
)
WORDS = "苏州市启动数字人民币试点，首批3000家商户接入。" * 5


def source(kind: str = "listing", **more: object) -> SourceConfig:
    values = {"id": "city", "name": "市政府", "kind": kind, "level": "municipal", "urls": [URL]}
    return SourceConfig.model_validate(values | more)


def page(text: str, content_type: str = "text/html") -> Page:
    return Page(URL, text.encode(), content_type, NOW)


def read(head: str = "", inside: str = "", after: str = "") -> Article:
    return extract(page(ARTICLE.format(head, WORDS, inside, after)), ENTRY, source())


@pytest.mark.parametrize(
    "link",
    [
        *(
            "http://host:abc/x",
            "http://host:99999999/x",
            "http://host:65536/",
            "http://host:-1/",
            "http://host:0/",
        ),
        *("http://exa mple.com/x", "http://[::1]:x/", "http://[", "//[x", "http://a]b/", "http://[标题]/"),
        *(
            "http://a..b.com/",
            "http://.com/",
            f"http://{'a' * 70}.com/",
            "http://%zz/",
            "http://\u202e.com/x",
        ),
        *("http://xn--zzzzzzzz-.com/", f"http://{'a.' * 130}com/", "http://[::zz]/"),
    ],
)
def test_addresses_that_nobody_can_be_asked_at(link: str) -> None:
    assert absolute(URL, link) is None
    article = read(f"<base href='{link}'>", f"<a href='{link}'>x</a><a href='{link}f.pdf'>附件</a>")
    assert article.title == ENTRY.title and article.attachments == ()
    text = f"<base href='{link}'><ul><li><a href='{link}'>title</a></li><li><a href='/ok'>other</a></li></ul>"
    assert [entry.url for entry in read_listing(source(), {}, page(text))] == ["http://city.example/ok"]


@pytest.mark.parametrize(
    "link", ["http://例え.example/x", "http://a_b.example/", "http://[::1]:80/x", "/x?y=1"]
)
def test_addresses_that_can_be_asked(link: str) -> None:
    assert absolute(URL, link)


@pytest.mark.parametrize(
    "name",
    ["undefined", "hex", "zlib", "rot13", "base64", "idna", "punycode", "unicode_escape", "utf-7", "\x00"],
)
def test_charsets_that_are_none(name: str) -> None:
    body = "<p>数字人民币 plain</p>".encode()
    assert decode(body, f"text/html; charset={name}") == body.decode()
    assert decode(b"abc-" + b"z9" * 150_000, f"text/html; charset={name}").startswith("abc-")
    assert decode(body, None, name) == body.decode()


def test_a_nul_in_a_page_is_no_reason_to_refuse_it() -> None:
    data = ARTICLE.format("\x00", WORDS, "", "").encode()
    assert media_of(data, "text/html") is None and media_of(b"\x00\x01binary", "text/html") == "other"
    assert extract(Page(URL, data, "text/html"), ENTRY, source()).text == WORDS


@pytest.mark.parametrize(
    "written",
    [
        *("Mon, 01 Jan 99999 00:00:00 +0000", "Fri, 31 Dec 9999 23:59:00 -1200", "0001-01-01T00:00:00+14:00"),
        *("Wed, 31 Dec 1969 23:59:59 +0000", "Tue, 01 Apr 2025 00:00:00 +0000"),
    ],
)
def test_a_date_that_cannot_be_is_none_and_costs_no_entry(written: str) -> None:
    item = "<item><title>{0}</title><link>/{0}</link><pubDate>{1}</pubDate></item>"
    items = item.format("a", written) + item.format("b", "Tue, 05 Mar 2024 10:30:00 +0100")
    entries = read_feed(source("feed"), page(f"<rss version='2.0'><channel>{items}</channel></rss>"))
    assert [entry.published for entry in entries] == [None, datetime(2024, 3, 5, 9, 30, tzinfo=UTC)]


@pytest.mark.parametrize("written", ["1900-01-01", "9999-12-31 23:59:59", "0001-01-01", "2027-01-01"])
def test_absurd_dates_of_lists_and_articles(written: str) -> None:
    rules = ListRules(item="li", date="span")
    text = f"<ul><li><a href='/a'>title</a><span>{written}</span></li></ul>"
    (entry,) = read_listing(source(list=rules), {}, page(text))
    assert entry.published is None
    assert read(f"<meta name='PubDate' content='{written}'>").published is None


def test_the_end_of_a_feed_is_found_in_time_whatever_stands_behind_it() -> None:
    feed = source("feed")
    began = time.monotonic()
    for junk in ("<!---->" * 200 + "x", "<!-- " * 400, "</rss " * 300, "</" * 900):
        assert not truncated(page("<rss></rss>" + junk), feed)
        assert truncated(page("<rss><item>" + junk), feed)
    assert time.monotonic() - began < 30  # a pattern that goes back over it takes hours


def test_a_list_page_is_decoded_once() -> None:
    decoded = Page(URL, b"\xff\xff", "text/html", NOW, text="<ul><li><a href='/a'>数字人民币</a></li></ul>")
    assert [entry.title for entry in read_listing(source(), {}, decoded)] == ["数字人民币"]
    assert truncated(decoded, source("feed"))


def test_pages_of_a_hundred_thousand_elements_are_read_in_time() -> None:
    began = time.monotonic()
    links = "".join(f"<a href='/f{n}.pdf'>附件{n}</a>" for n in range(100_000))
    assert len(read(inside=links).attachments) == 10
    assert read(after=f"<div>{links}</div>".replace("附件", "x")).text == WORDS
    nested = "<div><a href='/privacy.pdf'>x</a>" * 20_000
    assert read(after=nested).text.startswith(WORDS)
    assert plain("<div>" * 500_000 + "x") == "" and plain("<div>a" * 200).count("a") == 200
    with pytest.raises(UnreadableError, match="too deep"):
        read_listing(source(), {}, page("<div>" * 900_000 + "<ul><li><a href='/q'>title</a></li></ul>"))
    assert time.monotonic() - began < 60  # without the bounds it takes an hour


def test_a_text_without_end_is_cut_with_a_note() -> None:
    article = Article(
        URL, "数字人民币", "苏州市数字人民币。" * 50_000, Publisher("city", "市政府", "government")
    )
    said = analyse(article)
    assert len(said.article.text) == LONGEST
    assert any("characters were read" in note for note in said.notes)
