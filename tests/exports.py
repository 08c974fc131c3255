"""Stories to export, and a reader of calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from analysis.types import Fact, PlaceMention
from storage.types import StoredAnnouncement, Story
from tests.announcements import NOON
from yuanwatch.export.channel import Channel

CHANNEL = Channel("en", NOON, "440300", "digital-yuan")


def outlet(number: int, **given: Any) -> StoredAnnouncement:
    values: dict[str, Any] = {"published": NOON, "title": f"红包{number}", "kind": "media"}
    values |= {"summary": "罗湖区居民可以抽签。", **given}
    return StoredAnnouncement(
        id=number,
        url=values.get("url", f"https://n.example.org/{number}"),
        title=values["title"],
        summary=values["summary"],
        language="zh",
        publisher_id=f"p{number}",
        publisher_name=values.get("name", f"报{number}"),
        publisher_kind=values["kind"],
        publisher_place=None,
        published=values["published"],
        fetched=NOON + timedelta(hours=number),
    )


def story(*facts: Fact, outlets: tuple[StoredAnnouncement, ...] = ()) -> Story:
    return Story(
        id=7,
        version=1,
        relevance="yes",
        reason="r",
        topics=("digital-yuan",),
        kind="lottery",
        stage="announced",
        places=(PlaceMention("440300", True, "深圳"),),
        organisations=("Bank of China",),
        facts=facts,
        announcements=outlets or (outlet(1, kind="government"), outlet(2)),
    )


def written(pieces: Any) -> str:
    return "".join(pieces)


def parsed(text: str) -> list[dict[str, str]]:
    """The events of a calendar, by the rules of RFC 5545: lines unfolded, parameters left in the names."""
    assert text.endswith("\r\n")
    for line in text.split("\r\n"):
        assert len(line.encode("utf-8", "replace")) <= 75
        assert "\n" not in line and "\r" not in line
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0", "CALSCALE:GREGORIAN"} <= set(lines)
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VEVENT":
            name, _, value = line.partition(":")
            assert name not in found[-1]
            found[-1][name] = value
    return found
