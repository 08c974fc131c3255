"""robots.txt, obeyed for every request: the first one to a host fetches it, the others wait for it.

It is kept for a day, so that the crawls of that day do not fetch it again; its Crawl-delay is honoured.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

    from crawler.politeness import Hosts


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware, one request at a time to a host.

    In Scrapy 2.19 those who wait for one robots.txt share a Deferred, and only the first of them is given the
    rules: the others get None, which means that all is allowed.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: dict[str, asyncio.Lock] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        parts = urlsplit(request.url)
        hosts: Hosts | None = getattr(self.crawler.spider, "hosts", None)
        async with self._turns.setdefault(parts.netloc, asyncio.Lock()):
            if hosts is not None and parts.netloc not in self._parsers:
                known = hosts.robots(f"{parts.scheme}://{parts.netloc}")
                if known is not None:
                    self._parsers[parts.netloc] = self._parserimpl.from_crawler(self.crawler, known)
            parser: RobotParser | None = await super().robot_parser(request)
        if hosts is not None and parser is not None:
            hosts.slow_down(parts.hostname or "", parser.crawl_delay(self._robotstxt_useragent or "*"))
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 400:  # an error page holds no rules
            response = response.replace(body=b"")
        hosts: Hosts | None = getattr(self.crawler.spider, "hosts", None)
        if hosts is not None and response.status < 500 and response.status != 429:
            hosts.keep_robots(f"{urlsplit(request.url).scheme}://{netloc}", response.body)
        await super()._parse_robots(response, netloc, request)
