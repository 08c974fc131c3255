"""Runs one spider in this process, quietly, and comes back when it is done or was asked to stop.

SIGTERM and SIGINT let what is under way finish and drop the rest. Twisted's reactor runs once in a process,
so a process runs one spider.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

# Scrapy's parts talk at INFO about themselves and at ERROR about what we report as a source's problem.
_QUIET = {
    "scrapy": logging.WARNING,
    "scrapy.downloadermiddlewares": logging.CRITICAL,
    "trafilatura": logging.CRITICAL,
    "htmldate": logging.CRITICAL,
}


def run(spider: type[Spider], settings: dict[str, Any], **arguments: Any) -> None:
    """Crawls with a new instance of `spider`, made with `arguments`. Logs through the std logging only."""
    loud = logging.getLogger().isEnabledFor(logging.DEBUG)
    with _introduction(loud):
        process = AsyncCrawlerProcess(settings)
    if not loud:
        for name, level in _QUIET.items():
            logging.getLogger(name).setLevel(level)
    process.crawl(spider, **arguments)
    process.start()


@contextmanager
def _introduction(loud: bool) -> Iterator[None]:
    """Scrapy sets its loggers' levels anew and lists its versions before anybody can lower them."""
    loggers = [logging.getLogger(name) for name in ("scrapy.utils.log", "scrapy.crawler")]
    for logger in loggers:
        logger.disabled = not loud
    try:
        yield
    finally:
        for logger in loggers:
            logger.disabled = False
