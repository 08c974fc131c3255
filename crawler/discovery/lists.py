"""Finds the lists of announcements on a page, and writes the `list` blocks that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.discovery.rows import find_rows
from crawler.discovery.selectors import list_rules, pattern_rules
from crawler.rules import Step
from crawler.spiders.listing import soup_of
from crawler.unwrap import unwrap

_MOST = 3
_CDATA = Step(take="cdata")


@dataclass(frozen=True, slots=True)
class ListGuess:
    """A `list` block that may read a page, and what it would read, in words."""

    rules: dict[str, Any]
    words: str


def find_lists(markup: str, base: str, patterns: Mapping[str, str], now: datetime) -> list[ListGuess]:
    """The lists of a page, the best first: rows with dates; records in CDATA, as Hanweb makes them; links
    that have one of the known shapes (`patterns`), whatever stands around them."""
    guesses = _rows(markup, base, patterns, now)
    if not guesses and "<![CDATA[" in markup:
        records = "".join(unwrap(markup, (_CDATA,)))
        guesses = [
            ListGuess({"unwrap": ["cdata"], **guess.rules}, f"{guess.words} in CDATA")
            for guess in _rows(records, base, patterns, now)
        ]
    return guesses or [
        ListGuess(rules, f"the links with the shape {rules['link_pattern']}")
        for rules in pattern_rules(soup_of(markup), base, patterns)[:1]
    ]


def _rows(markup: str, base: str, patterns: Mapping[str, str], now: datetime) -> list[ListGuess]:
    soup, read = soup_of(markup), set[frozenset[str]]()
    guesses: list[ListGuess] = []
    for found in find_rows(soup, base, patterns, now):
        urls = frozenset(row.url for row in found.rows)
        if urls in read or len(guesses) == _MOST:
            continue  # a part of rows that are known
        if rules := list_rules(found, soup, base, patterns, now):
            read.add(urls)
            guesses.append(ListGuess(rules, f"the list {rules['item']} ({len(found.rows)} rows)"))
    return guesses
