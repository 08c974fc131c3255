"""Filing: one announcement, one story, and what is owed for it, in one transaction and in constant time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, event, select, text

from analysis.types import Announcement, Fact
from storage import outbox
from storage.database import Database
from storage.filing import file
from storage.stories import counts, latest, story
from storage.subscriptions import remember_chat, subscribe
from storage.tables import deliveries
from storage.types import Filed, Story
from tests.announcements import NOON, announcement, count, on, yuan

ROUND = (yuan(10_000_000), yuan(200), count(50_000), on("2024-05-22/2024-05-28"))
ENGLISH = {
    "url": "https://wire.example.com/a",
    "title": "Shenzhen to hand out digital yuan",
    "text": "Residents of Shenzhen can win digital red packets, the city says, and spend them in its shops.",
    "language": "en",
    "name": "Wire",
}
LATER = NOON + timedelta(hours=1)
WEEK = timedelta(days=7)


def put(conn: Connection, item: Announcement, now: datetime = LATER, tell: bool = True) -> Filed:
    return file(conn, item, now=now, tell=tell, max_age=WEEK)


def read(conn: Connection, filed: Filed) -> Story:
    assert filed.story_id is not None
    found = story(conn, filed.story_id)
    assert found is not None
    return found


def reader(conn: Connection, chat: int, place: str | None = None, topic: str | None = None) -> None:
    remember_chat(conn, chat, kind="private", language="en", now=NOON)
    subscribe(conn, chat, place=place, topic=topic, now=NOON, limit=50)  # type: ignore[arg-type]


def owed(conn: Connection) -> list[int]:
    return list(conn.execute(select(deliveries.c.chat_id).order_by(deliveries.c.chat_id)).scalars())


def test_what_is_filed_is_read_back_to_the_last_field(conn: Connection) -> None:
    item = announcement(
        facts=ROUND, named=("110000",), stage="announced", organisations=("ICBC",), summary="概要"
    )
    found = read(conn, put(conn, item))
    face = found.face
    assert (found.kind, found.stage, found.topics, found.facts) == (
        "lottery",
        "announced",
        ("digital-yuan",),
        ROUND,
    )
    assert (found.places, found.organisations, found.version) == (item.places, ("ICBC",), 1)
    assert (face.url, face.title, face.summary, face.language) == (
        item.article.url,
        item.article.title,
        "概要",
        "zh",
    )
    assert (face.published, face.fetched, face.shown) == (NOON, LATER, NOON)


def test_a_missing_date_stays_missing(conn: Connection) -> None:
    face = read(conn, put(conn, announcement(dated=None))).face
    assert face.published is None and face.shown == LATER


def test_tomorrows_date_is_not_shown_before_tomorrow(conn: Connection) -> None:
    assert read(conn, put(conn, announcement(dated=LATER + timedelta(days=1)))).face.shown == LATER


def test_the_same_address_again_is_unchanged_however_it_is_written(conn: Connection) -> None:
    first = put(conn, announcement("https://news.example.org/1", facts=ROUND))
    again = put(conn, announcement("http://m.news.example.org/1?utm_source=x#a", text=BODY, facts=ROUND))
    assert again.announcement_id == first.announcement_id
    repeated = put(conn, announcement("https://news.example.org/1", text=BODY, facts=ROUND))
    assert (repeated.outcome, repeated.story_id, repeated.deliveries) == ("unchanged", first.story_id, 0)
    assert counts(conn).announcements == 1


BODY = "同一条消息的另一个版本：市民预约后抽签，中签者可以在指定商户消费，活动由银行承办，时间一周，每份金额相同，不可转让。"


def test_changed_content_at_a_known_address_changes_the_announcement_in_its_story(conn: Connection) -> None:
    first = put(conn, announcement(facts=(yuan(10_000_000),)))
    changed = put(conn, announcement(title="更正：深圳红包", facts=ROUND), now=LATER + timedelta(hours=2))
    found = read(conn, first)
    assert (
        changed.outcome == "changed" and changed.story_id == first.story_id and len(found.announcements) == 1
    )
    assert (found.face.title, found.facts, found.face.fetched) == ("更正：深圳红包", ROUND, LATER)


def test_a_page_that_becomes_relevant_gets_its_story_and_is_told(conn: Connection) -> None:
    reader(conn, 7)
    first = put(conn, announcement(text="页面正在加载。", relevance="no", topics=(), places=(), kind=None))
    assert (first.outcome, first.story_id, first.deliveries) == ("irrelevant", None, 0)
    second = put(conn, announcement(facts=ROUND))
    assert (second.outcome, second.announcement_id, second.deliveries) == ("new", first.announcement_id, 1)


def test_another_language_joins_and_the_official_source_becomes_the_face(conn: Connection) -> None:
    reader(conn, 7, place="440000")
    first = put(conn, announcement(facts=(*ROUND, count(3_389, "merchants"))))
    second = put(conn, announcement(facts=ROUND, **ENGLISH))  # type: ignore[arg-type]
    url = "https://city.example.org/notice"
    third = put(
        conn,
        announcement(url, "关于红包活动的公告", facts=(*ROUND, count(17, "banks")), publisher="government"),
    )
    found = read(conn, first)
    assert [one.outcome for one in (first, second, third)] == ["new", "joined", "joined"]
    assert {one.story_id for one in (first, second, third)} == {first.story_id} and second.reasons
    assert found.official and found.face.url == url and found.version == 1
    assert {fact.value for fact in found.facts} >= {3_389, 17, 10_000_000}
    assert found.publishers == ("government", "media", "Wire")
    assert owed(conn) == [7] and first.deliveries == 1 and second.deliveries == third.deliveries == 0


def test_a_copy_elsewhere_is_a_near_copy_whenever_it_comes(conn: Connection) -> None:
    first = put(conn, announcement(text=BODY * 2, facts=ROUND))
    copy = announcement(
        "https://b.example.com/x", text=BODY * 2 + "记者报道", dated=NOON + timedelta(days=400)
    )
    late = put(conn, copy, now=NOON + timedelta(days=400))
    exact = put(conn, announcement("https://c.example.com/x", text=BODY * 2), now=NOON + timedelta(days=500))
    for one in (late, exact):
        assert (one.outcome, one.story_id, one.near_copy_of) == (
            "near-copy",
            first.story_id,
            first.announcement_id,
        )


def test_irrelevant_copies_are_known_as_copies_and_have_no_story(conn: Connection) -> None:
    blank = {"relevance": "no", "topics": (), "places": (), "kind": None, "text": BODY * 2}
    first = put(conn, announcement(**blank))  # type: ignore[arg-type]
    second = put(conn, announcement("https://b.example.com/x", **blank))  # type: ignore[arg-type]
    assert (second.outcome, second.story_id, second.near_copy_of) == (
        "irrelevant",
        None,
        first.announcement_id,
    )
    assert counts(conn).stories == 0


def test_short_pages_with_the_same_words_are_not_copies(conn: Connection) -> None:
    first = put(conn, announcement(title="通知", text="见附件", places=("110000",)))
    second = put(
        conn, announcement("https://b.example.com/x", title="通知", text="见附件", places=("310000",))
    )
    assert second.near_copy_of is None and second.story_id != first.story_id


@pytest.mark.parametrize(
    "changes",
    [
        {"places": ("320500",)},
        {"facts": (yuan(30_000_000), count(150_000))},
        {"stage": "completed", "kind": "statistics"},
        {"topics": ("blockchain",), "kind": "plan", "facts": ()},
    ],
)
def test_near_misses_are_stories_of_their_own(conn: Connection, changes: dict[str, object]) -> None:
    first = put(conn, announcement(facts=ROUND, stage="announced"))
    second = put(conn, announcement(**({"facts": ROUND} | ENGLISH | changes)))  # type: ignore[arg-type]
    assert second.outcome == "new" and second.story_id != first.story_id


def test_a_document_number_finds_its_story_a_year_later_only_with_more_evidence(conn: Connection) -> None:
    number = Fact("document_no", "深金规〔2024〕7号", None, "深金规〔2024〕7号")
    first = put(conn, announcement(facts=(number,), kind="plan"))
    soon = put(conn, announcement(facts=(number,), kind="plan", dated=NOON + timedelta(days=25), **ENGLISH))  # type: ignore[arg-type]
    assert soon.story_id == first.story_id
    review = announcement(
        "https://b.example.com/r",
        "三年回顾",
        facts=(number,),
        kind="statistics",
        dated=NOON + timedelta(days=400),
    )
    assert put(conn, review, now=NOON + timedelta(days=400)).outcome == "new"


def test_order_does_not_matter(database: Database) -> None:
    items = [
        announcement(facts=ROUND),
        announcement(facts=ROUND, **ENGLISH),  # type: ignore[arg-type]
        announcement("https://b.example.com/1", places=("320500",), facts=ROUND),
        announcement("https://b.example.com/2", "苏州红包", places=("320500",), facts=ROUND, language="de"),
        announcement(
            "https://b.example.com/3", "北京计划", places=("110000",), kind="plan", topics=("blockchain",)
        ),
    ]
    for seed in range(6):
        fresh = Database("sqlite:///:memory:")
        fresh.migrate()
        shuffled = random.Random(seed).sample(items, len(items))
        with fresh.write() as conn:
            of = {item.article.url: put(conn, item).story_id for item in shuffled}
        fresh.close()
        assert len(set(of.values())) == 3
        assert of[items[0].article.url] == of[items[1].article.url]
        assert of[items[2].article.url] == of[items[3].article.url]


def test_an_announcement_its_story_and_its_deliveries_are_one_transaction(database: Database) -> None:
    with database.write() as conn:
        reader(conn, 1)
    with pytest.raises(ZeroDivisionError), database.write() as conn:
        put(conn, announcement())
        raise ZeroDivisionError
    with database.read() as conn:
        assert counts(conn).announcements == counts(conn).stories == 0
        assert outbox.counts(conn)["pending"] == 0 and latest(conn) == []


def test_latest_goes_by_place_topic_and_time(conn: Connection) -> None:
    put(
        conn,
        announcement("https://a.example.org/1", "罗湖", places=("440303",), dated=NOON - timedelta(days=3)),
    )
    put(conn, announcement("https://a.example.org/2", "苏州", places=("320500",), named=("440300",)))
    plan = {"topics": ("blockchain",), "kind": "plan", "dated": NOON - timedelta(days=1)}
    put(conn, announcement("https://a.example.org/3", "深圳计划", places=("440300",), **plan))  # type: ignore[arg-type]
    put(conn, announcement("https://a.example.org/4", "通讯", relevance="borderline"))

    def titles(**asked: object) -> list[str]:
        return [item.face.title for item in latest(conn, **asked)]  # type: ignore[arg-type]

    assert titles() == ["苏州", "深圳计划", "罗湖"]
    assert titles(place="440000") == titles(place="440300") == ["深圳计划", "罗湖"]
    assert titles(place="440303") == ["罗湖"] and titles(place="110000") == []
    assert titles(topic="blockchain") == titles(place="440300", topic="blockchain") == ["深圳计划"]
    assert titles(since=NOON - timedelta(days=1)) == ["苏州", "深圳计划"]
    assert titles(limit=1, offset=1) == ["深圳计划"]


def _many(conn: Connection, start: int, number: int) -> int:
    """File `number` reports of as many events in ten cities within one month; the steps SQLite took for it."""
    items = [
        announcement(
            f"https://n.example.org/{index}",
            "".join(chr(0x4E00 + index * step % 9973) for step in range(1, 9)),
            places=(f"{440100 + 100 * (index % 10)}",),
            facts=(count(index * 7919 % 100_003, "merchants"), yuan(200)),
            kind="application",
            dated=NOON - timedelta(hours=index % 700),
        )
        for index in range(start, start + number)
    ]
    taken = 0

    def count_steps() -> None:
        nonlocal taken
        taken += 100

    driver = conn.connection.dbapi_connection
    assert driver is not None
    driver.set_progress_handler(count_steps, 100)
    for item in items:
        put(conn, item)
    driver.set_progress_handler(None, 0)
    return taken


def test_filing_takes_no_more_steps_as_the_archive_grows(conn: Connection) -> None:
    _many(conn, 0, 200)
    first = _many(conn, 200, 100)
    _many(conn, 300, 500)
    last = _many(conn, 800, 100)
    # Once full, a key proposes no more than its limit: what 200 cost, 900 cost. Steps, unlike seconds, are
    # the same on a busy machine; the search index merges now and then, hence not exactly the same.
    assert last < 1.5 * first, (first, last)


def test_every_lookup_is_a_search_in_an_index(conn: Connection) -> None:
    _many(conn, 0, 50)
    plans: list[str] = []
    asked: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.lstrip().startswith(("SELECT", "INSERT INTO deliveries")):
            asked.append((statement, values))

    event.listen(conn, "before_cursor_execute", note)
    put(conn, announcement(facts=ROUND))
    put(conn, announcement(facts=ROUND, **ENGLISH))  # type: ignore[arg-type]
    latest(conn, place="440000", topic="digital-yuan")
    event.remove(conn, "before_cursor_execute", note)
    assert len(asked) > 8
    for statement, values in asked:
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        plans += [row.detail for row in rows]
    scans = [
        plan for plan in plans if plan.startswith("SCAN") and not plan.startswith(("SCAN (", "SCAN CONSTANT"))
    ]
    assert scans == [], scans


def test_the_newest_of_a_tag_are_read_in_order_without_sorting(conn: Connection) -> None:
    query = (
        "SELECT story_id FROM story_tags WHERE tag = '440000/' ORDER BY shown DESC, story_id DESC LIMIT 10"
    )
    plan = [row.detail for row in conn.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    assert plan == ["SEARCH story_tags USING PRIMARY KEY (tag=?)"]
