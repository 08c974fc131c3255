"""Turns what has grown old in the database into lines of the archive, and leaves what is still needed.

An announcement that stands in a story loses its text and notes after `keep.texts`. What stays for ever is
what readers are shown and what stories are made of: title, summaries, facts, places, organisations, dates,
outlets and addresses, the story with its tags; so `latest` finds it as before, and search by its title,
summary and names, though no longer by words of the text.

One that is not relevant loses everything but its identity after `keep.irrelevant`: title, address, hash of
the content, publisher, times, and why it was not relevant.

No row is ever deleted, for a row is how old news is known when it comes again: by the entry of a source, by
the canonical address, by the hash of its content; in stories also by the bands of near copies and the keys
of events. A text without its row would be told as new by the next outlet that copies it.

First the archive, then the database: between the two a crash leaves both, and the next time the lines that
stand in the archive already are not written again. SQLite uses the room that became free for what comes; the
file does not shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, TextClause, bindparam, delete, func, select, text, update

from storage import archive
from storage.config import KeepRules
from storage.database import Database
from storage.instants import Instant
from storage.records import read_announcement
from storage.search import forget_words, remember_words
from storage.tables import announcement_bands, announcements

Put = Callable[[str, Sequence[archive.Record]], None]
"""Bring records of a month ("2024-05") to the disk, for good."""

_READ = 400  # announcements that are archived together: at a time, in memory
_WRITTEN = 40  # rows of one transaction: others who write wait for some hundredths of a second

_COLUMNS = announcements.c
_TOLD = _COLUMNS.story_id.is_not(None)
_UNTOLD = _COLUMNS.story_id.is_(None)
# Left to itself, SQLite would read all that is in no story, archived or not, and sort it.
_OLD = """SELECT id FROM announcements INDEXED BY {} WHERE archived IS NULL AND story_id IS {} NULL
    AND fetched < :before ORDER BY fetched LIMIT :limit"""
_OLD_TOLD, _OLD_UNTOLD = (
    text(_OLD.format(*names)).bindparams(bindparam("before", type_=Instant))
    for names in (("announcements_told", "NOT"), ("announcements_untold", ""))
)
_KEY = _COLUMNS.id == bindparam("key")
_REDUCE = (
    update(announcements)
    # One that was filed anew meanwhile has another text: it is archived the next time.
    .where(_KEY, _COLUMNS.content_hash == bindparam("hash"), _COLUMNS.archived.is_(None))
    .values(archived=bindparam("now"), full_length=func.length(_COLUMNS.text), text="", notes=[])
)
_EMPTIED: dict[str, list[Any]] = {
    name: [] for name in ("attachments", "bands", "places", "organisations", "facts")
}
_LIGHTER = _REDUCE.where(_TOLD)
_BARE = _REDUCE.where(_UNTOLD).values(summary="", summaries={}, stage_quote=None, **_EMPTIED)
_NO_BANDS = delete(announcement_bands).where(announcement_bands.c.announcement_id == bindparam("key"))


def retire(
    database: Database,
    keep: KeepRules,
    now: datetime,
    *,
    put: Put | None = None,
    goes_on: Callable[[], bool] = lambda: True,
) -> int:
    """Archive what is older than `keep` says, in small batches; how many announcements that were.

    Others read and write meanwhile. `goes_on` is asked between batches; `put` is where records go, the files
    of `keep.archive` if not said. Raises ArchiveError, and DatabaseError; what was done until then is done.
    """
    into = put or partial(archive.put, Path(keep.archive))
    done = 0
    for kept, which in ((keep.irrelevant, _OLD_UNTOLD), (keep.texts, _OLD_TOLD)):
        if kept is None:
            continue
        while goes_on() and (rows := _older(database, which, now - kept)):
            for month, group in groupby(rows, key=lambda row: f"{row['fetched']:%Y-%m}"):
                into(month, [_record(row) for row in group])
            for start in range(0, len(rows), _WRITTEN):
                with database.write() as conn:
                    done += _reduce(conn, rows[start : start + _WRITTEN], now)
    return done


def _older(database: Database, which: TextClause, before: datetime) -> list[RowMapping]:
    with database.read() as conn:
        ids = conn.execute(which, {"before": before, "limit": _READ}).scalars().all()
        query = select(announcements).where(_COLUMNS.id.in_(ids)).order_by(_COLUMNS.fetched)
        return list(conn.execute(query).mappings())


def _record(row: RowMapping) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in ("archived", "full_length")
    }


def _reduce(conn: Connection, rows: Iterable[RowMapping], now: datetime) -> int:
    """Take out of the database what the archive holds by now; how many were as they were when archived."""
    done = 0
    for row in rows:
        told = row["story_id"] is not None
        values = {"key": row["id"], "hash": row["content_hash"], "now": now}
        if not conn.execute(_LIGHTER if told else _BARE, values).rowcount:
            continue
        done += 1
        if told:
            _shorten_words(conn, row)
        else:
            conn.execute(_NO_BANDS, {"key": row["id"]})
    return done


def _shorten_words(conn: Connection, row: RowMapping) -> None:
    """Index it without its text."""
    item = read_announcement(row)
    shown = min(row["dated"] or row["fetched"], row["fetched"])
    forget_words(conn, row["id"], shown)
    remember_words(conn, row["id"], replace(item, article=replace(item.article, text="")), shown)
