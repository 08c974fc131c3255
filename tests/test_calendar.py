"""An exported calendar shows the days that stories name, by the rules of RFC 5545."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.announcements import on
from tests.exports import CHANNEL, outlet, parsed, story, written
from yuanwatch.export.calendar import calendar, events, folded


def test_a_day_and_a_period_are_events_of_whole_days() -> None:
    days, window = parsed(written(calendar([story(on("2024-05-22"), on("2024-05-22/2024-05-28"))], CHANNEL)))
    assert (days["DTSTART;VALUE=DATE"], days["DTEND;VALUE=DATE"]) == ("20240522", "20240523")
    assert (window["DTSTART;VALUE=DATE"], window["DTEND;VALUE=DATE"]) == ("20240522", "20240529")
    assert days["UID"] != window["UID"]
    assert days["DTSTAMP"] == "20240520T140000Z"
    assert days["LOCATION"] == "Shenzhen"
    assert days["URL"] == "https://n.example.org/1"
    assert days["SUMMARY"].startswith("Shenzhen · digital yuan · ") and days["SUMMARY"].endswith(": 红包1")


def test_text_is_escaped_and_folded_between_characters() -> None:
    long = outlet(1, title="深圳；红包, 抽签; \\ 一" * 8, summary="第一段\n第二段")
    (event,) = parsed(written(calendar([story(on("2024-05-22"), outlets=(long,))], CHANNEL)))
    assert re.search(r"红包\\, 抽签\\; \\\\ 一", event["SUMMARY"])
    assert "第一段\\n第二段" in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2024-05-22", date(2024, 5, 22), date(2024, 5, 22)),
        ("2024-06/2024-08", date(2024, 6, 1), date(2024, 8, 31)),
        ("2024-04-01/2024-05-01", date(2024, 4, 1), date(2024, 5, 1)),
    ],
)
def test_days_a_calendar_can_show(value: str, first: date, last: date) -> None:
    assert list(events(story(on(value)))) == [(first, last)]


@pytest.mark.parametrize(
    "value",
    ["2024", "2024-06", "2024-13-01", "2024-02-30", "2019-12-01", "2024/2026", "2024-06-01/2027-06-01", "2024-06-02/2024-06-01", "soon", "0000-01/0000-02", "9999-12-31", "9999-11/9999-12", "/"],
)  # fmt: skip
def test_what_is_no_event(value: str) -> None:
    assert events(story(on(value))) == {}


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=300))
def test_folding_loses_nothing(line: str) -> None:
    text = folded(line)
    assert text.replace("\r\n ", "").removesuffix("\r\n") == line
    assert all(len(piece.encode()) <= 75 for piece in text.split("\r\n"))
