"""Finds the list of articles in a JSON answer, and the names under which title, link and date stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from crawler.extract.dates import read_date
from crawler.unwrap import field

_FEWEST = 3
_DEEPEST = 6
_SAMPLE = 10
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_LINK = re.compile(r"(?:https?:)?//|\.{0,2}/\S|\S+\.s?html?(?:\?|$)", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|headline|subject|biaoti|^name$|^bt$", re.IGNORECASE)
_LINK_NAME = re.compile(r"url|link|href|path", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg)(?:\?|$)", re.IGNORECASE)
_DATE_NAME = re.compile(r"date|time|day|pub|rq$|creat", re.IGNORECASE)
_DATE = re.compile(r"(?:19|20)\d\d\D|\d{1,2}[-/]\d{1,2}|(?:1[0-9]{9}|1[0-9]{12})\Z")


def api_rules(value: Any, now: datetime) -> dict[str, Any] | None:
    """The `api` block that reads the longest list of articles in a JSON value; None where there is none."""
    lists = sorted(_lists(value, "", 0), key=lambda pair: len(pair[1]), reverse=True)
    return next((rules for path, items in lists if (rules := _rules(path, items, now))), None)


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list) and sum(isinstance(item, dict) for item in value) >= _FEWEST:
        yield path or "$", [item for item in value if isinstance(item, dict)]
    elif isinstance(value, dict):
        for name, member in value.items():
            if _NAME.match(name):
                yield from _lists(member, f"{path}.{name}" if path else name, depth + 1)


def _rules(path: str, items: Sequence[Any], now: datetime) -> dict[str, Any] | None:
    sample = items[:_SAMPLE]
    names = [name for name in sample[0] if _NAME.match(name)]
    link = _best(names, sample, _is_link, _LINK_NAME)
    if link is None:
        return None
    title = _best([name for name in names if name != link], sample, _is_title, _TITLE_NAME)
    if title is None:
        return None
    rules = {"items": path, "title": title, "link": link}
    others = [name for name in names if name not in (link, title)]
    date = _best(others, sample, lambda text: _is_date(text, now), _DATE_NAME)
    if date is not None:
        rules["date"] = date
        if re.fullmatch(r"\d{10}|\d{13}", written := field(sample[0], date)):
            rules["date_format"] = "epoch_s" if len(written) == 10 else "epoch_ms"
    return rules


def _best(
    names: Sequence[str], sample: Sequence[Any], fits: Callable[[str], bool], usual: re.Pattern[str]
) -> str | None:
    """The name whose values fit in nearly all items; one that is usual for it, else the longest values."""
    fitting = [name for name in names if sum(fits(field(item, name)) for item in sample) >= 0.8 * len(sample)]

    def order(name: str) -> tuple[bool, int]:
        return bool(usual.search(name)), sum(len(field(item, name)) for item in sample)

    return max(fitting, key=order, default=None)


def _is_link(text: str) -> bool:
    return bool(_LINK.match(text)) and not _PICTURE.search(text) and " " not in text


def _is_title(text: str) -> bool:
    return 5 <= len(text) <= 200 and not _is_link(text) and not re.fullmatch(r"[\d\W]+", text)


def _is_date(text: str, now: datetime) -> bool:
    if re.fullmatch(r"1\d{9}|1\d{12}", text):
        return True
    return (
        bool(_DATE.match(text)) and len(text) <= 40 and read_date(text, "Asia/Shanghai", now=now) is not None
    )
