"""Turns a query into stories (SQLite FTS5; the only place that speaks to it).

A row of the index is numbered by the time and the id of its announcement, so that the newest ten are
the ten highest numbers: no sorting, however many rows a word has. What filters ask for (places, topics,
kinds, ...) is a word of that row too: a filter is one more list of numbers to walk along.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, bindparam, insert, select, text

from analysis.query import Query
from analysis.types import Announcement
from storage.entries import asked_tags, search_entry
from storage.ranking import by_relevance
from storage.snippets import cut_snippet
from storage.stories import read_stories
from storage.tables import SEARCH_TABLE, announcements, search_terms
from storage.terms import MOST_BEGUN, Term, read_terms, source_expression
from storage.types import Found, Snippet
from storage.words import long_terms

_ID_BITS = 30
_ID_MASK = (1 << _ID_BITS) - 1
_PAST_ALL = (1 << 63) - 1
_BATCH = 50
_MOST_RANKED = 400  # rows that are put in order by relevance: the newest that hold the words

_INSERT = text(
    f"INSERT INTO {SEARCH_TABLE} (rowid, words, german, source, tags) "  # noqa: S608
    "VALUES (:number, :words, :german, :source, :tags)"
)
_DELETE = text(f"DELETE FROM {SEARCH_TABLE} WHERE rowid = :number")  # noqa: S608
_WITHIN = "rowid >= :floor AND rowid < :ceiling ORDER BY rowid DESC"
_MATCH = f"FROM {SEARCH_TABLE} WHERE {SEARCH_TABLE} MATCH :words AND {_WITHIN}"
_FIND = text(f"SELECT rowid {_MATCH}")
_FIND_WORDS = text(f"SELECT rowid, words || ' ' || german {_MATCH} LIMIT {_MOST_RANKED}")
_NEWEST = text(f"SELECT rowid FROM {SEARCH_TABLE} WHERE {_WITHIN}")  # noqa: S608
_BEGUN = text(
    f"SELECT term FROM search_terms WHERE term >= :start AND term < :stop ORDER BY term LIMIT {MOST_BEGUN}"  # noqa: S608
)
_REMEMBER = insert(search_terms).prefix_with("OR IGNORE")
_STORIES = select(announcements.c.id, announcements.c.story_id).where(
    announcements.c.id.in_(bindparam("ids", expanding=True))
)
_TEXTS = select(announcements.c.id, announcements.c.text, announcements.c.summary).where(
    announcements.c.id.in_(bindparam("ids", expanding=True))
)


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
    with closing(_numbers(conn, expression, terms, query)) as numbers:
        found = list(islice(_story_ids(conn, numbers, offset + limit), offset, offset + limit))
    snippets = _snippets(conn, [announcement_id for _, announcement_id in found], terms)
    shown_by = dict(found)
    stories = read_stories(conn, [story_id for story_id, _ in found])
    return [Found(story, snippets.get(shown_by[story.id])) for story in stories]


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
        return conn.execute(_BEGUN, {"start": start, "stop": start + "\U0010ffff"}).scalars().all()

    asked = [term.expression(begun) for term in terms]
    asked += [" OR ".join(f'tags : "{tag}"' for tag in tags) for tags in asked_tags(query)]
    asked.append(" OR ".join(filter(None, map(source_expression, query.sources))))
    return " AND ".join(f"({each})" for each in asked if each)


def _numbers(conn: Connection, expression: str, terms: Sequence[Term], query: Query) -> Generator[int]:
    """The rows that match, in order; as many as are asked for."""
    values: dict[str, int | str] = {
        "floor": row_number(0, query.since) if query.since else 0,
        "ceiling": row_number(0, query.until) if query.until else _PAST_ALL,
    }
    if not expression:
        statement = _NEWEST
    else:
        values, statement = values | {"words": expression}, _FIND
    if expression and terms and query.order == "relevance":
        rows = [(row[0], row[1]) for row in conn.execute(_FIND_WORDS, values)]
        yield from by_relevance(rows, terms)
        return
    with conn.execute(statement, values) as found:
        for batch in found.scalars().partitions(_BATCH):  # plainly iterated, all rows would be read at once
            yield from batch


def _story_ids(conn: Connection, numbers: Iterator[int], wanted: int) -> Iterator[tuple[int, int]]:
    """Stories, each once, with the first announcement that matches: (story id, announcement id)."""
    seen: set[int] = set()
    while batch := [number & _ID_MASK for number in islice(numbers, min(wanted, _BATCH))]:
        story_of = {row.id: row.story_id for row in conn.execute(_STORIES, {"ids": batch})}
        for announcement_id in batch:
            story_id = story_of[announcement_id]
            if story_id is not None and story_id not in seen:
                seen.add(story_id)
                yield story_id, announcement_id


def _snippets(conn: Connection, ids: Sequence[int], terms: Sequence[Term]) -> dict[int, Snippet | None]:
    """By announcement the piece of its text, or else of its summary, that shows the terms."""
    if not ids or not terms:
        return {}
    rows = conn.execute(_TEXTS, {"ids": ids})
    return {row.id: cut_snippet(row.text, terms) or cut_snippet(row.summary, terms) for row in rows}


def row_number(announcement_id: int, shown: datetime) -> int:
    """The row of the index that an announcement has; `shown` orders it."""
    return max(int(shown.timestamp()), 0) << _ID_BITS | announcement_id
