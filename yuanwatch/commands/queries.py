"""`latest`, `search` and `sources`: what is stored, as tables for people or JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from analysis.gazetteer import Place, gazetteer
from analysis.times import parse_duration
from analysis.topics import resolve_topic
from bot.coverage import coverage_line
from storage import search as storage_search
from storage import stories
from storage.coverage import TROUBLE, coverage
from storage.types import SourceLine, Story
from yuanwatch.config import Config
from yuanwatch.wiring import now, opened, source_lines


def latest(
    config: Config, words: str, topic: str | None, since: str | None, limit: int, *, as_json: bool
) -> int:
    """Print the newest stories. Returns 0, 1 where there are none, 2 for an unknown place, topic or time."""
    try:
        place = _place(words)
        known_topic = _topic(topic)
        start = now() - parse_duration(since) if since else None
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    with opened(config) as database, database.read() as connection:
        found = stories.latest(
            connection, place=place.adcode if place else None, topic=known_topic, since=start, limit=limit
        )
    return _print(found, config, as_json, f"Nothing stored yet{' for ' + place.name_en if place else ''}.")


def search(config: Config, words: str, limit: int, *, as_json: bool) -> int:
    """Print the stories that hold the words, newest first. Returns 0, or 1 where there are none."""
    with opened(config) as database, database.read() as connection:
        found = storage_search.search(connection, words, limit=limit)
    return _print(found, config, as_json, f"Nothing found for {words!r}.")


def sources(config: Config, *, as_json: bool) -> int:
    """Print every configured source with its state. Returns 0."""
    with opened(config) as database:
        lines = source_lines(config, database)
    if as_json:
        _dump([{name: getattr(line, name) for name in line.__slots__} for line in lines])
        return 0
    zone = ZoneInfo(config.telegram.timezone)
    table = Table(header_style="bold", pad_edge=False)
    for column in ("id", "name", "level", "place", "state", "last read", "next"):
        table.add_column(column, overflow="fold")
    for line in lines:
        table.add_row(*map(escape, _source_row(line, zone)))
    console = Console()
    console.print(table)
    for place in coverage(lines):
        console.print(escape(coverage_line(place, "en", zone)))
    return 0


def story_record(story: Story) -> dict[str, Any]:
    """A story as JSON shows it: face, places by code and name, facts, every source."""
    places = gazetteer()
    return {
        "id": story.id,
        "title": story.face.title,
        "url": story.face.url,
        "published": story.face.published,
        "language": story.face.language,
        "summary": story.face.summary,
        "topics": story.topics,
        "kind": story.kind,
        "stage": story.stage,
        "relevance": story.relevance,
        "official": story.official,
        "places": [
            {"adcode": item.adcode, "name_en": places.name(item.adcode, "en"), "primary": item.primary}
            for item in story.places
        ],
        "organisations": story.organisations,
        "facts": [
            {"type": fact.type, "value": fact.value, "unit": fact.unit, "quote": fact.quote}
            for fact in story.facts
        ],
        "sources": [
            {
                "publisher": item.publisher_name,
                "title": item.title,
                "url": item.url,
                "published": item.published,
            }
            for item in story.announcements
        ],
    }


def _place(words: str) -> Place | None:
    if not words.strip():
        return None
    places = gazetteer()
    if found := places.resolve(words):
        return found[0]
    near = ", ".join(f"{place.name_en} ({place.name_zh})" for place in places.suggest(words)[:3])
    raise ValueError(f"No place is called {words!r}." + (f" Did you mean {near}?" if near else ""))


def _topic(words: str | None) -> Any:
    if words is None:
        return None
    if found := resolve_topic(words):
        return found
    raise ValueError(f"No topic is called {words!r}: say digital-yuan or blockchain.")


def _print(found: Sequence[Story], config: Config, as_json: bool, empty: str) -> int:
    if as_json:
        _dump([story_record(story) for story in found])
    elif found:
        Console().print(_stories_table(found, ZoneInfo(config.telegram.timezone)))
    else:
        print(empty, file=sys.stderr)
    return 0 if found else 1


def _stories_table(found: Sequence[Story], zone: ZoneInfo) -> Table:
    table = Table(header_style="bold", show_lines=True, pad_edge=False)
    for column, width in (("date", 10), ("place", None), ("what", None), ("title", None), ("sources", None)):
        table.add_column(column, overflow="fold", min_width=width)
    for story in found:
        table.add_row(*_story_row(story, zone))
    return table


def _story_row(story: Story, zone: ZoneInfo) -> tuple[str, str, str, str, str]:
    places = gazetteer()
    names = [places.name(item.adcode, "en") for item in story.places if item.primary]
    what = "\n".join(filter(None, (story.kind, *story.topics)))
    title = f"[link={escape(story.face.url)}]{escape(story.face.title)}[/link]"
    if story.face.summary:
        title += f"\n[dim]{escape(story.face.summary)}[/dim]"
    outlets = ("official\n" if story.official else "") + escape("\n".join(story.publishers[:4]))
    return _day(story.face.shown, zone), "\n".join(names[:4]), what, title, outlets


def _source_row(line: SourceLine, zone: ZoneInfo) -> tuple[str, ...]:
    place = gazetteer().name(line.place, "en") if line.place else ""
    since = f" since {_day(line.since, zone)}" if line.since and line.status in TROUBLE else ""
    state = line.status + since + (f": {line.problem}" if line.problem else "")
    read = line.succeeded.astimezone(zone).strftime("%Y-%m-%d %H:%M") if line.succeeded else "never"
    again = line.next_poll.astimezone(zone).strftime("%m-%d %H:%M") if line.next_poll else ""
    return line.id, line.name, line.level, place, state, read, again


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d")


def _dump(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
