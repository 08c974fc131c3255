"""How a source does, from what a poll of it gave and what appeared at it before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.poll import Poll
from crawler.rhythm import longest_silence, newest
from crawler.rules import Expect
from crawler.types import Entry
from storage.types import Sighting, SourceStatus

_DAY = timedelta(days=1)
_PATIENCE = timedelta(days=3)  # nothing is late sooner, unless the configuration says so


def status_of(poll: Poll, history: Sequence[Sighting], now: datetime) -> tuple[SourceStatus, str | None]:
    """The status of a source after a poll, and what is wrong with it.

    `history` is what appeared at it, this poll's entries among them.
    """
    before, expect = poll.state, poll.source.expect
    if poll.problem is not None:
        return poll.status, poll.problem
    if poll.storm is not None:
        return "layout", poll.storm
    if poll.entries == 0 and poll.unchanged == 0:
        return "empty", None
    if poll.entries == 0 and before.failures == 0 and before.status in ("empty", "layout"):
        return before.status, before.problem  # not modified: what was wrong with it still is
    if lacking := shortfall(poll.found, poll.unchanged, expect):
        return "layout", lacking
    return silence(history, expect, now, ZoneInfo(poll.source.timezone))


def shortfall(entries: Sequence[Entry], unchanged: int, expect: Expect) -> str | None:
    """What the lists lack of what is expected of them; `unchanged` is how many of them were not read anew."""
    if expect.entries is not None and not unchanged and len(entries) < expect.entries:
        return f"{len(entries)} entries where at least {expect.entries} are expected: has the layout changed?"
    for name in expect.fields:
        have = sum(_has(entry, name) for entry in entries)
        if entries and 2 * have < len(entries):
            return f"{have} of {len(entries)} entries have a {name}: has the layout changed?"
    return None


def silence(
    history: Sequence[Sighting], expect: Expect, now: datetime, zone: ZoneInfo
) -> tuple[SourceStatus, str | None]:
    """ok, quiet or late, by when something last appeared; late only where it is known what is usual."""
    last = newest(history, zone)
    if last is None:
        return "ok", None
    silent, usual = now - last, longest_silence(history, zone)
    limit = expect.silent or (max(2 * usual, _PATIENCE) if usual is not None else None)
    if limit is not None and silent > limit:
        told = "expected" if expect.silent else "usual"
        return "late", f"nothing new for {silent / _DAY:.0f} days; at most {limit / _DAY:.0f} are {told}"
    return ("ok" if silent <= _DAY else "quiet"), None


def _has(entry: Entry, name: str) -> bool:
    return bool(entry.published if name == "date" else getattr(entry, name))
