"""Finds the rows of a page that look like announcements: elements of one kind, with links and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bs4 import BeautifulSoup, Tag

from crawler.extract.dates import day_in_url, read_date
from crawler.spiders.links import absolute

_FEWEST = 3
_TITLE = 5  # characters: less is no headline
_MOST_LINKS = 4  # of one row: what has more is a list itself
_CLIMB = 6
_MOST_ANCHORS = 3000
_MONTHS = "jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]"
_DATE = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|(?<![\d-])\d{1,2}[-/月]\d{1,2}(?![\d-])|"
    rf"\d{{1,2}}\.\d{{1,2}}\.(?:20)\d\d|\b(?:{_MONTHS})[a-z]*\.?\s+\d{{1,2}},?\s+20\d\d|"
    rf"\d{{1,2}}\.?\s+(?:{_MONTHS})[a-zä]*\.?,?\s+20\d\d",
    re.IGNORECASE,
)
_DATE_TEXT = 40  # characters of a text that is a date and little else
_LABEL = 8
_PAGE = frozenset(("nav", "header", "footer", "aside"))
_ABOUT_PAGE = re.compile(r"nav|menu|foot|crumb|header|topbar|friend|share|pagination|hot|rank", re.IGNORECASE)
_ROWS = frozenset(("li", "tr", "dd", "article"))
_HEADLINE = re.compile(r"(?:\w+[-_])*(?:tit|title|headline|bt)\Z", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Row:
    """An element with a link. `marked` is what its date is written in, where it is written."""

    node: Tag
    anchor: Tag
    url: str
    title: str
    published: datetime | None = None
    marked: Tag | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one kind, in the order of the page, and how much they look like announcements."""

    rows: Sequence[Row]
    score: float

    @property
    def dated(self) -> float:
        """The share of rows in which a date is written."""
        return sum(row.published is not None for row in self.rows) / len(self.rows)


def find_rows(soup: BeautifulSoup, base: str, patterns: Mapping[str, str], now: datetime) -> list[Rows]:
    """The groups of rows of a page that may be lists of announcements, the best first.

    `patterns` are the known shapes of article addresses. Bars of links and footers are told from lists by
    their short words, by where they stand, and by having no dates.
    """
    groups: dict[object, dict[int, Row]] = {}
    anchors = list(islice(soup.select("a[href]"), _MOST_ANCHORS))
    links = _links_below(anchors)
    for anchor in anchors:
        title, url = title_of(anchor), absolute(base, str(anchor.get("href") or ""))
        if url is None or len(title) < _TITLE:
            continue
        for node in _climbed(anchor, links):
            rows = groups.setdefault(_kind(node), {})
            known = rows.get(id(node))
            if known is None or len(title) > len(known.title):
                rows[id(node)] = Row(node, anchor, url, title)
    found = [_group(list(rows.values()), patterns, now) for rows in groups.values() if len(rows) >= _FEWEST]
    # What lies around a row has the same links and dates: of those that are worth the same the outermost.
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (-round(one.score, 6), sum(1 for _ in one.rows[0].node.parents)),
    )


def title_of(anchor: Tag) -> str:
    """What a link is called: its title attribute, a heading in it, its text."""
    text = " ".join(anchor.get_text(" ").split())
    title = " ".join(str(anchor.get("title") or "").split())
    heading = headline_of(anchor)
    inner = " ".join(heading.get_text(" ").split()) if heading is not None else ""
    return title if len(title) >= _TITLE else inner or text


def headline_of(anchor: Tag) -> Tag | None:
    """The element within a link that holds its headline, where there is one: a heading, or named so."""
    heading = anchor.find(_HEADINGS)
    if isinstance(heading, Tag):
        return heading
    inside = (node for node in anchor.find_all(True) if any(_HEADLINE.match(name) for name in classes(node)))
    return next((node for node in inside if isinstance(node, Tag)), None)


def classes(node: Tag) -> list[str]:
    """The classes of an element."""
    found = node.get("class")
    return found.split() if isinstance(found, str) else list(found or ())


def _links_below(anchors: Sequence[Tag]) -> Counter[int]:
    count: Counter[int] = Counter()
    for anchor in anchors:
        count[id(anchor)] += 1
        count.update(id(parent) for parent in islice(anchor.parents, _CLIMB + 1))
    return count


def _climbed(anchor: Tag, links: Mapping[int, int]) -> list[Tag]:
    """The link and the elements around it, as long as they hold little else than this one link."""
    nodes = [anchor]
    for parent in islice(anchor.parents, _CLIMB):
        if links[id(parent)] > _MOST_LINKS or parent.name in ("body", "html", "[document]"):
            break
        nodes.append(parent)
    return nodes


def _kind(node: Tag) -> object:
    """What makes elements rows of one list: their tag, and the place of their parent by tags and classes."""
    above = [(parent.name, tuple(classes(parent)), parent.get("id")) for parent in islice(node.parents, 2)]
    return node.name, tuple((name, own, str(identity)) for name, own, identity in above)


def _group(rows: list[Row], patterns: Mapping[str, str], now: datetime) -> Rows | None:
    if len({row.url for row in rows}) < _FEWEST:
        return None
    rows = [_with_date(row, now) for row in rows]
    number = len(rows)
    length = sum(min(_weight(row.title), 30) for row in rows) / number
    dated = sum(row.published is not None for row in rows) / number
    shaped = sum(bool(shape_of(row.url, patterns) or day_in_url(row.url, "UTC")) for row in rows) / number
    about_page = _is_about_page(rows[0].node)
    if dated < 0.5 and shaped < 0.5 and (about_page or number < 5 or length < 12):
        return None
    score = min(number, 40) ** 0.5 * (1 + 4 * dated + 2 * shaped) * min(length, 15)
    usual = 1.05 if rows[0].node.name in _ROWS else 1.0  # a row and the one link in it are worth the same
    return Rows(rows, score * usual * (0.2 if about_page else 1.0))


def shape_of(url: str, patterns: Mapping[str, str]) -> str | None:
    """The name of the known shape an address has; one that tells the day goes before others."""
    names = [name for name, pattern in patterns.items() if re.search(pattern, url)]
    return next((name for name in names if "(?P<d>" in patterns[name]), next(iter(names), None))


def _weight(title: str) -> float:
    """The length of a title in Chinese characters; a Latin letter is half of one."""
    return sum(1.0 if character > "\u2e80" else 0.5 for character in title)


def _is_about_page(node: Tag) -> bool:
    around = [node, *islice(node.parents, 4)]
    if any(one.name in _PAGE for one in around):
        return True
    return any(_ABOUT_PAGE.search(f"{' '.join(classes(one))} {one.get('id') or ''}") for one in around)


def _with_date(row: Row, now: datetime) -> Row:
    for node in row.node.select("time[datetime]"):
        if moment := read_date(str(node["datetime"]), "Asia/Shanghai", now=now):
            return Row(row.node, row.anchor, row.url, row.title, moment, node)
    written = [(left, string) for string in row.node.strings if (left := _beside(string)) is not None]
    for _, string in sorted(written, key=lambda pair: pair[0]):
        moment = read_date(" ".join(string.split()), "Asia/Shanghai", now=now)
        if moment is not None and string.parent is not None:
            return Row(row.node, row.anchor, row.url, row.title, moment, string.parent)
    return row


def _beside(string: str) -> int | None:
    """How many characters stand beside the date in a text; None where it is no date with a label at most.

    A headline may name a day, too.
    """
    text = " ".join(string.split())
    if len(text) > _DATE_TEXT or not _DATE.search(text):
        return None
    left = len(re.sub(r"[\W\d]|[日号]", "", _DATE.sub("", text)))
    return left if left <= _LABEL else None
