"""Reads a sitemap as entries, and an index of sitemaps as the addresses of the latest ones."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from analysis.urls import canonical
from crawler.config import SourceConfig
from crawler.extract.dates import read_date
from crawler.extract.decode import text_of
from crawler.spiders.links import absolute, link_to, shaped
from crawler.spiders.markup import both_ends, utf8
from crawler.types import Entry, Page, UnreadableError

_MOST_CHILDREN = 3
_LONGEST_TITLE = 300
_MOST_PAGES = 5000
_MOST_TAGS = 200_000


def read_sitemap(source: SourceConfig, patterns: Mapping[str, str], page: Page) -> list[Entry]:
    """The pages of a sitemap, the latest first; without a title where it is no news sitemap.

    `lastmod` is when a page was changed, so it orders, and tells of edits; published is what a news sitemap
    says or the day in the address. Raises UnreadableError where there is no sitemap.
    """
    found = []
    for node in _root(page).iter("{*}url"):
        url = link_to(page.url, _text(node, "{*}loc"), source.list)
        if url is None:
            continue
        fits, day = shaped(url, source, patterns)
        if not fits:
            continue
        published = read_date(_text(node, ".//{*}publication_date"), source.timezone, now=page.fetched) or day
        title = _text(node, ".//{*}title")[:_LONGEST_TITLE]
        changed = _text(node, "{*}lastmod")
        entry = Entry(
            *(source.id, canonical(url), url, title, published),
            language=source.language,
            updated=read_date(changed, source.timezone) if changed else None,
        )
        found.append((changed or (published.isoformat() if published else ""), entry))
    found.sort(key=lambda pair: pair[0], reverse=True)  # stable: those without a time keep their order
    return list({entry.key: entry for _, entry in reversed(found[:_MOST_PAGES])}.values())[::-1]


def children(page: Page) -> list[str]:
    """The latest sitemaps that an index names; [] where the page is no index."""
    nodes = list(_root(page).iter("{*}sitemap"))
    dated = [(_text(node, "{*}lastmod"), absolute(page.url, _text(node, "{*}loc"))) for node in nodes]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return [url for _, url in dated if url][:_MOST_CHILDREN]


def _root(page: Page) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(utf8(both_ends(text_of(page), _MOST_TAGS)), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        raise UnreadableError("this is not a sitemap", "layout")
    return root


def _text(node: etree._Element, path: str) -> str:
    found = node.find(path)
    return " ".join((found.text or "").split()) if found is not None else ""
