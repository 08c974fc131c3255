"""Reads the values that a source's first page gives to the placeholders of its requests. Pure."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from crawler.config import SourceConfig
from crawler.extract.decode import text_of
from crawler.extract.tree import FEW_TAGS, bounded
from crawler.spiders.selectors import first
from crawler.types import Page, UnreadableError


def found_values(source: SourceConfig, page: Page) -> dict[str, str]:
    """The values by placeholder. Raises UnreadableError where one of them is not on the page."""
    boot = source.request.bootstrap
    if boot is None:
        return {}
    text = text_of(page, source.encoding)
    soup = BeautifulSoup(bounded(text, FEW_TAGS), "lxml")
    values = {name: first(soup, selector) for name, selector in boot.select.items()}
    values |= {name: _matched(text, pattern) for name, pattern in boot.regex.items()}
    if missing := sorted(name for name, value in values.items() if not value):
        raise UnreadableError(f"the first page does not hold {', '.join(missing)}: has the layout changed?")
    return values


def _matched(text: str, pattern: str) -> str:
    match = re.search(pattern, text)
    return match[1 if match.re.groups else 0].strip() if match else ""
