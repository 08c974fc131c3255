"""Writes selectors for rows that were found: short, of ids and classes that look as if they will stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup, Tag

from crawler.discovery.rows import Row, Rows, classes, headline_of, shape_of
from crawler.extract.dates import read_date
from crawler.spiders.links import absolute
from crawler.spiders.selectors import first

_STABLE = re.compile(r"[A-Za-z][A-Za-z_-]{1,24}\d?\Z")
# Words of layout and of state: they stand on many elements, or on one of them at a time.
_FLEETING = re.compile(
    r"(?:clear(?:fix)?|fl|fr|left|right|on|cur(?:rent)?|active|first|last|odd|even|hover|show|hide|hidden|"
    r"cf|row|col(?:-.*)?|(?:m|p)[tblrxy]?-?|wow|animate.*|swiper.*)\d?\Z",
    re.IGNORECASE,
)
_MOST_TRIED = 60
_NEARLY = 0.9
_FAR = 9  # of a path that names nothing
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def list_rules(
    found: Rows, soup: BeautifulSoup, base: str, patterns: Mapping[str, str], now: datetime
) -> dict[str, Any] | None:
    """The `list` block that reads these rows; None where no selector finds them."""
    rows = found.rows
    item, strays = _item(rows, soup)
    if item is None:
        return None
    link = _link(rows, base)
    if link is None:
        return None
    date = _date(rows, now) if found.dated >= 0.5 else None
    rules = {"item": item, "link": link} | _title(rows, link, date)
    if date is not None:
        rules["date"] = date
    shapes = {shape_of(row.url, patterns) for row in rows}
    if (strays or date is None) and len(shapes) == 1 and (shape := shapes.pop()) is not None:
        rules["link_pattern"] = shape
    elif strays and date is not None and found.dated > _NEARLY:
        rules["require_date"] = True
    return rules


def pattern_rules(soup: BeautifulSoup, base: str, patterns: Mapping[str, str]) -> list[dict[str, Any]]:
    """Blocks that rest on the known shapes of addresses alone, the one that finds most first."""
    urls = {absolute(base, str(node["href"])) for node in soup.select("a[href]") if len(node.get_text()) > 4}
    shapes = [shape_of(url, patterns) for url in urls if url]
    counts = {shape: shapes.count(shape) for shape in shapes if shape is not None}
    best = sorted(counts, key=lambda shape: counts[shape], reverse=True)
    return [{"link_pattern": shape} for shape in best if counts[shape] >= 3]


def _item(rows: Sequence[Row], soup: BeautifulSoup) -> tuple[str | None, int]:
    """The selector that finds all rows and the fewest other elements with links; and how many of those."""
    wanted, urls = {id(row.node) for row in rows}, {row.anchor.get("href") for row in rows}
    best: tuple[tuple[int, int, int], str, int] | None = None
    for far, css in islice(_item_selectors(rows), _MOST_TRIED):
        selected = soup.select(css)
        hits = sum(id(node) in wanted for node in selected)
        if hits < _NEARLY * len(rows):
            continue
        strays = sum(id(node) not in wanted and _leads_elsewhere(node, urls) for node in selected)
        cost = strays, far, len(css)
        if best is None or cost < best[0]:
            best = cost, css, strays
    return (best[1], best[2]) if best else (None, 0)


def _leads_elsewhere(node: Tag, urls: set[Any]) -> bool:
    own = [node, *node.select("a[href]")]
    return any(one.get("href") and one.get("href") not in urls for one in own)


def _item_selectors(rows: Sequence[Row]) -> Iterable[tuple[int, str]]:
    """Selectors that may find the rows, and how far above them what they name lies."""
    nodes = [row.node for row in rows]
    tag = nodes[0].name
    own = [f"{tag}.{name}" for name in _shared(nodes)]
    yield from ((0, name) for name in own)
    parents = list(islice(nodes[0].parents, 7))
    for number, parent in enumerate(parents):
        if parent.name in ("html", "[document]"):
            break
        for name in _names(parent):
            for row in (tag, *own):
                yield number, f"{name} {row}"
                if number == 0:
                    yield number, f"{name} > {row}"
                elif parents[0].name not in ("tbody", "body"):
                    yield number, f"{name} {parents[0].name} > {row}"
    path = [tag, *(parent.name for parent in parents if parent.name != "[document]")]
    for length in (2, 3, 4):
        yield _FAR, " > ".join(path[:length][::-1])


def _names(node: Tag) -> list[str]:
    named = [f"{node.name}.{name}" for name in _stable(classes(node))]
    identity = str(node.get("id") or "")
    return [*named, *([f"#{identity}"] if _STABLE.match(identity) else [])]


def _stable(names: Iterable[str]) -> list[str]:
    return [name for name in names if _STABLE.match(name) and not _FLEETING.match(name)]


def _shared(nodes: Sequence[Tag]) -> list[str]:
    """The classes that nearly all of these elements have."""
    of_all = [set(classes(node)) for node in nodes]
    names = _stable(classes(nodes[0]))
    return [name for name in names if sum(name in own for own in of_all) >= _NEARLY * len(nodes)]


def _first_fitting(selectors: Iterable[str], fits: Callable[[str], int], of: int) -> str | None:
    """The first selector that fits nearly all rows."""
    return next((css for css in dict.fromkeys(selectors) if fits(css) >= _NEARLY * of), None)


def _link(rows: Sequence[Row], base: str) -> str | None:
    if all(row.node is row.anchor for row in rows):
        return "self"
    anchors = [row.anchor for row in rows]
    parent, node = anchors[0].parent, rows[0].node
    around = [] if parent is None or parent is node else [*_names(parent), parent.name]
    selectors = ["a", "a[title]", *(f"a.{name}" for name in _shared(anchors))]
    selectors += [f"{name} a" for name in around]
    selectors += ["a:last-of-type", *(f"td:nth-of-type({number}) a" for number in range(1, 7))]
    return _first_fitting(
        selectors,
        lambda css: sum(absolute(base, first(row.node, css, "href")) == row.url for row in rows),
        len(rows),
    )


def _title(rows: Sequence[Row], link: str, date: str | None) -> dict[str, Any]:
    anchors = [row.anchor for row in rows]
    titled = sum(" ".join(str(row.anchor.get("title") or "").split()) == row.title for row in rows)
    if titled >= _NEARLY * len(rows):
        return {"title": f"{link}@title|{link}"}
    headings = [node for anchor in anchors if (node := headline_of(anchor)) is not None]
    if len(headings) >= _NEARLY * len(rows):
        named = [f"{headings[0].name}.{name}" for name in _shared(headings)]
        css = headings[0].name if headings[0].name in _HEADINGS else next(iter(named), None)
        if css is not None:
            return {"title": css if link == "self" else f"{link} {css}"}
    inside = sum(row.marked is not None and row.anchor in row.marked.parents for row in rows)
    if date is not None and date != "self" and 2 * inside > len(rows):
        return {"title": link, "title_remove": date.split("@")[0]}
    return {"title": link}


def _date(rows: Sequence[Row], now: datetime) -> str | None:
    dated = [row for row in rows if row.marked is not None]
    marked = [row.marked for row in dated if row.marked is not None]
    tag, parent = marked[0].name, marked[0].parent
    own = [f"{tag}.{name}" for name in _shared(marked)]
    if marked[0].get("datetime"):
        own = [f"{tag}@datetime", *own]
    selectors = [*own, tag, f"{tag}:last-of-type", f"{tag}:first-of-type"]
    if parent is not None and parent is not dated[0].node:
        selectors += [f"{name} {tag}" for name in (*_names(parent), parent.name)]
    selectors += [f"{tag}:nth-of-type({number})" for number in range(1, 7)]
    if marked[0] is dated[0].node or marked[0] is dated[0].anchor:
        selectors = ["self"]
    return _first_fitting(
        selectors,
        lambda css: sum(
            read_date(first(row.node, css), "Asia/Shanghai", now=now) == row.published for row in dated
        ),
        len(dated),
    )
