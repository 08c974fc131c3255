"""A story -> the subscriptions that want it, and of those of a chat and topic the one it is owed for."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from analysis.hours import Every
from analysis.wishes import Wish, stored_wish, wish_values
from storage.instants import Instant
from storage.matching import Subject, matches
from storage.tables import chats, subscription_keys, subscriptions

_URGENCY: dict[Every, int] = {"now": 0, "daily": 1, "weekly": 2}
_S, _K = subscriptions.c, subscription_keys.c
_COLUMNS = (_S.id, _S.chat_id, _S.thread_id, _S.delivery, _S.narrow, _S.wish)
# The lookup comes first: what does not share a place and a topic with the story is never looked at.
_CANDIDATES = (
    select(*_COLUMNS)
    .join_from(subscription_keys, subscriptions, _S.id == _K.subscription_id)
    .join(chats, chats.c.id == _S.chat_id)
    .where(
        _K.place.in_(bindparam("places", expanding=True)),
        _K.topic.in_(bindparam("topics", expanding=True)),
        _S.created < bindparam("since", type_=Instant),
        _S.off_since.is_(None),
        chats.c.off_since.is_(None),
    )
)
_OF_CHAT = select(*_COLUMNS).where(_S.chat_id == bindparam("chat"), _S.off_since.is_(None))


@dataclass(frozen=True, slots=True)
class Wanting:
    """A subscription that wants a story; `thread_id` 0 is none."""

    id: int
    chat_id: int
    thread_id: int
    delivery: Every
    wish: Wish | None  # None where the lookup has decided


def candidates(
    conn: Connection, places: Collection[str], topics: Collection[str], since: datetime
) -> list[Wanting]:
    """The subscriptions of live chats, older than `since`, whose place and topic fit.

    `places`: adcodes that the story is mainly about, and what they lie in.
    """
    asked = {"places": ["", *places], "topics": ["", *topics], "since": since}
    found = {row.id: row for row in conn.execute(_CANDIDATES, asked)}
    return [
        Wanting(
            row.id, row.chat_id, row.thread_id, row.delivery, parse_wish(row.wish) if row.narrow else None
        )
        for _, row in sorted(found.items())
    ]


def of_chat(conn: Connection, chat_id: int) -> list[Wanting]:
    """All subscriptions of a chat, each with its wish."""
    rows = sorted(conn.execute(_OF_CHAT, {"chat": chat_id}), key=lambda row: int(row.id))
    return [Wanting(row.id, row.chat_id, row.thread_id, row.delivery, parse_wish(row.wish)) for row in rows]


def chosen(wanting: Iterable[Wanting], subject: Callable[[], Subject]) -> dict[tuple[int, int], Wanting]:
    """By (chat, topic) the subscription for which the story is owed: at once goes before daily, daily before
    weekly, and older before newer. `subject` is asked for only where a wish wants to see it.
    """
    best: dict[tuple[int, int], Wanting] = {}
    for each in sorted(wanting, key=lambda one: (_URGENCY[one.delivery], one.id)):
        place = (each.chat_id, each.thread_id)
        if place not in best and (each.wish is None or matches(each.wish, subject())):
            best[place] = each
    return best


def write_wish(wish: Wish) -> str:
    """A wish as it is kept: equal wishes are equal texts."""
    return json.dumps(wish_values(wish), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parse_wish(stored: str) -> Wish:
    """A wish as `write_wish` wrote it."""
    return stored_wish(json.loads(stored))
