"""Proposes the block of a source for a URL: what could be read there is found, then tried by the check.

What is proposed was read by the readers of a crawl: its entries, and the newest article.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.check import check_source
from crawler.checking.types import Checked
from crawler.config import CrawlerConfig, SourceConfig
from crawler.discovery.arrays import api_rules
from crawler.discovery.feeds import feeds_of, sitemaps_of
from crawler.discovery.identity import Identity, identify
from crawler.discovery.lists import find_lists
from crawler.errands import Errand, for_source, send
from crawler.extract.blocked import needs_script, readable
from crawler.extract.files import media_of
from crawler.politeness import Hosts
from crawler.spiders.feed import feed_name, read_feed
from crawler.spiders.listing import base_of, soup_of
from crawler.types import INTERRUPTED, Page, UnreadableError

KINDS = ("feed", "listing", "api", "sitemap")
_MOST_TRIED = 5
_TEXT = 60  # characters of an article
_FEWEST = {"feed": 1, "listing": 3, "api": 1, "sitemap": 1}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A block that was tried. `values` are its keys, `comments` what is to be said beside some of them,
    `checked` what came of the try, `others` what else could be read at the URL, in words."""

    values: Mapping[str, Any]
    comments: Mapping[str, str]
    checked: Checked
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a source could be read."""

    kind: str
    url: str
    rules: Mapping[str, Any]
    words: str


def add(
    config: CrawlerConfig, url: str, hosts: Hosts, *, kind: str | None, clock: Callable[[], datetime]
) -> Proposal:
    """The block for a URL; of one `kind` if that is asked for.

    Runs Scrapy in this process, so it can be called once in a process. Raises UnreadableError where nothing
    usable is found, or nothing could be fetched.
    """
    found: list[Proposal] = []

    async def explore(errand: Errand) -> None:
        found.append(await _explore(errand, config, url, kind))

    send(config.crawl, explore, hosts, clock)
    if not found:
        raise UnreadableError(INTERRUPTED)
    return found[0]


async def _explore(errand: Errand, config: CrawlerConfig, url: str, kind: str | None) -> Proposal:
    page = await errand.page(url)
    if media_of(page.body, page.content_type) is not None:
        raise UnreadableError("this is a file, not a page with announcements")
    page = await errand.read(readable, page, 200)
    found = await errand.read(lambda: list(_ways(page, config, errand.now())))
    ways = [way for way in found if kind in (None, way.kind)]
    tried: list[tuple[_Way, dict[str, Any], Identity, Checked]] = []
    for way in ways[:_MOST_TRIED]:
        identity = await errand.read(_identity, way, page, config)
        values = _block(way, identity)
        source = SourceConfig.model_validate(values)
        checked = await check_source(
            for_source(errand, source.id, source.encoding), source, (), config.link_patterns
        )
        if _usable(way, checked):
            tried.append((way, values, identity, checked))
            if checked.ok:
                break
    if not tried:
        raise UnreadableError(_why_not(page, ways, kind))
    way, values, identity, checked = next((one for one in tried if one[3].ok), tried[0])
    others = tuple(
        other.words + (f" (--kind {other.kind})" if other.kind != way.kind else "")
        for other in found
        if other is not way
    )
    return Proposal(values, identity.comments, checked, others)


def _usable(way: _Way, checked: Checked) -> bool:
    """Whether a way gave announcements. Links that only look like headlines must lead to a dated text."""
    if len(checked.entries) < _FEWEST[way.kind]:
        return False
    rules = way.rules.get("list")
    if rules is None or "date" in rules or "link_pattern" in rules:
        return True
    article = checked.article
    return article is not None and article.published is not None and len(article.text) >= _TEXT


def _ways(page: Page, config: CrawlerConfig, now: datetime) -> Iterator[_Way]:
    """What could be read at a page, the best first."""
    text, patterns = page.text or "", config.link_patterns
    if _is_feed(page):
        yield _Way("feed", page.url, {}, "the feed at this address")
        return
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        if rules := api_rules(_json(text), now):
            yield _Way("api", page.url, {"api": rules}, "the JSON at this address")
        return
    if "<urlset" in text[:2000] or "<sitemapindex" in text[:2000]:
        yield _Way("sitemap", page.url, {}, "the sitemap at this address")
        return
    soup = soup_of(text)
    base = base_of([soup], page)
    for url in feeds_of(soup, base):
        yield _Way("feed", url, {}, f"the feed {url}")
    for guess in find_lists(text, base, patterns, now):
        yield _Way("listing", page.url, {"list": guess.rules}, guess.words)
    for url in sitemaps_of(soup, base):
        yield _Way("sitemap", url, {}, f"the sitemap {url}")


def _is_feed(page: Page) -> bool:
    head = (page.text or "")[:3000].lower()
    return any(mark in head for mark in ("<rss", "<feed", "<rdf:rdf")) and "<html" not in head


def _json(text: str) -> Any:
    try:
        return json.loads(text.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return None


def _identity(way: _Way, page: Page, config: CrawlerConfig) -> Identity:
    """Who speaks: a page says it itself, a feed in its title, JSON not at all."""
    taken = {source.id for source in config.sources}
    if way.kind == "feed" and way.url == page.url:
        source = SourceConfig.model_validate(_bare(way))
        titles = [entry.title for entry in read_feed(source, page)[:20]]
        return identify(page.url, "", titles, taken, feed_name(page))
    if way.kind in ("api", "sitemap") and way.url == page.url:
        return identify(page.url, "", [(page.text or "")[:2000]], taken)
    soup = soup_of(page.text or "")
    titles = [node.get_text() for node in soup.select("a[href]")[:100]]
    return identify(page.url, page.text or "", titles, taken)


def _bare(way: _Way) -> dict[str, Any]:
    return {
        "id": "proposal",
        "name": "proposal",
        "kind": way.kind,
        "level": "media",
        "urls": [_plain(way.url)],
    }


def _block(way: _Way, identity: Identity) -> dict[str, Any]:
    """The keys of the block in the order in which they stand in the files of sources."""
    known = {**identity.values, "kind": way.kind, "urls": [_plain(way.url)], **way.rules}
    order = ("id", "name", "kind", "level", "language", "place", "timezone", "urls", "list", "api")
    return {name: known[name] for name in order if name in known}


def _plain(url: str) -> str:
    """An address without what would be a placeholder in a block."""
    return url.replace("{", "%7B").replace("}", "%7D")


def _why_not(page: Page, ways: list[_Way], kind: str | None) -> str:
    if needs_script(page.text or ""):
        return (
            "the page is made by JavaScript: there is no list in it. Look in the browser's network tab for "
            "the JSON that it fetches, and give that address"
        )
    if ways:
        words = "; ".join(way.words for way in ways[:_MOST_TRIED])
        return f"nothing usable was found: tried {words}, and none gave articles"
    named = f" of kind {kind}" if kind else ""
    return (
        f"nothing usable was found{named}: no feed, and no list of links with dates. "
        "Give the address of the page that lists announcements; where the browser shows a list all the same, "
        "it is made by JavaScript, and the JSON behind it is what to give"
    )
