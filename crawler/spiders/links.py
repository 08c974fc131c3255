"""Turns what stands in a href into an address that can be asked, or nothing where it is none, or unwanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import parse_qs, urljoin, urlsplit

from analysis.fold import fold
from crawler.config import SourceConfig
from crawler.extract.dates import day_of
from crawler.rules import ListRules
from crawler.types import Entry

_LONGEST_URL = 2000
_LONGEST_HOST = 253
_LONGEST_LABEL = 63
_NO_HOST = re.compile(r"[\s%<>\"'\\^`{|}\x00-\x20\x7f]")


def absolute(base: str, link: str) -> str | None:
    """The http(s) URL a link means on a page, without its fragment; None for anything else.

    None too where the host or the port are none that could be connected to: a request for such an address
    fails in places that expect no failure.
    """
    link = link.strip()
    if not link or link.startswith("#"):
        return None
    try:
        url = urljoin(base, link).split("#", 1)[0]
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or port == 0 or len(url) > _LONGEST_URL:
        return None
    return url if host and _is_host(host) else None


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


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return bool(ip_address(host))
        except ValueError:
            return False
    if _NO_HOST.search(host):
        return False
    try:
        name = host.encode("idna").decode("ascii") if not host.isascii() else host
        name.encode("ascii").decode("idna")  # Twisted reads it back
    except UnicodeError:
        return False
    labels = name.removesuffix(".").split(".")
    return len(name) <= _LONGEST_HOST and all(0 < len(label) <= _LONGEST_LABEL for label in labels)
