"""`why`, `story` and `stats`: why announcements are one story, what to do where they are not, the balance."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from analysis.gazetteer import gazetteer
from analysis.story import THRESHOLD, same_story
from analysis.times import parse_duration
from storage import merging
from storage.candidates import load
from storage.database import Database
from storage.ledger import Ledger, ledger
from storage.reasons import Member, members
from yuanwatch.commands.queries import dump
from yuanwatch.config import Config
from yuanwatch.wiring import now, opened

_PLACES = 10


def why(config: Config, first: int, second: int | None, *, as_json: bool) -> int:
    """Print why two announcements are (not) one story, or how a story came together. Returns 0 or 1."""
    with opened(config) as database:
        if second is not None:
            return _verdict(database, first, second, config, as_json)
        with database.read() as connection:
            found = members(connection, first)
    if not found:
        print(f"There is no story {first}.", file=sys.stderr)
        return 1
    if as_json:
        dump([asdict(one) for one in found], ZoneInfo(config.telegram.timezone))
    else:
        Console().print(_members(found))
    return 0


def split(config: Config, announcement: int) -> int:
    """Take an announcement out of its story for good. Returns 0, or 1 with the reason why not."""
    with opened(config) as database, database.write() as connection:
        try:
            new = merging.split(connection, announcement, now())
        except merging.StoryError as error:
            print(f"Nothing was changed: {error}.", file=sys.stderr)
            return 1
    print(f"The announcement {announcement} is the story {new} now, and stays out of its former one.")
    return 0


def join(config: Config, story: int, into: int) -> int:
    """Make two stories one. Returns 0, or 1 with the reason why not."""
    with opened(config) as database, database.write() as connection:
        try:
            merging.join(connection, story, into, now())
        except merging.StoryError as error:
            print(f"Nothing was changed: {error}.", file=sys.stderr)
            return 1
    print(f"The story {story} is part of the story {into} now. Nobody is told of it again.")
    return 0


def stats(config: Config, since: str | None, *, as_json: bool) -> int:
    """Print the balance. Returns 0, or 2 for a time that is none."""
    try:
        start = now() - parse_duration(since) if since else None
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    with opened(config) as database, database.read() as connection:
        found = ledger(connection, start)
    if as_json:
        dump([asdict(found) | {"avoided": found.avoided}], ZoneInfo(config.telegram.timezone))
    else:
        Console().print(_balance(found))
    return 0


def _verdict(database: Database, first: int, second: int, config: Config, as_json: bool) -> int:
    with database.read() as connection:
        try:
            one, two = load(connection, first), load(connection, second)
        except KeyError as error:
            print(
                f"There is no announcement {error}. `yuanwatch why STORY` lists their ids.", file=sys.stderr
            )
            return 1
    verdict = same_story(one, two)
    if as_json:
        dump([asdict(verdict)], ZoneInfo(config.telegram.timezone))
        return 0
    console = Console()
    for key, item in ((first, one), (second, two)):
        console.print(
            f"[bold]{key}[/bold] {escape(item.article.publisher.name)}: {escape(item.article.title)}"
        )
    said = "one story" if verdict.same else "two stories"
    copied = ", one a copy of the other" if verdict.near_copy else ""
    console.print(f"\n[bold]{said}{copied}[/bold] (evidence {verdict.score:.1f}, {THRESHOLD} is enough)")
    for reason in verdict.reasons:
        console.print(f"  {escape(reason)}", highlight=False)
    return 0


def _members(found: Sequence[Member]) -> Table:
    table = Table(header_style="bold", pad_edge=False, title=f"story {found[0].story_id}")
    for column in ("id", "outlet", "title", "joined because"):
        table.add_column(column, overflow="fold")
    for one in found:
        reasons = "; ".join(one.reasons) or "it opened the story"
        copied = f"copy of {one.near_copy_of}; " if one.near_copy_of else ""
        table.add_row(str(one.id), escape(one.publisher), escape(one.title), escape(copied + reasons))
    return table


def _balance(found: Ledger) -> Table:
    table = Table(show_header=False, pad_edge=False, box=None)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("relevant announcements", str(found.announcements))
    table.add_row("stories", str(found.stories))
    table.add_row("duplicates avoided", f"{found.avoided} ({found.copies} of them near copies)")
    table.add_row("stories merged", str(found.merges))
    table.add_row("official source first", _first(found.official_first, found.press_after, "the press"))
    table.add_row("press first", _first(found.press_first, found.official_after, "the official source"))
    table.add_row("official source only", str(found.official_only))
    table.add_row("press only", str(found.press_only))
    places = [f"{gazetteer().name(code, 'en')} {count}" for code, count in found.silent[:_PLACES]]
    table.add_row("never seen officially", escape(", ".join(places)) or "-")
    return table


def _first(count: int, delay: timedelta | None, who: str) -> str:
    if delay is None:
        return str(count)
    hours = delay / timedelta(hours=1)
    told = f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
    return f"{count}, {who} {told} later (median)"
