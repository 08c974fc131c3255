"""`latest` and `sources`: what is stored, as tables for people or JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from analysis.gazetteer import Place, gazetteer
from analysis.times import parse_duration
from analysis.topics import resolve_topic
from analysis.types import Topic
from bot.coverage import coverage_line
from bot.queries import understand
from storage import stories
from storage.coverage import TROUBLE, coverage
from storage.types import Snippet, SourceLine, Story, StoryLine
from yuanwatch.config import Config
from yuanwatch.export.record import story_record
from yuanwatch.wiring import now, opened, source_lines

_SUMMARY = 110


def latest(
    config: Config, words: str, topic: str | None, since: str | None, limit: int, *, as_json: bool
) -> int:
    """Print the newest stories. Returns 0, 1 where there are none, 2 for an unknown place, topic or time."""
    try:
        place, said = asked(words)
        known_topic = topic_named(topic) or said
        start = now() - parse_duration(since) if since else None
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    with opened(config) as database, database.read() as connection:
        found = list(
            stories.every(
                connection,
                place=place.adcode if place else None,
                topic=known_topic,
                since=start,
                limit=limit,
            )
        )
    where = f" for {place.name_en}" if place else ""
    return _print(
        found, config, as_json, f"Nothing stored{where}{f' of the last {since}' if since else ' yet'}."
    )


def sources(config: Config, *, as_json: bool) -> int:
    """Print every configured source with its state. Returns 0."""
    zone = ZoneInfo(config.telegram.timezone)
    with opened(config) as database:
        lines = source_lines(config, database)
    if as_json:
        dump([{name: getattr(line, name) for name in line.__slots__} for line in lines], zone)
        return 0
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


def asked(words: str) -> tuple[Place | None, Topic | None]:
    """The place of "Suzhou", the place and the topic of "Suzhou blockchain". Raises ValueError."""
    if not words.strip():
        return None, None
    places = gazetteer()
    if found := places.resolve(words):
        return found[0], None
    query = understand(words)
    if query.named and not query.rest:
        return query.place, query.topic
    near = ", ".join(f"{place.name_en} ({place.name_zh})" for place in places.suggest(words)[:3])
    raise ValueError(f"No place is called {words!r}." + (f" Did you mean {near}?" if near else ""))


def topic_named(words: str | None) -> Topic | None:
    """The topic that is meant, None where none is said. Raises ValueError."""
    if words is None:
        return None
    if found := resolve_topic(words):
        return found
    raise ValueError(f"No topic is called {words!r}: say digital-yuan or blockchain.")


def _print(found: Sequence[Story], config: Config, as_json: bool, empty: str) -> int:
    zone = ZoneInfo(config.telegram.timezone)
    if as_json:
        dump([story_record(story) for story in found], zone)
    elif found:
        Console().print(stories_table(found, zone))
    else:
        print(empty, file=sys.stderr)
    return 0 if found else 1


def stories_table(
    found: Sequence[StoryLine], zone: ZoneInfo, snippets: Mapping[int, Snippet] | None = None
) -> Table:
    """Stories as a table for people; what a search found in them stands in place of their summaries."""
    table = Table(header_style="bold", show_lines=True, pad_edge=False)
    table.add_column("date", no_wrap=True)
    table.add_column("place", overflow="fold", max_width=18)
    table.add_column("what", overflow="fold", max_width=16)
    table.add_column("announcement", overflow="fold", ratio=1)
    for story in found:
        table.add_row(*_story_row(story, zone, (snippets or {}).get(story.id)))
    return table


def _story_row(story: StoryLine, zone: ZoneInfo, snippet: Snippet | None) -> tuple[str, str, str, str]:
    places = gazetteer()
    names = [places.name(item.adcode, "en") for item in story.places if item.primary]
    what = "\n".join(filter(None, (story.kind, *story.topics)))
    outlets = ", ".join(story.publishers[:3]) + (
        f" +{more}" if (more := len(story.publishers) - 3) > 0 else ""
    )
    lines = [
        f"[bold]{escape(story.face.title)}[/bold]",
        _marked(snippet) if snippet else escape(_short(story.face.summary)),
        f"[dim]{'official: ' if story.official else ''}{escape(outlets)}[/dim]",
        f"[blue]{escape(story.face.url)}[/blue]",
    ]
    listed = "\n".join(names[:4]) + (f"\n+{len(names) - 4}" if len(names) > 4 else "")
    return _day(story.face.shown, zone), listed, what, "\n".join(filter(None, lines))


def _marked(snippet: Snippet) -> str:
    """A snippet with what was looked for in bold."""
    text, parts, at = snippet.text, [], 0
    for start, end in snippet.marks:
        parts += [escape(text[at:start]), f"[bold]{escape(text[start:end])}[/bold]"]
        at = end
    return "".join([*parts, escape(text[at:])])


def _short(text: str) -> str:
    """A summary that leaves room for the next story."""
    return text if len(text) <= _SUMMARY else text[: _SUMMARY - 1].rstrip() + "…"


def _source_row(line: SourceLine, zone: ZoneInfo) -> tuple[str, ...]:
    place = gazetteer().name(line.place, "en") if line.place else ""
    since = f" since {_day(line.since, zone)}" if line.since and line.status in TROUBLE else ""
    state = line.status + since + (f": {line.problem}" if line.problem else "")
    read = line.succeeded.astimezone(zone).strftime("%Y-%m-%d %H:%M") if line.succeeded else "never"
    again = line.next_poll.astimezone(zone).strftime("%m-%d %H:%M") if line.next_poll else ""
    return line.id, line.name, line.level, place, state, read, again


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d")


def dump(value: Any, zone: ZoneInfo) -> None:
    """Print JSON for programs; times in `zone`, where a date without a time is the day that was printed."""

    def plain(item: Any) -> str:
        return item.astimezone(zone).isoformat() if isinstance(item, datetime) else str(item)

    print(json.dumps(value, ensure_ascii=False, indent=2, default=plain))
