"""Turns a query into stories (SQLite FTS5; the only place that speaks to it).

A row of the index is numbered by the time and the id of its announcement, so that the newest ten are
the ten highest numbers: no sorting, however many rows a word has. What filters ask for (places, topics,
kinds, ...) is a word of that row too: a filter is one more list of numbers to walk along.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, text

from analysis.query import Query
from analysis.types import Announcement
from storage.database import fetch
from storage.entries import asked_tags, search_entry
from storage.lines import Row, read_hit, read_line, read_rows
from storage.ranking import by_relevance
from storage.snippets import cut_snippet
from storage.tables import SEARCH_TABLE, search_terms
from storage.terms import MOST_BEGUN, Term, read_terms, source_expression
from storage.types import Found
from storage.words import long_terms

_ID_BITS = 30
_ID_MASK = (1 << _ID_BITS) - 1
_WIDER = 4  # times as many rows are read where most were of the same stories
_PAST_ALL = (1 << 63) - 1
_MOST_RANKED = 400  # rows that are put in order by relevance: the newest that hold the words

_INSERT = text(
    f"INSERT INTO {SEARCH_TABLE} (rowid, words, german, source, tags) "  # noqa: S608
    "VALUES (:number, :words, :german, :source, :tags)"
)
_DELETE = text(f"DELETE FROM {SEARCH_TABLE} WHERE rowid = :number")  # noqa: S608
# The newest rows, whether any words are asked for or only what is not older than some time.
_ANY = f"SELECT rowid FROM {SEARCH_TABLE} WHERE rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"  # noqa: S608
_MATCHING = _ANY.replace("WHERE", f"WHERE {SEARCH_TABLE} MATCH ? AND")
_WORDS = _MATCHING.replace("SELECT rowid", "SELECT rowid, words || ' ' || german")
# Of rows in their order each story once, with the first of its announcements among them: min() makes SQLite
# take the other columns from the row that has it.
_STORIES_OF = f"""SELECT a.story_id, -min(i.key) AS rank, a.id AS hit
    FROM json_each(?) i CROSS JOIN announcements a ON a.id = i.value & {_ID_MASK} WHERE a.story_id IS NOT NULL
    GROUP BY a.story_id ORDER BY rank DESC LIMIT ? OFFSET ?"""  # noqa: S608
_BEGUN = f"SELECT term FROM search_terms WHERE term >= ? AND term < ? ORDER BY term LIMIT {MOST_BEGUN}"  # noqa: S608
_REMEMBER = insert(search_terms).prefix_with("OR IGNORE")


def search(conn: Connection, query: Query, *, limit: int = 10, offset: int = 0) -> list[Found]:
    """Stories with an announcement that holds all the words and passes all the filters; newest first, or as
    the query says. None for a query without words and filters.

    Searched are titles, texts, summaries, and names of places, topics, kinds and organisations in three
    languages; passing mentions ("borderline") too. Relevance is weighed among the newest 400 that match.
    """
    terms = read_terms(query)
    expression = _expression(conn, terms, query)
    if limit <= 0 or not (expression or query.since or query.until):
        return []
    floor = row_number(0, query.since) if query.since else 0
    ceiling = row_number(0, query.until) if query.until else _PAST_ALL
    asked = (*filter(None, [expression]), floor, ceiling)
    if expression and terms and query.order == "relevance":
        ranked = by_relevance(fetch(conn, _WORDS, (*asked, _MOST_RANKED)), terms)
        found = read_rows(conn, _STORIES_OF, (json.dumps(ranked), limit, offset))
    else:
        found = _newest(conn, _MATCHING if expression else _ANY, asked, limit, offset)
    return [_found(rows, terms) for rows in found]


def remember_words(conn: Connection, announcement_id: int, item: Announcement, shown: datetime) -> None:
    """Index an announcement; `shown` orders it."""
    entry = search_entry(item)
    number = row_number(announcement_id, shown)
    values = {"number": number, "words": entry.words, "german": entry.german}
    conn.execute(_INSERT, {**values, "source": entry.source, "tags": entry.tags})
    if terms := sorted(long_terms(entry.words) | long_terms(entry.german)):
        conn.execute(_REMEMBER, [{"term": term} for term in terms])


def forget_words(conn: Connection, announcement_id: int, shown: datetime) -> None:
    """Take an announcement out of the index; `shown` as it was when it went in."""
    conn.execute(_DELETE, {"number": row_number(announcement_id, shown)})


def _expression(conn: Connection, terms: Sequence[Term], query: Query) -> str:
    """All the words and all the filters, in the words of FTS5; "" where there is none of either."""

    def begun(start: str) -> Sequence[str]:
        return [row[0] for row in fetch(conn, _BEGUN, (start, start + "\U0010ffff"))]

    asked = [term.expression(begun) for term in terms]
    asked += [" OR ".join(f'tags : "{tag}"' for tag in tags) for tags in asked_tags(query)]
    asked.append(" OR ".join(filter(None, map(source_expression, query.sources))))
    return " AND ".join(f"({each})" for each in asked if each)


def _newest(
    conn: Connection, matching: str, asked: tuple[Any, ...], limit: int, offset: int
) -> list[list[Row]]:
    """The stories of the newest rows that match. Mostly each row is of another story, and as many rows as
    stories are read; else more, until there are no more.
    """
    window = offset + limit
    while True:
        numbers = [row[0] for row in fetch(conn, matching, (*asked, window))]
        found = read_rows(conn, _STORIES_OF, (json.dumps(numbers), limit, offset))
        if len(found) == limit or len(numbers) < window:
            return found
        window *= _WIDER


def _found(rows: list[Row], terms: Sequence[Term]) -> Found:
    """A story with the piece of the text, or else of the summary, that shows the terms."""
    if not terms:
        return Found(read_line(rows))
    text, summary = read_hit(rows)
    return Found(read_line(rows), cut_snippet(text, terms) or cut_snippet(summary, terms))


def row_number(announcement_id: int, shown: datetime) -> int:
    """The row of the index that an announcement has; `shown` orders it."""
    return max(int(shown.timestamp()), 0) << _ID_BITS | announcement_id
