"""Quiet hours and digest times: over midnight, where clocks change, in any zone and at any instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.hours import ChatSettings, Every, is_due, next_digest, quiet_until, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    *("Europe/Berlin", "Asia/Shanghai", "America/New_York", "America/Nuuk", "America/Havana", "Asia/Tehran"),
    *(
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "UTC",
        "Asia/Kathmandu",
    ),
)
HOUR = timedelta(hours=1)
instants = st.integers(1_104_537_600, 2_114_380_800).map(lambda when: datetime.fromtimestamp(when, UTC))
minutes = st.integers(0, 1439)
zones = st.sampled_from(ZONES).map(ZoneInfo)


def quiet(begins: int, ends: int) -> ChatSettings:
    return ChatSettings(quiet_from=begins * 60, quiet_to=ends * 60)


def local(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("begins", "ends", "now", "until"),
    [
        (22, 7, "2025-06-10T21:59", None),
        (22, 7, "2025-06-10T22:00", "2025-06-11T07:00"),
        (22, 7, "2025-06-11T00:00", "2025-06-11T07:00"),
        (22, 7, "2025-06-11T06:59:59", "2025-06-11T07:00"),
        (22, 7, "2025-06-11T07:00", None),
        (12, 14, "2025-06-11T13:00", "2025-06-11T14:00"),
        (12, 14, "2025-06-11T14:00", None),
        (9, 9, "2025-06-11T09:00", None),  # start = end: never quiet
        (0, 0, "2025-06-11T00:00", None),
        (22, 7, "2025-03-30T01:30", "2025-03-30T07:00"),  # an hour shorter by the clock
        (22, 7, "2025-10-25T23:00", "2025-10-26T07:00"),
    ],
)
def test_quiet_hours_of_a_day(begins: int, ends: int, now: str, until: str | None) -> None:
    expected = local(until) if until else None
    assert quiet_until(quiet(begins, ends), local(now), BERLIN) == expected


def test_quiet_hours_that_begin_or_end_in_a_gap_do_so_at_its_end() -> None:
    three = local("2025-03-30T03:00")
    ends = ChatSettings(quiet_from=22 * 60, quiet_to=150)  # 2:30 is skipped
    assert quiet_until(ends, three - HOUR, BERLIN) == three
    assert quiet_until(ends, three, BERLIN) is None
    begins = ChatSettings(quiet_from=150, quiet_to=300)
    assert quiet_until(begins, three - timedelta(seconds=1), BERLIN) is None
    assert quiet_until(begins, three, BERLIN) == local("2025-03-30T05:00")


def test_quiet_hours_last_through_the_doubled_hour() -> None:
    ends = ChatSettings(quiet_from=22 * 60, quiet_to=150)
    second = local("2025-10-26T02:30", fold=1)
    for before in (3 * HOUR, HOUR, timedelta(minutes=45), timedelta(seconds=1)):
        assert quiet_until(ends, second - before, BERLIN) == second
    assert quiet_until(ends, second, BERLIN) is None
    begins = ChatSettings(quiet_from=150, quiet_to=300)
    first = local("2025-10-26T02:30")
    assert quiet_until(begins, first - timedelta(seconds=1), BERLIN) is None
    assert quiet_until(begins, first, BERLIN) == quiet_until(begins, first + HOUR, BERLIN)


@settings(deadline=None)
@given(now=instants, begins=minutes, ends=minutes, zone=zones)
def test_a_quiet_time_ends_when_its_clock_says_so(
    now: datetime, begins: int, ends: int, zone: ZoneInfo
) -> None:
    mine = ChatSettings(quiet_from=begins, quiet_to=ends)
    until = quiet_until(mine, now, zone)
    if until is None:
        return
    assert now < until <= now + timedelta(hours=49)  # Apia left out a day
    assert quiet_until(mine, until - timedelta(seconds=1), zone) == until
    shown = until.astimezone(zone)
    before = (until - timedelta(seconds=1)).astimezone(zone)
    skipped = shown.utcoffset() != before.utcoffset()
    assert skipped or shown.hour * 60 + shown.minute == ends


@settings(deadline=None)
@given(now=instants, begins=minutes, ends=minutes, zone=zones)
def test_away_from_changes_it_is_quiet_as_the_clock_says(
    now: datetime, begins: int, ends: int, zone: ZoneInfo
) -> None:
    near = (now + hours * HOUR for hours in range(-30, 31, 6))
    if len({each.astimezone(zone).utcoffset() for each in near}) > 1:
        return
    minute = now.astimezone(zone).hour * 60 + now.astimezone(zone).minute
    inside = begins <= minute < ends if begins <= ends else minute >= begins or minute < ends
    mine = ChatSettings(quiet_from=begins, quiet_to=ends)
    assert (quiet_until(mine, now, zone) is not None) == (inside and begins != ends)


@settings(deadline=None)
@given(start=instants, at=minutes, zone=zones)
@example(start=local("2025-03-29T12:00"), at=150, zone=BERLIN)
@example(start=local("2025-10-25T12:00"), at=150, zone=BERLIN)
@example(start=datetime(2024, 3, 30, 12, tzinfo=UTC), at=23 * 60 + 30, zone=ZoneInfo("America/Nuuk"))
@example(start=datetime(2011, 12, 29, 0, tzinfo=UTC), at=600, zone=ZoneInfo("Pacific/Apia"))
def test_each_local_day_has_exactly_one_digest(start: datetime, at: int, zone: ZoneInfo) -> None:
    mine = ChatSettings(digest_at=at)
    last = start + timedelta(days=6)
    told, when = [], start
    while (when := next_digest(mine, "daily", when, zone)) <= last:
        told.append(when)
    days = [each.astimezone(zone).date() for each in told]
    passed, each = set(), start
    while each <= last:
        passed.add(each.astimezone(zone).date())
        each += HOUR
    assert len(days) == len(set(days))
    assert passed - {min(passed), max(passed)} <= set(days)


@settings(deadline=None)
@given(start=instants, at=minutes, day=st.integers(0, 6), zone=zones)
def test_a_week_has_one_on_its_day(start: datetime, at: int, day: int, zone: ZoneInfo) -> None:
    mine = ChatSettings(digest_at=at, digest_day=day)
    first = next_digest(mine, "weekly", start, zone)
    second = next_digest(mine, "weekly", first, zone)
    assert first > start
    assert first.astimezone(zone).weekday() == second.astimezone(zone).weekday() == day
    weeks = (second.astimezone(zone).date() - first.astimezone(zone).date()).days
    assert weeks == 7 or zone.key == "Pacific/Apia"


@pytest.mark.parametrize(
    ("after", "at", "due"),
    [
        ("2025-06-10T08:59", 540, "2025-06-10T09:00"),
        ("2025-06-10T09:00", 540, "2025-06-11T09:00"),
        ("2025-03-30T00:10", 150, "2025-03-30T03:00"),
        ("2025-10-26T00:10", 150, "2025-10-26T02:30"),
        ("2025-06-10T23:59", 0, "2025-06-11T00:00"),
    ],
)
def test_digest_times_in_berlin(after: str, at: int, due: str) -> None:
    assert next_digest(ChatSettings(digest_at=at), "daily", local(after), BERLIN) == local(due)


@pytest.mark.parametrize(("every", "due"), [("now", True), ("daily", True), ("weekly", False)])
def test_what_waits_is_due_by_its_kind(every: Every, due: bool) -> None:
    mine = quiet(22, 7)
    since, now = local("2025-06-10T23:00"), local("2025-06-11T09:00")  # a Wednesday
    assert is_due(mine, every, since, now, BERLIN) is due
    assert not is_due(mine, every, since, local("2025-06-11T06:00"), BERLIN)


def test_a_zone_that_is_no_longer_known_is_the_default() -> None:
    assert zone_of(ChatSettings(zone="Asia/Tokyo"), BERLIN) == ZoneInfo("Asia/Tokyo")
    for name in (None, "Mars/Olympus", "../etc/passwd", ""):
        assert zone_of(ChatSettings(zone=name), BERLIN) == BERLIN
