"""Reads what a page says about itself: title and publication date in meta tags, JSON-LD and headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from crawler.extract.dates import read_date
from crawler.extract.tree import line, select

_TITLES = ("articletitle",)
_COMMON_TITLES = ("og:title", "twitter:title", "dc.title", "title")
# By their letters alone, so that "article:published_time" and "article:published:time" are the same. Those of
# governments first; then what media use. Never "modified", "updated" or "lastmod".
_GOVERNMENT_DATES = ("pubdate",)
_MEDIA_DATES = (
    *("articlepublishedtime", "ogpublishedtime", "ogarticlepublishedtime", "datepublished", "publishdate"),
    *("publicationdate", "publishtime", "parselypubdate", "sailthrudate", "cxenseparserecspublishtime"),
    *("dctermscreated", "dctermsdate", "dctermsissued", "dcdateissued", "dcdate", "date", "lastpublished"),
)
_ARTICLE = re.compile(r"Article$|BlogPosting$|^Report$|^LiveBlog")
_LETTERS = re.compile(r"[^a-z]")
_JSON_LIMIT = 500_000
_MOST_HEADINGS = 20
_SITE = re.compile(r"\s*(?:\s[|–—·-]\s|[|_]|--|——)\s*")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the tags say: `tags` by lower-case name, `linked` the article of JSON-LD ({} if none)."""

    tags: dict[str, str]
    linked: dict[str, Any] = field(default_factory=dict)


def metadata(tree: HtmlElement) -> Metadata:
    """The meta tags of a page, the first of each name, and its JSON-LD article."""
    tags: dict[str, str] = {}
    for node in tree.iter("meta"):
        content = (node.get("content") or "").strip()
        for name in (node.get("name"), node.get("property"), node.get("itemprop")):
            if name and content:
                tags.setdefault(name.lower(), content)
    return Metadata(tags, _linked(tree))


def _linked(tree: HtmlElement) -> dict[str, Any]:
    for node in tree.iter("script"):
        text = node.text or ""
        if "ld+json" not in (node.get("type") or "") or len(text) > _JSON_LIMIT:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(data):
            if any(_ARTICLE.search(str(kind)) for kind in _listed(thing.get("@type"))):
                return thing
    return {}


def _things(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    for thing in _listed(data):
        if isinstance(thing, dict):
            yield thing
            for name in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from _things(thing.get(name), depth + 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def find_title(tree: HtmlElement, meta: Metadata, announced: str) -> str:
    """The headline of a page; `announced` is what the list called it.

    Government tags, the heading that the list announced, the tag for sharing (without the name of the site,
    and whole where it is cut), a heading that the page's own title repeats, JSON-LD, the only heading, the
    announced title, the page's own one.
    """
    if title := _first_tag(meta, _TITLES):
        return title
    headings = [text for node in select(tree, "h1")[:_MOST_HEADINGS] if (text := line(node))]
    if heading := next((heading for heading in headings if _same(heading, announced)), ""):
        return heading
    if (shared := _first_tag(meta, _COMMON_TITLES)) and shared != meta.tags.get("og:site_name"):
        return next((heading for heading in headings if _same(heading, shared)), _without_site(shared, meta))
    own = " ".join("".join(next((node.itertext() for node in tree.iter("title")), ())).split())
    if heading := next((heading for heading in headings if len(heading) > 4 and heading in own), ""):
        return heading
    if linked := " ".join(str(meta.linked.get("headline") or "").split()):
        return linked
    alone = headings[0] if len(headings) == 1 and len(headings[0]) > 8 else ""
    return alone or announced or _without_site(own, meta)


def _first_tag(meta: Metadata, names: tuple[str, ...]) -> str:
    return next((" ".join(meta.tags[name].split()) for name in names if name in meta.tags), "")


def _same(heading: str, other: str) -> bool:
    """Whether one of the two is the other with something behind it: the name of the site, or what was cut."""
    begin = other.rstrip("….．")
    shorter, longer = sorted((heading, begin), key=len)
    return len(shorter) > 4 and longer.startswith(shorter)


def _without_site(title: str, meta: Metadata) -> str:
    """The title without " | Site" behind it: the name the page gives, or a short last part."""
    site = meta.tags.get("og:site_name", "")
    parts = _SITE.split(title)
    if len(parts) > 1 and (parts[-1].strip() == site or len(parts[-1]) * 2 < len(parts[0])):
        return title[: title.rindex(parts[-1])].rstrip(" |–—·-_")
    return title


def find_date(meta: Metadata, zone: str, now: datetime | None = None) -> datetime | None:
    """The publication date the tags name, in UTC; a time without a zone is meant in `zone`."""
    named = {_LETTERS.sub("", name): text for name, text in reversed(meta.tags.items())}
    said = [named.get(name) for name in _GOVERNMENT_DATES]
    said += [str(meta.linked.get("datePublished") or ""), *(named.get(name) for name in _MEDIA_DATES)]
    moments = (read_date(text, zone, now=now) for text in said if text)
    return next((moment for moment in moments if moment), None)
