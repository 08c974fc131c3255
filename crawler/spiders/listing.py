"""Reads a list page of a portal: its rows, by selectors or by the shape of article URLs, as entries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bs4 import BeautifulSoup, Tag

from analysis.urls import canonical
from crawler.config import ListRules, SourceConfig
from crawler.extract.dates import day_of, read_date
from crawler.extract.decode import text_of
from crawler.extract.tree import bounded
from crawler.spiders.links import absolute
from crawler.spiders.selectors import choices, first, nodes
from crawler.types import Entry, Page, UnreadableError

_CUT = ("…", "...", "．．．")
_LONGEST_TITLE = 300
_DEEPEST = 500


def read_listing(source: SourceConfig, patterns: Mapping[str, str], page: Page) -> list[Entry]:
    """The entries of a list page in its order, each URL once.

    `patterns` are the `link_patterns` of the configuration. Links are made absolute (honouring <base>); other
    schemes than http and https are dropped, and so are links without a title. Raises UnreadableError where
    the elements of the page lie so deep in each other that selecting among them would take for ever.
    """
    soup = BeautifulSoup(bounded(text_of(page, source.encoding)), "lxml")
    if _depth(soup) > _DEEPEST:
        raise UnreadableError("the elements of the list lie too deep in each other")
    if source.list.remove:
        for choice in choices(source.list.remove):
            for node in soup.select(choice.css):
                node.decompose()
    base = _base(soup, page.url)
    rows = _rows(soup, source.list)
    found = (_entry(row, source, patterns, base, page.fetched) for row in rows)
    return _once([entry for entry in found if entry is not None])


def _base(soup: BeautifulSoup, url: str) -> str:
    node = soup.select_one("base[href]")
    return (absolute(url, str(node["href"])) if node else None) or url


def _depth(soup: BeautifulSoup) -> int:
    depths = {id(soup): 0}
    for node in soup.find_all(True):
        depths[id(node)] = depths[id(node.parent)] + 1
    return max(depths.values())


def _rows(soup: BeautifulSoup, rules: ListRules) -> list[Tag]:
    for choice in choices(rules.item):
        if rows := nodes(soup, choice):
            return rows
    return []


def _entry(
    row: Tag, source: SourceConfig, patterns: Mapping[str, str], base: str, now: datetime | None
) -> Entry | None:
    rules = source.list
    link = first(row, rules.link, "href")
    url = absolute(base, link)
    if url is None or not _wanted(url, rules):
        return None
    published = _date(row, source, now)
    if rules.link_pattern:
        match = re.search(patterns[rules.link_pattern], url)
        if match is None:
            return None
        published = published or day_of(match.groupdict(), source.timezone)
    title = _title(row, rules)
    if not title or (rules.require_date and published is None):
        return None
    return Entry(source.id, canonical(url), url, title[:_LONGEST_TITLE], published, language=source.language)


def _wanted(url: str, rules: ListRules) -> bool:
    if rules.link_include and not re.search(rules.link_include, url):
        return False
    return not (rules.link_exclude and re.search(rules.link_exclude, url))


def _date(row: Tag, source: SourceConfig, now: datetime | None) -> datetime | None:
    if source.list.date is None:
        return None
    return read_date(first(row, source.list.date), source.timezone, source.list.date_format, now)


def _title(row: Tag, rules: ListRules) -> str:
    """The title, whole: where the visible one is cut with an ellipsis, the title attribute has it all."""
    title = first(row, rules.title)
    if not title.endswith(_CUT):
        return title
    full = first(row, "self@title|a@title|self@aria-label|a@aria-label")
    begins = title.rstrip("….．")
    return full if full.startswith(begins[:10]) and len(full) >= len(begins) else title


def _once(entries: list[Entry]) -> list[Entry]:
    """One entry for each key: a picture, a headline and "more" link to the same article."""
    best: dict[str, Entry] = {}
    for entry in entries:
        known = best.get(entry.key)
        if known is None or (len(entry.title) > len(known.title) and not entry.title.startswith(known.title)):
            best[entry.key] = entry
    return list(best.values())
