"""The way out for lists that no block describes: a class in crawler/custom, and the example there."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime

import pytest

from crawler.config import SourceConfig
from crawler.custom import reader
from crawler.types import Entry, Page, UnreadableError

SOURCE = SourceConfig(
    id="packed",
    name="快讯",
    kind="api",
    level="media",
    urls=("https://api.news.example/v1/day",),
    code="foresight:PackedNews",
)
DAYS = [
    {
        "date": 20240305,
        "news": [
            {
                "id": 5,
                "title": "数字人民币<b>快讯</b>",
                "content": "<p>正文。</p>",
                "published_at": 1709602200,
            }
        ],
    },
    {
        "news": [
            {"id": 6, "title": "转载", "source_link": "https://other.example/6", "brief": "摘要"},
            {"id": 7, "title": ""},
        ]
    },
]


def packed(data: bytes) -> bytes:
    return json.dumps({"code": 1, "data": {"list": base64.b64encode(zlib.compress(data)).decode()}}).encode()


def read(body: bytes) -> list[Entry]:
    return list(reader("foresight:PackedNews")(SOURCE, Page(SOURCE.urls[0], body, "application/json")))


def test_a_packed_list_is_read() -> None:
    first, second = read(packed(json.dumps(DAYS).encode()))
    assert (first.title, first.url, first.text) == (
        "数字人民币快讯",
        "https://api.news.example/news/detail/5",
        "正文。",
    )
    assert first.published == datetime(2024, 3, 5, 1, 30, tzinfo=UTC)
    assert (second.url, second.text, second.published) == ("https://other.example/6", "摘要", None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"data": {"list": "%%%"}}',
        b'{"data": {"list": "aGFsbG8="}}',
        b"[1]",
        packed(b"no json"),
    ],
    ids=["empty", "html", "base64", "zlib", "list", "json"],
)
def test_a_broken_one_is_said_to_be_so(body: bytes) -> None:
    with pytest.raises(UnreadableError, match="packed list cannot be read"):
        read(body)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(UnreadableError, match="too large"):
        read(packed(b" " * 50_000_000))


@pytest.mark.parametrize("code", ["foresight:Gone", "gone:Reader", "foresight:json"])
def test_a_reader_that_is_not_there(code: str) -> None:
    with pytest.raises(LookupError, match="crawler/custom/"):
        reader(code)
