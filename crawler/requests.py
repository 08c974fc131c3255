"""Turns a source's block into the requests for its lists: addresses, forms and JSON with their placeholders
filled, one for each keyword, and the request for the page that follows. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urljoin
from zoneinfo import ZoneInfo

from crawler.config import SourceConfig
from crawler.rules import named

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NUMBERS = ("page", "offset", "start", "end", "epoch_ms")
_TIMES = ("date_from", "date_to", "epoch_ms")
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a page of a list.

    `key` names it within a crawl. `page` counts from 0. `lasting`: the same request will be made next time,
    so its validators are worth keeping. `template` and `values` are what the next page is made from.
    """

    key: str
    url: str
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    page: int
    lasting: bool
    template: str
    values: tuple[tuple[str, str], ...]
    parent: str | None = None  # the list that leads to this one

    @property
    def keyword(self) -> str | None:
        """The keyword that is searched for, if any."""
        return dict(self.values).get("keyword")


def first_asks(source: SourceConfig, keywords: Sequence[str], now: datetime, found: Values) -> list[Ask]:
    """The first page of each list of a source, for each keyword where it searches.

    `now` (aware) gives the times; `found` are the values of its bootstrap page.
    """
    times = _times(source, now)
    words: Sequence[str | None] = keywords if source.searches else [None]
    return [
        _ask(source, url, 0, dict(found) | times | ({"keyword": word} if word is not None else {}))
        for url in source.urls
        for word in words
    ]


def next_ask(source: SourceConfig, ask: Ask) -> Ask | None:
    """The request for the page after this one; None where the source has none or they are enough."""
    if source.paging is None or ask.page + 1 >= source.paging.pages:
        return None
    return _ask(source, ask.template, ask.page + 1, dict(ask.values))


def followed(ask: Ask, url: str) -> Ask:
    """The request for another list, which a list links to."""
    return replace(ask, key=url, url=url, method="GET", body=None, page=0, template=url, parent=ask.key)


def _ask(source: SourceConfig, template: str, page: int, values: dict[str, str]) -> Ask:
    request, paging = source.request, source.paging
    filled = values | _numbers(source, page)
    written = template
    if page and paging is not None and paging.next is not None:
        written = urljoin(template, paging.next)
    url = fill(written, {name: quote(value, safe="") for name, value in filled.items()})
    body, kind = _body(source, filled)
    headers = dict(request.headers) | ({"Content-Type": kind} if kind else {})
    method = request.method or ("GET" if body is None else "POST")
    return Ask(
        key=url if body is None else f"{url} {body.decode()}",
        url=url,
        method=method,
        headers=tuple((name, fill(value, filled)) for name, value in headers.items()),
        body=body,
        page=page,
        lasting=method == "GET" and not named(template) & set(_TIMES),
        template=template,
        values=tuple(values.items()),
    )


def _numbers(source: SourceConfig, page: int) -> dict[str, str]:
    paging = source.paging
    first, size = (paging.first, paging.size) if paging else (1, 20)
    own = 1 if paging and paging.next is not None else 0  # the first page has an address of its own
    return {
        "page": str(page - own + first),
        "offset": str(page * size),
        "start": str(page * size + 1),
        "end": str((page + 1) * size),
    }


def _times(source: SourceConfig, now: datetime) -> dict[str, str]:
    form, local = source.request.date_format, now.astimezone(ZoneInfo(source.timezone))
    earlier = local - timedelta(days=source.request.days)
    return {
        "date_from": _written(earlier, form),
        "date_to": _written(local, form),
        "epoch_ms": str(int(now.timestamp() * 1000)),
    }


def _written(moment: datetime, form: str) -> str:
    if form in ("epoch_s", "epoch_ms"):
        return str(int(moment.timestamp() * (1000 if form == "epoch_ms" else 1)))
    return moment.strftime(form)


def _body(source: SourceConfig, values: Values) -> tuple[bytes | None, str | None]:
    request = source.request
    if request.form is not None:
        form = {name: fill(value, values) for name, value in request.form.items()}
        return urlencode(form).encode(), _FORM
    if request.body is not None:
        filled = _filled(request.body, values)
        return json.dumps(filled, ensure_ascii=False).encode(), "application/json; charset=UTF-8"
    return (b"", None) if request.method == "POST" else (None, None)


def _filled(value: Any, values: Values) -> Any:
    """JSON with its placeholders filled; a string that is nothing but a number's placeholder is a number."""
    if isinstance(value, dict):
        return {name: _filled(member, values) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(member, values) for member in value]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value)
    return int(values[whole[1]]) if whole and whole[1] in _NUMBERS else fill(value, values)


def fill(template: str, values: Values) -> str:
    """A template with the placeholders that are known filled in."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)
