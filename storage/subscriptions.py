"""Turns what a chat asks for into rows: chats, their language, and what they want to be told.

A chat that blocked the bot is off, not gone: its subscriptions wait until it comes back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from analysis.types import Language, Topic
from storage.tables import chats, deliveries
from storage.tables import subscriptions as wishes
from storage.types import Subscription

_MIGRATION = [
    text(statement)
    for statement in (
        """INSERT INTO chats (id, kind, language, created, seen, off_since, off_reason)
        SELECT :new, 'supergroup', language, created, seen, off_since, off_reason FROM chats WHERE id = :old
        ON CONFLICT (id) DO NOTHING""",
        """DELETE FROM subscriptions WHERE chat_id IN (:old, :new) AND id NOT IN (
            SELECT min(id) FROM subscriptions WHERE chat_id IN (:old, :new) GROUP BY place, topic)""",
        "UPDATE subscriptions SET chat_id = :new WHERE chat_id = :old",
        """DELETE FROM deliveries WHERE chat_id IN (:old, :new) AND id NOT IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (
                    PARTITION BY story_id, version
                    ORDER BY CASE state WHEN 'sent' THEN 0 WHEN 'sending' THEN 1 WHEN 'unknown' THEN 2
                        WHEN 'pending' THEN 3 ELSE 4 END, id) AS place
                FROM deliveries WHERE chat_id IN (:old, :new)) AS ranked
            WHERE place = 1)""",
        "UPDATE deliveries SET chat_id = :new WHERE chat_id = :old",
        "DELETE FROM chats WHERE id = :old",
    )
]


class TooManySubscriptions(Exception):
    """The chat has as many subscriptions as one chat may have; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a chat may have {limit} subscriptions")
        self.limit = limit


def remember_chat(conn: Connection, chat_id: int, *, kind: str, language: Language, now: datetime) -> None:
    """Make a chat known, or bring its kind, language and last sight up to date."""
    row = insert_or(chats).values(id=chat_id, kind=kind, language=language, created=now, seen=now)
    conn.execute(
        row.on_conflict_do_update(
            index_elements=[chats.c.id], set_={"kind": kind, "language": language, "seen": row.excluded.seen}
        )
    )


def chat_language(conn: Connection, chat_id: int) -> Language | None:
    """The language of a chat, None for a chat that is not known."""
    found: Language | None = conn.execute(
        select(chats.c.language).where(chats.c.id == chat_id)
    ).scalar_one_or_none()
    return found


def subscribe(
    conn: Connection,
    chat_id: int,
    *,
    place: str | None,
    topic: Topic | None,
    now: datetime,
    limit: int,
) -> tuple[Subscription, bool]:
    """The subscription, and whether it is new; asking twice changes nothing.

    The chat must be known. Raises TooManySubscriptions where a new one would be one too many.
    """
    table = wishes.c
    wish = {"chat_id": chat_id, "place": place or "", "topic": topic or ""}
    found = select(wishes).filter_by(**wish)
    row = conn.execute(found).mappings().first()
    if row is not None:
        return _read(row), False
    held = select(func.count()).select_from(wishes).where(table.chat_id == chat_id)
    if conn.execute(held).scalar_one() >= limit:
        raise TooManySubscriptions(limit)
    conn.execute(insert(wishes).values(**wish, created=now))
    return _read(conn.execute(found).mappings().one()), True


def subscriptions(conn: Connection, chat_id: int) -> list[Subscription]:
    """What a chat has subscribed to, oldest first."""
    query = select(wishes).where(wishes.c.chat_id == chat_id).order_by(wishes.c.id)
    return [_read(row) for row in conn.execute(query).mappings()]


def unsubscribe(conn: Connection, chat_id: int, subscription_id: int) -> bool:
    """End one subscription; False where this chat has none of this id (a forged or old button)."""
    table = wishes.c
    ended = delete(wishes).where(table.id == subscription_id, table.chat_id == chat_id)
    return conn.execute(ended).rowcount > 0


def unsubscribe_all(conn: Connection, chat_id: int) -> int:
    """End all subscriptions of a chat; how many there were."""
    return conn.execute(delete(wishes).where(wishes.c.chat_id == chat_id)).rowcount


def switch_off(conn: Connection, chat_id: int, reason: str, now: datetime) -> None:
    """Send nothing more to a chat that blocked or removed the bot; what is still owed to it is dead."""
    conn.execute(
        update(chats)
        .where(chats.c.id == chat_id, chats.c.off_since.is_(None))
        .values(off_since=now, off_reason=reason)
    )
    conn.execute(
        update(deliveries)
        .where(deliveries.c.chat_id == chat_id, deliveries.c.state.in_(("pending", "unknown")))
        .values(state="dead", error=reason, settled=now)
    )


def welcome(conn: Connection, chat_id: int, *, kind: str, language: Language, now: datetime) -> None:
    """A chat is there, or there again: it is known and on; one that was known keeps its language."""
    remember_chat(conn, chat_id, kind=kind, language=chat_language(conn, chat_id) or language, now=now)
    switch_on(conn, chat_id)


def is_off(conn: Connection, chat_id: int) -> bool:
    """Whether the chat is known and switched off."""
    query = (
        select(func.count()).select_from(chats).where(chats.c.id == chat_id, chats.c.off_since.is_not(None))
    )
    return conn.execute(query).scalar_one() > 0


def switch_on(conn: Connection, chat_id: int) -> None:
    """A chat is back: its subscriptions count again from the next story on."""
    conn.execute(update(chats).where(chats.c.id == chat_id).values(off_since=None, off_reason=None))


def migrate_chat(conn: Connection, old: int, new: int) -> None:
    """A group became a supergroup: everything of `old` is of `new` from now on, in the caller's transaction.

    What both have is kept once: the older subscription, and of two deliveries of one story the one that
    is further on, so that a message which one of them got is not sent to the other.
    """
    if old == new:
        return
    for statement in _MIGRATION:
        conn.execute(statement, {"old": old, "new": new})


def _read(row: RowMapping) -> Subscription:
    return Subscription(row["id"], row["chat_id"], row["place"] or None, row["topic"] or None, row["created"])
