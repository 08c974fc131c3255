"""What a question says of time becomes days, in three languages; what says none stays a word."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.moments import EARLIEST
from analysis.whens import LATEST, find_when, since_when

TODAY = date(2026, 11, 26)  # a Thursday


def told(text: str) -> tuple[str, str]:
    when, rest = find_when(text, TODAY)
    days = "/".join(day.isoformat() if day else "" for day in (when.since, when.until))
    return days, " ".join(rest.split())


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("today", "2026-11-26/2026-11-26"),
        ("gestern", "2026-11-25/2026-11-25"),
        ("day before yesterday", "2026-11-24/2026-11-24"),
        ("昨天", "2026-11-25/2026-11-25"),
        ("this week", "2026-11-23/2026-11-29"),
        ("letzte Woche", "2026-11-16/2026-11-22"),
        ("上周", "2026-11-16/2026-11-22"),
        ("上个月", "2026-10-01/2026-10-31"),
        ("last month", "2026-10-01/2026-10-31"),
        ("im letzten Monat", "2026-10-01/2026-10-31"),
        ("今年", "2026-01-01/2026-12-31"),
        ("vom letzten Jahr", "2025-01-01/2025-12-31"),
        ("前年", "2024-01-01/2024-12-31"),
        ("3 days ago", "2026-11-23/2026-11-23"),
        ("vor zwei Jahren", "2024-01-01/2024-12-31"),
        ("since 3 months ago", "2026-08-26/"),
        ("in den letzten 30 Tagen", "2026-10-27/"),
        ("letzte 3 Monate", "2026-08-26/"),
        ("近三个月", "2026-08-26/"),
        ("seit Mai", "2026-05-01/"),
        ("since December", "2025-12-01/"),
        ("in march", "2026-03-01/2026-03-31"),
        ("Mai letzten Jahres", "2025-05-01/2025-05-31"),
        ("去年5月", "2025-05-01/2025-05-31"),
        ("May 5, 2024", "2024-05-05/2024-05-05"),
        ("1. Mai 2024", "2024-05-01/2024-05-01"),
        ("1.5.2024", "2024-05-01/2024-05-01"),
        ("2024年5月1日", "2024-05-01/2024-05-01"),
        ("2024-05", "2024-05-01/2024-05-31"),
        ("in 2024", "2024-01-01/2024-12-31"),
        ("Q1 2024", "2024-01-01/2024-03-31"),
        ("2024年第一季度", "2024-01-01/2024-03-31"),
        ("zweites Quartal 2024", "2024-04-01/2024-06-30"),
        ("first half of 2024", "2024-01-01/2024-06-30"),
        ("上半年", "2026-01-01/2026-06-30"),
        ("自2024年5月以来", "2024-05-01/"),
        ("2024年5月起", "2024-05-01/"),
        ("从去年开始", "2025-01-01/"),
        ("from May on", "2026-05-01/"),
        ("before May 2024", "/2024-04-30"),
        ("2024年之前", "/2023-12-31"),
        ("after 2024", "2025-01-01/"),
        ("bis März", "/2026-03-31"),
        ("between March and June 2024", "2024-03-01/2024-06-30"),
        ("von Mai bis Juli 2024", "2024-05-01/2024-07-31"),
        ("2023年至2025年", "2023-01-01/2025-12-31"),
        ("2023-2024", "2023-01-01/2024-12-31"),
        ("2024年5月到8月", "2024-05-01/2024-08-31"),
        ("from November 2023 to February", "2023-11-01/2024-02-29"),
        ("since 2024-05 until 2025-01", "2024-05-01/2025-01-31"),
        ("November to February", "2025-11-01/2026-02-28"),
    ],
)
def test_times_are_days(text: str, days: str) -> None:
    assert told(text) == (days, "")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("chengdu wallets since may", "chengdu wallets"),
        ("深圳 上个月 红包", "深圳 红包"),
        ("what did Hainan announce in 2024 about plans", "what did Hainan announce about plans"),
        ("Pläne aus Guangdong vom letzten Jahr", "Pläne aus Guangdong"),
        ("上海 本周", "上海"),
    ],
)
def test_the_other_words_stay(text: str, rest: str) -> None:
    assert told(text)[1] == rest


@pytest.mark.parametrize(
    "text",
    [
        "plans may help",
        "May I ask",
        "until 2030",
        "5000 wallets",
        "2000万元",
        "32.13.2024",
        "上海",
        "第三批",
        "v2.1",
    ],
)
def test_what_is_no_time_is_a_word(text: str) -> None:
    assert told(text) == ("/", text)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("2025-10", "2025-10-01"),
        ("last month", "2026-10-01"),
        ("seit Mai", "2026-05-01"),
        ("今年", "2026-01-01"),
        ("上周", "2026-11-16"),
        ("30d", "2026-10-27"),
        ("30 days", "2026-10-27"),
        ("三个月", "2026-08-26"),
        ("2 months ago", "2026-09-26"),
    ],
)
def test_since_has_no_end(text: str, since: str) -> None:
    when, rest = since_when(f"{text} Suzhou", TODAY)
    assert (when.since, when.until, rest.split()) == (date.fromisoformat(since), None, ["Suzhou"])


def test_since_keeps_an_end_that_is_named() -> None:
    assert since_when("2024 to 2025", TODAY)[0].until == date(2025, 12, 31)


_WORDS = (
    *("since", "seit", "自", "between", "and", "von", "bis", "至", "May", "Mai", "5月", "2024", "2024-13"),
    *("99", "999", "years", "ago", "vor", "Jahren", "Q4", "上个月", "去年", "31.", ".", "-"),
)
_PIECES = st.sampled_from(_WORDS)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=12).map(" ".join)),
    st.dates(date(2001, 1, 1), date(2090, 1, 1)),
)
def test_no_text_is_an_error(text: str, today: date) -> None:
    for read in (find_when, since_when):
        when, rest = read(text, today)
        assert all(EARLIEST <= day <= LATEST for day in (when.since, when.until) if day)
        assert not (when.since and when.until) or when.since <= when.until
        assert when or rest == text
