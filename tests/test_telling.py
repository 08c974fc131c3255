"""What filing owes to whom: once each, nothing old, and nothing missed when a story grows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from analysis.types import Announcement
from storage import outbox
from storage.filing import file
from storage.stories import find_announcement
from storage.subscriptions import remember_chat, subscribe, switch_off
from storage.tables import deliveries
from storage.types import Filed
from tests.announcements import NOON, announcement, count, on, yuan

ROUND = (yuan(10_000_000), yuan(200), count(50_000), on("2024-05-22/2024-05-28"))
LATER = NOON + timedelta(hours=1)
EVENING = NOON + timedelta(hours=8)
WEEK = timedelta(days=7)


def put(conn: Connection, item: Announcement, now: datetime = LATER, tell: bool = True) -> Filed:
    return file(conn, item, now=now, tell=tell, max_age=WEEK)


def reader(conn: Connection, chat: int, place: str | None = None, topic: str | None = None) -> None:
    remember_chat(conn, chat, kind="private", language="en", now=NOON)
    subscribe(conn, chat, place=place, topic=topic, now=NOON, limit=50)  # type: ignore[arg-type]


def owed(conn: Connection) -> list[int]:
    return list(conn.execute(select(deliveries.c.chat_id).order_by(deliveries.c.chat_id)).scalars())


def official(**changes: object) -> Announcement:
    """The city's own notice of what `announcement(facts=ROUND)` tells."""
    values: dict[str, object] = {
        "url": "https://city.example.org/n",
        "publisher": "government",
        "facts": ROUND,
    }
    return announcement(**(values | changes))  # type: ignore[arg-type]


def test_deliveries_go_to_those_who_asked_for_it_before_once_each(conn: Connection) -> None:
    wishes = [(1, None, None), (2, "440300", None), (3, "440000", "digital-yuan"), (4, "440303", None)]
    wishes += [(5, "110000", None), (6, None, "blockchain"), (7, None, "digital-yuan")]
    for chat, place, topic in wishes:
        reader(conn, chat, place, topic)
    reader(conn, 1, "440300")  # two subscriptions that match are one message
    reader(conn, 8)
    switch_off(conn, 8, "blocked", NOON)
    remember_chat(conn, 9, kind="private", language="de", now=LATER)
    subscribe(conn, 9, place=None, topic=None, now=LATER, limit=5)  # only now: nothing old for it
    assert put(conn, announcement(facts=ROUND)).deliveries == 4
    assert owed(conn) == [1, 2, 3, 7]


@pytest.mark.parametrize(
    ("item", "tell"),
    [
        (announcement(), False),
        (announcement(relevance="borderline"), True),
        (announcement(relevance="no", topics=()), True),
        (announcement(dated=LATER - timedelta(days=8)), True),
    ],
)
def test_what_is_not_told_is_kept(conn: Connection, item: Announcement, tell: bool) -> None:
    reader(conn, 1)
    assert put(conn, item, tell=tell).deliveries == 0
    assert find_announcement(conn, item.article.url) is not None and owed(conn) == []


def test_no_age_is_too_old_where_none_is_set(conn: Connection) -> None:
    reader(conn, 1)
    old = announcement(dated=NOON - timedelta(days=900))
    assert file(conn, old, now=LATER, tell=True, max_age=None).deliveries == 1


def test_a_source_that_joins_is_no_second_message(conn: Connection) -> None:
    reader(conn, 1)
    assert put(conn, announcement(facts=ROUND)).deliveries == 1
    joined = put(conn, official(), EVENING)
    assert joined.outcome in ("joined", "near-copy")
    assert joined.deliveries == 0
    assert owed(conn) == [1]


def test_a_passing_mention_that_turns_out_to_be_news_is_told(conn: Connection) -> None:
    reader(conn, 1)
    assert put(conn, announcement(facts=ROUND, relevance="borderline")).deliveries == 0
    assert put(conn, official(), EVENING).deliveries == 1


def test_a_story_that_reaches_a_further_place_is_told_there(conn: Connection) -> None:
    reader(conn, 1, "440300")
    reader(conn, 2, "440303")
    assert put(conn, announcement(facts=ROUND)).deliveries == 1
    assert put(conn, official(places=("440300", "440303")), EVENING).deliveries == 1
    assert owed(conn) == [1, 2]


def test_who_subscribed_after_the_story_is_not_told_when_it_grows(conn: Connection) -> None:
    put(conn, announcement(facts=ROUND))
    remember_chat(conn, 1, kind="private", language="en", now=LATER)
    subscribe(conn, 1, place="440300", topic=None, now=LATER + timedelta(minutes=1), limit=5)
    assert put(conn, official(), EVENING).deliveries == 0


def test_a_message_waits_for_the_other_outlets_of_the_hour(conn: Connection) -> None:
    reader(conn, 1)
    file(conn, announcement(), now=LATER, tell=True, max_age=WEEK, settle=timedelta(minutes=2))
    assert outbox.claim(conn, now=LATER + timedelta(minutes=1), limit=5) == []
    assert len(outbox.claim(conn, now=LATER + timedelta(minutes=2), limit=5)) == 1
