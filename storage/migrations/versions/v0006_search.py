"""A new index for the search: German words apart, publishers, and tags to filter by.

The words of every announcement are taken over as they stand in the old index: it holds the texts of
attachments, which are stored nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from alembic import op
from sqlalchemy import Connection, text

from analysis.gazetteer import gazetteer
from storage.words import BOUNDARY, index_fields, index_words, is_chinese, long_terms, same_umlauts

revision = "0006"
down_revision = "0005"

_BATCH = 200
_ID_MASK = (1 << 30) - 1
_STATEMENTS = (
    # Every word is made by us and stands between spaces: for "ascii" all other characters are letters. The
    # first characters have an index of their own, so that 京 alone is found as fast as 北京.
    """CREATE VIRTUAL TABLE search_index USING fts5(
        words, german, source, tags, tokenize = 'ascii', prefix = '1')""",
    "CREATE TABLE search_terms (term TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
)
_OLD = text("SELECT rowid, words FROM search_words WHERE rowid > :last ORDER BY rowid LIMIT :batch")
_ANNOUNCEMENTS = """SELECT id, language, topics, kind, places, facts, publisher_id, publisher_name
    FROM announcements WHERE id IN ({})"""
_INSERT = text(
    "INSERT INTO search_index (rowid, words, german, source, tags) "
    "VALUES (:number, :words, :german, :source, :tags)"
)
_REMEMBER = text("INSERT OR IGNORE INTO search_terms (term) VALUES (:term)")


def upgrade() -> None:
    """Build the new index from the old one and from what is stored, then drop the old one."""
    conn = op.get_bind()
    for statement in _STATEMENTS:
        op.execute(statement)
    last = -1
    while rows := conn.execute(_OLD, {"last": last, "batch": _BATCH}).all():
        _take_over(conn, [(row[0], row[1]) for row in rows])
        last = rows[-1][0]
    op.execute("DROP TABLE search_words")


def _take_over(conn: Connection, rows: list[tuple[int, str]]) -> None:
    ids = ", ".join(str(number & _ID_MASK) for number, _ in rows)
    found = conn.exec_driver_sql(_ANNOUNCEMENTS.format(ids)).mappings()
    stored = {row["id"]: row for row in found}
    terms: set[str] = set()
    entries = []
    for number, words in rows:
        row = stored.get(number & _ID_MASK)
        if row is None:
            continue
        own = _german(words) if row["language"] == "de" else ""
        german = f"{own} {BOUNDARY} {index_fields(_names(row), 'de')}"
        source = f"{_squeezed(row['publisher_id'])} {BOUNDARY} {index_words(row['publisher_name'], 'en')}"
        entry = {"number": number, "words": words, "german": german, "source": source}
        entries.append(entry | {"tags": " ".join(_tags(row))})
        terms |= long_terms(words) | long_terms(german)
    if entries:
        conn.execute(_INSERT, entries)
    if terms:
        conn.execute(_REMEMBER, [{"term": term} for term in sorted(terms)])


def _german(words: str) -> str:
    return " ".join(word if is_chinese(word) else same_umlauts(word) for word in words.split())


def _names(row: Any) -> Iterator[str]:
    for value in json.loads(row["places"]):
        yield gazetteer().name(value[0], "de")


def _tags(row: Any) -> Iterator[str]:
    yield f"lang{row['language']}"
    if row["kind"]:
        yield f"kind{_squeezed(row['kind'])}"
    yield from (f"topic{_squeezed(topic)}" for topic in json.loads(row["topics"]))
    primary = (value[0] for value in json.loads(row["places"]) if value[1])
    places = (code for adcode in primary for code in gazetteer().ancestors(adcode))
    yield from (f"place{code}" for code in dict.fromkeys(places))
    yield from dict.fromkeys(f"has{_squeezed(fact[0])}" for fact in json.loads(row["facts"]))


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
