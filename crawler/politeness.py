"""What every host wants of us: how far apart its requests stand, until when it rests, its robots.txt.

Scrapy keeps its distance by slot, and a redirect stays in the slot of the host it came from; nor does it know
of the crawl before. So distances are kept here, by host, and remembered in the database between crawls.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.config import CrawlConfig, SourceConfig
from crawler.freshness import retry_after
from crawler.settings import delays, unverified
from storage.database import Database
from storage.hosts import host_states, robots_since
from storage.types import HostState

ROBOTS_KEPT = timedelta(hours=24)
LONGEST_CRAWL_DELAY = 60.0  # seconds; a longer wish is not granted
_REST = timedelta(minutes=10)  # after a 429 that does not say for how long
_ROBOTS_SIZE = 500_000  # bytes, as RFC 9309 has it


class Hosts:
    """The hosts of a crawl. `known` and `robots` are what was remembered, `delays` (seconds) by host what the
    configuration says, `delay` what it says of all others. `unverified` hosts need no
    valid certificate. `clock` gives aware UTC."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        delay: float = 0.0,
        delays: Mapping[str, float] | None = None,
        known: Mapping[str, HostState] | None = None,
        robots: Mapping[str, bytes] | None = None,
        unverified: Collection[str] = (),
    ) -> None:
        self._clock = clock
        self._delay = delay
        self._delays = delays or {}
        self._states = dict(known or {})
        self._robots = dict(robots or {})
        self.unverified = frozenset(unverified)
        self._asked: dict[str, float] = {}  # monotonic
        self._began = clock(), time.monotonic()
        self._changed: set[str] = set()
        self._fetched: set[str] = set()
        self._turns: dict[str, asyncio.Lock] = {}

    def turn(self, host: str) -> asyncio.Lock:
        """Held by the one request that waits for its time or its answer."""
        return self._turns.setdefault(host, asyncio.Lock())

    def delay(self, host: str) -> float:
        """Seconds between the starts of two requests to a host."""
        return max(self._delays.get(host, self._delay), self._state(host).delay)

    def wait(self, host: str) -> float:
        """Seconds until the host may be asked, counted from its last request, in this crawl or before."""
        delay = self.delay(host)
        if host in self._asked:
            return self._asked[host] + delay - time.monotonic()
        last = self._state(host).asked
        if last is None:
            return 0.0
        clock, began = self._began
        left: float = delay - (clock - last).total_seconds()
        # A last request in the future: the clock was set back.
        return min(delay, left) - (time.monotonic() - began)

    def ask(self, host: str) -> None:
        """A request to the host is made now."""
        self._asked[host] = time.monotonic()
        self._put(replace(self._state(host), asked=self._clock()))

    def answered(self, host: str, status: int, wish: str | None) -> None:
        """The host answered; `wish` is its Retry-After."""
        if status not in (429, 503):
            return
        until = retry_after(wish, self._clock())
        if until is None and status == 429:
            until = self._clock() + _REST
        if until is not None:
            self._put(replace(self._state(host), resting=until))

    def resting(self, host: str) -> datetime | None:
        """Until when the host wants to be left alone; None if it may be asked."""
        until = self._state(host).resting
        return until if until is not None and until > self._clock() else None

    def slow_down(self, host: str, seconds: float | None) -> None:
        """What its robots.txt says of the delay; None if it says nothing."""
        wish = min(seconds or 0.0, LONGEST_CRAWL_DELAY)
        if wish != self._state(host).delay:
            self._put(replace(self._state(host), delay=wish))

    def robots(self, origin: str) -> bytes | None:
        """The robots.txt of an origin, if it was fetched of late."""
        return self._robots.get(origin)

    def keep_robots(self, origin: str, body: bytes) -> None:
        """Remember the robots.txt of an origin; empty where it has none."""
        self._robots[origin] = body[:_ROBOTS_SIZE]
        self._fetched.add(origin)

    def changes(self) -> tuple[list[HostState], list[tuple[str, bytes]]]:
        """What is to be written since the last time this was asked: hosts, and robots.txt by origin."""
        states = [self._states[host] for host in sorted(self._changed)]
        files = [(origin, self._robots[origin]) for origin in sorted(self._fetched)]
        self._changed.clear()
        self._fetched.clear()
        return states, files

    def _state(self, host: str) -> HostState:
        return self._states.get(host) or HostState(host)

    def _put(self, state: HostState) -> None:
        self._states[state.host] = state
        self._changed.add(state.host)


def remembered(
    database: Database, crawl: CrawlConfig, chosen: Collection[SourceConfig], clock: Callable[[], datetime]
) -> Hosts:
    """The hosts of a crawl of these sources, with what the database remembers of them."""
    with database.read() as conn:
        known, robots = host_states(conn), robots_since(conn, clock() - ROBOTS_KEPT)
    return Hosts(clock, crawl.delay, delays(crawl, chosen), known, robots, unverified(chosen))
