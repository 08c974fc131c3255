"""`yuanwatch export`: stories as files for other programs, one for all or one for each place or topic."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from analysis.gazetteer import gazetteer
from analysis.times import parse_duration
from analysis.types import TOPICS
from storage import stories
from storage.files import whole
from storage.sources import Connection
from storage.types import Story
from yuanwatch.commands.queries import asked, topic_named
from yuanwatch.config import Config
from yuanwatch.export import calendar, feeds, rows
from yuanwatch.export.channel import Channel
from yuanwatch.export.kinds import Each, Format
from yuanwatch.wiring import now, opened

Writer = Callable[[Iterable[Story], Channel], Iterator[str]]


@dataclass(frozen=True, slots=True)
class _Form:
    """How a format is written, how its files end, and how many stories it takes if nobody says."""

    write: Writer
    suffix: str
    most: int | None = None


_FORMS = {
    Format.jsonl: _Form(rows.json_lines, "jsonl"),
    Format.csv: _Form(rows.table, "csv"),
    Format.atom: _Form(feeds.atom, "atom", 50),
    Format.jsonfeed: _Form(feeds.json_feed, "json", 50),
    Format.ics: _Form(calendar.calendar, "ics", 500),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported: words of the command line."""

    place: str = ""
    topic: str | None = None
    since: str | None = None
    limit: int | None = None
    format: Format = Format.jsonl
    each: Each | None = None
    output: Path | None = None


def export(config: Config, wish: Wish) -> int:
    """Write it. Returns 0, 1 where nothing is stored of it (an empty file is written all the same), 2 for
    what it does not understand or cannot write.

    Raises DatabaseError.
    """
    try:
        place, said = asked(wish.place)
        topic = topic_named(wish.topic) or said
        start = now() - parse_duration(wish.since) if wish.since else None
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if wish.each and wish.output is None:
        print("--each writes several files: name their directory with --output DIR.", file=sys.stderr)
        return 2
    channel = Channel(config.telegram.language, now(), place.adcode if place else None, topic)
    try:
        with opened(config) as database, database.read() as conn:
            number = _write(conn, channel, start, wish)
    except BrokenPipeError:  # whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still to be flushed
        return 0
    except OSError as error:
        where = error.filename or wish.output or "the output"
        print(f"{where}: cannot be written ({error.strerror or error}).", file=sys.stderr)
        return 2
    if number == 0:
        print(
            "Nothing stored of that" + (f" of the last {wish.since}." if wish.since else " yet."),
            file=sys.stderr,
        )
    return int(number == 0)


def _write(conn: Connection, channel: Channel, since: datetime | None, wish: Wish) -> int:
    """Write the file or files; how many stories are in them."""
    form = _FORMS[wish.format]
    if wish.each is None or wish.output is None:
        return _one(conn, channel, since, wish.limit or form.most, form, wish.output)
    wish.output.mkdir(parents=True, exist_ok=True)
    number = 0
    for each in _channels(conn, channel, wish.each):
        file = wish.output / f"{_file_name(each, wish.each)}.{form.suffix}"
        number += _one(conn, each, since, wish.limit or form.most, form, file)
    return number


def _one(
    conn: Connection,
    channel: Channel,
    since: datetime | None,
    limit: int | None,
    form: _Form,
    file: Path | None,
) -> int:
    found = _Counted(stories.every(conn, place=channel.place, topic=channel.topic, since=since, limit=limit))
    with _output(file) as out:
        for piece in form.write(found, channel):
            out.write(piece.encode("utf-8", "replace"))
    return found.number


def _channels(conn: Connection, channel: Channel, each: Each) -> Iterator[Channel]:
    if each is Each.topic:
        yield from (replace(channel, topic=topic) for topic in TOPICS if channel.topic in (None, topic))
        return
    for code in stories.places_told(conn, channel.topic):
        if channel.place is None or gazetteer().covers(channel.place, code):
            yield replace(channel, place=code)


def _file_name(channel: Channel, each: Each) -> str:
    """ "440300-shenzhen", "digital-yuan"."""
    if each is Each.topic or channel.place is None:
        return str(channel.topic)
    name = gazetteer().name(channel.place, "en").lower()
    plain = "-".join("".join(char if char.isascii() and char.isalnum() else " " for char in name).split())
    return f"{channel.place}-{plain}" if plain and plain != channel.place else channel.place


@contextmanager
def _output(file: Path | None) -> Iterator[BinaryIO]:
    """The file, which appears when it is whole; without one the standard output."""
    if file is not None:
        with whole(file) as out:
            yield out
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


class _Counted:
    """Stories, counted as they go by."""

    def __init__(self, found: Iterable[Story]) -> None:
        self._found = found
        self.number = 0

    def __iter__(self) -> Iterator[Story]:
        for story in self._found:
            self.number += 1
            yield story
