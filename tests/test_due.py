"""When a source is asked again: its interval, doubled by failures up to a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.due import due, interval
from storage.types import SourceState
from tests.crawls import NOW

EVERY = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"polled": None}, True),
        ({"polled": NOW - EVERY}, True),
        ({"polled": NOW - EVERY + timedelta(seconds=1)}, False),
        ({"polled": NOW + timedelta(days=1)}, True),  # the clock was set back
        ({"polled": NOW - EVERY, "failures": 1}, False),
        ({"polled": NOW - 2 * EVERY, "failures": 1}, True),
        ({"polled": NOW - timedelta(hours=24), "failures": 99}, True),
        ({"polled": NOW - timedelta(hours=23), "failures": 99}, False),
        ({"polled": NOW - timedelta(days=9), "status": "gone"}, False),
    ],
)
def test_when_a_source_is_due(changes: dict[str, Any], expected: bool) -> None:
    assert due(replace(SourceState("suzhou"), **changes), EVERY, NOW) is expected


def test_a_long_interval_is_never_shortened_by_failures() -> None:
    assert interval(3, timedelta(days=2)) == timedelta(days=2)
