"""Runs a coroutine that fetches pages one by one, under the guard and with the manners of a crawl.

For what is no crawl: nothing is filed, and what is fetched is handed back to who asked for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import scrapy
from scrapy import Request
from scrapy.http import Response

from crawler.config import CrawlConfig
from crawler.extract.blocked import readable, refusal
from crawler.politeness import Hosts
from crawler.problems import wrong_with
from crawler.process import run
from crawler.requests import Ask
from crawler.settings import settings
from crawler.types import Page

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """What is fetched for one source: `jar` keeps its cookies apart, `encoding` overrides what pages say."""

    spider: ErrandSpider
    jar: str
    encoding: str | None = None

    def now(self) -> datetime:
        """The time of the one clock."""
        return self.spider.clock()

    async def page(self, url: str, referer: str | None = None) -> Page:
        """A page or file. Raises UnreadableError where none came, or a refusal; its text is not judged."""
        response = await self._answer(Request(url, headers={"Referer": referer} if referer else None))
        if wrong := refusal(response.status):
            raise wrong
        return self._page(response)

    async def listed(self, ask: Ask) -> Page:
        """A page of a list, decoded. Raises UnreadableError for refusals and challenges too."""
        request = Request(ask.url, method=ask.method, body=ask.body or b"", headers=dict(ask.headers))
        response = await self._answer(request)
        return await self.read(readable, self._page(response), response.status, self.encoding)

    async def read(self, reader: Callable[..., T], *args: Any) -> T:
        """What a function that reads pages gives; in a thread, one at a time."""
        async with self.spider.reading:
            return await asyncio.to_thread(reader, *args)

    async def _answer(self, request: Request) -> Response:
        assert self.spider.crawler.engine is not None
        request = request.replace(dont_filter=True, meta={"cookiejar": self.jar})
        try:
            return await self.spider.crawler.engine.download_async(request)
        except Exception as error:  # whatever is wrong with the line is a sentence about this request
            raise wrong_with(error) from None

    def _page(self, response: Response) -> Page:
        raw = response.headers.get("Content-Type")
        return Page(response.url, response.body, raw.decode("latin-1") if raw else None, self.now())


class ErrandSpider(scrapy.Spider):
    """Runs `work` once, with an errand to begin with; `failed` gets what it raises. `hosts` is what is known
    of the hosts it may ask."""

    name = "errand"

    def __init__(
        self,
        work: Callable[[Errand], Awaitable[None]],
        hosts: Hosts,
        clock: Callable[[], datetime],
        failed: list[Exception],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.work = work
        self.hosts = hosts
        self.clock = clock
        self.reading = asyncio.Semaphore(1)  # a tree takes memory
        self.failed = failed

    async def start(self) -> AsyncIterator[Any]:
        try:
            await self.work(Errand(self, self.name))
        except Exception as error:  # Scrapy would log it and go on; it is for the one who sent us
            self.failed.append(error)
        return
        yield  # what makes it a generator, as Scrapy wants it


def for_source(errand: Errand, jar: str, encoding: str | None) -> Errand:
    """The same errand for another source."""
    return replace(errand, jar=jar, encoding=encoding)


def send(
    config: CrawlConfig,
    work: Callable[[Errand], Awaitable[None]],
    hosts: Hosts,
    clock: Callable[[], datetime],
) -> None:
    """Run `work` to its end, and raise what it raises. Runs Scrapy, so it can be called once in a process."""
    failed: list[Exception] = []
    run(ErrandSpider, settings(config), work=work, hosts=hosts, clock=clock, failed=failed)
    if failed:
        raise failed[0]
