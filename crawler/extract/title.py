"""Chooses the headline of a page among its tags, its headings, its JSON-LD and its own title."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from analysis.fold import fold
from crawler.extract.metadata import Metadata
from crawler.extract.tree import line, paragraphs, select

_TITLES = ("articletitle",)
_COMMON_TITLES = ("og:title", "twitter:title", "dc.title", "title")
_MOST_HEADINGS = 20
_MOST_LINES = 400
_SHORTEST = 5  # characters of a headline
_SITE = re.compile(r"\s*(?:\s[|–—·-]\s|[|_]|--|——)\s*")
_PART = re.compile(r"[\s|_·–—-]+")
_LETTERS = re.compile(r"[\W_]+")


def find_title(tree: HtmlElement, meta: Metadata, announced: str) -> str:
    """The headline of a page; `announced` is what the list called it.

    Government tags, the heading that the list announced, the tag for sharing weighed against headings and
    JSON-LD, a heading or a line that the page's own title repeats, JSON-LD, the only heading, the announced
    title, the page's own one.
    """
    if title := _first_tag(meta, _TITLES):
        return title
    headings = [text for node in select(tree, "h1")[:_MOST_HEADINGS] if (text := line(node))]
    if heading := next((heading for heading in headings if _same(heading, announced)), ""):
        return heading
    own = " ".join("".join(next((node.itertext() for node in tree.iter("title")), ())).split())
    if (shared := _first_tag(meta, _COMMON_TITLES)) and shared != meta.tags.get("og:site_name"):
        return _weighed(shared, headings, own, meta, tree)
    if heading := next((heading for heading in headings if len(heading) > 4 and heading in own), ""):
        return heading
    if linked := _headline(meta):
        return linked
    if printed := _repeated(tree, own):
        return printed
    alone = headings[0] if len(headings) == 1 and len(headings[0]) > 8 else ""
    return alone or announced or _without_site(own, meta)


def _weighed(shared: str, headings: list[str], own: str, meta: Metadata, tree: HtmlElement) -> str:
    """The editors' headline where tag, heading and JSON-LD differ.

    A page's own title is written for search engines, and often one or two of the three repeat it. So what
    two of them agree on counts unless it is that title; then the third does, if it is the tag or JSON-LD.
    Where no two agree it is JSON-LD, in which `headline` has a defined meaning.
    """
    printed = next((heading for heading in headings if _same(heading, shared)), "")
    title = printed or _without_site(shared, meta)
    linked = _headline(meta)
    if not linked or _alike(linked, title) or not _is_of(meta, tree):
        return title
    if heading := next((heading for heading in headings if _alike(heading, linked)), ""):
        return title if _alike(heading, own) else heading
    return title if printed and not _alike(printed, own) else linked


def _headline(meta: Metadata) -> str:
    return " ".join(unescape(str(meta.linked.get("headline") or "")).split())


def _is_of(meta: Metadata, tree: HtmlElement) -> bool:
    """Whether JSON-LD speaks of this page, and not of another one that it links to; unsaid is yes."""
    entity = meta.linked.get("mainEntityOfPage") or meta.linked.get("url")
    address = entity.get("@id") or entity.get("url") if isinstance(entity, dict) else entity
    links = select(tree, "link[rel=canonical]")[:1]
    own = [meta.tags.get("og:url"), *(node.get("href") for node in links)]
    paths = {_path(url) for url in own if url}
    return not isinstance(address, str) or not paths or _path(address) in paths


def _path(url: str) -> str:
    try:
        return urlsplit(url.strip()).path.rstrip("/")
    except ValueError:
        return ""


def _repeated(tree: HtmlElement, own: str) -> str:
    """The longest line of the page that its own title repeats, with a site or a column about it."""
    found = ""
    for text in paragraphs(tree).split("\n")[:_MOST_LINES]:
        if max(len(found), _SHORTEST) < len(text) < len(own) and _is_part(text, own):
            found = text
    return found if 2 * len(found) > len(own) else ""


def _is_part(text: str, own: str) -> bool:
    if own.startswith(text):
        return bool(_PART.match(own, len(text)))
    return own.endswith(text) and bool(_PART.search(own[len(own) - len(text) - 1 : len(own) - len(text)]))


def _first_tag(meta: Metadata, names: tuple[str, ...]) -> str:
    return next((" ".join(meta.tags[name].split()) for name in names if name in meta.tags), "")


def _same(heading: str, other: str) -> bool:
    """Whether one of the two is the other with something behind it: the name of the site, or what was cut."""
    begin = other.rstrip("….．")
    shorter, longer = sorted((heading, begin), key=len)
    return len(shorter) > 4 and longer.startswith(shorter)


def _alike(one: str, other: str) -> bool:
    """Whether one headline holds the other, whatever their punctuation: with a kicker, with the site."""
    shorter, longer = sorted((_LETTERS.sub("", fold(text)) for text in (one, other)), key=len)
    return len(shorter) >= _SHORTEST and shorter in longer


def _without_site(title: str, meta: Metadata) -> str:
    """The title without " | Site" behind it: the name the page gives, or a short last part."""
    site = meta.tags.get("og:site_name", "")
    parts = _SITE.split(title)
    if len(parts) > 1 and (parts[-1].strip() == site or len(parts[-1]) * 2 < len(parts[0])):
        return title[: title.rindex(parts[-1])].rstrip(" |–—·-_")
    return title
