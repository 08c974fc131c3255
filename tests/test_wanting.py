"""Which subscription a story is owed for: narrow wishes, topics of a forum, mutes, and what changes take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, select

from analysis.hours import ChatSettings
from analysis.wishes import Wish, WishError
from storage import outbox
from storage.feedback import give
from storage.filing import file
from storage.letters import hold
from storage.moving import forget_chat
from storage.mutes import mute, mutes, unmute
from storage.recent import recent_for
from storage.settings import change_settings, chat_settings
from storage.subscriptions import (
    TooManySubscriptions,
    change_subscription,
    close_topic,
    remember_chat,
    subscribe,
    subscribe_to,
    subscription,
    subscriptions,
    switch_off,
    switch_on,
    unsubscribe,
    unsubscribe_all,
)
from storage.tables import chats, deliveries, metadata
from storage.tables import mutes as muted
from storage.types import Mute, Subscription
from tests.announcements import NOON, announcement, count, on, yuan

LATER = NOON + timedelta(hours=1)
ROUND = (yuan(10_000_000), yuan(200), count(50_000), on("2024-05-22/2024-05-28"))
SHENZHEN, GUANGDONG = "440300", "440000"


def want(conn: Connection, chat: int, wish: Wish | None = None, **rest: object) -> Subscription:
    remember_chat(conn, chat, kind="private", language="en", now=NOON)
    return subscribe_to(conn, chat, wish or Wish(), **({"now": NOON, "limit": 50} | rest))[0]  # type: ignore[arg-type]


def publish(conn: Connection, number: int = 1, **values: object) -> int:
    item = announcement(f"https://n.example.org/{number}", **values)  # type: ignore[arg-type]
    return file(conn, item, now=LATER, tell=True, max_age=None).deliveries


def rows(conn: Connection) -> list[tuple[int, int, str, str | None, int | None]]:
    """Chat, topic, state, what it waits for, and for which subscription it is owed."""
    columns = deliveries.c
    query = select(
        columns.chat_id, columns.thread_id, columns.state, columns.every, columns.subscription_id
    ).order_by(columns.chat_id, columns.thread_id, columns.id)
    return [tuple(row) for row in conn.execute(query)]


def test_only_those_are_told_whose_narrow_wish_it_is(conn: Connection) -> None:
    wishes = [
        Wish(kinds=("lottery",)),
        Wish(kinds=("plan",)),
        Wish(places=("110000", GUANGDONG), words=("红包",)),
        Wish(places=(SHENZHEN,), not_words=("红包",)),
        Wish(official=True),
        Wish(languages=("zh", "de"), topics=("digital-yuan", "blockchain")),
        Wish(sources=("media",)),
        Wish(organisations=("People's Bank of China",)),
    ]
    for chat, wish in enumerate(wishes, 1):
        want(conn, chat, wish)
    assert publish(conn) == 4
    assert [row[0] for row in rows(conn)] == [1, 3, 6, 7]


def test_a_story_that_becomes_official_is_told_to_those_who_want_official_ones(conn: Connection) -> None:
    want(conn, 1, Wish(official=True))
    want(conn, 2)
    assert publish(conn, facts=ROUND) == 1
    assert publish(conn, 2, publisher="government", facts=ROUND) == 1
    assert [row[0] for row in rows(conn)] == [1, 2]


def test_at_once_goes_before_daily_and_daily_before_weekly(conn: Connection) -> None:
    weekly = want(conn, 1, Wish(), delivery="weekly")
    daily = want(conn, 1, Wish(places=(GUANGDONG,)), delivery="daily")
    publish(conn)
    assert rows(conn) == [(1, 0, "waiting", "daily", daily.id)]
    now = want(conn, 1, Wish(kinds=("lottery",)))
    publish(conn, 2, title="苏州", places=("320500",))
    publish(conn, 3, title="苏州计划", places=("320500",), kind="plan")
    assert rows(conn)[1:] == [
        (1, 0, "pending", None, now.id),
        (1, 0, "waiting", "weekly", weekly.id),
    ]


def test_what_waits_is_sent_at_once_when_it_becomes_what_is_wanted_so(conn: Connection) -> None:
    want(conn, 1, delivery="daily")
    official = want(conn, 1, Wish(official=True))
    assert publish(conn, facts=ROUND) == 1
    assert publish(conn, 2, publisher="government", facts=ROUND) == 1
    assert rows(conn) == [(1, 0, "pending", None, official.id)]


def test_a_topic_of_a_forum_is_told_once_each(conn: Connection) -> None:
    first = want(conn, -1, thread_id=5)
    second = want(conn, -1, Wish(places=(SHENZHEN,)), thread_id=7)
    want(conn, -1, Wish(topics=("digital-yuan",)), thread_id=7)
    assert publish(conn) == 2
    assert [(row[1], row[4]) for row in rows(conn)] == [(5, first.id), (7, second.id)]
    claimed = outbox.claim(conn, now=LATER, limit=5)
    assert [(each.thread_id, each.subscription_id) for each in claimed] == [(5, first.id), (7, second.id)]


def test_the_same_wish_in_another_topic_is_another_subscription(conn: Connection) -> None:
    one = want(conn, -1, thread_id=5)
    same, new = subscribe_to(conn, -1, Wish(), now=LATER, limit=50, thread_id=5, delivery="daily")
    assert (same, new) == (one, False)
    assert want(conn, -1).id != want(conn, -1, thread_id=6).id and len(subscriptions(conn, -1)) == 3
    with pytest.raises(TooManySubscriptions):
        subscribe_to(conn, -1, Wish(), now=LATER, limit=3, thread_id=8)
    with pytest.raises(WishError):
        subscribe_to(conn, -1, Wish(places=("1",)), now=LATER, limit=50)


def test_a_closed_topic_is_off_and_the_others_are_not(conn: Connection) -> None:
    want(conn, -1, thread_id=5), want(conn, -1, thread_id=7)
    publish(conn)
    close_topic(conn, -1, 5, "topic closed", LATER)
    assert [row[2] for row in rows(conn)] == ["dead", "pending"]
    assert publish(conn, 2, title="苏州", places=("320500",)) == 1
    assert subscriptions(conn, -1)[0].off_since == LATER
    assert want(conn, -1, thread_id=5).off_since is None  # asked for there: it is open
    assert publish(conn, 3, title="北京", places=("110000",)) == 2
    close_topic(conn, -1, 5, "topic closed", LATER)
    switch_off(conn, -1, "kicked", LATER)
    switch_on(conn, -1)
    assert all(each.off_since is None for each in subscriptions(conn, -1))


def test_what_is_owed_for_an_ended_subscription_goes_unless_another_wants_it(conn: Connection) -> None:
    first, second = want(conn, 1, Wish(places=(SHENZHEN,))), want(conn, 1, Wish(), delivery="daily")
    publish(conn)
    publish(conn, 2, title="深圳", kind="plan")
    (sending,) = outbox.claim(conn, now=LATER, limit=1)
    assert unsubscribe(conn, 1, first.id, LATER) and not unsubscribe(conn, 1, first.id, LATER)
    assert rows(conn) == [(1, 0, "sending", None, first.id), (1, 0, "waiting", "daily", second.id)]
    assert unsubscribe_all(conn, 1, LATER) == 1
    assert [row[2] for row in rows(conn)] == ["sending"] and sending.subscription_id == first.id


def test_a_subscription_is_changed_with_what_is_owed_for_it(conn: Connection) -> None:
    mine = want(conn, 1, delivery="weekly")
    publish(conn)
    publish(conn, 2, title="苏州计划", places=("320500",), kind="plan")
    daily = change_subscription(conn, 1, mine.id, now=LATER, delivery="daily")
    assert daily == replace(mine, delivery="daily")
    assert [row[3] for row in rows(conn)] == ["daily", "daily"]
    narrow = change_subscription(conn, 1, mine.id, now=LATER, wish=Wish(kinds=("plan",)), delivery="now")
    assert narrow == replace(mine, wish=Wish(kinds=("plan",)), created=LATER, delivery="now")
    assert rows(conn) == [(1, 0, "pending", None, mine.id)]
    hold(conn, 1)
    assert change_subscription(conn, 1, mine.id, now=LATER) == narrow
    assert rows(conn) == [(1, 0, "waiting", "now", mine.id)]
    assert change_subscription(conn, 2, mine.id, now=LATER) is None
    assert subscription(conn, 2, mine.id) is None


def test_a_subscription_changed_into_another_one_is_that_one(conn: Connection) -> None:
    one, two = want(conn, 1, Wish(places=(SHENZHEN,))), want(conn, 1)
    same = change_subscription(conn, 1, two.id, now=LATER, wish=one.wish, delivery="daily")
    assert same == replace(one, delivery="daily") and subscriptions(conn, 1) == [same]


def test_with_another_wish_nothing_old_is_told(conn: Connection) -> None:
    mine = want(conn, 1, Wish(places=("110000",)))
    publish(conn, facts=ROUND)
    change_subscription(conn, 1, mine.id, now=LATER + timedelta(minutes=1), wish=Wish())
    assert publish(conn, 2, publisher="government", facts=ROUND) == 0


@pytest.mark.parametrize(
    ("kind", "value", "silent"),
    [
        ("story", "1", True),
        ("story", "11", False),
        ("place", SHENZHEN, True),
        ("place", GUANGDONG, True),
        ("place", "440303", False),
        ("publisher", "media", True),
        ("publisher", "other", False),
    ],
)
def test_what_is_muted_is_not_told(conn: Connection, kind: str, value: str, silent: bool) -> None:
    want(conn, 1), want(conn, 2)
    mute(conn, 1, kind, value, now=NOON)  # type: ignore[arg-type]
    assert publish(conn) == (1 if silent else 2)
    assert unmute(conn, 1, kind, value) and not unmute(conn, 1, kind, value)  # type: ignore[arg-type]


def test_one_place_or_outlet_that_is_not_muted_is_enough(conn: Connection) -> None:
    want(conn, 1)
    mute(conn, 1, "place", SHENZHEN, now=NOON)
    mute(conn, 1, "publisher", "media", now=NOON)
    assert publish(conn, places=(SHENZHEN, "320500"), facts=ROUND) == 0  # only the muted outlet tells it
    assert publish(conn, 2, places=(SHENZHEN, "320500"), publisher="government", facts=ROUND) == 1
    assert publish(conn, 3, title="全国", places=(), name="other") == 1


def test_a_mute_ends_by_itself_and_takes_back_what_was_not_sent(conn: Connection) -> None:
    want(conn, 1, delivery="daily")
    publish(conn)
    mute(conn, 1, "place", SHENZHEN, now=LATER, until=LATER + timedelta(hours=1))
    assert rows(conn) == []
    assert mutes(conn, 1, LATER) == [Mute("place", SHENZHEN, LATER + timedelta(hours=1))]
    assert mutes(conn, 1, LATER + timedelta(hours=1)) == []
    mute(conn, 1, "place", SHENZHEN, now=LATER, until=NOON)
    assert publish(conn, 2, title="深圳计划", kind="plan") == 1


def test_who_muted_a_story_gets_no_further_version_of_it(conn: Connection) -> None:
    want(conn, 1), want(conn, 2)
    text = "市民预约后抽签，中签者可以在指定商户消费，活动由银行承办，时间一周，每份金额相同，不可转让。"
    publish(conn, text=text, facts=ROUND)
    mute(conn, 1, "story", "1", now=LATER)
    moved = (*ROUND[:3], on("2024-05-25/2024-05-31"))
    assert publish(conn, text=text + "活动改期。", facts=moved) == 1


def test_the_newest_that_match_a_wish(conn: Connection) -> None:
    kinds = ("lottery", "plan", "lottery", "event")
    for number, (kind, place) in enumerate(zip(kinds, (SHENZHEN, SHENZHEN, "320500", "110000"), strict=True)):
        item = announcement(
            f"https://n.example.org/{number}",
            f"第{number}条",
            kind=kind,  # type: ignore[arg-type]
            places=(place,),
            dated=NOON - timedelta(days=number),
        )
        file(conn, item, now=LATER, tell=False, max_age=None)

    def found(wish: Wish, limit: int = 10) -> list[int]:
        return [story.id for story in recent_for(conn, wish, limit)]

    assert found(Wish()) == [1, 2, 3, 4] and found(Wish(), 1) == [1] and found(Wish(), 0) == []
    assert found(Wish(kinds=("lottery",))) == [1, 3] and found(Wish(kinds=("lottery",)), 1) == [1]
    assert found(Wish(places=("110000", GUANGDONG))) == [1, 2, 4]
    assert found(Wish(words=("第2条",))) == [3] and found(Wish(topics=("blockchain",))) == []


def test_settings_are_checked_and_kept(conn: Connection) -> None:
    assert chat_settings(conn, 1) == ChatSettings()
    want(conn, 1)
    berlin = ChatSettings("Europe/Berlin", 1320, 420, True, True, 480, 6)
    change_settings(conn, 1, berlin, LATER)
    assert chat_settings(conn, 1) == berlin
    wrong: tuple[dict[str, object], ...] = (
        {"zone": "Mars/Olympus"},
        {"zone": "../x"},
        {"quiet_from": None},
        {"quiet_to": 1440},
        {"digest_at": -1},
        {"digest_day": 7},
    )
    for values in wrong:
        with pytest.raises(ValueError):
            change_settings(conn, 1, replace(berlin, **values), LATER)  # type: ignore[arg-type]


def test_a_chat_is_forgotten_with_all_it_has(conn: Connection) -> None:
    for chat in (1, 2):
        want(conn, chat, Wish(kinds=("lottery",)))
        mute(conn, chat, "place", "110000", now=NOON)
    publish(conn)
    for chat in (1, 2):
        rules = {"language": "en", "since": NOON, "limit": 5, "now": NOON}
        give(conn, chat, 1, "irrelevant", None, **rules)  # type: ignore[arg-type]
    forget_chat(conn, 1)
    with_chats = [table for table in metadata.sorted_tables if "chat_id" in table.c]
    assert {table.name for table in with_chats} >= {"subscriptions", "deliveries", "mutes"}
    for table in with_chats:
        chats_left = set(conn.execute(select(table.c.chat_id)).scalars())
        assert chats_left == ({None, 2} if table.name == "feedback" else {2}), table.name
    assert conn.execute(select(chats.c.id)).scalars().all() == [2]
    assert conn.exec_driver_sql("SELECT count(*) FROM subscription_keys").scalar() == 1
    assert conn.execute(select(muted)).mappings().one()["value"] == "110000"


def _steps(conn: Connection, number: int) -> int:
    """The steps SQLite takes to file one story."""
    taken = 0

    def count_steps() -> None:
        nonlocal taken
        taken += 100

    driver = conn.connection.dbapi_connection
    assert driver is not None
    driver.set_progress_handler(count_steps, 100)
    publish(conn, number, title=f"深圳第{number}条", facts=(count(number * 31, "merchants"),))
    driver.set_progress_handler(None, 0)
    return taken


def test_a_thousand_narrow_wishes_cost_a_look_each_and_those_elsewhere_nothing(conn: Connection) -> None:
    _steps(conn, 1)
    before = _steps(conn, 2)
    for chat in range(1, 1001):
        want(conn, chat, Wish(places=("110000", "320500"), words=(f"word{chat}",)))
    elsewhere = _steps(conn, 3)
    for chat in range(1001, 2001):
        want(conn, chat, Wish(places=(SHENZHEN,), words=(f"word{chat}", "红包")))
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(conn, "before_cursor_execute", note)
    here = _steps(conn, 4)
    event.remove(conn, "before_cursor_execute", note)
    assert elsewhere < 1.5 * before, (before, elsewhere)
    assert here - elsewhere < 100 * 1000, (elsewhere, here)
    assert len(statements) < 40 and rows(conn) == []


def test_place_and_topic_alone_are_decided_by_the_lookup(conn: Connection) -> None:
    remember_chat(conn, 1, kind="private", language="en", now=NOON)
    for place, topic in ((None, None), (SHENZHEN, None), (None, "digital-yuan"), ("110000", None)):
        subscribe(conn, 1, place=place, topic=topic, now=NOON, limit=9)  # type: ignore[arg-type]
    assert [(each.place, each.topic) for each in subscriptions(conn, 1)][1:3] == [
        (SHENZHEN, None),
        (None, "digital-yuan"),
    ]
    several = want(conn, 1, Wish(places=(SHENZHEN, "110000"), topics=("digital-yuan", "blockchain")))
    assert (several.place, several.topic) == (None, None)
    assert publish(conn) == 1
