"""Sitemaps become entries, indexes of sitemaps the latest ones of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.config import SourceConfig
from crawler.rules import ListRules
from crawler.spiders.sitemap import children, read_sitemap
from crawler.types import Page, UnreadableError

PATTERNS = {"content": r"/(?P<Y>\d{4})-(?P<m>\d\d)/(?P<d>\d\d)/content_\d+\.html$"}
MAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://www.paper.example/2024-03/05/content_1.html </loc><lastmod>2024-03-05</lastmod></url>
<url><loc>https://www.paper.example/2024-03/06/content_2.html</loc><lastmod>2024-03-09</lastmod>
<news:news><news:publication_date>2024-03-06T09:30:00+08:00</news:publication_date>
<news:title>数字人民币 &amp; 区块链</news:title></news:news></url>
<url><loc>https://www.paper.example/about.html</loc></url>
<url><loc>javascript:x</loc></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>/s1.xml</loc><lastmod>2023-01-01</lastmod></sitemap><sitemap><loc>/s4.xml</loc><lastmod>2024-03-01</lastmod></sitemap>
<sitemap><loc>/s3.xml</loc><lastmod>2024-02-01</lastmod></sitemap><sitemap><loc>/s2.xml</loc><lastmod>2024-01-01</lastmod></sitemap>
</sitemapindex>"""


def page(text: str) -> Page:
    return Page(
        "https://www.paper.example/sitemap.xml",
        text.encode(),
        "application/xml",
        datetime(2024, 3, 10, tzinfo=UTC),
    )


def source(**rules: str) -> SourceConfig:
    return SourceConfig(
        id="paper",
        name="日报",
        kind="sitemap",
        level="media",
        urls=("https://www.paper.example/sitemap.xml",),
        list=ListRules.model_validate(rules),
    )


def test_pages_by_their_shape_the_latest_first() -> None:
    news, other = read_sitemap(source(link_pattern="content"), PATTERNS, page(MAP))
    assert (news.url, news.title) == (
        "https://www.paper.example/2024-03/06/content_2.html",
        "数字人民币 & 区块链",
    )
    assert news.published == datetime(2024, 3, 6, 1, 30, tzinfo=UTC)
    assert (other.title, other.published) == ("", datetime(2024, 3, 4, 16, tzinfo=UTC))


def test_without_a_pattern_every_page_counts() -> None:
    assert len(read_sitemap(source(), {}, page(MAP))) == 3
    assert len(read_sitemap(source(link_exclude="about"), {}, page(MAP))) == 2


def test_an_index_leads_to_its_latest_sitemaps() -> None:
    assert children(page(INDEX)) == [f"https://www.paper.example/s{number}.xml" for number in (4, 3, 2)]
    assert read_sitemap(source(), {}, page(INDEX)) == []
    assert children(page(MAP)) == []


@pytest.mark.parametrize("text", ["", "<html><title>404</title></html>", "not xml", "<rss></rss>"])
def test_what_is_no_sitemap_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UnreadableError, match="not a sitemap"):
        read_sitemap(source(), {}, page(text))


def test_entities_from_outside_are_not_read() -> None:
    text = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://a.example/&x;</loc></url></urlset>'
    assert [entry.url for entry in read_sitemap(source(), {}, page(text))] in ([], ["https://a.example/"])
