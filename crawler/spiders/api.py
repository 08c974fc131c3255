"""Reads a JSON answer as entries, by the paths its source's block names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from analysis.urls import canonical
from crawler.config import SourceConfig
from crawler.extract.dates import read_date
from crawler.extract.decode import text_of
from crawler.rules import ApiRules
from crawler.spiders.links import absolute, link_to, shaped
from crawler.spiders.markup import line, plain
from crawler.types import Entry, Page
from crawler.unwrap import field, parsed, unwrap, walk

_LONGEST_TITLE = 300
_MOST_ITEMS = 5000


def read_api(source: SourceConfig, patterns: Mapping[str, str], page: Page) -> list[Entry]:
    """The entries of a JSON answer in its order, each URL once.

    Tags in titles (search engines mark what was searched) are dropped. Raises UnreadableError where the
    answer is no JSON.
    """
    rules = source.api
    assert rules is not None, "SourceConfig asks for it"
    text = text_of(page, source.encoding)
    pieces = unwrap(text, rules.unwrap)
    items = [item for piece in pieces for item in walk(parsed(piece), rules.items)]
    found = (_entry(item, rules, source, patterns, page) for item in items[:_MOST_ITEMS])
    entries = [entry for entry in found if entry is not None]
    return list({entry.key: entry for entry in reversed(entries)}.values())[::-1]


def _entry(
    item: Any, rules: ApiRules, source: SourceConfig, patterns: Mapping[str, str], page: Page
) -> Entry | None:
    base = rules.base or page.url
    url = link_to(base, field(item, rules.link), source.list)
    title = line(field(item, rules.title))[:_LONGEST_TITLE]
    if url is None or not title:
        return None
    fits, day = shaped(url, source, patterns)
    if not fits:
        return None
    published = _date(item, rules, source.timezone, page.fetched) or day
    if source.list.require_date and published is None:
        return None
    text = plain(field(item, rules.text))
    return Entry(
        source.id,
        canonical(url),
        url,
        title,
        published,
        line(field(item, rules.summary)),
        text or (title if source.article.in_list else None),
        source.language,
        absolute(base, field(item, rules.detail)),
    )


def _date(item: Any, rules: ApiRules, zone: str, now: datetime | None) -> datetime | None:
    written = field(item, rules.date)
    return read_date(written, zone, rules.date_format, now, rules.date_prefix) if written else None
