"""When a source is asked again: what was planned, never later than a day, never at all when it is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crawler.config import CrawlConfig, SourceConfig
from crawler.due import due, pace_of, planned
from crawler.rhythm import Pace
from storage.types import SourceState, Validator
from tests.crawls import NOW

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EVERY = 30 * MINUTE
PACE = Pace(10 * MINUTE, 12 * HOUR, EVERY)
FIXED = Pace(EVERY, EVERY, EVERY, fixed=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"polled": None}, True),
        ({"polled": NOW - HOUR, "next_poll": NOW}, True),
        ({"polled": NOW - HOUR, "next_poll": NOW + MINUTE}, False),
        ({"polled": NOW + timedelta(days=1), "next_poll": NOW + timedelta(days=2)}, True),  # clock set back
        ({"polled": NOW - 24 * HOUR, "next_poll": NOW + 99 * HOUR}, True),  # a longer ceiling, once
        ({"polled": NOW - timedelta(days=9), "status": "gone"}, False),
        # States of a former version have no plan.
        ({"polled": NOW - EVERY}, True),
        ({"polled": NOW - EVERY + timedelta(seconds=1)}, False),
        ({"polled": NOW - EVERY, "failures": 1}, False),
        ({"polled": NOW - 2 * EVERY, "failures": 1}, True),
        ({"polled": NOW - 24 * HOUR, "failures": 99}, True),
        ({"polled": NOW - 23 * HOUR, "failures": 99}, False),
    ],
)
def test_when_a_source_is_due(changes: dict[str, Any], expected: bool) -> None:
    assert due(replace(SourceState("suzhou"), **changes), PACE, NOW) is expected


def test_a_fixed_interval_holds_from_the_day_it_is_configured() -> None:
    state = SourceState("suzhou", "ok", NOW - EVERY, next_poll=NOW + 9 * HOUR)
    assert due(state, FIXED, NOW) and not due(state, FIXED, NOW - MINUTE)
    limited = replace(state, status="limited", failures=1)
    assert not due(limited, FIXED, NOW)  # Retry-After stands


def test_a_source_has_the_pace_of_all_or_its_own() -> None:
    block = {"id": "ab", "name": "A", "kind": "feed", "level": "media", "urls": ["http://a.example/"]}
    crawl = CrawlConfig(every=timedelta(minutes=5))
    assert pace_of(crawl, SourceConfig(**block)) == Pace(10 * MINUTE, 12 * HOUR, 10 * MINUTE)
    assert pace_of(crawl, SourceConfig(every="45m", **block)).fixed


def plan(**changes: Any) -> timedelta | None:
    state = replace(SourceState("suzhou", "ok", NOW, NOW, True), **changes)
    moment = planned(state, [], PACE, SHANGHAI, NOW, Random(1))
    return None if moment is None else moment - NOW


def test_failures_double_the_wait_up_to_a_day() -> None:
    waits = [plan(status="unreachable", failures=failures) for failures in range(8)]
    for failures, wait in enumerate(waits):
        assert wait is not None
        doubled = min(EVERY * 2**failures, 24 * HOUR)
        assert 0.9 * doubled <= wait <= min(1.1 * doubled, 24 * HOUR)
    assert plan(status="unreachable", failures=999) is not None  # never off for ever
    assert plan(status="gone") is None  # but for 410


def test_who_refuses_us_three_times_is_asked_every_six_hours_at_most() -> None:
    early, late = plan(status="blocked", failures=1), plan(status="blocked", failures=3)
    assert early is not None and early < 2 * HOUR
    assert late is not None and late >= 6 * HOUR


def test_a_list_that_is_fresh_is_not_due() -> None:
    fresh, stale = Validator(None, None, NOW, NOW + 3 * HOUR), Validator("x", None, NOW)
    assert plan(validators={"a": fresh}) == 3 * HOUR
    both = plan(validators={"a": fresh, "b": stale})
    assert both is not None and both < HOUR
