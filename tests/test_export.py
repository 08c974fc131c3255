"""Exported rows and feeds hold what is stored, in forms that other programs take."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.announcements import NOON, count, on, yuan
from tests.exports import CHANNEL, outlet, parsed, story, written
from yuanwatch.export.calendar import calendar
from yuanwatch.export.feeds import atom, json_feed
from yuanwatch.export.rows import COLUMNS, defused, json_lines, table

HOSTILE = '=1+1 <b>"5" & \u202e6</b>, a; \\b\n次\u0000\ufffe ]]>'


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


def test_times_are_written_in_utc() -> None:
    late = story(outlets=(outlet(1, published=datetime(2024, 5, 20, 1, tzinfo=UTC)),))
    assert json.loads(written(json_lines([late], CHANNEL)))["published"] == "2024-05-20T01:00:00Z"
