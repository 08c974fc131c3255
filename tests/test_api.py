"""JSON answers become entries by the paths of a source's block."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.config import SourceConfig
from crawler.extract.article import extract
from crawler.spiders.api import read_api
from crawler.types import Entry, Page, UnreadableError

BASE = "https://www.city.example/api/list?page=1"
NOW = datetime(2024, 3, 10, 4, tzinfo=UTC)


def source(
    article: dict[str, Any] | None = None, rules: dict[str, Any] | None = None, **api: Any
) -> SourceConfig:
    block = {
        "id": "city",
        "name": "市政府",
        "kind": "api",
        "level": "municipal",
        "urls": [BASE],
        "language": "zh",
        "api": {"items": "data.list", "title": "title", "link": "url", "date": "time"} | api,
        "article": article or {},
        "list": rules or {},
    }
    return SourceConfig.model_validate(block)


def read(block: SourceConfig, *items: Any) -> list[Entry]:
    return read_api(
        block, {"tdate": r"/t(?P<Y>\d{4})(?P<m>\d\d)(?P<d>\d\d)_"}, page({"data": {"list": items}})
    )


def page(data: Any, url: str = BASE) -> Page:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return Page(url, text.encode(), "application/json", NOW)


def test_titles_links_and_dates() -> None:
    first, second = read(
        source(),
        {
            "title": "<em>数字人民币</em>试点&amp;应用",
            "url": "//news.city.example/1.html",
            "time": "2024-03-05 09:30:00",
        },
        {"title": "区块链\n专项", "url": "/2.html#top", "time": None},
    )
    assert (first.title, first.url) == ("数字人民币试点&应用", "https://news.city.example/1.html")
    assert first.published == datetime(2024, 3, 5, 1, 30, tzinfo=UTC)
    assert (second.title, second.url, second.published) == (
        "区块链 专项",
        "https://www.city.example/2.html",
        None,
    )


@pytest.mark.parametrize(
    ("written", "form", "moment"),
    [
        (1709602200, "epoch_s", datetime(2024, 3, 5, 1, 30, tzinfo=UTC)),
        ("1709602200000", "epoch_ms", datetime(2024, 3, 5, 1, 30, tzinfo=UTC)),
        ("2024.03.05", "%Y-%m-%d|%Y.%m.%d", datetime(2024, 3, 4, 16, tzinfo=UTC)),
        ("2024-03-05T09:30:00+08:00", None, datetime(2024, 3, 5, 1, 30, tzinfo=UTC)),
        ("12-30 08:00", None, datetime(2023, 12, 30, tzinfo=UTC)),
        (9e30, "epoch_s", None),
        ("soon", None, None),
    ],
)
def test_dates_as_apis_write_them(written: Any, form: str | None, moment: datetime | None) -> None:
    (entry,) = read(source(date_format=form), {"title": "标题文字", "url": "/1.html", "time": written})
    assert entry.published == moment


def test_links_and_dates_made_of_fields() -> None:
    block = source(
        link="https://m.city.example/{id}.html",
        detail="/doc/{id}.json",
        date="{day} {hm}",
        date_format="%Y.%m.%d %H:%M",
        base="https://data.city.example/x/",
    )
    (entry,) = read(block, {"title": "标题文字", "id": 7, "day": "2024.03.05", "hm": "09:30"})
    assert (entry.url, entry.detail) == (
        "https://m.city.example/7.html",
        "https://data.city.example/doc/7.json",
    )
    assert entry.published == datetime(2024, 3, 5, 1, 30, tzinfo=UTC)


def test_what_has_no_title_or_no_link_is_left_out_and_a_link_counts_once() -> None:
    items = [
        {"title": "一号通知", "url": "/1.html"},
        {"title": "", "url": "/2.html"},
        {"title": "三号通知"},
        {"title": "又是一号", "url": "/1.html"},
        {"title": "邮件", "url": "mailto:x@city.example"},
        "no object",
        None,
    ]
    assert [entry.title for entry in read(source(), *items)] == ["一号通知"]


def test_the_rules_for_links_hold_for_json_too() -> None:
    rules = {"link_pattern": "tdate", "link_exclude": "video", "link_param": "to"}
    items = [
        {"title": "一号通知", "url": "https://go.example/?to=https%3A%2F%2Fx.example%2Ft20240305_1.html"},
        {"title": "视频", "url": "/video/t20240305_2.html"},
        {"title": "栏目", "url": "/index.html"},
    ]
    (entry,) = read(source(rules=rules), *items)
    assert (entry.url, entry.published) == (
        "https://x.example/t20240305_1.html",
        datetime(2024, 3, 4, 16, tzinfo=UTC),
    )


def test_the_list_may_hold_the_whole_text() -> None:
    block = source(article={"in_list": True}, text="content")
    full, short = read(
        block,
        {"title": "快讯标题", "url": "/1", "content": "<p>第一段。</p><p>第二段。</p>"},
        {"title": "只有标题的快讯", "url": "/2"},
    )
    assert (full.text, short.text) == ("第一段。\n第二段。", "只有标题的快讯")


def test_an_answer_behind_a_callback() -> None:
    block = source(unwrap=["jsonp"], items="$")
    entries = read_api(block, {}, page('cb([{"title": "一号通知", "url": "/1.html"}]);'))
    assert [entry.title for entry in entries] == ["一号通知"]


def test_rows_of_a_script_are_items() -> None:
    row = r"urls\[\d+\]='(?P<url>[^']+)';headers\[\d+\]='(?P<title>[^']+)';year\[\d+\]='(?P<time>[^']+)'"
    text = "<script>urls[0]='/1.html';headers[0]='一号通知';year[0]='2024-03-05';</script>"
    (entry,) = read_api(source(unwrap=[{"regex": row}], items="$"), {}, page(text))
    assert (entry.title, entry.url) == ("一号通知", "https://www.city.example/1.html")
    assert entry.published == datetime(2024, 3, 4, 16, tzinfo=UTC)


def test_an_error_page_in_place_of_json_is_an_error() -> None:
    with pytest.raises(UnreadableError, match="not JSON: '<html>"):
        read_api(source(), {}, page("<html>请稍候</html>"))


BODY = "<p>市政府决定开展数字人民币试点。</p><p>首批商户三千家。</p><p><a href='/a.pdf'>附件</a></p>"


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ([{"json": "data.docClob"}], json.dumps({"data": {"docClob": BODY}})),
        (
            [{"after": r'\bDETAIL"?\s*[:=]'}, {"json": "content"}],
            f"<html><h1>标题文字</h1><script>window._CONFIG = {{SID: '1', DETAIL: {json.dumps({'content': BODY})}}};</script>",
        ),
        (
            [{"after": r'<script id="__NEXT_DATA__"[^>]*>'}, {"json": "props.content"}],
            f'<html><h1>标题文字</h1><script id="__NEXT_DATA__" type="a/b">{json.dumps({"props": {"content": BODY}})}</script>',
        ),
        (
            [{"after": r'<script type="application/ld\+json">'}, {"json": "articleBody"}],
            '<html><h1>标题文字</h1><script type="application/ld+json">'
            '{"articleBody": "市政府决定开展数字人民币试点。\\n首批商户三千家。\\n附件"}</script>',
        ),
        ([{"after": "gone ="}, {"json": "content"}], f"<html><h1>标题文字</h1><div id='zoom'>{BODY}</div>"),
    ],
    ids=["answer", "config", "next", "linked", "fallback"],
)
def test_the_body_in_json_on_the_page(steps: list[Any], text: str) -> None:
    detail = "https://www.city.example/doc/7.json"
    entry = Entry("city", "k", "https://www.city.example/7.html", "标题文字", NOW, detail=detail)
    article = extract(page(text, detail), entry, source(article={"unwrap": steps, "body": "#zoom"}))
    assert article.text == "市政府决定开展数字人民币试点。\n首批商户三千家。\n附件"
    assert (article.title, article.published, article.url) == ("标题文字", NOW, entry.url)
    files = [file.url for file in article.attachments]
    assert files == ([] if "ld+json" in text else ["https://www.city.example/a.pdf"])


def test_an_answer_without_the_body_is_no_article() -> None:
    entry = Entry("city", "k", "https://www.city.example/7.html", "标题文字", NOW, detail=BASE)
    with pytest.raises(UnreadableError, match="no text found"):
        extract(
            page({"code": 404, "message": "没有找到"}),
            entry,
            source(article={"unwrap": [{"json": "data.docClob"}]}),
        )
