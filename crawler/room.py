"""Keeps all the answers of a crawl together small: each alone may be as large as the configuration allows.

Nobody waits for room, since those who take it would make the others late: where it is short, the large ones
are given up, and asked for again at the next poll.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import StopDownload

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_ROOM = 25_000_000  # bytes of the answers under way and of those that are in, but not read yet
_ALWAYS = 2_000_000  # so much one may have in any case


class Arrivals:
    """Counts what arrives, and stops an answer that takes more than its share when all take too much."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._arrived: dict[Request, int] = {}
        crawler.signals.connect(self._bytes_received, signals.bytes_received)

    def begin(self, request: Request) -> None:
        """An answer is asked for."""
        self._arrived[request] = 0
        request.meta.pop("download_maxsize", None)  # of the request that was redirected to this one

    def end(self, request: Request) -> None:
        """It is in, or will not come."""
        del self._arrived[request]

    def _bytes_received(self, data: bytes, request: Request) -> None:
        if request not in self._arrived:
            return
        self._arrived[request] += len(data)
        large = self._arrived[request] > max(_ALWAYS, _ROOM / len(self._arrived))
        if large and sum(self._arrived.values()) + _unread(self._crawler) > _ROOM:
            raise StopDownload


class RoomMiddleware:
    """Limits what Scrapy unpacks to the room there is; stands between the network and its unpacking."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RoomMiddleware:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        left = max(_ALWAYS, _ROOM - _unread(self._crawler))
        request.meta["download_maxsize"] = min(self._most, left)
        return response


def _unread(crawler: Crawler) -> int:
    """Bytes of the answers that wait to be read, or are being read."""
    slot = crawler.engine.scraper.slot if crawler.engine is not None else None
    return slot.active_size if slot is not None else 0
