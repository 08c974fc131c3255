"""Lists of portals become entries, by selectors or by the shape of article URLs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.config import ListRules, SourceConfig
from crawler.spiders.listing import read_listing
from crawler.types import Page

BASE = "https://www.city.example/zwgk/index.html"
PATTERNS = {
    "tdate": r"/t(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})_\d+\.html?$",
    "month": r"/(?P<Y>\d{4})(?P<m>\d{2})/c\d+\.html",
}
ROWS = """<html><head><title>政务公开</title></head><body>
<div class="nav"><a href="/index.html">首页</a><a href="mailto:x@city.example">信箱</a></div>
<ul class="list">
<li><a href="./t20240305_11.html"
 title="关于开展数字人民币试点工作的通知（全文）">关于开展数字人民币试点工作的…</a>
<span>[2024-03-05]</span></li>
<li><a href="../../art/t20240306_12.html">区块链专项资金申报指南</a><span>2024年3月6日 09:30</span></li>
<li><a href="//news.city.example/t20240307_13.html">本市召开工作会议</a><span></span></li>
<li class="ad"><a href="https://ads.example/x.html">广告</a><span>2024-03-08</span></li>
</ul></body></html>"""


def source(**rules: Any) -> SourceConfig:
    return SourceConfig(
        id="city",
        name="市政府",
        kind="listing",
        level="municipal",
        place="320500",
        urls=(BASE,),
        list=ListRules(**rules),
    )


def page(text: str = ROWS, encoding: str = "utf-8") -> Page:
    return Page(
        BASE, text.encode(encoding), f"text/html; charset={encoding}", datetime(2024, 3, 10, 4, tzinfo=UTC)
    )


def test_rows_by_selectors() -> None:
    entries = read_listing(source(item=".list li", date="span", remove="li.ad"), {}, page())
    assert [entry.url for entry in entries] == [
        "https://www.city.example/zwgk/t20240305_11.html",
        "https://www.city.example/art/t20240306_12.html",
        "https://news.city.example/t20240307_13.html",
    ]
    assert [entry.published for entry in entries] == [
        datetime(2024, 3, 4, 16, tzinfo=UTC),  # midnight in Shanghai
        datetime(2024, 3, 6, 1, 30, tzinfo=UTC),
        None,
    ]


def test_the_whole_title_stands_in_the_attribute() -> None:
    by_default = read_listing(source(item=".list li"), {}, page())[0]
    by_text = read_listing(source(item=".list li", title="a"), {}, page())[0]
    assert by_default.title == by_text.title == "关于开展数字人民币试点工作的通知（全文）"


def test_an_unrelated_attribute_does_not_replace_a_cut_title() -> None:
    text = ROWS.replace('title="关于开展数字人民币试点工作的通知（全文）"', 'title="点击查看"')
    assert (
        read_listing(source(item=".list li", title="a"), {}, page(text))[0].title
        == "关于开展数字人民币试点工作的…"
    )


def test_anchors_by_the_shape_of_their_url() -> None:
    entries = read_listing(source(link_pattern="tdate"), PATTERNS, page())
    assert [entry.title for entry in entries][1:] == ["区块链专项资金申报指南", "本市召开工作会议"]
    assert [entry.published and entry.published.day for entry in entries] == [4, 5, 6]


def test_a_pattern_without_a_day_gives_no_date() -> None:
    text = '<a href="/202403/c1.html">一月内的通知</a>'
    (entry,) = read_listing(source(link_pattern="month"), PATTERNS, page(text))
    assert entry.published is None


def test_include_exclude_and_require_date() -> None:
    rules = {"item": ".list li", "date": "span", "link_include": r"city\.example", "link_exclude": "_11"}
    assert [entry.title for entry in read_listing(source(**rules), {}, page())] == [
        "区块链专项资金申报指南",
        "本市召开工作会议",
    ]
    dated = read_listing(source(**rules, require_date=True), {}, page())
    assert [entry.title for entry in dated] == ["区块链专项资金申报指南"]


def test_a_base_element_moves_relative_links() -> None:
    text = ROWS.replace("<head>", '<head><base href="https://old.city.example/a/b/">')
    assert (
        read_listing(source(item=".list li"), {}, page(text))[0].url
        == "https://old.city.example/a/b/t20240305_11.html"
    )


def test_fallbacks_are_tried_in_order() -> None:
    text = '<table><tr data-u="/x.html" data-d="2024-03-01"><td>标题在单元格里</td></tr></table>'
    rules = {"item": ".none|tr", "link": "a|self@data-u", "title": "h3|td", "date": "i@title|@data-d"}
    (entry,) = read_listing(source(**rules), {}, page(text))
    assert (entry.url, entry.title) == ("https://www.city.example/x.html", "标题在单元格里")
    assert entry.published == datetime(2024, 2, 29, 16, tzinfo=UTC)


def test_a_format_for_dates() -> None:
    text = '<li><a href="/x.html">通知公告一则</a><b>05.03.24</b></li>'
    (entry,) = read_listing(source(item="li", date="b", date_format="%Y-%m-%d|%d.%m.%y"), {}, page(text))
    assert entry.published == datetime(2024, 3, 4, 16, tzinfo=UTC)


def test_a_day_without_a_year_is_the_last_one() -> None:
    text = '<li><a href="/x.html">通知公告一则</a><b>12-30</b></li>'
    (entry,) = read_listing(source(item="li", date="b"), {}, page(text))
    assert entry.published == datetime(2023, 12, 29, 16, tzinfo=UTC)


def test_a_picture_and_a_headline_to_one_article_are_one_entry() -> None:
    text = '<a href="/a.html"><img></a><a href="/a.html">更多</a><a href="/a.html#top">数字人民币红包发放</a>'
    (entry,) = read_listing(source(), {}, page(text))
    assert entry.title == "数字人民币红包发放"


def test_a_page_in_gbk() -> None:
    text = ROWS.replace("<head>", '<head><meta charset="gb2312">')
    body = Page(BASE, text.encode("gbk"), "text/html")
    assert read_listing(source(item=".list li"), {}, body)[1].title == "区块链专项资金申报指南"


@pytest.mark.parametrize(
    "link", ["javascript:void(0)", "#top", "mailto:a@b.example", "ftp://x.example/a", "http://[broken", ""]
)
def test_links_that_are_no_pages(link: str) -> None:
    assert read_listing(source(), {}, page(f'<a href="{link}">数字人民币通知</a>')) == []
