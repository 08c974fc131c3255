"""A database of a former version is brought up to date with everything in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from alembic import command
from alembic.config import Config

import storage
from analysis.hours import ChatSettings
from analysis.query import read_query
from analysis.types import Fact
from storage import archive, outbox
from storage.candidates import load
from storage.config import KeepRules
from storage.database import Database
from storage.hosts import host_states, robots_since, save_hosts, save_robots
from storage.housekeeping import tidy
from storage.looks import save_listed, save_look, young_looks
from storage.retention import retire
from storage.search import search
from storage.settings import chat_settings
from storage.soundness import damage
from storage.sources import filed_in_full, known, last_runs, save_state, sightings, state, states
from storage.spending import spend, spent
from storage.subscriptions import subscribe, subscriptions
from storage.types import HostState, Look, Sighting, SourceState, Validator
from storage.wanting import candidates

NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = int(NOON.timestamp() * 1_000_000)


def upgrade(database: Database, revision: str) -> None:
    """Bring a database to a former version."""
    config = Config()
    config.set_main_option("script_location", str(Path(str(storage.__file__)).parent / "migrations"))
    with database.write() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, revision)


def first_version(path: Path) -> Database:
    """A database as version 0001 left it: two sources polled, an entry seen."""
    database = Database(f"sqlite:///{path}")
    upgrade(database, "0001")
    with database.write() as conn:
        source = "INSERT INTO sources VALUES (?, ?, ?, ?, 1, ?, ?, ?)"
        fine, broken = (
            ("fine", "ok", INSTANT, INSTANT, 0, None),
            ("broken", "failed", INSTANT, None, 2, "500"),
        )
        conn.exec_driver_sql(source, (*fine, '{"https://a.example/": ["tag", null]}'))
        conn.exec_driver_sql(source, (*broken, "{}"))
        conn.exec_driver_sql(
            "INSERT INTO entries VALUES ('fine', 'k', 'https://a.example/1', ?, ?, 1, NULL, NULL)",
            (INSTANT, INSTANT),
        )
    return database


def test_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    database.migrate()
    with database.write() as conn:
        both = states(conn)
        assert both["fine"] == SourceState(
            *("fine", "ok", NOON, NOON, True, 0, None),
            {"https://a.example/": Validator("tag")},
            since=NOON,
        )
        assert both["broken"].status == "unreachable" and both["broken"].since == NOON
        assert known(conn, "fine", ["k"]) == {"k"}
        assert sightings(conn, "fine", NOON) == [Sighting(None, NOON)]
        save_state(conn, both["fine"])
        assert state(conn, "fine") == both["fine"]
        assert host_states(conn) == {}
    database.close()


def test_announcements_of_the_second_version_are_read(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    upgrade(database, "0002")
    names = """id url canonical_url content_hash bands title text attachments summary language relevance reason
        topics kind stage places organisations facts notes published dated fetched publisher_id publisher_name
        publisher_kind publisher_place publisher_timezone story_id near_copy_of joined_because"""
    values = ("zh", "yes", "r", "[]", "plan", "announced", "[]", "[]", '[["pages", 3, "pages", "3页"]]', "[]")
    row = (1, "u", "u", "h", "[]", "t", "x", "[]", "s", *values, INSTANT, INSTANT, INSTANT)
    row += ("p", "P", "media", None, "Asia/Shanghai", None, None, "[]")  # type: ignore[assignment]
    with database.write() as conn:
        columns = ", ".join(names.split())
        marks = ", ".join("?" * len(names.split()))
        conn.exec_driver_sql(f"INSERT INTO announcements ({columns}) VALUES ({marks})", row)
    database.migrate()
    with database.read() as conn:
        old = load(conn, 1)
    assert (old.summary, old.stage, old.stage_quote, old.signed) == ("s", "announced", None, None)
    assert old.facts == (Fact("pages", 3, "pages", "3页"),) and not old.summaries
    database.close()


def test_what_a_model_costs_is_added_up_by_day(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    upgrade(database, "0003")
    database.migrate()
    today, tomorrow = NOON.date(), NOON.date() + timedelta(days=1)
    with database.write() as conn:
        assert spent(conn, today) == 0
        spend(conn, today, 900)
        spend(conn, tomorrow, 50)
        spend(conn, today, -100)
    with database.read() as conn:
        assert (spent(conn, today), spent(conn, tomorrow)) == (800, 50)
    database.close()


def test_texts_of_the_third_version_can_be_archived(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    upgrade(database, "0003")
    names = """id url canonical_url content_hash bands title text attachments summary language relevance reason
        topics places organisations facts notes fetched publisher_id publisher_name publisher_kind
        publisher_timezone joined_because"""
    row = (1, "u", "u", "h", "[1]", "t", "x" * 400, "[]", "s", "zh", "no", "r", "[]", "[]", "[]", "[]", "[]")
    row += (INSTANT, "p", "P", "media", "Asia/Shanghai", "[]")  # type: ignore[assignment]
    with database.write() as conn:
        marks = ", ".join("?" * len(names.split()))
        columns = ", ".join(names.split())
        conn.exec_driver_sql(f"INSERT INTO announcements ({columns}) VALUES ({marks})", row)
    database.migrate()
    with database.read() as conn:
        assert load(conn, 1).article.text == "x" * 400
        assert filed_in_full(conn, ["u"]) == {"u": 1}
    keep = KeepRules(archive=str(tmp_path / "archive"))
    assert retire(database, keep, NOON + timedelta(days=91)) == 1
    with database.read() as conn:
        assert load(conn, 1).article.text == ""
        assert filed_in_full(conn, ["u"]) == {"u": 1}
    assert [line["text"] for line in archive.read(tmp_path / "archive")] == ["x" * 400]
    database.close()


def test_what_the_third_version_indexed_is_found_and_filtered(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    upgrade(database, "0003")
    names = """id url canonical_url content_hash bands title text attachments summary language relevance reason
        topics kind places organisations facts notes dated fetched publisher_id publisher_name publisher_kind
        publisher_timezone story_id joined_because"""
    rest = (
        "yes",
        "r",
        '["digital-yuan"]',
        "plan",
        '[["320500", true, "苏州", 1], ["110000", false, "北京", 1]]',
        "[]",
    )
    rest += (
        '[["amount", 10, "CNY", "10元"]]',
        "[]",
        INSTANT,
        INSTANT,
        "mpay",
        "移动支付网",
        "media",
        "Asia/Shanghai",
    )  # type: ignore[assignment]
    old = (("zh", "苏州 州发 发放 放 附件 件"), ("de", "borsen boersenplatz hauptstadt"))
    with database.write() as conn:
        columns, marks = ", ".join(names.split()), ", ".join("?" * len(names.split()))
        for key, (language, words) in enumerate(old, 1):
            conn.exec_driver_sql(
                "INSERT INTO stories VALUES (?, 1, ?, 'yes', 'r', 'plan', NULL, '[]', '[]', '[]', '[]', ?, ?)",
                (key, INSTANT, key, INSTANT),
            )
            row = (key, f"u{key}", f"u{key}", "h", "[]", "t", "x", "[]", "s", language, *rest, key, "[]")
            conn.exec_driver_sql(f"INSERT INTO announcements ({columns}) VALUES ({marks})", row)
            number = int(NOON.timestamp()) << 30 | key
            conn.exec_driver_sql("INSERT INTO search_words (rowid, words) VALUES (?, ?)", (number, words))
    database.migrate()

    def found(typed: str) -> list[int]:
        query = read_query(typed, now=NOON, zone=ZoneInfo("Asia/Shanghai"))
        with database.read() as conn:
            return [each.story.id for each in search(conn, query)]

    assert (
        found("苏州") == [1] and found("附件") == [1] and found("件") == [1]
    )  # the attachment's words are kept
    assert found("Börsenplatz") == found("Boersen*") == [2]
    assert found("place:Jiangsu topic:e-cny kind:plan has:amount source:支付 since:2024") == [2, 1]
    assert found("place:Suzhou lang:de source:mpay") == [2]
    assert found("place:Beijing") == []
    database.close()


def test_what_the_seventh_version_filed_is_followed_when_it_comes_up_anew(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    upgrade(database, "0007")
    names = """id url canonical_url content_hash bands title text attachments summary language relevance reason
        topics places organisations facts notes fetched publisher_id publisher_name publisher_kind
        publisher_timezone joined_because"""
    row = (1, "u", "u", "h", "[]", "t", "x", "[]", "s", "zh", "yes", "r", "[]", "[]", "[]", "[]", "[]")
    row += (INSTANT, "p", "P", "media", "Asia/Shanghai", "[]")  # type: ignore[assignment]
    with database.write() as conn:
        columns, marks = ", ".join(names.split()), ", ".join("?" * len(names.split()))
        conn.exec_driver_sql(f"INSERT INTO announcements ({columns}) VALUES ({marks})", row)
        conn.exec_driver_sql(
            "INSERT INTO runs VALUES (1, 'fine', ?, ?, 9, 1, 1, 0, 0, NULL, 0)", (INSTANT,) * 2
        )
    database.migrate()
    look = Look(1, "fine", "k", "u", "t", None, "d", "m", NOON, NOON, NOON, Validator("tag", None, NOON))
    later = replace(look, key="other", looked=NOON + DAY, first=NOON + DAY, futile=1, gone=NOON)
    with database.write() as conn:
        assert last_runs(conn)["fine"].changed == 0 and young_looks(conn, "fine", NOON - DAY) == []
        save_look(conn, look)
        assert young_looks(conn, "fine", NOON - DAY) == [look] and young_looks(conn, "fine", NOON) == []
        save_look(conn, later)
        save_listed(conn, [1], False)
        assert young_looks(conn, "fine", NOON - DAY) == [replace(later, first=NOON, listed=False)]
    tidy(database, NOON + 59 * DAY)
    with database.read() as conn:
        assert len(young_looks(conn, "fine", NOON - DAY)) == 1
    tidy(database, NOON + 61 * DAY)
    with database.read() as conn:
        assert young_looks(conn, "fine", NOON - DAY) == []
    database.close()


def test_what_hosts_want_is_kept_and_replaced(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    database.migrate()
    wants = [HostState("a.example", NOON, NOON, 5.0), HostState("b.example")]
    with database.write() as conn:
        save_hosts(conn, [HostState("a.example"), wants[1]])
        save_hosts(conn, [wants[0]])
        save_robots(conn, [("https://a.example", b"old")], NOON)
        save_robots(conn, [("https://a.example", b"User-agent: *")], NOON)
    with database.read() as conn:
        assert host_states(conn) == {each.host: each for each in wants}
        assert robots_since(conn, NOON) == {}
        assert robots_since(conn, datetime(2024, 3, 9, tzinfo=UTC)) == {"https://a.example": b"User-agent: *"}
    database.close()


def test_subscriptions_and_messages_of_the_seventh_version_are_kept(tmp_path: Path) -> None:
    database = first_version(tmp_path / "old.db")
    upgrade(database, "0007")
    with database.write() as conn:
        conn.exec_driver_sql(
            "INSERT INTO stories VALUES (1, 1, ?, 'yes', 'r', 'plan', NULL, '[]', '[]', '[]', '[]', 1, ?, '[]')",
            (INSTANT, INSTANT),
        )
        conn.exec_driver_sql(
            "INSERT INTO chats VALUES (7, 'private', 'de', ?, ?, NULL, NULL)", (INSTANT, INSTANT)
        )
        wishes = ((1, "", ""), (2, "440300", ""), (3, "", "blockchain"), (9, "440300", "blockchain"))
        for key, place, topic in wishes:
            conn.exec_driver_sql(
                "INSERT INTO subscriptions VALUES (?, 7, ?, ?, ?)", (key, place, topic, INSTANT)
            )
        conn.exec_driver_sql("DELETE FROM subscriptions WHERE id = 9")
        for key, state in ((4, "sent"), (5, "pending")):
            conn.exec_driver_sql(
                "INSERT INTO deliveries VALUES (?, 7, 1, ?, ?, 1, ?, ?, NULL, 11, NULL, ?)",
                (key, key, state, INSTANT, INSTANT, INSTANT),
            )
    database.migrate()
    with database.write() as conn:
        mine = subscriptions(conn, 7)
        assert [(each.id, each.place, each.topic, each.created) for each in mine] == [
            (1, None, None, NOON),
            (2, "440300", None, NOON),
            (3, None, "blockchain", NOON),
        ]
        assert {(each.delivery, each.thread_id) for each in mine} == {("now", None)}
        assert chat_settings(conn, 7) == ChatSettings()
        again, new = subscribe(conn, 7, place="440300", topic=None, now=NOON, limit=9)
        assert (again.id, new) == (2, False)
        assert subscribe(conn, 7, place="440300", topic="blockchain", now=NOON, limit=9)[0].id == 10
        assert [each.id for each in candidates(conn, ["440300"], [], NOON + timedelta(days=1))] == [1, 2]
        assert [row.id for row in outbox.claim(conn, now=NOON, limit=9)] == [5]
        edit = outbox.next_edit(conn, NOON)
        assert edit and (edit.id, edit.message_id) == (4, 11)
        assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        old = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE name LIKE 'old%'").all()
        assert old == []
    assert [str(finding) for finding in damage(database)] == []
    database.close()
