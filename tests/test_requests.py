"""A source's block becomes requests: placeholders, keywords, pages, forms and JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from crawler.bootstrap import found_values
from crawler.config import CrawlerConfig, SourceConfig
from crawler.requests import Ask, first_asks, followed, next_ask
from crawler.types import Page, UnreadableError

NOW = datetime(2024, 3, 9, 17, 30, tzinfo=UTC)  # the tenth in Shanghai


def source(url: str = "https://www.city.example/list/", **more: Any) -> SourceConfig:
    block = {"id": "city", "name": "市政府", "kind": "listing", "level": "municipal", "urls": [url], **more}
    return SourceConfig.model_validate(block)


def asks(block: SourceConfig, *words: str, **found: str) -> list[Ask]:
    return first_asks(block, words, NOW, found)


def following(block: SourceConfig) -> list[str]:
    (ask,) = asks(block)
    urls = [ask.url]
    while more := next_ask(block, ask):
        urls.append(more.url)
        ask = more
    return urls


def test_a_plain_address_is_asked_once() -> None:
    block = source()
    (ask,) = asks(block)
    assert (ask.url, ask.key, ask.method, ask.body, ask.lasting) == (
        block.urls[0],
        block.urls[0],
        "GET",
        None,
        True,
    )
    assert next_ask(block, ask) is None


def test_each_keyword_is_asked_for_and_quoted() -> None:
    block = source("https://s.example/?q={keyword}+when:7d&hl=de")
    found = asks(block, "数字人民币", '"e-CNY" & co')
    assert [ask.url for ask in found] == [
        "https://s.example/?q=%E6%95%B0%E5%AD%97%E4%BA%BA%E6%B0%91%E5%B8%81+when:7d&hl=de",
        "https://s.example/?q=%22e-CNY%22%20%26%20co+when:7d&hl=de",
    ]
    assert [ask.keyword for ask in found] == ["数字人民币", '"e-CNY" & co']


def test_keywords_are_those_of_the_source_or_of_its_language() -> None:
    own = source("https://s.example/?q={keyword}", keywords=["数币"])
    other = source("https://s.example/?q={keyword}", id="other", language="zh")
    config = CrawlerConfig(keywords={"zh": ("区块链",)}, sources=(own, other))
    assert [config.words(one) for one in config.sources] == [("数币",), ("区块链",)]
    with pytest.raises(ValidationError, match=r"'other'.*no keywords"):
        CrawlerConfig(sources=(other,))


@pytest.mark.parametrize(
    ("url", "paging", "urls"),
    [
        ("https://x.example/l?p={page}", {}, ["l?p=1", "l?p=2", "l?p=3"]),
        ("https://x.example/l?p={page}", {"first": 0, "pages": 2}, ["l?p=0", "l?p=1"]),
        ("https://x.example/l?o={offset}", {"size": 15, "pages": 3}, ["l?o=0", "l?o=15", "l?o=30"]),
        ("https://x.example/l?s={start}&e={end}", {"size": 20, "pages": 2}, ["l?s=1&e=20", "l?s=21&e=40"]),
        (
            "https://x.example/a/index.html",
            {"next": "index_{page}.html"},
            ["a/index.html", "a/index_1.html", "a/index_2.html"],
        ),
        (
            "https://x.example/a/",
            {"next": "index_{page}.html", "first": 2, "pages": 2},
            ["a/", "a/index_2.html"],
        ),
        (
            "https://x.example/col/",
            {"next": "/proxy.jsp?s={start}&e={end}", "size": 20, "pages": 2},
            ["col/", "proxy.jsp?s=21&e=40"],
        ),
    ],
)
def test_pages(url: str, paging: dict[str, Any], urls: list[str]) -> None:
    block = source(url, paging=paging)
    assert following(block) == [f"https://x.example/{path}" for path in urls]


def test_a_form_is_posted_with_its_page_and_days() -> None:
    block = source(
        request={
            "form": {"q": "{keyword}", "p": "{page}", "from": "{date_from}", "to": "{date_to}", "x": "1"},
            "date_format": "%Y%m%d",
            "days": 9,
            "headers": {"Referer": "https://www.city.example/"},
        },
        paging={"pages": 2},
        language="zh",
    )
    (first,) = asks(block, "区块链")
    second = next_ask(block, first)
    assert second is not None and first.body and second.body
    assert first.method == "POST" and not first.lasting
    assert parse_qs(first.body.decode()) == {
        "q": ["区块链"],
        "p": ["1"],
        "from": ["20240301"],
        "to": ["20240310"],
        "x": ["1"],
    }
    assert parse_qs(second.body.decode())["p"] == ["2"]
    assert dict(first.headers) == {
        "Referer": "https://www.city.example/",
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    assert first.key != second.key


def test_json_is_posted_with_numbers_where_a_placeholder_stands_alone() -> None:
    body = {"word": "{keyword}", "page": "{page}", "at": "p{page}", "list": ["{offset}", True, None], "n": 5}
    block = source(request={"json": body}, paging={"first": 0})
    (ask,) = asks(block, '引号"与\\')
    assert ask.body is not None and dict(ask.headers)["Content-Type"].startswith("application/json")
    assert json.loads(ask.body) == {
        "word": '引号"与\\',
        "page": 0,
        "at": "p0",
        "list": [0, True, None],
        "n": 5,
    }


def test_times_in_seconds_and_milliseconds() -> None:
    block = source(
        "https://x.example/?t={epoch_ms}&a={date_from}", request={"date_format": "epoch_s", "days": 1}
    )
    (ask,) = asks(block)
    assert ask.url == f"https://x.example/?t={int(NOW.timestamp() * 1000)}&a={int(NOW.timestamp()) - 86400}"
    assert not ask.lasting  # the same address never comes again


def test_a_first_page_gives_values_by_selector_and_pattern() -> None:
    block = source(
        "https://x.example/search/{channel}?unit={unit}&p={page}",
        request={
            "bootstrap": {
                "url": "https://x.example/list.shtml",
                "select": {"channel": "meta[name=channelid]@content"},
                "regex": {"unit": r"unitid\s*=\s*'(\d+)'"},
            }
        },
        paging={},
    )
    html = "<meta name='channelid' content='a1/b'><script>var unitid = '356383';</script>"
    values = found_values(block, Page("https://x.example/list.shtml", html.encode(), "text/html"))
    assert values == {"channel": "a1/b", "unit": "356383"}
    (ask,) = asks(block, **values)
    assert ask.url == "https://x.example/search/a1%2Fb?unit=356383&p=1"
    more = next_ask(block, ask)
    assert more and more.url.endswith("/a1%2Fb?unit=356383&p=2")
    with pytest.raises(UnreadableError, match="does not hold unit"):
        found_values(block, Page("https://x.example/", b"<meta name=channelid content=1>", "text/html"))


def test_a_list_that_another_leads_to_has_pages_of_its_own() -> None:
    block = source("https://x.example/a/index.html", paging={"next": "index_{page}.html", "first": 2})
    year = followed(asks(block)[0], "https://x.example/a2024/index.html")
    more = next_ask(block, year)
    assert more and more.url == "https://x.example/a2024/index_2.html"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"urls": ["https://x.example/{pgae}"]}, "unknown placeholder {pgae}; known are .*page"),
        ({"request": {"form": {"a": "{x}"}}}, "unknown placeholder {x}"),
        ({"paging": {"next": "i{n}.html"}}, "unknown placeholder {n}"),
        ({"request": {"form": {}, "json": {}}}, "cannot both be sent"),
        ({"request": {"method": "GET", "form": {}}}, "cannot be sent with GET"),
        ({"request": {"method": "PUT"}}, "'GET' or 'POST'"),
        ({"paging": {"pages": 0}}, "greater than or equal to 1"),
        ({"kind": "api"}, "needs a block `api`"),
        ({"api": {"title": "t", "link": "l"}}, "goes with kind api only"),
        ({"kind": "api", "api": {"title": "t", "link": "l[x]"}}, "not a path"),
        ({"code": "os.path:join"}, "pattern"),
    ],
)
def test_a_mistake_in_a_block_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        source(**more)
