"""Letters: messages of the outbox that are not about one story. And what waits, for a digest or the morning.

A digest is made in one transaction: the rows it tells become "digested", for good, and it is a pending row
itself. So a process that is killed before or after has lost nothing and doubled nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from storage.tables import IS_OWED, IS_WAITING, deliveries, stories
from storage.types import Digest, DigestEvery, Letter, Notice

_COLUMNS = deliveries.c


def letter_values(letter: Letter) -> dict[str, Any]:
    """A letter as JSON."""
    match letter:
        case Digest(every, told):
            return {"kind": "digest", "every": every, "stories": [list(pair) for pair in told]}
        case Notice(name, values):
            return {"kind": "notice", "name": name, "values": dict(values)}


def read_letter(values: dict[str, Any] | None) -> Letter | None:
    """A letter from JSON; None for a message that is none."""
    if values is None:
        return None
    if values["kind"] == "notice":
        return Notice(values["name"], values["values"])
    return Digest(values["every"], tuple((story_id, version) for story_id, version in values["stories"]))


def owe_letter(
    conn: Connection,
    chat_id: int,
    letter: Letter,
    now: datetime,
    *,
    thread_id: int | None = None,
    asked: bool = False,
    subscription_id: int | None = None,
) -> int:
    """Put a letter into the outbox; its id. The chat must be known; `asked`: it is sent at night too."""
    values = {
        "chat_id": chat_id,
        "thread_id": thread_id or 0,
        "version": 0,
        "letter": letter_values(letter),
        "subscription_id": subscription_id,
        "asked": asked,
        "state": "pending",
        "owed": now,
        "tries": 0,
    }
    key = conn.execute(insert(deliveries).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def owe_digest(
    conn: Connection, chat_id: int, thread_id: int | None, story_ids: Sequence[int], now: datetime
) -> int | None:
    """A digest that a reader has asked for, of these stories as they are now; its id, None where there is
    none of them. It is an answer: quiet hours do not hold it. The same one is not owed twice at a time."""
    query = select(stories.c.id, stories.c.version).where(stories.c.id.in_(story_ids))
    versions: dict[int, int] = {row.id: row.version for row in conn.execute(query)}
    told = tuple((key, versions[key]) for key in story_ids if key in versions)
    if not told:
        return None
    digest = Digest("latest", told)
    owed = _owed(conn, chat_id, thread_id, digest)
    return owed or owe_letter(conn, chat_id, digest, now, thread_id=thread_id, asked=True)


def _owed(conn: Connection, chat_id: int, thread_id: int | None, letter: Letter) -> int | None:
    """The letter that says the same and was asked for there, but is not yet sent."""
    query = select(_COLUMNS.id, _COLUMNS.letter).where(
        _COLUMNS.chat_id == chat_id,
        _COLUMNS.thread_id == (thread_id or 0),
        _COLUMNS.asked.is_(True),
        _COLUMNS.state.in_(("pending", "sending", "unknown")),
    )
    return next((row.id for row in conn.execute(query) if read_letter(row.letter) == letter), None)


def letter_of(conn: Connection, chat_id: int, delivery_id: int) -> Letter | None:
    """The letter of this number, if it is one and went to this chat (a button may be forged)."""
    query = select(_COLUMNS.letter).where(_COLUMNS.id == delivery_id, _COLUMNS.chat_id == chat_id)
    return read_letter(conn.execute(query).scalar_one_or_none())


def fold(
    conn: Connection, rows: Iterable[int], every: DigestEvery, now: datetime, *, chat_id: int, thread_id: int
) -> int | None:
    """Put messages that are owed to one chat and topic into one digest; its id, None for no messages.

    `rows` are their ids; those that were taken up or are gone meanwhile are left out.
    """
    query = select(_COLUMNS.id, _COLUMNS.story_id, _COLUMNS.version, _COLUMNS.subscription_id).where(
        _COLUMNS.id.in_(list(rows)),
        _COLUMNS.state.in_(("pending", "waiting")),
        _COLUMNS.story_id.is_not(None),
    )
    found = conn.execute(query.order_by(_COLUMNS.id)).all()
    if not found:
        return None
    for_whom = {row.subscription_id for row in found}
    letter_id = owe_letter(
        conn,
        chat_id,
        Digest(every, tuple((row.story_id, row.version) for row in found)),
        now,
        thread_id=thread_id,
        subscription_id=for_whom.pop() if len(for_whom) == 1 else None,
    )
    conn.execute(
        update(deliveries)
        .where(_COLUMNS.id.in_([row.id for row in found]))
        .values(state="digested", every=None, letter_id=letter_id, settled=now)
    )
    return letter_id


def hold(conn: Connection, chat_id: int) -> int:
    """Let all that is owed to a chat wait for the end of its quiet time, but for answers; how many."""
    owed = update(deliveries).where(text(IS_OWED), _COLUMNS.chat_id == chat_id, _COLUMNS.asked.is_(False))
    return conn.execute(owed.values(state="waiting", every="now")).rowcount


def release(conn: Connection, chat_id: int, now: datetime) -> int:
    """The chat's quiet time is over: what waited for that may be sent, in its order; how many."""
    held = update(deliveries).where(text(IS_WAITING), _COLUMNS.chat_id == chat_id, _COLUMNS.every == "now")
    return conn.execute(held.values(state="pending", every=None, owed=now)).rowcount
