"""Exports hold what is stored, in forms that other programs take: read back here by readers of their own."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.types import Fact, PlaceMention
from storage.database import Database
from storage.filing import file
from storage.types import StoredAnnouncement, Story
from tests.announcements import NOON, announcement, count, on, yuan
from tests.program import Ended, yuanwatch
from yuanwatch.export.calendar import calendar, events, folded
from yuanwatch.export.channel import Channel
from yuanwatch.export.feeds import atom, json_feed
from yuanwatch.export.rows import COLUMNS, defused, json_lines, table

CHANNEL = Channel("en", NOON, "440300", "digital-yuan")
HOSTILE = '=1+1 <b>"5" & \u202e6</b>, a; \\b\n次\u0000\ufffe ]]>'


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


# JSON Lines and CSV


def test_a_line_of_json_holds_all_facts_and_outlets() -> None:
    line = json.loads(written(json_lines([story(yuan(10_000_000), count(50_000))], CHANNEL)))
    assert line["key"].startswith("urn:uuid:")
    assert (line["title"], line["published"], line["updated"]) == (
        "红包1",
        "2024-05-20T12:00:00Z",
        "2024-05-20T14:00:00Z",
    )
    assert [(fact["type"], fact["value"], fact["unit"]) for fact in line["facts"]] == [
        ("amount", 10_000_000, "CNY"),
        ("count", 50_000, "red packets"),
    ]
    assert [source["url"] for source in line["sources"]] == [
        "https://n.example.org/1",
        "https://n.example.org/2",
    ]
    assert line["places"] == [{"adcode": "440300", "name_en": "Shenzhen", "primary": True}]


def test_the_table_is_read_back_and_no_cell_is_a_formula() -> None:
    hostile = outlet(1, title='=HYPERLINK("http://x","y")', name="@SUM(A1)", summary="-2+3\n" + HOSTILE)
    text = written(table([story(count(-5, "+x"), outlets=(hostile,)), story()], CHANNEL))
    assert text.startswith("\ufeffkey,title,")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert rows[0] == list(COLUMNS)
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert len(rows) == 3
    first = dict(zip(COLUMNS, rows[1], strict=True))
    assert (first["title"], first["outlets"]) == ('\'=HYPERLINK("http://x","y")', "'@SUM(A1)")
    assert first["summary"].startswith("'-2+3\n")
    assert first["places"] == "Shenzhen"
    assert dict(zip(COLUMNS, rows[2], strict=True))["outlets"] == "报1; 报2"
    assert "\r\n" in text


@given(st.text(max_size=40))
def test_whatever_a_cell_holds_it_begins_with_no_sign_of_a_formula(cell: str) -> None:
    assert (
        defused(cell).strip(" \u3000\u00a0")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
        or not cell.strip()
    )


# Feeds


def test_an_atom_feed_is_what_a_feed_reader_expects() -> None:
    text = written(
        atom(
            [story(yuan(10_000_000), outlets=(outlet(1, title="红包 & <b>", kind="government"), outlet(2)))],
            CHANNEL,
        )
    )
    feed = feedparser.parse(text)
    assert not feed.bozo and feed.version == "atom10"
    assert feed.feed.title == "Yuanwatch: Shenzhen · digital yuan"
    assert feed.feed.updated == "2024-05-20T14:00:00Z"
    (entry,) = feed.entries
    assert entry.id.startswith("urn:uuid:")
    assert (entry.title, entry.link) == ("红包 & <b>", "https://n.example.org/1")
    assert (entry.published, entry.updated) == ("2024-05-20T12:00:00Z", "2024-05-20T14:00:00Z")
    assert [author.name for author in entry.authors] == ["报1", "报2"]
    assert [tag.term for tag in entry.tags] == ["digital-yuan", "440300"]
    assert (
        "¥10 million" in entry.content[0].value and 'href="https://n.example.org/2"' in entry.content[0].value
    )


def test_ids_stay_when_a_story_grows_or_gets_another_face_or_number() -> None:
    one, grown = story(outlets=(outlet(4),)), story(outlets=(outlet(5, kind="government"), outlet(4)))
    ids = [feedparser.parse(written(atom([each], CHANNEL))).entries[0].id for each in (one, grown)]
    assert ids[0] == ids[1]
    other = feedparser.parse(written(atom([story()], CHANNEL))).entries[0].id
    assert other != ids[0]


def test_a_json_feed_has_what_version_1_1_requires() -> None:
    feed = json.loads(written(json_feed([story(), story(outlets=(outlet(9, url="javascript:x"),))], CHANNEL)))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] and feed["language"] == "en"
    first, second = feed["items"]
    assert first["id"] != second["id"]
    assert (first["url"], first["date_modified"]) == ("https://n.example.org/1", "2024-05-20T14:00:00Z")
    assert datetime.fromisoformat(first["date_published"]) == NOON
    assert first["authors"] == [{"name": "报1"}, {"name": "报2"}]
    assert first["tags"] == ["digital-yuan", "Shenzhen"]
    assert "url" not in second and "javascript" not in second["content_html"]


def test_a_feed_of_nothing_is_a_feed() -> None:
    feed = feedparser.parse(written(atom([], CHANNEL)))
    assert (feed.bozo, feed.entries, feed.feed.updated) == (False, [], "2024-05-20T12:00:00Z")
    assert json.loads(written(json_feed([], CHANNEL)))["items"] == []


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_a_feed_a_calendar_or_a_line(title: str, summary: str) -> None:
    hostile = story(on("2024-05-22"), outlets=(outlet(1, title=title, summary=summary, name=title),))
    feed = feedparser.parse(written(atom([hostile], CHANNEL)).encode("utf-8", "replace"))
    assert not feed.bozo and len(feed.entries) == 1
    assert json.loads(written(json_feed([hostile], CHANNEL)))["items"][0]["title"]
    assert len(written(json_lines([hostile], CHANNEL)).split("\n")) == 2
    assert len(parsed(written(calendar([hostile], CHANNEL)))) == 1


# Calendar


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


# The command


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    path = folder / "config.yaml"
    path.write_text("database: {url: 'sqlite:///y.db'}\n", encoding="utf-8")
    database = Database(f"sqlite:///{folder / 'y.db'}")
    database.migrate()
    with database.write() as conn:
        for number, (place, topic) in enumerate(
            [("440300", "digital-yuan"), ("320500", "digital-yuan"), ("440305", "blockchain")]
        ):
            item = announcement(
                f"https://n.example.org/{number}",
                f"{place}号",
                places=(place,),
                topics=(topic,),
                facts=(on("2024-05-22"),),
                dated=NOON - timedelta(hours=number),
            )
            file(conn, item, now=NOON, tell=False, max_age=None)
    database.close()
    return path


def exported(config: Path, *arguments: str) -> Ended:
    ended = yuanwatch("export", *arguments, config=config)
    assert "Traceback" not in ended.err
    return ended


def test_all_stories_go_to_standard_output_newest_first(config: Path) -> None:
    ended = exported(config)
    assert (ended.status, ended.err) == (0, "")
    assert [json.loads(line)["title"] for line in ended.out.splitlines()] == [
        "440300号",
        "320500号",
        "440305号",
    ]
    assert len(exported(config, "--limit", "2").out.splitlines()) == 2


def test_a_place_and_a_topic_are_understood_in_any_language(config: Path) -> None:
    assert len(exported(config, "--place", "深圳").out.splitlines()) == 2
    assert len(exported(config, "--place", "Guangdong", "--topic", "区块链").out.splitlines()) == 1
    for arguments in (
        ("--place", "Atlantis"),
        ("--topic", "weather"),
        ("--since", "soon"),
        ("--each", "place"),
    ):
        ended = exported(config, *arguments)
        assert (ended.status, ended.out) == (2, "") and ended.err


def test_what_is_not_stored_ends_with_1_and_an_empty_feed(config: Path, tmp_path: Path) -> None:
    ended = exported(config, "--since", "1d", "--format", "atom", "--output", str(tmp_path / "a.atom"))
    assert (ended.status, "Nothing stored" in ended.err) == (1, True)
    assert feedparser.parse((tmp_path / "a.atom").read_text()).entries == []


@pytest.mark.parametrize("form", ["csv", "atom", "jsonfeed", "ics"])
def test_every_format_comes_from_the_command(config: Path, form: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("the former one")
    assert exported(config, "--format", form, "--output", str(target)).status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    text = target.read_bytes().decode()
    found = {
        "csv": lambda: len(list(csv.reader(io.StringIO(text)))) - 1,
        "atom": lambda: len(feedparser.parse(text).entries),
        "jsonfeed": lambda: len(json.loads(text)["items"]),
        "ics": lambda: len(parsed(text)),
    }[form]()
    assert found == 3
    assert target.read_bytes().startswith(b"\xef\xbb\xbf") == (form == "csv")


def test_a_file_for_each_place_or_topic(config: Path, tmp_path: Path) -> None:
    places = tmp_path / "places"
    assert exported(config, "--each", "place", "--format", "atom", "--output", str(places)).status == 0
    assert sorted(path.name for path in places.iterdir()) == [
        "320000-jiangsu.atom",
        "320500-suzhou.atom",
        "440000-guangdong.atom",
        "440300-shenzhen.atom",
        "440305-nanshan-district.atom",
    ]
    feeds = {path.name[:6]: feedparser.parse(path.read_text()) for path in places.iterdir()}
    assert {name: len(feed.entries) for name, feed in feeds.items()} == {
        "320000": 1, "320500": 1, "440000": 2, "440300": 2, "440305": 1,
    }  # fmt: skip
    assert len({feed.feed.id for feed in feeds.values()}) == 5
    topics = tmp_path / "topics"
    assert exported(config, "--each", "topic", "--place", "Shenzhen", "--output", str(topics)).status == 0
    assert {path.name: len(path.read_text().splitlines()) for path in topics.iterdir()} == {
        "digital-yuan.jsonl": 1,
        "blockchain.jsonl": 1,
    }


def test_a_place_that_cannot_be_written_is_told(config: Path, tmp_path: Path) -> None:
    ended = exported(config, "--output", str(tmp_path / "none" / "a.jsonl"))
    assert (ended.status, "cannot be written" in ended.err) == (2, True)


def test_a_reader_that_has_enough_is_no_mistake(config: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "yuanwatch", "--config", str(config), "export"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)
    process.stderr.close()


def test_times_are_written_in_utc() -> None:
    late = story(outlets=(outlet(1, published=datetime(2024, 5, 20, 1, tzinfo=UTC)),))
    assert json.loads(written(json_lines([late], CHANNEL)))["published"] == "2024-05-20T01:00:00Z"
