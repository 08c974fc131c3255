"""Turns what stands in a href into the address of an article, or into nothing where it is none we want."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs, urljoin, urlsplit

from analysis.fold import fold
from crawler.config import SourceConfig
from crawler.extract.dates import day_of
from crawler.rules import ListRules
from crawler.types import Entry

_LONGEST_URL = 2000


def absolute(base: str, link: str) -> str | None:
    """The http(s) URL a link means on a page, without its fragment; None for anything else."""
    link = link.strip()
    if not link or link.startswith("#"):
        return None
    try:
        url = urljoin(base, link).split("#", 1)[0]
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and len(url) <= _LONGEST_URL else None


def link_to(base: str, link: str, rules: ListRules) -> str | None:
    """The address a link leads to, out of its redirecting wrapper; None where it is not wanted."""
    url = absolute(base, link)
    if url is not None and rules.link_param is not None:
        inside = parse_qs(urlsplit(url).query).get(rules.link_param, [""])[0]
        url = absolute(base, inside) or url
    if url is None or (rules.link_include and not re.search(rules.link_include, url)):
        return None
    return None if rules.link_exclude and re.search(rules.link_exclude, url) else url


def shaped(url: str, source: SourceConfig, patterns: Mapping[str, str]) -> tuple[bool, datetime | None]:
    """Whether an address has the shape of the source's articles, and the day that is written in it."""
    if source.list.link_pattern is None:
        return True, None
    match = re.search(patterns[source.list.link_pattern], url)
    return match is not None, day_of(match.groupdict(), source.timezone) if match else None


def about(entry: Entry, words: tuple[str, ...]) -> bool:
    """Whether the title or summary of an entry has one of the words; without words every entry is wanted."""
    text = fold(f"{entry.title}\n{entry.summary}\n{entry.text or ''}")
    return not words or any(fold(word) in text for word in words)
