"""Reads a page of a source's list, whatever its kind, and tells which pages of it are to be read next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crawler.config import SourceConfig
from crawler.custom import reader
from crawler.requests import Ask, followed, next_ask
from crawler.spiders.api import read_api
from crawler.spiders.feed import read_feed
from crawler.spiders.listing import archive, read_listing
from crawler.spiders.sitemap import children, read_sitemap
from crawler.types import Entry, Page


def read_list(source: SourceConfig, patterns: Mapping[str, str], page: Page) -> list[Entry]:
    """The entries of a page of a list, in its order.

    `patterns` are the `link_patterns` of the configuration. Raises UnreadableError where the page is not of
    the source's kind.
    """
    if source.code is not None:
        return list(reader(source.code)(source, page))
    if source.kind == "feed":
        return read_feed(source, page)
    if source.kind == "api":
        return read_api(source, patterns, page)
    if source.kind == "sitemap":
        return read_sitemap(source, patterns, page)
    return read_listing(source, patterns, page)


def further(
    source: SourceConfig,
    ask: Ask,
    page: Page,
    entries: Sequence[Entry],
    fresh: Callable[[Sequence[Entry]], bool],
) -> list[Ask]:
    """What is to be asked for after a page: the lists it leads to, and its next page while it has news.

    `fresh` says whether any of the entries was not known before.
    """
    if source.code is not None or ask.parent is not None:
        lists: list[str] = []
    elif source.kind == "sitemap":
        lists = children(page)
    else:
        lists = [url] if (url := archive(source, page)) else []
    asks = [followed(ask, url) for url in lists if url != ask.url]
    after = next_ask(source, ask)
    return [*asks, after] if after is not None and entries and fresh(entries) else asks
