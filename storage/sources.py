"""Turns what polling learned into rows: the state of a source, its runs, and the entries already seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, insert, select
from sqlalchemy import Connection as Connection
from sqlalchemy.dialects.sqlite import insert as insert_or

from storage.tables import announcements, entries, runs, sources
from storage.types import Sighting, SourceRun, SourceState
from storage.validators import read_validator, validator_values

GIVE_UP = 5
"""After so many failures in a row an entry counts as known and is not fetched again."""

_BEFORE = datetime(1970, 1, 1, tzinfo=UTC)
"""When an entry was first seen that stood there before anybody looked: it is news to nobody, ever."""

_AT_ONCE = 400  # keys asked for in one statement; SQLite takes a limited number of parameters
_WHOLE = 300  # characters: less may be what a list says of an article
_RUN_FIELDS = [field.name for field in fields(SourceRun)]


def state(conn: Connection, source_id: str) -> SourceState:
    """What is remembered of a source; a new state where nothing is."""
    row = conn.execute(select(sources).where(sources.c.id == source_id)).mappings().first()
    return SourceState(source_id) if row is None else _read(row)


def states(conn: Connection) -> dict[str, SourceState]:
    """What is remembered of every source that was ever polled, by id."""
    return {row["id"]: _read(row) for row in conn.execute(select(sources)).mappings()}


def save_state(conn: Connection, state: SourceState) -> None:
    """Remember a state. Call it in the transaction that files the entries: never a validator before them."""
    values = asdict(state)
    values["id"] = values.pop("source_id")
    values["validators"] = {url: validator_values(one) for url, one in (state.validators or {}).items()}
    row = insert_or(sources).values(values)
    others = {name: row.excluded[name] for name in values if name != "id"}
    conn.execute(row.on_conflict_do_update(index_elements=[sources.c.id], set_=others))


def record_run(conn: Connection, run: SourceRun) -> None:
    """Add what one poll gave."""
    conn.execute(insert(runs).values(asdict(run)))


def last_runs(conn: Connection) -> dict[str, SourceRun]:
    """The last poll of each source, by source id."""
    newest = select(func.max(runs.c.id)).group_by(runs.c.source_id)
    rows = conn.execute(select(runs).where(runs.c.id.in_(newest))).mappings()
    return {row["source_id"]: SourceRun(**{name: row[name] for name in _RUN_FIELDS}) for row in rows}


def known(conn: Connection, source_id: str, keys: Iterable[str]) -> set[str]:
    """Which of these entries need not be fetched: they were, or they failed `GIVE_UP` times."""
    done = entries.c.problem.is_(None) | (entries.c.tries >= GIVE_UP)
    return _those(conn, source_id, keys, done)


def met(conn: Connection, source_id: str, keys: Iterable[str]) -> set[str]:
    """Which of these entries stood on the source's lists before, whatever became of them."""
    return _those(conn, source_id, keys)


def _those(
    conn: Connection, source_id: str, keys: Iterable[str], *conditions: ColumnElement[bool]
) -> set[str]:
    asked = list(dict.fromkeys(keys))
    found: set[str] = set()
    for start in range(0, len(asked), _AT_ONCE):
        some = entries.c.key.in_(asked[start : start + _AT_ONCE])
        query = select(entries.c.key).where(entries.c.source_id == source_id, some, *conditions)
        found.update(conn.execute(query).scalars())
    return found


def filed_in_full(conn: Connection, addresses: Iterable[str]) -> dict[str, int]:
    """The announcement ids by canonical address, of those whose text was read as a whole."""
    asked = list(dict.fromkeys(addresses))
    found: dict[str, int] = {}
    for start in range(0, len(asked), _AT_ONCE):
        query = select(announcements.c.canonical_url, announcements.c.id).where(
            announcements.c.canonical_url.in_(asked[start : start + _AT_ONCE]),
            func.coalesce(announcements.c.full_length, func.length(announcements.c.text)) >= _WHOLE,
        )
        found |= {address: number for address, number in conn.execute(query)}  # noqa: C416 - rows are no pairs
    return found


def sightings(conn: Connection, source_id: str, since: datetime, limit: int = 400) -> list[Sighting]:
    """When the newest entries of a source appeared, newest first: those first seen after `since`.

    What stood there when the source was first read counts as seen when it was filed.
    """
    first = entries.c.first_seen == _BEFORE
    seen = case((first, entries.c.last_tried), else_=entries.c.first_seen)
    seen_at = func.min(seen, type_=entries.c.first_seen.type)
    # An entry is known by its key and by its address: two rows of one announcement are one sighting.
    one = func.coalesce(entries.c.announcement_id, entries.c.key)
    query = (
        select(
            func.max(announcements.c.published, type_=announcements.c.published.type),
            seen_at.label("seen"),
            func.max(entries.c.unseen, type_=entries.c.unseen.type),
        )
        .join_from(entries, announcements, announcements.c.id == entries.c.announcement_id, isouter=True)
        .where(entries.c.source_id == source_id, seen >= since)
        .where(~first | entries.c.announcement_id.is_not(None))
        .group_by(one)
        .order_by(seen_at.desc(), func.max(announcements.c.published).desc())
        .limit(limit)
    )
    return [Sighting(published, seen, unseen) for published, seen, unseen in conn.execute(query)]


def note_first(conn: Connection, source_id: str, urls: Mapping[str, str], now: datetime) -> None:
    """Remember what stood on the lists when the source was first read: `urls` by key. It is not read yet."""
    first: dict[str, Any] = {"source_id": source_id, "first_seen": _BEFORE, "last_tried": now, "tries": 0}
    rows = [{**first, "key": key, "url": url, "problem": _UNREAD} for key, url in urls.items()]
    if rows:
        change = {"first_seen": _BEFORE}
        conn.execute(insert_or(entries).on_conflict_do_update(index_elements=_ENTRY, set_=change), rows)


def stood_first(conn: Connection, source_id: str, keys: Iterable[str]) -> bool:
    """Whether an entry, by one of its few keys, stood on the lists when the source was first read."""
    query = select(entries.c.key).where(
        entries.c.source_id == source_id,
        entries.c.key.in_(list(keys)),
        entries.c.first_seen == _BEFORE,
    )
    return conn.execute(query).first() is not None


def mark_seen(
    conn: Connection,
    source_id: str,
    key: str,
    url: str,
    now: datetime,
    announcement_id: int | None = None,
    unseen: datetime | None = None,
) -> None:
    """An entry is done; `announcement_id` is None where it was only noted (a first poll, say).

    `unseen` is when the source was read without it: it appeared between then and `now`.
    """
    mark_all_seen(conn, source_id, {key: url}, now, announcement_id, unseen)


def mark_all_seen(
    conn: Connection,
    source_id: str,
    urls: Mapping[str, str],
    now: datetime,
    announcement_id: int | None = None,
    unseen: datetime | None = None,
) -> None:
    """The same of several entries, or several keys of one: `urls` by key."""
    done = {"problem": None, "announcement_id": announcement_id}
    rows = [_first_try(source_id, key, url, now, unseen) | done for key, url in urls.items()]
    if rows:
        conn.execute(_SEEN, rows)


def note_failure(
    conn: Connection,
    source_id: str,
    key: str,
    url: str,
    problem: str,
    now: datetime,
    unseen: datetime | None = None,
) -> int:
    """An entry could not be read; how often that has happened to it by now. `unseen` as in mark_seen."""
    first = _first_try(source_id, key, url, now, unseen)
    conn.execute(_FAILED, first | {"problem": problem, "announcement_id": None})
    one = and_(entries.c.source_id == source_id, entries.c.key == key)
    return int(conn.execute(select(entries.c.tries).where(one)).scalar_one())


def _first_try(source_id: str, key: str, url: str, now: datetime, unseen: datetime | None) -> dict[str, Any]:
    """The row of an entry that was never tried before, but for its outcome."""
    times: dict[str, Any] = {"first_seen": now, "last_tried": now, "unseen": unseen}
    return {"source_id": source_id, "key": key, "url": url, "tries": 1, **times}


_ENTRY = [entries.c.source_id, entries.c.key]
_ROW = insert_or(entries)
# Built once: putting a statement together costs more than running it.
_SEEN = _ROW.on_conflict_do_update(
    index_elements=_ENTRY,
    set_={name: _ROW.excluded[name] for name in ("last_tried", "problem", "url")}
    | {"announcement_id": func.coalesce(_ROW.excluded.announcement_id, entries.c.announcement_id)},
)
_FAILED = _ROW.on_conflict_do_update(
    index_elements=_ENTRY,
    set_={
        "last_tried": _ROW.excluded.last_tried,
        "problem": _ROW.excluded.problem,
        "tries": entries.c.tries + 1,
    },
)
_UNREAD = "not read yet: it stood there when the source was first read"


def _read(row: RowMapping) -> SourceState:
    return SourceState(
        source_id=row["id"],
        status=row["status"],
        polled=row["polled"],
        succeeded=row["succeeded"],
        baseline=row["baseline"],
        failures=row["failures"],
        problem=row["problem"],
        validators={url: read_validator(parts) for url, parts in row["validators"].items()} or None,
        since=row["since"],
        next_poll=row["next_poll"],
    )
