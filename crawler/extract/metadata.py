"""Reads what a page says about itself to machines: its meta tags, its JSON-LD, and the date in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from crawler.extract.dates import read_date

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


def find_date(meta: Metadata, zone: str, now: datetime | None = None) -> datetime | None:
    """The publication date the tags name, in UTC; a time without a zone is meant in `zone`."""
    named = {_LETTERS.sub("", name): text for name, text in reversed(meta.tags.items())}
    said = [named.get(name) for name in _GOVERNMENT_DATES]
    said += [str(meta.linked.get("datePublished") or ""), *(named.get(name) for name in _MEDIA_DATES)]
    moments = (read_date(text, zone, now=now) for text in said if text)
    return next((moment for moment in moments if moment), None)
