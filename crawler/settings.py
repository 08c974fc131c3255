"""Turns the `crawl` block of config.yaml into Scrapy's settings."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from crawler.config import CrawlConfig, SourceConfig

_MEGABYTE = 1_000_000
_LANGUAGES = "zh-CN,zh;q=0.9,en;q=0.7,de;q=0.6"


def user_agent(contact: str) -> str:
    """Who we are, with a way to reach the operator if he gave one."""
    name = f"Yuanwatch/{version('yuanwatch')}"
    return f"{name} (+{contact})" if contact else name


def host_of(url: str) -> str:
    """The host by which distances are kept: no port, since one server stands behind all of them."""
    return urlsplit(url).hostname or ""


def delays(crawl: CrawlConfig, sources: Iterable[SourceConfig]) -> dict[str, float]:
    """Seconds between two requests to each host: the longest that its sources want."""
    found: dict[str, float] = {}
    for source in sources:
        delay = crawl.delay if source.delay is None else source.delay
        for url in source.urls:
            found[host_of(url)] = max(delay, found.get(host_of(url), 0.0))
    return found


def unverified(sources: Iterable[SourceConfig]) -> frozenset[str]:
    """The hosts whose certificates are not looked at, since a source of theirs says so."""
    return frozenset(host_of(url) for source in sources if not source.verify_tls for url in source.urls)


def settings(crawl: CrawlConfig) -> dict[str, Any]:
    """Everything in which we differ from Scrapy's defaults."""
    return _reach(crawl) | _manners(crawl) | _quiet()


def _reach(crawl: CrawlConfig) -> dict[str, Any]:
    handler = "crawler.wire.PoliteDownloadHandler"
    return {
        "ALLOW_NETWORKS": list(crawl.allow_networks),
        "TWISTED_DNS_RESOLVER": "crawler.guard.GuardedResolver",
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler}
        | dict.fromkeys(("data", "file", "ftp", "s3")),
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": int(crawl.max_size_mb * _MEGABYTE),
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_MAXDELAY": 5,
        # A proxy would resolve names for us, past the guard.
        "HTTPPROXY_ENABLED": False,
    }


def _manners(crawl: CrawlConfig) -> dict[str, Any]:
    return {
        "USER_AGENT": user_agent(crawl.contact),
        "ROBOTSTXT_OBEY": crawl.obey_robots,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.robots.RobotsMiddleware": 100,
            "crawler.wire.ChallengeMiddleware": 110,  # behind it the body is unpacked
            "crawler.room.RoomMiddleware": 595,  # just before that
        },
        "ROBOTSTXT_USER_AGENT": "Yuanwatch",
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": _LANGUAGES,
        },
        "DOWNLOAD_DELAY": 0,  # distances are kept by crawler.wire
        # First in, first out: articles are read in the order they were published in.
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "CONCURRENT_REQUESTS": 64,  # most of them wait for their host
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_ITEMS": 1,  # in their order; Scrapy starts so many tasks for each answer
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 10**9,  # crawler.room sees to it, without making anybody wait
        # 429 and 503 are no faults of the line: asking again at once is what they complain about.
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "RETRY_TIMES": 1,
        "REFERER_ENABLED": True,
    }


def _quiet() -> dict[str, Any]:
    return {
        "LOG_INSTALL_ROOT_HANDLER": False,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
    }
