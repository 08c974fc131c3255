"""Turns an announcement into the few stored ones that could be the same story, from indexed rows.

No lookup grows with the archive: each key is one range of an index, read up to a limit from the day of
the announcement outwards. What is proposed here is decided by `analysis.story`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, insert, select

from analysis.gazetteer import gazetteer
from analysis.rarity import key_facts, rarity
from analysis.types import Announcement
from storage.database import fetch
from storage.records import Stored, from_stored, read_announcement
from storage.tables import announcement_bands, announcement_keys, announcements

WINDOW_DAYS = 45  # reports of one event are rarely further apart; documents and copies have no window
_MOST_KEYS = 24
_MOST_EVENTS = 10  # announcements that are compared by their facts
_MOST_COPIES = 6  # announcements that are compared by their texts
_ANY_TIME = 10**6

_WHOLE = select(announcements).where(announcements.c.id == bindparam("key"))
# Only `is_copy` reads the text. The same few announcements are candidates again and again, and reading their
# JSON takes longer than finding them: they come as they are stored, for `_read` to remember.
_LEFT_OUT = "id story_id text bands attachments notes near_copy_of joined_because archived full_length"
_COMPARED = tuple(column for column in announcements.c if column.name not in _LEFT_OUT.split())
_CANDIDATES = (
    f"SELECT id, story_id, {', '.join(column.name for column in _COMPARED)} FROM announcements "  # noqa: S608
    "WHERE id IN (SELECT value FROM json_each(?))"
)
_INSERT_BAND = insert(announcement_bands)
_INSERT_KEY = insert(announcement_keys)

Candidate = tuple[int, int | None, Announcement]
"""Id, story id and announcement."""


def remember_keys(conn: Connection, announcement_id: int, item: Announcement, shown: datetime) -> None:
    """Store what `copies` and `events` look for."""
    bands = [{"band": band, "announcement_id": announcement_id} for band in set(item.fingerprint.bands)]
    if bands:
        conn.execute(_INSERT_BAND, bands)
    if item.relevance != "no":
        rows = [{"key": key, "day": _day(shown), "announcement_id": announcement_id} for key in keys(item)]
        if rows:
            conn.execute(_INSERT_KEY, rows)


def copies(conn: Connection, item: Announcement) -> list[Candidate]:
    """Stored announcements that share bands with it: (id, story id, announcement without text)."""
    bands = sorted(set(item.fingerprint.bands))
    if not bands:
        return []
    shared = Counter(key for (key,) in fetch(conn, " UNION ALL ".join([_OF_BAND] * len(bands)), bands))
    return _load(conn, [key for key, _ in shared.most_common(_MOST_COPIES)])


def events(conn: Connection, item: Announcement, shown: datetime) -> list[Candidate]:
    """Stored announcements about perhaps the same event: (id, story id, announcement without text)."""
    weights = keys(item)
    if not weights:
        return []
    best = sorted(weights, key=lambda key: (-weights[key], key))[:_MOST_KEYS]
    day = _day(shown)
    values: list[str | int] = []
    for index, key in enumerate(best):
        reach = _ANY_TIME if key.startswith("document/") else WINDOW_DAYS
        values += [index, key, day - reach, day, index, key, day, day + reach]
    proposed: Counter[int] = Counter()
    for announcement_id, index in fetch(conn, " UNION ALL ".join([_BEFORE, _AFTER] * len(best)), values):
        proposed[announcement_id] += int(weights[best[index]] * 100)
    return _load(conn, [key for key, _ in proposed.most_common(_MOST_EVENTS)])


def load(conn: Connection, announcement_id: int) -> Announcement:
    """One stored announcement with its text. Raises KeyError where there is none."""
    row = conn.execute(_WHOLE, {"key": announcement_id}).mappings().first()
    if row is None:
        raise KeyError(announcement_id)
    return read_announcement(row)


def keys(item: Announcement) -> dict[str, float]:
    """What an event may be found by, and how much each is worth."""
    found: dict[str, float] = {}
    for topic in item.topics:
        for adcode in item.primary_places:
            for rank, place in enumerate(gazetteer().ancestors(adcode)):
                key = f"place/{place}/{topic}"
                found[key] = max(found.get(key, 0.0), 1.0 if rank == 0 else 0.3)
        if not item.primary_places:
            found[f"nationwide/{topic}"] = 0.4
            found[f"nationwide/{topic}/{item.kind}"] = 0.8
    for fact in key_facts(item.facts).keys:
        weight = rarity(fact)
        if fact[0] == "document_no":
            found[f"document/{fact[1]}"] = 5.0
        elif weight >= 0.7:
            found[f"fact/{fact[0]}/{fact[1]}/{fact[2] or ''}"] = weight
    return found


def _day(moment: datetime) -> int:
    return (moment.astimezone(UTC).date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days


def _load(conn: Connection, ids: Sequence[int]) -> list[Candidate]:
    if not ids:
        return []
    rows = fetch(conn, _CANDIDATES, (json.dumps(list(ids)),))
    found = {row[0]: (row[0], row[1], _read(row[2:])) for row in rows}
    return [found[key] for key in ids]


@lru_cache(maxsize=512)
def _read(values: tuple[Stored, ...]) -> Announcement:
    return read_announcement(from_stored(_COMPARED, values))


_OF_BAND = """SELECT * FROM (SELECT announcement_id FROM announcement_bands
    WHERE band = ? ORDER BY announcement_id DESC LIMIT 24)"""
_BEFORE = """SELECT * FROM (SELECT announcement_id, ? AS which FROM announcement_keys
    WHERE key = ? AND day BETWEEN ? AND ? ORDER BY day DESC LIMIT 16)"""
_AFTER = """SELECT * FROM (SELECT announcement_id, ? AS which FROM announcement_keys
    WHERE key = ? AND day > ? AND day <= ? ORDER BY day LIMIT 16)"""
