"""When a source is to be asked again, from its state and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from crawler.config import CrawlConfig, SourceConfig
from crawler.rhythm import LONGEST_WAIT, Pace, learn, next_poll
from storage.types import Sighting, SourceState

_REFUSED_OFTEN = 3  # times in a row; from then on a source that refuses us is asked seldom
_SELDOM = timedelta(hours=6)


def pace_of(crawl: CrawlConfig, source: SourceConfig) -> Pace:
    """The limits for a source: those of all, or the fixed interval of its own."""
    if source.every is not None:
        return Pace(source.every, source.every, source.every, fixed=True)
    return Pace(crawl.floor, crawl.ceiling, min(max(crawl.every, crawl.floor), crawl.ceiling))


def due(state: SourceState, pace: Pace, now: datetime) -> bool:
    """Whether to ask now. A poll that lies in the future (the clock was set back) counts as due.

    A source that said 410 Gone is not asked again by itself; any other is, a day after the last time at the
    latest.
    """
    if state.status == "gone":
        return False
    if state.polled is None or state.polled > now:
        return True
    longest = max(pace.ceiling, LONGEST_WAIT)
    if state.next_poll is None or (pace.fixed and state.failures == 0):
        wait: timedelta = min(longest, pace.every * 2 ** min(state.failures, 16))
        return now - state.polled >= wait
    return now >= min(state.next_poll, state.polled + longest)


def planned(
    state: SourceState, history: Sequence[Sighting], pace: Pace, zone: ZoneInfo, now: datetime, rng: Random
) -> datetime | None:
    """When to ask a source again that was just asked: by its rhythm, its failures and its freshness.

    None for one that is gone.
    """
    if state.status == "gone":
        return None
    moment = next_poll(learn(history, now, zone), now, pace, state.failures, rng)
    if state.status == "blocked" and state.failures >= _REFUSED_OFTEN:
        moment = max(moment, now + _SELDOM)
    stale = [one.fresh_until for one in (state.validators or {}).values()]
    if state.failures == 0 and stale and all(stale):
        moment = max(moment, min(until for until in stale if until))
    return moment
