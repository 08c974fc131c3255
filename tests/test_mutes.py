"""What a chat has muted is not told; how it wants to be written to is kept; all of it can be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from analysis.hours import ChatSettings
from analysis.wishes import Wish
from storage.feedback import give
from storage.moving import forget_chat
from storage.mutes import mute, mutes, unmute
from storage.settings import change_settings, chat_settings
from storage.tables import chats, metadata
from storage.tables import mutes as muted
from storage.types import Mute
from tests.announcements import NOON, on
from tests.test_wanting import GUANGDONG, LATER, ROUND, SHENZHEN, publish, rows, want


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
        give(conn, chat, 1, "irrelevant", None, language="en", since=NOON, limit=5, now=NOON)
    forget_chat(conn, 1)
    with_chats = [table for table in metadata.sorted_tables if "chat_id" in table.c]
    assert {table.name for table in with_chats} >= {"subscriptions", "deliveries", "mutes"}
    for table in with_chats:
        left = set(conn.execute(select(table.c.chat_id)).scalars())
        assert left == ({None, 2} if table.name == "feedback" else {2}), table.name
    assert conn.execute(select(chats.c.id)).scalars().all() == [2]
    assert conn.exec_driver_sql("SELECT count(*) FROM subscription_keys").scalar() == 1
    assert conn.execute(select(muted)).mappings().one()["value"] == "110000"
