"""Stories -> JSON Lines, and a table for spreadsheets: one story a line, all of them, nothing left out.

A line of JSON is `story_record`, times in UTC. The table is UTF-8 with a byte order mark, without which Excel
takes Chinese for another encoding; what a cell would do as a formula is defused by an apostrophe in front.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from analysis.gazetteer import gazetteer
from bot.cleaning import clean, clean_line
from storage.types import Story
from yuanwatch.export.channel import Channel, stamp
from yuanwatch.export.record import story_key, story_record, updated

COLUMNS = (
    *(
        "key",
        "title",
        "url",
        "published",
        "updated",
        "language",
        "kind",
        "stage",
        "official",
        "topics",
        "places",
    ),
    *("adcodes", "organisations", "facts", "quotes", "summary", "outlets", "addresses"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BETWEEN = "; "


def json_lines(stories: Iterable[Story], channel: Channel) -> Iterator[str]:
    """One JSON object a line; see `story_record` for the fields."""
    for story in stories:
        yield json.dumps(story_record(story), ensure_ascii=False, default=_plain) + "\n"


def table(stories: Iterable[Story], channel: Channel) -> Iterator[str]:
    """CSV by RFC 4180: a head, then one row a story."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    yield "\ufeff"
    writer.writerow(COLUMNS)
    for story in stories:
        writer.writerow([defused(cell) for cell in _cells(story, channel)])
        yield from lines
        lines.clear()
    yield from lines


def defused(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.lstrip(" \u3000\u00a0").startswith(_FORMULA) else cell


def _cells(story: Story, channel: Channel) -> Iterator[str]:
    face, primary = story.face, [place.adcode for place in story.places if place.primary]
    yield from (story_key(story), clean_line(face.title), face.url)
    yield from (stamp(face.published) if face.published else "", stamp(updated(story)))
    yield from (face.language, story.kind or "", story.stage or "", "yes" if story.official else "no")
    yield _BETWEEN.join(story.topics)
    yield _BETWEEN.join(gazetteer().name(code, channel.language) for code in primary)
    yield _BETWEEN.join(primary)
    yield _BETWEEN.join(story.organisations)
    yield _BETWEEN.join(f"{fact.type}: {fact.value} {fact.unit or ''}".rstrip() for fact in story.facts)
    yield _BETWEEN.join(clean_line(fact.quote) for fact in story.facts)
    yield clean(story.summary(channel.language))
    yield _BETWEEN.join(clean_line(name) for name in story.publishers)
    yield _BETWEEN.join(item.url for item in story.announcements)


class _Lines:
    """What csv writes, line by line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, line: str) -> int:
        """Keep it."""
        self._lines.append(line)
        return len(line)


def _plain(item: Any) -> str:
    return stamp(item) if isinstance(item, datetime) else str(item)
