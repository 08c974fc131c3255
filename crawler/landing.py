"""Tells whether an article was found where its list announced it, or on a page that stands for all of them.

A portal under maintenance sends every address to one notice, another one sends what it has lost to its list
or its home page: such pages are no articles, and filing them would lose the articles for good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from analysis.urls import canonical
from crawler.config import SourceConfig
from crawler.poll import Draft
from crawler.types import Entry, UnreadableError


def astray(url: str, source: SourceConfig) -> UnreadableError | None:
    """What is wrong with an article that was found at `url`, after redirects; None if nothing is."""
    landed = canonical(url)
    if landed in map(canonical, source.urls):
        return UnreadableError("it leads to the list that announced it")
    parts = urlsplit(landed)
    if parts.path in ("", "/") and not parts.query:
        return UnreadableError("it leads to the home page")
    return None


def moved(url: str, entry: Entry) -> bool:
    """Whether an article was found at another address than its list announced."""
    return canonical(url) != canonical(entry.detail or entry.url)


def together(held: Sequence[Draft], found: Sequence[Entry]) -> set[str]:
    """The keys of articles of one poll that were all sent to one page, or to the page of another entry."""
    landed = Counter(canonical(draft.landed) for draft in held)
    own = {canonical(entry.detail or entry.url) for entry in found}
    shared = {url for url, times in landed.items() if times > 1 or url in own}
    return {draft.entry.key for draft in held if canonical(draft.landed) in shared}
