"""One source of each shape, its host rewritten to loopback and nothing else, read in one crawl from a server."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.bootstrap import found_values
from crawler.config import SourceConfig
from crawler.requests import first_asks
from crawler.types import Page
from tests.checks import Desktop
from tests.crawls import Crawler
from tests.replicas import NOW, Replica, block, config, proofs, replica, shapes
from tests.sites import Answer, Reply, Seen, serve

_ADDRESS = re.compile(
    r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|hk|org|news|co|de|info|net))(?=[/\"'?<]|$)"
)
_INSIDE = re.compile(r"https?%3a%2f%2f([a-z0-9.-]+)%2f", re.IGNORECASE)


@dataclass(slots=True)
class Web:
    """Every host of the replicas on an address of its own in 127.0.0.0/8, all on one port."""

    port: int
    hosts: dict[str, str] = field(default_factory=dict)
    pages: dict[tuple[str, str, bytes], Reply] = field(default_factory=dict)

    def at(self, host: str) -> str:
        number = len(self.hosts) + 1
        return self.hosts.setdefault(host, f"127.1.{number // 250}.{number % 250 + 1}:{self.port}")

    def moved(self, text: str) -> str:
        """A text with the hosts in it replaced."""
        text = _ADDRESS.sub(lambda match: f"http://{self.at(match[1])}", text)
        return _INSIDE.sub(lambda match: f"http%3A%2F%2F{self.at(match[1])}%2F", text)

    def put(self, url: str, body: bytes, content_type: str, sent: bytes = b"") -> None:
        self.pages[self._key(url, sent)] = Reply(body, content_type=content_type)

    def answer(self, seen: Seen) -> Reply:
        key = self._key(f"http://{seen.headers['host']}{seen.path}", seen.body)
        return self.pages.get(key, Reply("<title>404 Not Found</title>", 404))

    @staticmethod
    def _key(url: str, sent: bytes) -> tuple[str, str, bytes]:
        parts = urlsplit(url)
        return parts.netloc, unquote(f"{parts.path or '/'}?{parts.query}"), sent


class Pages(dict[str, Answer]):
    """Any path is answered, by host, path and what was sent."""

    def __init__(self, web: Web) -> None:
        super().__init__()
        self._web = web

    def get(self, path: str, default: Any = None) -> Any:
        return self._web.answer


def served(web: Web, shape: Mapping[str, Any], source_id: str, kind: str | None) -> dict[str, Any]:
    """Puts a replica on the web and gives the block that reads it there."""
    own = block(source_id, shape)
    words = config().crawler().words(own)
    written = own.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {
        "keywords": words[:1],
        "kind": own.kind,
    }
    for name in ("disabled", "every", "expect"):  # whether and when, not what is read
        written.pop(name, None)
    moved: dict[str, Any] = json.loads(web.moved(json.dumps(written, ensure_ascii=False)))
    source = SourceConfig.model_validate(moved)
    boot = source.request.bootstrap
    found = {}
    if boot is not None:
        web.put(boot.url, shape["bootstrap"].encode(), "text/html")
        found = found_values(source, Page(boot.url, shape["bootstrap"].encode(), "text/html"))
    encoding = shape.get("encoding", "utf-8")
    for ask, there in zip(
        first_asks(source, words[:1], NOW, found), first_asks(own, words[:1], NOW, found), strict=True
    ):
        made = replica(shape, own, kind, there.url)
        web.put(
            ask.url,
            web.moved(made.body.decode(encoding)).encode(encoding),
            made.content_type,
            ask.body or b"",
        )
        put_articles(web, made, encoding)
    return moved


def put_articles(web: Web, made: Replica, encoding: str) -> None:
    for told in made.articles:
        if told.page is not None:
            web.put(
                web.moved(told.detail or told.url),
                told.page.encode(encoding),
                f"text/html; charset={encoding}",
            )


def test_one_source_of_each_shape_is_read_from_a_server(tmp_path: Path) -> None:
    with serve("0.0.0.0") as site:
        web = Web(site.port)
        site.pages = Pages(web)
        blocks = [served(web, shape, *next(proofs(shape))) for shape in shapes()]
        patterns = config().link_patterns
        runs = Crawler(tmp_path / "crawl.db").crawl(*blocks, patterns=patterns, dry_run=True).runs
    lists = {one["id"]: len(one["urls"]) for one in blocks}
    wrong = {
        name: run
        for name, run in runs.items()
        if run["problem"] or run["failed"] or run["new"] % 3 or not run["new"]
    }
    assert wrong == {}
    assert len(runs) == len(blocks) == len(shapes())
    assert all(3 <= run["new"] <= 3 * lists[name] for name, run in runs.items())
    assert sum(run["relevant"] for run in runs.values()) > len(runs)


def test_a_check_finds_every_step_of_every_shape(tmp_path: Path) -> None:
    desk = Desktop(tmp_path)
    with serve("0.0.0.0") as site:
        web = Web(site.port)
        site.pages = Pages(web)
        blocks = [
            made
            for made in (served(web, shape, *next(proofs(shape))) for shape in shapes())
            if "{date_" not in (asked := json.dumps(made)) and "{epoch_ms}" not in asked
        ]  # what is asked of the others tells the time, and the program's clock is the real one
        desk.configure(*blocks, patterns=config().link_patterns)
        ended, records = desk.found("--all")
    assert {name: one["problem"] for name, one in records.items() if not one["ok"]} == {}
    assert (ended.status, len(records)) == (0, len(blocks))
    assert len(blocks) > 80
    assert all(one["article"] for one in records.values())
    assert not any(one["findings"] == [] for one in records.values())
