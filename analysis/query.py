"""Turns what a person types into a search box into a `Query`: words, phrases, filters, order. Pure.

    红包 "digital yuan" place:Suzhou kind:lottery since:30d has:amount sort:relevance

Nothing is an error: a filter that is not understood is searched as words, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Literal, cast
from zoneinfo import ZoneInfo

from analysis.fold import fold
from analysis.gazetteer import gazetteer
from analysis.since import parse_since
from analysis.terms import read_rows, split_aliases
from analysis.topics import resolve_topic
from analysis.types import KINDS, FactType, Kind, Language, Topic

LONGEST = 300  # characters that are read; the rest is cut, with a note
MOST_WORDS = 16  # words and phrases that are searched for
_LONGEST_VALUE = 3  # words of a value without quotation marks: topic:digital yuan

Order = Literal["newest", "relevance"]
FilterName = Literal["place", "topic", "kind", "source", "since", "lang", "has", "sort"]
Problem = Literal["filter", "value", "cut"]
"""A filter that there is none of; a value that the filter does not know; more than is read."""

_QUOTED = r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|「[^」]*」|『[^』]*』|«[^»]*»|《[^》]*》'
_PIECE = re.compile(
    rf"(?P<phrase>{_QUOTED})"
    rf"|(?P<name>[^\W\d_]{{1,15}})[:：][ ]?(?P<value>{_QUOTED}|[^\s\"“„「『«:：][^\s\"“„「『«]*)"
    r"|(?P<word>[^\s\"“„「『«《]+|\S)"
)
_MARKS = '"“”„「」『』«»《》'


@dataclass(frozen=True, slots=True)
class Note:
    """What of a query was not taken as it was typed; `text` is the part that is meant."""

    problem: Problem
    text: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all `words` and `phrases`, and of each filter one of its values.

    Places are adcodes and take in what lies in them; `since` is inclusive, in UTC. Sources are ids or
    words of the publisher's name, as typed.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    facts: tuple[FactType, ...] = ()
    since: datetime | None = None
    order: Order = "newest"
    notes: tuple[Note, ...] = ()

    @property
    def filtered(self) -> bool:
        """Whether any filter narrows it."""
        return self.since is not None or any(
            (self.places, self.topics, self.kinds, self.sources, self.languages, self.facts)
        )


@dataclass(slots=True)
class _Reading:
    """A query while it is read."""

    now: datetime
    zone: ZoneInfo
    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    values: dict[FilterName, list[str]] = field(default_factory=dict)
    since: datetime | None = None
    notes: list[Note] = field(default_factory=list)

    def take(self, name: FilterName, value: str) -> bool:
        """Take a filter in, if its value is understood."""
        if name == "since":
            moment = parse_since(value, self.now, self.zone)
            if moment is not None:
                self.since = moment if self.since is None else max(self.since, moment)
            return moment is not None
        found = _values(name, value)
        self.values.setdefault(name, []).extend(found)
        return bool(found)


def read_query(typed: str, *, now: datetime, zone: ZoneInfo) -> Query:
    """The query that a text asks for. `now` is aware; days begin and end in `zone`."""
    reading = _Reading(now, zone)
    if len(typed) > LONGEST:
        reading.notes.append(Note("cut"))
    pieces = list(_PIECE.finditer(typed[:LONGEST]))
    while pieces:
        pieces = pieces[_read(reading, pieces) :]
    if len(reading.words) + len(reading.phrases) > MOST_WORDS:
        reading.notes.append(Note("cut"))
    phrases = tuple(dict.fromkeys(reading.phrases))[:MOST_WORDS]
    words = tuple(dict.fromkeys(reading.words))[: MOST_WORDS - len(phrases)]
    return _query(reading, words, phrases)


def resolve_kinds(words: str) -> tuple[Kind, ...]:
    """The kinds that a person may mean by these words ("plans", "试点", "Gutscheine"); () if none."""
    return cast(tuple[Kind, ...], _known_values().get(("kind", _squeezed(words)), ()))


def _query(reading: _Reading, words: tuple[str, ...], phrases: tuple[str, ...]) -> Query:
    def chosen(name: FilterName) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reading.values.get(name, ())))

    order = chosen("sort")
    return Query(
        words=words,
        phrases=phrases,
        places=chosen("place"),
        topics=cast(tuple[Topic, ...], chosen("topic")),
        kinds=cast(tuple[Kind, ...], chosen("kind")),
        sources=chosen("source"),
        languages=cast(tuple[Language, ...], chosen("lang")),
        facts=cast(tuple[FactType, ...], chosen("has")),
        since=reading.since,
        order=cast(Order, order[-1]) if order else "newest",
        notes=tuple(dict.fromkeys(reading.notes)),
    )


def _read(reading: _Reading, pieces: list[re.Match[str]]) -> int:
    """Read the first of the pieces; how many were used up."""
    piece = pieces[0]
    if piece["phrase"]:
        reading.phrases += filter(str.strip, [piece["phrase"].strip(_MARKS)])
        return 1
    if not piece["name"]:
        reading.words += _words(piece["word"])
        return 1
    name = _filter_names().get(_squeezed(piece["name"]))
    if name is not None:
        for used, value in _candidates(piece["value"], pieces[1:]):
            if reading.take(name, value):
                return used
    if piece["value"][0].isalnum() or piece["value"][0] in _MARKS:
        reading.notes.append(Note("value" if name else "filter", piece[0].strip()))
    return _read_as_words(reading, piece, known=name is not None)


def _read_as_words(reading: _Reading, piece: re.Match[str], *, known: bool) -> int:
    """A known filter's name is no word that anybody looks for, an unknown one may be ("Plan:北京")."""
    if not known:
        reading.words += _words(piece["name"])
    value = piece["value"]
    if value[0] in _MARKS:
        reading.phrases += filter(str.strip, [value.strip(_MARKS)])
    else:
        reading.words += _words(value)
    return 1


def _candidates(value: str, following: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
    """The value alone, then with the words behind it: (pieces used, value)."""
    yield 1, value.strip(_MARKS)
    if value[0] in _MARKS:
        return
    for count, piece in enumerate(following[: _LONGEST_VALUE - 1], start=2):
        if not piece["word"]:
            return
        value = f"{value} {piece['word']}"
        yield count, value


def _words(text: str) -> list[str]:
    """The words of a text: apart where punctuation stands that is not part of a word (Xi'an, e-CNY, a*)."""
    parts = re.split(r"[^\w'’&.*+/-]+", text)
    return [part for part in parts if any(char.isalnum() for char in part)]


def _values(name: FilterName, value: str) -> list[str]:
    """What a value means, () if nothing; a source is taken as it is."""
    if name == "source":
        return [value] if any(char.isalnum() for char in value) else []
    if name == "place":
        return [place.adcode for place in gazetteer().resolve(value)[:1]] or _coded(value)
    if name == "topic" and (topic := resolve_topic(value)):
        return [topic]
    return list(_known_values().get((name, _squeezed(value)), ()))


def _coded(value: str) -> list[str]:
    """A place by its code in GB/T 2260."""
    code = fold(value)
    return [code] if gazetteer().place(code) else []


@cache
def _filter_names() -> dict[str, FilterName]:
    return {
        _squeezed(word): cast(FilterName, name)
        for name, value, words in read_rows("filters.tsv", 3)
        if value == "-"
        for word in split_aliases(words)
    }


@cache
def _known_values() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    rows: list[tuple[str, str, str]] = [("kind", kind, kind) for kind in KINDS]
    rows += [("kind", label, words) for label, words in read_rows("wording.tsv", 2) if label in KINDS]
    rows += [(name, value, words) for name, value, words in read_rows("filters.tsv", 3) if value != "-"]
    for name, value, words in rows:
        for word in split_aliases(words):
            found.setdefault((name, _squeezed(word)), {})[value] = None
    return {key: tuple(values) for key, values in found.items()}


def _squeezed(words: str) -> str:
    return "".join(char for char in fold(words) if char.isalnum())
