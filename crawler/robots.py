"""robots.txt, obeyed for every request: the first one to a host fetches it, the others wait for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.robotstxt import RobotParser


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware, one request at a time to a host.

    In Scrapy 2.19 those who wait for one robots.txt share a Deferred, and only the first of them is given the
    rules: the others get None, which means that all is allowed.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: dict[str, asyncio.Lock] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        async with self._turns.setdefault(urlsplit(request.url).netloc, asyncio.Lock()):
            return await super().robot_parser(request)
