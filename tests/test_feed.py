"""Feeds become entries: RSS, Atom and RDF, with their dates, and never half an entry."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.config import SourceConfig
from crawler.spiders.feed import read_feed, truncated
from crawler.types import Page, UnreadableError

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>Handel</title><link>https://news.example/</link>
<item><title>Digitaler Yuan &amp; Handel</title><link>/2024/yuan.html</link><guid>yuan-1</guid>
<pubDate>Tue, 05 Mar 2024 10:30:00 +0100</pubDate>
<description>&lt;p&gt;Ein &lt;b&gt;Test&lt;/b&gt;.&lt;/p&gt;</description></item>
<item><title>数字人民币进地铁</title><link>https://news.example/2024/metro.html</link>
<pubDate>2024-03-06 08:00:00</pubDate></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Chain</title>
<entry><id>tag:chain.example,2024:1</id><title type="html">e-CNY &lt;i&gt;wallets&lt;/i&gt;</title>
<link rel="alternate" href="https://chain.example/wallets"/><updated>2024-03-05T01:02:03Z</updated>
<content type="html">&lt;p&gt;First paragraph.&lt;/p&gt;&lt;p&gt;Second one.&lt;/p&gt;</content></entry>
</feed>"""


def source(**more: Any) -> SourceConfig:
    values = {
        "id": "news",
        "name": "News",
        "kind": "feed",
        "level": "media",
        "urls": ("https://news.example/rss",),
    }
    return SourceConfig(**(values | more))


def page(text: str, encoding: str = "utf-8", content_type: str | None = None) -> Page:
    return Page("https://news.example/rss", text.encode(encoding), content_type)


def test_rss() -> None:
    first, second = read_feed(source(), page(RSS.format(encoding="utf-8")))
    assert (first.key, first.url) == ("yuan-1", "https://news.example/2024/yuan.html")
    assert first.title == "Digitaler Yuan & Handel" and first.summary == "Ein Test."
    assert first.published == datetime(2024, 3, 5, 9, 30, tzinfo=UTC)
    assert second.key == "https://news.example/2024/metro.html"


def test_a_time_without_a_zone_is_meant_in_that_of_the_source() -> None:
    second = read_feed(source(), page(RSS.format(encoding="utf-8")))[1]
    assert second.published == datetime(2024, 3, 6, 0, 0, tzinfo=UTC)


def test_atom_with_its_whole_text() -> None:
    (entry,) = read_feed(source(), page(ATOM))
    assert entry.key == "tag:chain.example,2024:1" and entry.title == "e-CNY wallets"
    assert entry.published == datetime(2024, 3, 5, 1, 2, 3, tzinfo=UTC)
    assert entry.text == "First paragraph.\nSecond one."


@pytest.mark.parametrize("content_type", [None, "text/xml", "application/xml; charset=utf-8"])
def test_gbk_whatever_the_header_says(content_type: str | None) -> None:
    entries = read_feed(source(), page(RSS.format(encoding="gb2312"), "gbk", content_type))
    assert entries[1].title == "数字人民币进地铁"


def test_a_feed_that_breaks_off_gives_no_half_entry() -> None:
    text = RSS.format(encoding="utf-8")
    cut = page(text[: text.index("进地铁")])
    assert truncated(cut, source()) and not truncated(page(text), source())
    assert [entry.title for entry in read_feed(source(), cut)] == ["Digitaler Yuan & Handel"]


def test_an_entry_named_twice_is_one() -> None:
    item = RSS[RSS.index("<item>") : RSS.index("</item>") + 7]
    doubled = RSS.replace(item, item + item)
    assert len(read_feed(source(), page(doubled.format(encoding="utf-8")))) == 2


def test_entries_without_guid_that_share_an_address_are_told_apart() -> None:
    first = "<guid>yuan-1</guid>"
    shared = RSS.replace("/2024/yuan.html", "https://news.example/2024/metro.html").replace(first, "")
    both, again = (read_feed(source(), page(shared.format(encoding="utf-8"))) for _ in range(2))
    assert len({entry.key for entry in both}) == 2 and len({entry.url for entry in both}) == 1
    assert both == again


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "data:text/html,x"]
)
def test_links_that_lead_nowhere_on_the_web(link: str) -> None:
    text = RSS.format(encoding="utf-8").replace("/2024/yuan.html", link)
    assert [entry.title for entry in read_feed(source(), page(text))] == ["数字人民币进地铁"]


@pytest.mark.parametrize("body", ["", "<html><body>Anmelden</body></html>", "{}"])
def test_what_is_no_feed_says_so(body: str) -> None:
    with pytest.raises(UnreadableError, match="not a feed"):
        read_feed(source(), page(body))


def test_a_body_that_names_a_file_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS.format(encoding="utf-8"))
    with pytest.raises(UnreadableError):
        read_feed(source(), page(str(secret)))


def test_entities_that_grow_without_end_give_nothing() -> None:
    bombs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    text = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">{bombs}]><rss version="2.0"><channel><item><title>&a8;</title><link>https://news.example/x</link></item></channel></rss>'
    assert all(len(entry.title) <= 300 for entry in read_feed(source(), page(text)))
