"""When things appeared at a source -> when to ask it again.

The rate of a source is learned by weekday and hour in its own zone. The wait is as long as it takes the
square root of the rate to add up to a fixed sum: of all ways to spend a number of requests, that is the one
with the least delay. So a source is asked often when something usually appears, seldom in between, and the
morning's first poll is not slept through.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from storage.types import Sighting

WINDOW = timedelta(weeks=8)
LONGEST_WAIT = timedelta(hours=24)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_AT_FLOOR = 0.45  # publications an hour from which a source is asked as often as it may be
_VAGUE = 2 * _DAY  # between two polls so far apart, nothing is learned about the hour
_BY_DAY = tuple(2.0 if 8 <= hour < 19 else 1.0 for hour in range(24))  # while nothing better is known
_DOUBT = 3.0  # sightings that this guess is worth


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits of polling: never sooner than `floor`, never later than `ceiling`, `every` if nothing is
    known. `fixed`: always `every`."""

    floor: timedelta
    ceiling: timedelta
    every: timedelta
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Publications an hour to be expected in each hour of the week (168, from Monday 0:00) in `zone`."""

    rates: tuple[float, ...]
    zone: ZoneInfo

    def at(self, moment: datetime) -> float:
        """The rate at an aware moment."""
        local = moment.astimezone(self.zone)
        return self.rates[local.weekday() * 24 + local.hour]


def learn(history: Sequence[Sighting], now: datetime, zone: ZoneInfo) -> Rhythm | None:
    """What the sightings of the last weeks tell; None where they tell nothing."""
    start = now - WINDOW
    spans = [span for one in history if (span := appeared(one, zone)) and start < span[1] and span[0] <= now]
    if not spans:
        return None
    days, hours = [0.5] * 7, _prior()
    for first, last in spans:
        if last - first < _VAGUE:
            _count(first.astimezone(zone), last.astimezone(zone), days, hours)
    known = max(now - max(start, min(first for first, _ in spans)), _DAY)
    weekly = len(spans) * (7 * _DAY / known)
    by_day = [count / sum(days) for count in days]
    by_hour = [_shares(_smooth(counts)) for counts in hours]
    rates = (weekly * by_day[day] * by_hour[day > 4][hour] for day in range(7) for hour in range(24))
    return Rhythm(tuple(rates), zone)


def appeared(one: Sighting, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Between which moments an entry appeared: its date and the polls around it, as far as they agree.

    A publication at local midnight is a date without a time. None where nothing is known.
    """
    if one.published is None or one.published > one.seen:
        return None if one.unseen is None else (one.unseen, one.seen)
    local = one.published.astimezone(zone)
    whole_day = local.time() == local.time().min
    first, last = one.published, one.published + (_DAY if whole_day else timedelta(0))
    if one.unseen is None:
        return first, min(last, max(one.seen, first))
    first, last = max(first, one.unseen), min(last, one.seen)
    return (first, last) if first <= last else (one.unseen, one.seen)


def next_poll(rhythm: Rhythm | None, now: datetime, pace: Pace, failures: int, rng: Random) -> datetime:
    """When to ask again, a little by chance, so that sources do not come in step.

    Each failure in a row doubles the wait, up to a day: nothing is ever off for good.
    """
    wait = pace.every if rhythm is None or pace.fixed else _wait(rhythm, now, pace)
    longest = pace.every if pace.fixed else pace.ceiling
    if failures:
        longest = max(longest, LONGEST_WAIT)
        wait = min(longest, wait * 2 ** min(failures, 16))
    if pace.fixed:
        return now + wait
    late = max(pace.floor, wait) * rng.uniform(1.0, 1.1)
    return now + (late if late <= longest else max(pace.floor, longest * rng.uniform(0.9, 1.0)))


def longest_silence(history: Sequence[Sighting], zone: ZoneInfo) -> timedelta | None:
    """The longest time between two appearances; None while too few are known to call anything usual."""
    times = sorted({span[1] for one in history if (span := appeared(one, zone))})
    gaps = [later - sooner for sooner, later in pairwise(times)]
    return max(gaps) if len(gaps) >= 5 else None


def newest(history: Sequence[Sighting], zone: ZoneInfo) -> datetime | None:
    """When something last appeared, at the latest."""
    return max((span[1] for one in history if (span := appeared(one, zone))), default=None)


def _wait(rhythm: Rhythm, now: datetime, pace: Pace) -> timedelta:
    owed, moment, end = pace.floor / _HOUR, now, now + pace.ceiling
    while moment < end:
        local = moment.astimezone(rhythm.zone)
        step = 1 - (local.minute * 60 + local.second) / 3600 or 1.0
        speed = math.sqrt(rhythm.at(moment) / _AT_FLOOR)
        if speed * step >= owed:
            return max(pace.floor, moment - now + _HOUR * (owed / speed))
        owed -= speed * step
        moment += _HOUR * step
    return pace.ceiling


def _prior() -> tuple[list[float], list[float]]:
    whole = sum(_BY_DAY)
    guess = [_DOUBT * share / whole for share in _BY_DAY]
    return guess, list(guess)


def _count(first: datetime, last: datetime, days: list[float], hours: Sequence[list[float]]) -> None:
    """Adds one appearance, spread evenly over the hours it may have happened in."""
    slots = list(_slots(first, last))
    for day, _ in slots:
        days[day] += 1 / len(slots)
    if len(slots) < 24:  # a bare date says nothing about the hour
        for day, hour in slots:
            hours[day > 4][hour] += 1 / len(slots)


def _slots(first: datetime, last: datetime) -> Iterator[tuple[int, int]]:
    moment = first.replace(minute=0, second=0, microsecond=0)
    while moment < last or moment == first.replace(minute=0, second=0, microsecond=0):
        yield moment.weekday(), moment.hour
        moment += _HOUR


def _smooth(counts: Sequence[float]) -> list[float]:
    """Each hour lends a little to its neighbours."""
    return [0.2 * counts[hour - 1] + 0.6 * counts[hour] + 0.2 * counts[(hour + 1) % 24] for hour in range(24)]


def _shares(counts: Sequence[float]) -> list[float]:
    whole = sum(counts)
    return [count / whole for count in counts]
