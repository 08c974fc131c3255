"""Reads lists whose JSON stands, compressed with zlib and written in base64, in a field of JSON."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from analysis.urls import canonical
from crawler.config import SourceConfig
from crawler.extract.dates import read_date
from crawler.spiders.links import absolute
from crawler.spiders.markup import line, plain
from crawler.types import Entry, Page, UnreadableError
from crawler.unwrap import field, walk

_MOST_BYTES = 5_000_000  # a few hundred bytes can stand for gigabytes


class PackedNews:
    """`{"data": {"list": "eJx…"}}`: the packed field holds days, each with its news."""

    def __call__(self, source: SourceConfig, page: Page) -> list[Entry]:
        try:
            packed = field(json.loads(page.body), "data.list|data")
            days = json.loads(_unpacked(base64.b64decode(packed, validate=True)))
        except (ValueError, RecursionError, binascii.Error, zlib.error) as error:
            raise UnreadableError(f"the packed list cannot be read: {error}", "layout") from None
        entries = (_entry(item, source, page) for item in walk(days, "$[*].news|$"))
        return [entry for entry in entries if entry is not None]


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(data, _MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise UnreadableError("the packed list is too large", "layout")
    return text


def _entry(item: Any, source: SourceConfig, page: Page) -> Entry | None:
    url = absolute(page.url, field(item, "source_link") or field(item, "/news/detail/{id}"))
    title = line(field(item, "title"))
    if url is None or not title:
        return None
    published = read_date(field(item, "published_at"), source.timezone, "epoch_s", page.fetched)
    text = plain(field(item, "content|brief"))
    return Entry(
        source.id, canonical(url), url, title, published, text=text or None, language=source.language
    )
