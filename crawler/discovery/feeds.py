"""Finds the feeds and sitemaps that a page names."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from crawler.spiders.links import absolute

_MOST = 3
_FEED = re.compile(r"(?:^|[/.?=_-])(?:rss|atom|feed|rdf)s?(?:[/.?_-]|$)", re.IGNORECASE)
_SITEMAP = re.compile(r"/sitemap[^/]*\.xml$", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar|评论", re.IGNORECASE)


def feeds_of(soup: BeautifulSoup, base: str) -> list[str]:
    """The feeds of a page: those it declares first, then those it links to; none of comments."""
    found: list[str | None] = []
    for node in soup.select("link[rel~=alternate][href]"):
        kind, title = str(node.get("type") or ""), str(node.get("title") or "")
        if re.search(r"rss|atom|rdf", kind) and not _COMMENTS.search(f"{title} {node['href']}"):
            found.append(absolute(base, str(node["href"])))
    for node in soup.select("a[href]"):
        href = str(node["href"])
        if _FEED.search(href.split("#")[0]) and not _COMMENTS.search(href):
            found.append(absolute(base, href))
    return list(dict.fromkeys(url for url in found if url))[:_MOST]


def sitemaps_of(soup: BeautifulSoup, base: str) -> list[str]:
    """The addresses of the sitemaps that a page names."""
    nodes = [*soup.select("link[rel~=sitemap][href]"), *soup.select("a[href]")]
    hrefs = [str(node["href"]) for node in nodes if node.name == "link" or _SITEMAP.search(str(node["href"]))]
    return list(dict.fromkeys(url for href in hrefs if (url := absolute(base, href))))[:1]
