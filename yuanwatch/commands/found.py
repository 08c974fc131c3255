"""`search`: stories that hold some words and pass some filters, each with the piece of text that says so."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from analysis.query import Note, read_query
from storage.lines import read_stories
from storage.search import search as find
from storage.types import Found, Story
from yuanwatch.commands.queries import dump, stories_table
from yuanwatch.config import Config
from yuanwatch.export.record import story_record
from yuanwatch.wiring import now, opened

_NOTES = {
    "filter": "There is no filter {text!r}: it is searched as words.",
    "value": "{text!r} is not understood: it is searched as words.",
    "cut": "The question is too long: its end is left out.",
}


def search(
    config: Config, words: Sequence[str], filters: Mapping[str, str | None], limit: int, *, as_json: bool
) -> int:
    """Print the stories that hold the words. Returns 0, or 1 where there are none.

    `filters` are those of the query by their names; what is not understood is said on stderr.
    """
    zone = ZoneInfo(config.telegram.timezone)
    typed = " ".join([*words, *(_filter(name, value) for name, value in filters.items() if value)])
    query = read_query(typed, now=now(), zone=zone)
    for note in query.notes:
        print(said(note), file=sys.stderr)
    with opened(config) as database, database.read() as connection:
        found = find(connection, query, limit=limit)
        told = read_stories(connection, [each.story.id for each in found]) if as_json else []
    if as_json:
        dump([found_record(*each) for each in zip(told, found, strict=True)], zone)
    elif found:
        snippets = {each.story.id: each.snippet for each in found if each.snippet}
        Console().print(stories_table([each.story for each in found], zone, snippets))
    else:
        print(f"Nothing found for {typed!r}.", file=sys.stderr)
    return 0 if found else 1


def found_record(story: Story, found: Found) -> dict[str, Any]:
    """A story as JSON shows it, with its snippet: the text, and where in it the words stand."""
    snippet = found.snippet
    shown = {"text": snippet.text, "marks": snippet.marks} if snippet else None
    return story_record(story) | {"snippet": shown}


def said(note: Note) -> str:
    """A note as a sentence."""
    return _NOTES[note.problem].format(text=note.text)


def _filter(name: str, value: str) -> str:
    return f'{name}:"{value}"' if any(char.isspace() for char in value) else f"{name}:{value}"
