"""Turns what a chat asks for into rows: chats, their language, and what they want to be told.

A chat that blocked the bot is off, not gone: its subscriptions wait until it comes back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from analysis.hours import Every
from analysis.types import Language, Topic
from analysis.wishes import Wish, checked
from storage.reconsidering import reconsider
from storage.tables import chats, deliveries, subscription_keys
from storage.tables import subscriptions as table
from storage.types import Subscription
from storage.wanting import parse_wish, write_wish


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
    """Subscribe to a place, a topic, both or everything, delivered at once: as `subscribe_to`."""
    wish = Wish(places=(place,) if place else (), topics=(topic,) if topic else ())
    return subscribe_to(conn, chat_id, wish, now=now, limit=limit)


def subscribe_to(
    conn: Connection,
    chat_id: int,
    wish: Wish,
    *,
    now: datetime,
    limit: int,
    delivery: Every = "now",
    thread_id: int | None = None,
) -> tuple[Subscription, bool]:
    """The subscription, and whether it is new; asking twice changes nothing, not even `delivery`.

    `thread_id`: the topic of a forum to tell it in. The chat must be known. Raises TooManySubscriptions where
    a new one would be one too many, WishError for a wish that cannot be kept.
    """
    wish = checked(wish)
    held = _find(conn, chat_id, thread_id or 0, wish)
    if held is not None:
        if held.off_since is not None:  # its topic is open again, for it was asked for there
            conn.execute(update(table).where(table.c.id == held.id).values(off_since=None))
        return replace(held, off_since=None), False
    count = select(func.count()).select_from(table).where(table.c.chat_id == chat_id)
    if conn.execute(count).scalar_one() >= limit:
        raise TooManySubscriptions(limit)
    values = {"chat_id": chat_id, "thread_id": thread_id or 0, "delivery": delivery, "created": now}
    key = conn.execute(insert(table).values(**values, **_wish_columns(wish))).inserted_primary_key
    assert key is not None
    _look_up(conn, key[0], wish)
    return Subscription(key[0], chat_id, wish, now, delivery, thread_id or None), True


def change_subscription(
    conn: Connection,
    chat_id: int,
    subscription_id: int,
    *,
    now: datetime,
    wish: Wish | None = None,
    delivery: Every | None = None,
) -> Subscription | None:
    """Give a subscription of this chat another wish or another delivery (None: as it is); what it is then.

    What is owed for it and was not sent goes with it: dropped, sent at once, or kept for its digest. With
    another wish nothing older than now is told anew. Where the chat has that wish in the same topic already,
    that one is kept, and this one ends. None where this chat has no such subscription. Raises WishError.
    """
    held = subscription(conn, chat_id, subscription_id)
    if held is None:
        return None
    new = checked(wish) if wish is not None else held.wish
    other = _find(conn, chat_id, held.thread_id or 0, new)
    key = other.id if other else held.id
    mine = update(table).where(table.c.id == key)
    if other is None:
        conn.execute(mine.values(created=now, **_wish_columns(new)))
        conn.execute(delete(subscription_keys).where(subscription_keys.c.subscription_id == key))
        _look_up(conn, key, new)
    elif other.id != held.id:
        conn.execute(delete(table).where(table.c.id == held.id))
    if delivery is not None:
        conn.execute(mine.values(delivery=delivery))
    reconsider(conn, chat_id, now)
    return subscription(conn, chat_id, key)


def subscriptions(conn: Connection, chat_id: int) -> list[Subscription]:
    """What a chat has subscribed to, oldest first."""
    query = select(table).where(table.c.chat_id == chat_id).order_by(table.c.id)
    return [_read(row) for row in conn.execute(query).mappings()]


def subscription(conn: Connection, chat_id: int, subscription_id: int) -> Subscription | None:
    """One subscription of this chat; None where it has none of this id (a forged or old button)."""
    query = select(table).where(table.c.id == subscription_id, table.c.chat_id == chat_id)
    row = conn.execute(query).mappings().first()
    return None if row is None else _read(row)


def unsubscribe(conn: Connection, chat_id: int, subscription_id: int, now: datetime) -> bool:
    """End one subscription, and with it what is owed for it alone; False where this chat has none of this id
    (a forged or old button)."""
    ended = delete(table).where(table.c.id == subscription_id, table.c.chat_id == chat_id)
    if not conn.execute(ended).rowcount:
        return False
    reconsider(conn, chat_id, now)
    return True


def unsubscribe_all(conn: Connection, chat_id: int, now: datetime) -> int:
    """End all subscriptions of a chat, and what is owed for them; how many there were."""
    ended = conn.execute(delete(table).where(table.c.chat_id == chat_id)).rowcount
    reconsider(conn, chat_id, now)
    return ended


def switch_off(conn: Connection, chat_id: int, reason: str, now: datetime) -> None:
    """Send nothing more to a chat that blocked or removed the bot; what is still owed to it is dead."""
    conn.execute(
        update(chats)
        .where(chats.c.id == chat_id, chats.c.off_since.is_(None))
        .values(off_since=now, off_reason=reason)
    )
    _let_die(conn, chat_id=chat_id, reason=reason, now=now)


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
    """A chat is back: its subscriptions count again from the next story on, those of closed topics too."""
    conn.execute(update(chats).where(chats.c.id == chat_id).values(off_since=None, off_reason=None))
    conn.execute(update(table).where(table.c.chat_id == chat_id).values(off_since=None))


def close_topic(conn: Connection, chat_id: int, thread_id: int, reason: str, now: datetime) -> None:
    """Send nothing more into a topic of a forum that is closed or gone; what is owed there is dead. On again
    with the chat (`switch_on`), or when a subscription is asked for there."""
    here = (table.c.chat_id == chat_id, table.c.thread_id == thread_id, table.c.off_since.is_(None))
    conn.execute(update(table).where(*here).values(off_since=now))
    _let_die(conn, deliveries.c.thread_id == thread_id, chat_id=chat_id, reason=reason, now=now)


def _let_die(conn: Connection, *where: ColumnElement[bool], chat_id: int, reason: str, now: datetime) -> None:
    owed = deliveries.c.state.in_(("pending", "unknown", "waiting"))
    dead = update(deliveries).where(deliveries.c.chat_id == chat_id, owed, *where)
    conn.execute(dead.values(state="dead", every=None, error=reason, settled=now))


def _find(conn: Connection, chat_id: int, thread_id: int, wish: Wish) -> Subscription | None:
    query = select(table).filter_by(chat_id=chat_id, thread_id=thread_id, wish=write_wish(wish))
    row = conn.execute(query).mappings().first()
    return None if row is None else _read(row)


def _wish_columns(wish: Wish) -> dict[str, Any]:
    return {"wish": write_wish(wish), "narrow": wish.narrow}


def _look_up(conn: Connection, subscription_id: int, wish: Wish) -> None:
    keys = [
        {"place": place, "topic": topic, "subscription_id": subscription_id} for place, topic in wish.keys
    ]
    conn.execute(insert(subscription_keys), keys)


def _read(row: RowMapping) -> Subscription:
    return Subscription(
        row["id"],
        row["chat_id"],
        parse_wish(row["wish"]),
        row["created"],
        row["delivery"],
        row["thread_id"] or None,
        row["off_since"],
    )
