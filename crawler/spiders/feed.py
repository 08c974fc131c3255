"""Reads an RSS, Atom or RDF feed as entries."""

from __future__ import annotations

import io
import re
import time
from calendar import timegm
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import feedparser

from analysis.urls import canonical
from crawler.config import SourceConfig
from crawler.extract.dates import plausible, read_date
from crawler.extract.decode import text_of
from crawler.spiders.links import absolute, link_to
from crawler.spiders.markup import both_ends, line, plain, utf8
from crawler.types import Entry, Page, UnreadableError

_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s{0,20}>", re.IGNORECASE)
_TAIL = 10_000  # characters in which the closing tag stands: servers append warnings and scripts to it
_DATES = ("published", "updated", "created")
_LONGEST_TITLE = 300
_MOST_ITEMS = 2000
_MOST_TAGS = 60_000  # feedparser takes 30 µs for each


def read_feed(source: SourceConfig, page: Page) -> list[Entry]:
    """The entries of a feed in its order, each key once; the last one is left out of a feed cut off midway.

    Of a feed of many thousand items those at its two ends are read.
    Dates without a zone are meant in the source's. Raises UnreadableError where there is no feed in the page.
    """
    parsed = _parsed(both_ends(text_of(page, source.encoding), _MOST_TAGS))
    if not parsed.get("version") and not parsed.entries:
        raise UnreadableError("this is not a feed", "layout")
    items = _newest(parsed.entries[:-1] if truncated(page, source) else parsed.entries)
    found = _told_apart([entry for item in items if (entry := _entry(item, source, page)) is not None])
    return list({entry.key: entry for entry in reversed(found)}.values())[::-1]


def _told_apart(entries: list[Entry]) -> list[Entry]:
    """The entries with keys of their own where several have no guid and one address, such as a home page."""
    titles: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        titles[entry.key].add(entry.title)
    return [
        replace(entry, key=f"{entry.key}#{sha256(entry.title.encode()).hexdigest()[:16]}")
        if len(titles[entry.key]) > 1 and entry.key == canonical(entry.url)
        else entry
        for entry in entries
    ]


def truncated(page: Page, source: SourceConfig) -> bool:
    """Whether a feed breaks off before its closing tag: its last item may be half an item.

    What stands behind the tag does not matter.
    """
    return not _END.search(text_of(page, source.encoding)[-_TAIL:])


def _newest(items: list[Any]) -> list[Any]:
    """Of too many items the newest, where all of them say how old they are; else the first."""
    if len(items) <= _MOST_ITEMS:
        return items
    dated = [(date, item) for item in items if (date := _first_date(item))]
    if len(dated) == len(items):
        items = [item for _, item in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    return items[:_MOST_ITEMS]


def _first_date(item: Any) -> time.struct_time | None:
    return next((date for name in _DATES if (date := dict.get(item, f"{name}_parsed"))), None)


def _parsed(text: str) -> Any:
    # Decoded by us, since a wrong charset in the header would win. As a stream, because feedparser takes
    # other input for the name of a file and would open it.
    return feedparser.parse(
        io.BytesIO(utf8(text)),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _entry(item: Any, source: SourceConfig, page: Page) -> Entry | None:
    url = _link(item, page.url)
    url = link_to(page.url, url, source.list) if url else None
    title = _title(item)
    summary = line(item.get("summary", ""))
    if url is None or not (title or summary):
        return None
    content = max((part.get("value", "") for part in item.get("content", [])), key=len, default="")
    text = plain(content)
    if not text and source.article.in_list:
        text = plain(item.get("summary", "")) or title
    return Entry(
        source.id,
        item.get("id") or canonical(url),
        url,
        title or summary[:80],
        _date(item, _DATES, source.timezone, page.fetched),
        summary,
        text or None,
        source.language,
        updated=_date(item, ("updated",), source.timezone, page.fetched),
    )


def _title(item: Any) -> str:
    """The title, without the outlet that news searches write behind it."""
    title = line(item.get("title", ""))
    outlet = line(item.get("source", {}).get("title", ""))
    return title.removesuffix(f" - {outlet}")[:_LONGEST_TITLE] if outlet else title[:_LONGEST_TITLE]


def _link(item: Any, base: str) -> str | None:
    links = [link.get("href", "") for link in item.get("links", []) if link.get("rel") == "alternate"]
    guid = item.get("id", "")
    for link in (item.get("link", ""), *links, guid if "://" in guid else ""):
        if link and (url := absolute(base, link)):
            return url
    return None


def _date(item: Any, names: Iterable[str], zone: str, now: datetime | None) -> datetime | None:
    """The first of the dates of these names that can be read."""
    for name in names:
        written = dict.get(item, name, "")  # feedparser's own get gives one date for another
        if not written:
            continue
        parsed: time.struct_time | None = dict.get(item, f"{name}_parsed")
        # feedparser takes a time without a zone for UTC; our reading knows the source's zone.
        if not _has_zone(written):
            moment = read_date(written, zone, now=now)
        elif parsed is not None:
            moment = plausible(_moment(parsed), now)
        else:  # whole, so that no year is guessed
            moment = plausible(read_date(written, zone), now)
        if moment:
            return moment
    return None


def _moment(parsed: time.struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return None


def _has_zone(written: str) -> bool:
    return bool(re.search(r"(?:[+-]\d\d:?\d\d|\d\s*Z|\b[A-Z]{2,4})\s*$", written.strip()))


def feed_name(page: Page) -> str:
    """What a feed calls itself, "" where it does not."""
    return line(_parsed(text_of(page)).feed.get("title", ""))
