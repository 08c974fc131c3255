"""Reads a list page of a portal: its rows, by selectors or by the shape of article URLs, as entries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bs4 import BeautifulSoup, Tag

from analysis.urls import canonical
from crawler.config import SourceConfig
from crawler.extract.dates import read_date
from crawler.extract.decode import text_of
from crawler.extract.tree import FEW_TAGS, bounded
from crawler.rules import ListRules
from crawler.spiders.links import absolute, link_to, shaped
from crawler.spiders.selectors import choices, first, nodes, without
from crawler.types import Entry, Page, UnreadableError
from crawler.unwrap import unwrap

_DECLARATION = re.compile(r"\A\s*<\?xml.*?\?>", re.DOTALL)  # XML is read as if it were HTML
_CUT = ("…", "...", "．．．")
_LONGEST_TITLE = 300
_DEEPEST = 500


def read_listing(source: SourceConfig, patterns: Mapping[str, str], page: Page) -> list[Entry]:
    """The entries of a list page in its order, each URL once.

    `patterns` are the `link_patterns` of the configuration. Links are made absolute (honouring <base>); other
    schemes than http and https are dropped, and so are links without a title. Raises UnreadableError where
    the elements of the page lie so deep in each other that selecting among them would take for ever.
    """
    soups, _ = markup_of(source, page)
    base = base_of(soups, page)
    found = (_entry(row, source, patterns, base, page.fetched) for row in _rows(soups, source.list))
    return _once([entry for entry in found if entry is not None])


def markup_of(source: SourceConfig, page: Page) -> tuple[list[BeautifulSoup], int]:
    """The HTML of a list page, unwrapped and without what is to be removed, and how much that was."""
    pieces = unwrap(text_of(page, source.encoding), source.list.unwrap)
    soups = [soup_of(piece) for piece in pieces if isinstance(piece, str)]
    removed = 0
    for choice in choices(source.list.remove) if source.list.remove else ():
        for node in [node for soup in soups for node in soup.select(choice.css)]:
            node.decompose()
            removed += 1
    return soups, removed


def base_of(soups: list[BeautifulSoup], page: Page) -> str:
    """What relative links start from."""
    return next((own for soup in soups if (own := _base(soup, page.url))), page.url)


def archive(source: SourceConfig, page: Page) -> str | None:
    """The list of the latest year that a list page links to, where the source says that there are such."""
    if source.list.follow is None:
        return None
    soup = soup_of(text_of(page, source.encoding))
    base = _base(soup, page.url) or page.url
    years = [(text, node) for node in soup.select("a[href]") if (text := _matching(node, source.list.follow))]
    latest = max(years, key=lambda pair: pair[0], default=None)
    return link_to(base, first(latest[1], "self@href"), ListRules()) if latest else None


def _matching(node: Tag, pattern: str) -> str:
    text = " ".join(node.get_text(" ").split())
    return text if re.search(pattern, text) else ""


def _base(soup: BeautifulSoup, url: str) -> str | None:
    node = soup.select_one("base[href]")
    return absolute(url, str(node["href"])) if node else None


def soup_of(markup: str) -> BeautifulSoup:
    """The tree of some HTML. Raises UnreadableError where its elements lie too deep in each other."""
    soup = BeautifulSoup(bounded(_DECLARATION.sub("", markup), FEW_TAGS), "lxml")
    if _depth(soup) > _DEEPEST:
        raise UnreadableError("the elements of the list lie too deep in each other")
    return soup


def _depth(soup: BeautifulSoup) -> int:
    depths = {id(soup): 0}
    for node in soup.find_all(True):
        depths[id(node)] = depths[id(node.parent)] + 1
    return max(depths.values())


def _rows(soups: list[BeautifulSoup], rules: ListRules) -> list[Tag]:
    for choice in choices(rules.item):
        if rows := [row for soup in soups for row in nodes(soup, choice)]:
            return rows
    return []


def _entry(
    row: Tag, source: SourceConfig, patterns: Mapping[str, str], base: str, now: datetime | None
) -> Entry | None:
    rules = source.list
    url = link_to(base, first(row, rules.link, "href"), rules)
    if url is None:
        return None
    fits, day = shaped(url, source, patterns)
    if not fits:
        return None
    published = date_of(row, source, now) or day
    title = title_of(row, rules)
    if not title or (rules.require_date and published is None):
        return None
    return Entry(source.id, canonical(url), url, title[:_LONGEST_TITLE], published, language=source.language)


def date_of(row: Tag, source: SourceConfig, now: datetime | None) -> datetime | None:
    rules = source.list
    if rules.date is None:
        return None
    return read_date(first(row, rules.date), source.timezone, rules.date_format, now, rules.date_prefix)


def title_of(row: Tag, rules: ListRules) -> str:
    """The title, whole: where the visible one is cut with an ellipsis, the title attribute has it all."""
    title = first(without(row, rules.title_remove) if rules.title_remove else row, rules.title)
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
