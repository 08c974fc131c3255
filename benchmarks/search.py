"""What reading costs in archives of several sizes: p95 of the newest ten of a place and of a search, in
milliseconds of CPU time, and how it grows with the archive.

Beside it stands raw SQL of the same question: one statement, written by hand, that gives the same rows and
columns to the sqlite3 module, left as they come. SQL cuts no pieces of text that show the words: what
that takes stands apart, and `reading` is the answer without it. Folded texts are forgotten before each round,
as they are between readers.

    python -m benchmarks.search [ROWS ...]

A million takes three minutes to build, and 6 GB of the temporary directory (TMPDIR).
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from analysis.fold import _fold_line
from analysis.query import read_query
from benchmarks.archive import EVEN, NOW, ODD, RARE, build
from storage.database import Database
from storage.search import search
from storage.snippets import cut_snippet
from storage.stories import latest
from storage.terms import Term, read_terms

SIZES = (10_000, 1_000_000)
ROUNDS, SECONDS = 500, 5
Row = tuple[Any, ...]
ZONE = ZoneInfo("Asia/Shanghai")
_COLUMNS = """s.id, s.topics, s.kind, s.stage, s.places, s.face_id, m.id, m.url, m.title, m.summary,
    m.language, m.publisher_id, m.publisher_name, m.publisher_kind, m.publisher_place, m.dated, m.fetched,
    m.near_copy_of, m.summaries"""
_SUMMARY = 9
_LATEST = f"""SELECT {_COLUMNS} FROM (
        SELECT story_id, shown FROM story_tags WHERE tag = ? ORDER BY shown DESC, story_id DESC LIMIT 10) AS t
    CROSS JOIN stories AS s ON s.id = t.story_id CROSS JOIN announcements AS m ON m.story_id = s.id
    ORDER BY t.shown DESC, s.id DESC"""  # noqa: S608
_SEARCH = f"""SELECT {_COLUMNS}, CASE WHEN m.id = f.id THEN m.text END FROM (
        SELECT a.story_id, max(i.number) AS number, a.id FROM (
            SELECT rowid AS number FROM search_index WHERE search_index MATCH ? ORDER BY %s LIMIT 10) AS i
        CROSS JOIN announcements AS a ON a.id = i.number & 1073741823 GROUP BY a.story_id) AS f
    CROSS JOIN stories AS s ON s.id = f.story_id CROSS JOIN announcements AS m ON m.story_id = s.id
    ORDER BY f.number DESC"""  # noqa: S608
_NEWEST, _RANKED = _SEARCH % "rowid DESC", _SEARCH % "rank"
_WORDS = '{words german} : "%s"'


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: the newest of a place, or what is typed; the same in SQL. `held`: it is found."""

    typed: str
    statement: str
    value: str
    place: str | None = None
    held: bool = True


QUESTIONS = (
    Question("newest of Beijing", _LATEST, "110000/", "110000"),
    Question("newest of Suzhou", _LATEST, "320500/", "320500"),
    Question("北京", _NEWEST, _WORDS % "北京"),
    Question("红包", _NEWEST, _WORDS % "红包"),
    Question("数字人民币", _NEWEST, _WORDS % "数字 字人 人民 民币"),
    Question("京", _NEWEST, _WORDS % "京" + " *"),
    Question(RARE, _NEWEST, _WORDS % RARE),
    Question("place:Suzhou", _NEWEST, 'tags : "place320500"'),
    Question("红包 place:Suzhou", _NEWEST, f'({_WORDS % "红包"}) AND (tags : "place320500")'),
    Question("红包 kind:plan", _NEWEST, f'({_WORDS % "红包"}) AND (tags : "kindplan")'),
    Question(f"{EVEN} {ODD}", _NEWEST, f"({_WORDS % EVEN}) AND ({_WORDS % ODD})", held=False),
    Question("红包 sort:relevance", _RANKED, _WORDS % "红包"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """p95 in ms: of the whole answer, of the pieces of text in it, of raw SQL."""

    whole: float
    pieces: float
    sql: float


def answer(conn: Connection, question: Question) -> object:
    """The answer that the program gives."""
    if question.place:
        return latest(conn, place=question.place)
    return search(conn, read_query(question.typed, now=NOW, zone=ZONE))


def cut(rows: Sequence[Row], terms: Sequence[Term]) -> None:
    """The pieces of the texts, or else of the summaries, of an answer."""
    for row in rows if terms else ():
        cut_snippet(row[-1], terms) or cut_snippet(row[_SUMMARY], terms)


def spent(action: Callable[[], object]) -> float:
    """Milliseconds of this thread that it takes, whatever else the machine does."""
    _fold_line.cache_clear()
    started = time.thread_time()
    action()
    return (time.thread_time() - started) * 1000


def measure(path: Path, database: Database) -> list[Figures]:
    """The figures of each question; in turns, so that what disturbs one disturbs the others."""
    plain, figures = sqlite3.connect(path), []
    with database.read() as conn:
        for asked in QUESTIONS:
            terms = [] if asked.place else read_terms(read_query(asked.typed, now=NOW, zone=ZONE))
            ask_sql = partial(_rows, plain, asked)
            rows = ask_sql()
            assert bool(answer(conn, asked)) == bool(rows) == asked.held, asked
            actions = partial(answer, conn, asked), partial(cut, rows, terms), ask_sql
            rounds: list[list[float]] = []
            end = time.monotonic() + SECONDS
            while len(rounds) < ROUNDS and (time.monotonic() < end or not rounds):
                rounds.append([spent(action) for action in actions])
            figures.append(Figures(*map(_p95, zip(*rounds, strict=True))))
    plain.close()
    return figures


def _rows(plain: sqlite3.Connection, asked: Question) -> list[Row]:
    return plain.execute(asked.statement, (asked.value,)).fetchall()


def _p95(taken: Iterable[float]) -> float:
    ordered = sorted(taken)
    return ordered[len(ordered) * 95 // 100]


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print the figures."""
    found: list[list[Figures]] = []
    for size in sizes:
        with TemporaryDirectory() as directory:
            path = Path(directory) / "search.db"
            database = Database(f"sqlite:///{path}")
            taken = build(database, path, size)
            found.append(measure(path, database))
            database.close()
            print(f"{size:,} announcements: built in {taken:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
        print(f"{'p95 of the newest ten, ms':26}  answer  pieces  raw SQL  ratio  reading")
        for asked, each in zip(QUESTIONS, found[-1], strict=True):
            ratios = f"{each.whole / each.sql:>7.2f}{(each.whole - each.pieces) / each.sql:>9.2f}"
            print(f"{asked.typed:26}{each.whole:>8.2f}{each.pieces:>8.2f}{each.sql:>9.2f}{ratios}")
    print(f"growth from {sizes[0]:,} to {sizes[-1]:,}: answer, raw SQL")
    for asked, first, last in zip(QUESTIONS, found[0], found[-1], strict=True):
        print(f"{asked.typed:26}{last.whole / first.whole:>8.2f}{last.sql / first.sql:>8.2f}")


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SIZES)
