"""Subscriptions: asked for once, ended by their owner only, off with the chat and moved with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from storage import outbox
from storage.database import Database
from storage.filing import file
from storage.housekeeping import tidy
from storage.moving import migrate_chat
from storage.subscriptions import (
    TooManySubscriptions,
    chat_language,
    remember_chat,
    subscribe,
    subscriptions,
    switch_off,
    switch_on,
    unsubscribe,
    unsubscribe_all,
)
from storage.tables import deliveries
from tests.announcements import NOON, announcement

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def conn() -> Iterator[Connection]:
    database = Database("sqlite:///:memory:")
    database.migrate()
    with database.write() as connection:
        for chat in (1, -2):
            remember_chat(connection, chat, kind="private", language="de", now=NOON)
        yield connection
    database.close()


def want(conn: Connection, chat: int = 1, place: str | None = None, topic: str | None = None) -> int:
    return subscribe(conn, chat, place=place, topic=topic, now=NOON, limit=5)[0].id  # type: ignore[arg-type]


def publish(conn: Connection, number: int = 1) -> int:
    item = announcement(
        f"https://n.example.org/{number}", f"第{number}条", places=(f"{440000 + 100 * number}",)
    )
    return file(conn, item, now=LATER, tell=True, max_age=None).deliveries


def test_asking_twice_changes_nothing(conn: Connection) -> None:
    first, created = subscribe(conn, 1, place="440300", topic="blockchain", now=NOON, limit=5)
    again = subscribe(conn, 1, place="440300", topic="blockchain", now=LATER, limit=5)
    assert created and again == (first, False)
    assert (first.place, first.topic, first.created) == ("440300", "blockchain", NOON)
    assert subscriptions(conn, 1) == [first] and subscriptions(conn, -2) == []


def test_anything_is_a_wish_of_its_own(conn: Connection) -> None:
    ids = {want(conn), want(conn, place="440300"), want(conn, topic="blockchain"), want(conn)}
    assert len(ids) == 3
    assert [(item.place, item.topic) for item in subscriptions(conn, 1)] == [
        (None, None),
        ("440300", None),
        (None, "blockchain"),
    ]


def test_there_is_a_limit_and_what_one_has_still_counts_as_had(conn: Connection) -> None:
    subscribe(conn, 1, place="440300", topic=None, now=NOON, limit=1)
    with pytest.raises(TooManySubscriptions) as caught:
        subscribe(conn, 1, place="440400", topic=None, now=NOON, limit=1)
    assert caught.value.limit == 1
    assert not subscribe(conn, 1, place="440300", topic=None, now=NOON, limit=1)[1]
    assert subscribe(conn, -2, place="440400", topic=None, now=NOON, limit=1)[1]


def test_only_its_owner_ends_a_subscription_and_ids_are_not_used_again(conn: Connection) -> None:
    mine = want(conn)
    assert not unsubscribe(conn, -2, mine, NOON)
    assert unsubscribe(conn, 1, mine, NOON) and not unsubscribe(conn, 1, mine, NOON)
    assert want(conn, -2) > mine  # an old button must not end a new subscription
    want(conn), want(conn, place="440300")
    assert (
        unsubscribe_all(conn, 1, NOON) == 2
        and subscriptions(conn, 1) == []
        and len(subscriptions(conn, -2)) == 1
    )


def test_a_chat_keeps_what_it_is_told_to_remember(conn: Connection) -> None:
    assert chat_language(conn, 99) is None and chat_language(conn, 1) == "de"
    remember_chat(conn, 1, kind="private", language="zh", now=LATER)
    remember_chat(conn, -2, kind="group", language="en", now=LATER)
    assert (chat_language(conn, 1), chat_language(conn, -2)) == ("zh", "en")


def test_a_chat_that_is_off_is_owed_nothing_until_it_is_back(conn: Connection) -> None:
    want(conn)
    assert publish(conn, 1) == 1
    switch_off(conn, 1, "blocked", LATER)
    assert outbox.counts(conn)["dead"] == 1 and outbox.counts(conn)["pending"] == 0
    assert publish(conn, 2) == 0 and len(subscriptions(conn, 1)) == 1
    switch_on(conn, 1)
    assert publish(conn, 3) == 1


def test_a_group_moves_with_all_it_has_and_nothing_is_told_twice(conn: Connection) -> None:
    remember_chat(conn, -100, kind="supergroup", language="en", now=NOON)
    want(conn, -2, "440100"), want(conn, -2, topic="digital-yuan"), want(conn, -100, "440100")
    assert publish(conn, 1) == 2 and publish(conn, 2) == 1
    (claimed,) = outbox.claim(conn, now=LATER, limit=1, exclude_chats=[-100])
    outbox.sent(conn, claimed.id, 5, LATER)
    migrate_chat(conn, -2, -100)
    assert {(item.place, item.topic) for item in subscriptions(conn, -100)} == {
        ("440100", None),
        (None, "digital-yuan"),
    }
    rows = conn.execute(
        select(deliveries.c.chat_id, deliveries.c.state).order_by(deliveries.c.story_id)
    ).all()
    assert [tuple(row) for row in rows] == [(-100, "sent"), (-100, "pending")]
    assert chat_language(conn, -2) is None
    migrate_chat(conn, -2, -100)  # both of two updates may say so


def test_a_group_moves_to_a_chat_nobody_knew(conn: Connection) -> None:
    want(conn, -2)
    migrate_chat(conn, -2, -200)
    assert chat_language(conn, -200) == "de" and len(subscriptions(conn, -200)) == 1


def test_tidying_keeps_what_is_owed_and_what_is_wanted() -> None:
    database = Database("sqlite:///:memory:")
    database.migrate()
    with database.write() as conn:
        remember_chat(conn, 1, kind="private", language="de", now=NOON)
        want(conn)
        publish(conn, 1), publish(conn, 2)
        (claimed,) = outbox.claim(conn, now=LATER, limit=1)
        outbox.sent(conn, claimed.id, 5, LATER)
    tidy(database, LATER + timedelta(days=400))
    with database.read() as conn:
        assert outbox.counts(conn)["sent"] == 0 and outbox.counts(conn)["pending"] == 1
        assert len(subscriptions(conn, 1)) == 1
    database.close()
