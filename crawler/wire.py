"""The last step before the network, and the first behind it: waits until a host may be asked, asks once.

`spider.hosts` (see politeness) says what the hosts want; a spider without it is neither slowed nor spared.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, StopDownload
from scrapy.utils.httpobj import urlparse_cached

from crawler.extract.blocked import challenge_of
from crawler.guard import GuardedDownloadHandler
from crawler.politeness import Hosts
from crawler.room import Arrivals
from crawler.types import INTERRUPTED, UnreadableError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_KEPT = 16_000_000  # bytes of answers that may be given a second time in a crawl
_LARGEST = 1_000_000
_GLANCE = 0.5  # seconds: so soon a wait notices that the crawl is to end


class UnaskedError(UnreadableError, IgnoreRequest):
    """A request that was not made: the host wants to rest, or the crawl ends."""


class OversizedError(UnreadableError, IgnoreRequest):
    """An answer that was cut off so that all of them together stay small."""


class ChallengedError(UnreadableError, IgnoreRequest):
    """A challenge came in place of the content."""


class PoliteDownloadHandler(GuardedDownloadHandler):
    """Keeps its distance, lets hosts rest, and answers the same question from what it heard before."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._answers: OrderedDict[object, Response] = OrderedDict()
        self._size = 0
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._arrivals = Arrivals(crawler)

    async def download_request(self, request: Request) -> Response:
        hosts: Hosts | None = getattr(self.crawler.spider, "hosts", None)
        if hosts is None:
            return await super().download_request(request)
        question, host = _question(request), urlparse_cached(request).hostname or ""
        # Scrapy's slots let go of all that waits where there is no delay, so one at a time is kept here.
        async with hosts.turn(host):
            if (known := self._answers.get(question)) is not None:
                return known.replace()  # a copy: those behind us change headers in place
            await self._wait(hosts, host)
            response = await self._answer(request)
            wish = response.headers.get("Retry-After")
            hosts.answered(host, response.status, wish.decode("latin-1") if wish else None)
            self._keep(question, request, response)
        return response

    async def _wait(self, hosts: Hosts, host: str) -> None:
        if until := hosts.resting(host):
            problem = f"{host} wants to be left alone until {until:%Y-%m-%d %H:%M} UTC"
            raise UnaskedError(problem, "limited", unasked=True)
        while (left := hosts.wait(host)) > 0 and self.crawler.crawling:
            await asyncio.sleep(min(left, _GLANCE))
        if not self.crawler.crawling:
            raise UnaskedError(INTERRUPTED, unasked=True)
        hosts.ask(host)

    async def _answer(self, request: Request) -> Response:
        """The answer, within what is left of the time: redirects and second tries share that of the first."""
        left = self._timeout - request.meta.get("time_spent", 0.0)
        if left <= 0:
            raise DownloadTimeoutError(f"{request.url} and what led to it took {self._timeout:g} seconds")
        request.meta["download_timeout"] = left
        began = time.monotonic()
        self._arrivals.begin(request)
        try:
            return await super().download_request(request)
        except StopDownload:
            raise OversizedError(
                "given up: too large while other answers are large, too", "unreachable"
            ) from None
        finally:
            request.meta["time_spent"] = self._timeout - left + time.monotonic() - began
            self._arrivals.end(request)

    def _keep(self, question: object, request: Request, response: Response) -> None:
        size = len(response.body)
        if request.method != "GET" or response.status != 200 or size > _LARGEST:
            return
        self._answers[question] = response.replace()
        self._size += size
        while self._size > _KEPT:
            _, dropped = self._answers.popitem(last=False)
            self._size -= len(dropped.body)


class ChallengeMiddleware:
    """An answer that is a challenge never reaches those who read pages."""

    def process_response(self, request: Request, response: Response) -> Response:
        cookies = b"\n".join(response.headers.getlist("Set-Cookie")).decode("latin-1")
        if system := challenge_of(response.body, response.status, cookies):
            raise ChallengedError(f"blocked: the challenge of {system} in place of the content", "blocked")
        return response


def _question(request: Request) -> object:
    """What makes two requests the same: everything but where they come from."""
    headers = {name: tuple(values) for name, values in request.headers.items() if name != b"Referer"}
    return request.method, request.url, request.body, tuple(sorted(headers.items()))
