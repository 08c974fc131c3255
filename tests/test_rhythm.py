"""The rhythm of a source: learned from its history in its own zone, and worth it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.rhythm import SEED, simulate
from crawler.rhythm import Pace, appeared, learn, longest_silence, newest, next_poll
from storage.types import Sighting

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PACE = Pace(10 * MINUTE, 12 * HOUR, 30 * MINUTE)
NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)  # a Sunday, 20:00 in Shanghai
TIMES = st.integers(0, 80 * 24 * 60).map(lambda minutes: NOW + (minutes - 70 * 24 * 60) * MINUTE)
SIGHTINGS = st.builds(Sighting, st.none() | TIMES, TIMES, st.none() | TIMES)


def office_history(now: datetime = NOW) -> list[Sighting]:
    """Eight weeks of an office: each weekday at 10:00 and 16:00 in Shanghai, with exact times."""
    days = [now.astimezone(SHANGHAI).replace(hour=0, minute=0) - number * DAY for number in range(1, 56)]
    times = [day + hour * HOUR for day in days if day.weekday() < 5 for hour in (10, 16)]
    return [Sighting(time.astimezone(UTC), time.astimezone(UTC)) for time in times]


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=SHANGHAI)


def wait(history: list[Sighting], local: datetime) -> timedelta:
    now = local.astimezone(UTC)
    return next_poll(learn(history, now, SHANGHAI), now, PACE, 0, Random(1)) - now


def test_it_is_asked_often_at_its_hours_and_seldom_in_between() -> None:
    history = office_history()
    tuesday_morning = wait(history, at(3, 12, 10))
    tuesday_night = wait(history, at(3, 12, 22))
    sunday = wait(history, at(3, 10, 10))
    assert tuesday_morning < 20 * MINUTE and sunday > HOUR and tuesday_night > HOUR


def test_the_night_does_not_sleep_through_the_morning() -> None:
    history = office_history()
    for hour in range(24):
        asked = at(3, 12, hour) + wait(history, at(3, 12, hour))
        assert hour > 9 or asked < at(3, 12, 10, 40)


def test_the_hours_are_those_of_the_source() -> None:
    history = office_history()
    rhythm = learn(history, NOW, SHANGHAI)
    assert rhythm is not None
    assert rhythm.at(datetime(2024, 3, 12, 2, 30, tzinfo=UTC)) > 5 * rhythm.at(
        datetime(2024, 3, 12, 10, 30, tzinfo=UTC)
    )


def test_the_rate_adds_up_to_what_was_published_in_a_week() -> None:
    rhythm = learn(office_history(), NOW, SHANGHAI)
    assert rhythm is not None and sum(rhythm.rates) == pytest.approx(10, rel=0.1)


def test_a_source_of_which_nothing_is_known_is_asked_at_the_usual_interval() -> None:
    assert learn([], NOW, SHANGHAI) is None
    assert learn([Sighting(None, NOW)], NOW, SHANGHAI) is None
    assert 30 * MINUTE <= wait([], at(3, 12, 10)) <= 33 * MINUTE


def test_a_source_that_fell_silent_is_asked_less_and_less() -> None:
    history = office_history()
    early, late = wait(history, at(3, 12, 10)), wait(history, at(4, 30, 10))
    assert late > 1.5 * early


def test_dates_without_a_time_are_narrowed_by_the_polls_around_them() -> None:
    midnight = datetime(2024, 3, 8, 16, tzinfo=UTC)
    poll, seen = midnight + 9 * HOUR, midnight + 10 * HOUR
    assert appeared(Sighting(midnight, seen), SHANGHAI) == (midnight, seen)
    assert appeared(Sighting(midnight, seen, poll), SHANGHAI) == (poll, seen)
    assert appeared(Sighting(midnight - 9 * DAY, seen, poll), SHANGHAI) == (poll, seen)  # put up late
    assert appeared(Sighting(poll + MINUTE, seen, poll), SHANGHAI) == (poll + MINUTE,) * 2
    assert appeared(Sighting(seen + DAY, seen, poll), SHANGHAI) == (poll, seen)  # dated ahead
    assert appeared(Sighting(None, seen), SHANGHAI) is None


def test_what_is_usual_is_the_longest_silence() -> None:
    assert longest_silence(office_history()[:4], SHANGHAI) is None
    assert longest_silence(office_history(), SHANGHAI) == 2 * DAY + 18 * HOUR
    assert newest(office_history(), SHANGHAI) == datetime(2024, 3, 8, 8, tzinfo=UTC)


@settings(max_examples=150, deadline=None)
@given(st.lists(SIGHTINGS, max_size=12), TIMES, st.integers(0, 40), st.integers(0, 99))
def test_whatever_the_history_the_next_poll_keeps_its_limits(
    history: list[Sighting], now: datetime, failures: int, seed: int
) -> None:
    rhythm = learn(history, now, SHANGHAI)
    again = next_poll(rhythm, now, PACE, failures, Random(seed)) - now
    assert PACE.floor <= again <= (max(PACE.ceiling, DAY) if failures else PACE.ceiling)
    fixed = Pace(HOUR, HOUR, HOUR, fixed=True)
    assert next_poll(rhythm, now, fixed, 0, Random(seed)) - now == HOUR


@pytest.mark.parametrize("seed", [SEED, 1])
def test_half_the_requests_at_no_worse_delay(seed: int) -> None:
    clock, rhythm = simulate(seed)["all"]
    assert len(clock.delays) > 700 and abs(len(clock.delays) - len(rhythm.delays)) <= 3
    assert rhythm.requests <= clock.requests / 2
    assert median(rhythm.delays) <= median(clock.delays)
    assert sum(rhythm.delays) / len(rhythm.delays) <= 1.1 * sum(clock.delays) / len(clock.delays)


def test_the_government_lists_alone_are_seen_as_soon_with_less_than_half() -> None:
    clock, rhythm = simulate()["government list"]
    assert rhythm.requests < 0.4 * clock.requests
    assert median(rhythm.delays) <= 1.05 * median(clock.delays)
