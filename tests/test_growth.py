"""A story grows: its message by edits, a new one only for a new stage or a changed figure; merges and splits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from analysis.growth import Change, changed_facts, new_stage
from storage import merging, outbox
from storage.editions import read_editions
from storage.mutes import mute, mutes
from storage.stories import story
from storage.tables import deliveries, merges, stories
from storage.types import Filed
from tests.announcements import NOON, announcement, count, on, yuan
from tests.test_filing import ENGLISH, LATER, ROUND, put, reader

DAY = timedelta(days=1)
OFFICIAL = "https://sz.gov.example.cn/1"


def send_all(conn: Connection) -> list[tuple[int, int]]:
    """What is owed, sent: chat and version of each."""
    told = []
    while claimed := outbox.claim(conn, now=LATER + 9 * DAY, limit=1):
        outbox.sent(conn, claimed[0].id, 100 + claimed[0].id, LATER)
        told.append((claimed[0].chat_id, claimed[0].version))
    return told


def edits(conn: Connection) -> list[int]:
    due = deliveries.c.edit_due.is_not(None)
    return list(conn.execute(select(deliveries.c.chat_id).where(due)).scalars())


def test_a_stage_is_new_when_the_title_says_so_a_day_later() -> None:
    opened = announcement(title="深圳数字人民币试点正式启动", stage="launched", dated=NOON + 2 * DAY)
    assert new_stage("announced", opened, NOON) == Change(None, None, "announced", "launched")
    assert new_stage("launched", opened, NOON) is None
    assert new_stage(None, opened, NOON) is None
    assert new_stage("announced", opened, NOON + DAY + timedelta(hours=1)) is None
    quiet = announcement(title="深圳数字人民币的消息", stage="launched", dated=NOON + 2 * DAY)
    assert new_stage("announced", quiet, NOON) is None


def test_figures_that_were_changed_are_told_from_those_that_were_added() -> None:
    before = (yuan(10_000_000), yuan(200), count(50_000), on("2024-05-22"))
    after = (yuan(10_000_000), yuan(300), count(50_000), count(3000, "merchants"), on("2024-05-22"))
    assert changed_facts(before, after) == (Change("amount", "CNY", 200, 300),)
    assert changed_facts(before, before) == changed_facts((), after) == changed_facts(before, ()) == ()
    assert changed_facts((yuan(1), yuan(2)), (yuan(3), yuan(4))) == ()  # which became which?


def test_one_more_outlet_edits_the_message_and_sends_none(conn: Connection) -> None:
    reader(conn, 7)
    first = put(conn, announcement(facts=ROUND))
    assert send_all(conn) == [(7, 1)]
    second = put(conn, announcement(facts=ROUND, **ENGLISH))  # type: ignore[arg-type]
    assert (second.story_id, second.deliveries) == (first.story_id, 0)
    assert edits(conn) == [7] and send_all(conn) == []
    edit = outbox.next_edit(conn, LATER)
    assert edit is not None and edit.message_id == 101
    put(conn, announcement(OFFICIAL, publisher="government", facts=ROUND), now=LATER + timedelta(minutes=1))
    outbox.edited(conn, edit)
    assert edits(conn) == [7], "what the story gained during the edit is still owed"
    again = outbox.next_edit(conn, LATER + timedelta(minutes=1))
    assert again is not None
    outbox.edited(conn, again)
    assert edits(conn) == []


def test_an_old_message_is_not_edited(conn: Connection) -> None:
    reader(conn, 7)
    put(conn, announcement(facts=ROUND))
    send_all(conn)
    put(conn, announcement(facts=ROUND, **ENGLISH), now=LATER + 3 * DAY)  # type: ignore[arg-type]
    assert edits(conn) == []


def test_a_new_stage_is_told_once_with_what_it_was_before(conn: Connection) -> None:
    reader(conn, 7)
    first = put(conn, announcement(facts=ROUND, kind="pilot-launch", stage="announced"))
    send_all(conn)
    for number in (2, 3):
        opened = announcement(
            f"https://n.example.org/{number}",
            "深圳数字人民币红包试点正式启动",
            facts=ROUND,
            kind="pilot-launch",
            stage="launched",
            dated=NOON + 2 * DAY,
            name=f"outlet {number}",
        )
        filed = put(conn, opened, now=NOON + 2 * DAY + timedelta(hours=number))
        assert filed.story_id == first.story_id
    assert send_all(conn) == [(7, 2)]
    assert first.story_id is not None
    told = story(conn, first.story_id)
    assert told and told.stage == "launched"
    assert told.changes == (Change(None, None, "announced", "launched"),)


def test_an_announcement_that_is_edited_at_its_source_is_told_with_what_changed(conn: Connection) -> None:
    reader(conn, 7)
    text = "市民预约后抽签，中签者可以在指定商户消费，活动由银行承办，时间一周，每份金额相同，不可转让。"
    first = put(conn, announcement(text=text, facts=ROUND))
    send_all(conn)
    moved = (*ROUND[:3], on("2024-05-25/2024-05-31"))
    again = put(conn, announcement(text=text + "活动改期。", facts=moved), now=LATER + timedelta(hours=3))
    assert (again.outcome, again.announcement_id, again.deliveries) == ("changed", first.announcement_id, 1)
    assert send_all(conn) == [(7, 2)]
    ((_, changes),) = read_editions(conn, first.announcement_id)
    assert changes == (Change("period", None, "2024-05-22/2024-05-28", "2024-05-25/2024-05-31"),)
    touched = announcement(text=text + "活动改期。联系电话：12345。", facts=moved)
    assert put(conn, touched, now=LATER + timedelta(hours=4)).deliveries == 0
    assert edits(conn) == [7]


def two_stories(conn: Connection) -> tuple[Filed, Filed]:
    """One event told in two ways that have too little in common to be seen as one."""
    one = put(conn, announcement("https://a.example.org/1", "深圳派数字人民币", facts=(), kind="lottery"))
    two = put(conn, announcement("https://b.example.org/2", "Rote Umschläge", facts=ROUND, language="de"))
    assert one.story_id != two.story_id
    return one, two


def test_merged_stories_are_told_to_nobody_twice(conn: Connection) -> None:
    reader(conn, 7)
    one, two = two_stories(conn)
    assert sorted(send_all(conn)) == [(7, 1), (7, 1)]
    reader(conn, 8)
    assert one.story_id is not None and two.story_id is not None
    merging.merge(conn, two.story_id, one.story_id, ("seen to be one",), LATER)
    assert send_all(conn) == []
    found = story(conn, two.story_id)
    assert found and found.id == one.story_id and len(found.announcements) == 2
    assert conn.execute(select(stories.c.id)).scalars().all() == [one.story_id]
    assert conn.execute(select(merges.c.reasons)).scalars().all() == [["seen to be one"]]
    assert conn.execute(select(deliveries.c.story_id)).scalars().all() == [one.story_id]


def test_what_was_sent_of_one_story_stands_in_no_digest_of_the_other(conn: Connection) -> None:
    reader(conn, 7)
    one, two = two_stories(conn)
    assert one.story_id is not None and two.story_id is not None
    send_all(conn)
    waits = deliveries.update().where(deliveries.c.story_id == one.story_id)
    conn.execute(waits.values(state="waiting", every="daily"))
    mute(conn, 7, "story", str(two.story_id), now=LATER, until=LATER)
    merging.merge(conn, two.story_id, one.story_id, (), LATER)
    told = conn.execute(select(deliveries.c.story_id, deliveries.c.state)).all()
    assert [tuple(row) for row in told] == [(one.story_id, "sent")]
    assert [each.value for each in mutes(conn, 7, NOON)] == [str(one.story_id)]


def test_who_was_told_one_is_not_told_the_other_after_a_merge(conn: Connection) -> None:
    one, two = two_stories(conn)
    assert one.story_id is not None and two.story_id is not None
    reader(conn, 7)
    conn.execute(
        deliveries.insert().values(
            chat_id=7, story_id=two.story_id, version=1, state="sent", owed=NOON, tries=1
        )
    )
    merging.merge(conn, two.story_id, one.story_id, (), LATER)
    put(conn, announcement("https://c.example.org/3", facts=ROUND), now=LATER)
    assert send_all(conn) == []


def test_a_split_by_hand_lasts(conn: Connection) -> None:
    reader(conn, 7)
    first = put(conn, announcement(facts=ROUND))
    second = put(conn, announcement(facts=ROUND, **ENGLISH))  # type: ignore[arg-type]
    assert first.story_id is not None and first.story_id == second.story_id
    send_all(conn)
    new = merging.split(conn, second.announcement_id, LATER)
    assert new != first.story_id and send_all(conn) == []
    with pytest.raises(merging.StoryError, match="told apart by hand"):
        merging.merge(conn, new, first.story_id, (), LATER)
    third = announcement("https://c.example.org/3", facts=ROUND, name="third")
    put(conn, third)  # belongs to both, and does not bring them together
    assert story(conn, new) is not None and story(conn, new) != story(conn, first.story_id)
    merging.join(conn, new, first.story_id, LATER)
    joined = story(conn, new)
    assert joined and joined.id == first.story_id
    with pytest.raises(merging.StoryError, match="alone"):
        merging.split(
            conn,
            put(conn, announcement("https://d.example.org/4", "苏州", places=("320500",))).announcement_id,
            LATER,
        )
    with pytest.raises(merging.StoryError, match="no announcement 999"):
        merging.split(conn, 999, LATER)
    with pytest.raises(merging.StoryError, match="no story 999"):
        merging.join(conn, 999, first.story_id, LATER)


def test_an_announcement_that_belongs_to_two_stories_makes_them_one(conn: Connection) -> None:
    days, sums = (count(50_000), on("2024-05-22/2024-05-28")), (yuan(10_000_000), yuan(200))
    one = put(conn, announcement("https://a.example.org/1", "深圳派发数字人民币", facts=days))
    two = put(conn, announcement("https://b.example.org/2", "Rote Umschläge", facts=sums, language="de"))
    assert one.story_id != two.story_id, "the one has the days, the other the sums"
    third = announcement(
        "https://c.example.org/3", "深圳派发数字人民币红包", facts=ROUND, publisher="government"
    )
    filed = put(conn, third)
    assert filed.story_id == one.story_id
    assert conn.execute(select(stories.c.id)).scalars().all() == [one.story_id]


def test_two_stories_of_other_places_stay_two_whatever_a_third_says(conn: Connection) -> None:
    one = put(conn, announcement("https://a.example.org/1", "深圳", facts=ROUND))
    two = put(conn, announcement("https://b.example.org/2", "苏州", places=("320500",), facts=ROUND))
    both = announcement("https://c.example.org/3", "两市", places=("440300", "320500"), facts=ROUND)
    put(conn, both)
    assert conn.execute(select(stories.c.id)).scalars().all() == [one.story_id, two.story_id]
