"""A week of publications, polled every 15 minutes and polled by rhythm: requests and delays side by side.

Simulated: 20 government lists (dates without a time, weekdays, office hours of Beijing), four media with
exact times (one of them German) and one keyword search. Both ways see the same publications; the rhythm has
run for four weeks before and knows only what its own polls showed it.

    python -m benchmarks.rhythm
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

from crawler.rhythm import Pace, Rhythm, learn, next_poll
from storage.types import Sighting

SEED = 20240304
START = datetime(2024, 3, 4, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
LEARNED = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
FIXED = timedelta(minutes=15)
LOOK = timedelta(minutes=2)  # schedule.crawl: what is due waits for the next look
PACE = Pace(timedelta(minutes=10), timedelta(hours=12), timedelta(minutes=30))

# Publications by hour of the local day, relative to each other.
OFFICE = (0, 0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 8, 2, 3, 8, 11, 11, 9, 4, 2, 1, 1, 0, 0)
PRESS = (2, 1, 1, 1, 1, 2, 5, 8, 10, 11, 11, 9, 7, 8, 9, 10, 10, 9, 7, 6, 6, 5, 4, 3)
WORKDAYS = (10, 10, 10, 10, 9, 0.6, 0.4)
EVERY_DAY = (10, 10, 10, 10, 10, 6, 6)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: how much it publishes on an average day, and when."""

    name: str
    zone: str
    daily: float
    hours: Sequence[float]
    weekdays: Sequence[float]
    dated: bool  # its list shows dates without a time


KINDS = (
    *(
        Kind("government list", "Asia/Shanghai", daily, OFFICE, WORKDAYS, True)
        for daily in (0.2, 0.5, 1, 2, 4) * 4
    ),
    *(Kind("media", "Asia/Shanghai", daily, PRESS, EVERY_DAY, False) for daily in (12, 25, 40)),
    Kind("media", "Europe/Berlin", 6, PRESS, EVERY_DAY, False),
    Kind("search", "Asia/Shanghai", 5, PRESS, EVERY_DAY, False),
)


@dataclass(slots=True)
class Tally:
    """Requests made and delays suffered, in minutes, in the week that counts."""

    requests: int = 0
    delays: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in another tally."""
        self.requests += other.requests
        self.delays += other.delays


def publications(kind: Kind, rng: Random) -> list[datetime]:
    """The times at which a source publishes over all weeks, in order; bursts as they come."""
    zone, times = ZoneInfo(kind.zone), []
    whole = sum(kind.weekdays)
    for number in range((LEARNED + WEEK) // DAY):
        day = (START + number * DAY).replace(tzinfo=zone)
        for _ in range(_poisson(kind.daily * 7 * kind.weekdays[day.weekday()] / whole, rng)):
            hour = rng.choices(range(24), kind.hours)[0]
            times.append((day + timedelta(hours=hour, seconds=rng.uniform(0, 3600))).astimezone(UTC))
    return sorted(times)


def by_clock(times: Sequence[datetime], rng: Random) -> Tally:
    """Polled at fixed intervals."""
    first = START + LEARNED + FIXED * rng.random()
    return _tally(times, [first + number * FIXED for number in range(WEEK // FIXED)])


def by_rhythm(kind: Kind, times: Sequence[datetime], rng: Random) -> Tally:
    """Polled when the rhythm says so, learned anew each day from what the polls showed."""
    return _tally(times, list(_polls(kind, times, rng)))


def _polls(kind: Kind, times: Sequence[datetime], rng: Random) -> Iterator[datetime]:
    zone = ZoneInfo(kind.zone)
    history: list[Sighting] = []
    rhythm: Rhythm | None = None
    now, before, seen, learned = START + DAY * rng.random(), None, 0, START
    while now < START + LEARNED + WEEK:
        new = bisect_right(times, now)
        for time in times[seen:new]:
            day = time.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
            history.append(Sighting(day.astimezone(UTC) if kind.dated else time, now, before))
        if now - learned >= DAY or rhythm is None:
            rhythm, learned = learn(history[-400:], now, zone), now
        yield now
        wanted = next_poll(rhythm, now, PACE, 0, rng)
        before, seen, now = now, new, wanted + (START - wanted) % LOOK


def _tally(times: Sequence[datetime], polls: Sequence[datetime]) -> Tally:
    begin, end = START + LEARNED, START + LEARNED + WEEK
    tally = Tally(sum(begin <= poll < end for poll in polls))
    for time in times:
        at = bisect_right(polls, time)
        if begin <= time < end and at < len(polls):
            tally.delays.append((polls[at] - time) / timedelta(minutes=1))
    return tally


def _poisson(mean: float, rng: Random) -> int:
    number, left = 0, rng.expovariate(1.0)
    while left < mean:
        number, left = number + 1, left + rng.expovariate(1.0)
    return number


def simulate(seed: int = SEED) -> dict[str, tuple[Tally, Tally]]:
    """(by clock, by rhythm) for each kind of source and for "all"."""
    found: dict[str, tuple[Tally, Tally]] = defaultdict(lambda: (Tally(), Tally()))
    for number, kind in enumerate(KINDS):
        times = publications(kind, Random(f"{seed} {number} times"))  # noqa: S311
        both = (
            by_clock(times, Random(f"{seed} {number} clock")),  # noqa: S311
            by_rhythm(kind, times, Random(f"{seed} {number}")),  # noqa: S311
        )
        for name in (kind.name, "all"):
            for total, tally in zip(found[name], both, strict=True):
                total.add(tally)
    return dict(found)


def main() -> None:
    """Print both figures."""
    print(f"{'':18}{'requests a week':>24}{'median delay':>20}{'90 % within':>20}{'news':>7}")
    for name, (clock, rhythm) in simulate().items():
        late = [sorted(one.delays)[len(one.delays) * 9 // 10] for one in (clock, rhythm)]
        print(
            f"{name:18}{clock.requests:>8} -> {rhythm.requests:<5} {rhythm.requests / clock.requests:>5.0%}"
            f"{median(clock.delays):>8.1f} -> {median(rhythm.delays):<4.1f} min"
            f"{late[0]:>8.1f} -> {late[1]:<5.1f}min{len(clock.delays):>6}"
        )


if __name__ == "__main__":
    main()
