"""What is old leaves the database for the archive: whole, in time, and without being told again as new."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from analysis.query import Query
from analysis.types import Announcement
from storage import archive, outbox
from storage.archive import Record
from storage.candidates import load
from storage.config import KeepRules
from storage.database import Database
from storage.errors import ArchiveError
from storage.files import part_of
from storage.filing import file
from storage.retention import retire
from storage.search import search
from storage.sources import filed_in_full, known, mark_seen
from storage.stories import latest
from storage.subscriptions import remember_chat, subscribe
from storage.types import Filed, StoryLine
from tests.announcements import NOON, announcement, count

LONG = "".join(
    f"深圳市罗湖区第{n}个街道的居民可以在商户使用数字人民币红包支付{n * 7}元以内的消费。" for n in range(30)
)
YEARS = NOON + timedelta(days=3 * 365)
NEWS: dict[str, Any] = {
    "title": "深圳发放红包五万个",
    "text": LONG,
    "summary": "罗湖区居民可以抽签领取。",
    "facts": (count(50_000),),
}
CHATTER: dict[str, Any] = {"relevance": "no", "topics": (), "kind": None, "places": ()}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def keep(tmp_path: Path) -> KeepRules:
    return KeepRules(archive=str(tmp_path / "archive"))


def put(database: Database, item: Announcement, now: datetime = NOON) -> Filed:
    with database.write() as conn:
        return file(conn, item, now=now, tell=True, max_age=None)


def archived(keep: KeepRules) -> list[str]:
    return [line["url"] for line in archive.read(Path(keep.archive))]


def text_of(database: Database, filed: Filed) -> str:
    with database.read() as conn:
        return load(conn, filed.announcement_id).article.text


def filled(database: Database) -> tuple[Filed, Filed]:
    """One that is told and one that is not, both read at noon."""
    told = put(database, announcement("https://a.example.org/told", **NEWS))
    other = announcement("https://a.example.org/other", "天气", LONG[::-1], **CHATTER)
    return told, put(database, other)


def test_what_is_old_goes_when_its_time_has_come_and_not_before(database: Database, keep: KeepRules) -> None:
    told, other = filled(database)
    assert retire(database, keep, NOON + timedelta(days=90)) == 0
    assert not Path(keep.archive).exists()
    assert retire(database, keep, NOON + timedelta(days=91)) == 1
    assert (text_of(database, told), text_of(database, other)) == (LONG, "")
    assert retire(database, keep, YEARS) == 1
    assert text_of(database, told) == ""
    assert retire(database, keep, YEARS) == 0
    assert sorted(archived(keep)) == ["https://a.example.org/other", "https://a.example.org/told"]


def test_null_keeps_for_ever(database: Database, keep: KeepRules) -> None:
    filled(database)
    assert retire(database, keep.model_copy(update={"texts": None, "irrelevant": None}), YEARS) == 0


def test_a_line_holds_all_that_was_stored(database: Database, keep: KeepRules) -> None:
    filled(database)
    retire(database, keep, YEARS)
    with gzip.open(Path(keep.archive) / "2024-05.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    told = next(record for record in records if record["url"].endswith("told"))
    assert (told["version"], told["text"], told["title"]) == (1, LONG, "深圳发放红包五万个")
    assert told["fetched"] == "2024-05-20T12:00:00+00:00"
    assert told["facts"] == [["count", 50_000, "red packets", "50000 red packets"]]


def found(conn: Connection, *words: str) -> list[StoryLine]:
    """The stories that a search gives."""
    return [each.story for each in search(conn, Query(words=words))]


def test_a_story_is_shown_and_found_as_before_but_not_by_words_of_its_text(
    database: Database, keep: KeepRules
) -> None:
    filled(database)
    with database.read() as conn:
        before = latest(conn, place="440300", topic="digital-yuan")
        assert found(conn, "街道的居民") == before
    retire(database, keep, YEARS)
    with database.read() as conn:
        assert latest(conn, place="440300", topic="digital-yuan") == before
        assert found(conn, "红包五万个") == found(conn, "抽签") == found(conn, "Shenzhen") == before
        assert found(conn, "街道的居民") == []


def test_old_news_that_comes_again_is_known(database: Database, keep: KeepRules) -> None:
    told, other = filled(database)
    with database.write() as conn:
        mark_seen(conn, "s", "k", "https://a.example.org/told", NOON, told.announcement_id)
        remember_chat(conn, 1, kind="private", language="en", now=NOON)
        subscribe(conn, 1, place=None, topic=None, now=NOON, limit=5)
    retire(database, keep, YEARS)
    addresses = {
        "https://a.example.org/told": told.announcement_id,
        "https://a.example.org/other": other.announcement_id,
    }
    with database.read() as conn:
        assert known(conn, "s", ["k"]) == {"k"}
        assert filed_in_full(conn, addresses) == addresses
    again = put(database, announcement("https://a.example.org/told?utm_source=x", **NEWS), YEARS)
    assert again.outcome == "unchanged"
    again = put(database, announcement("https://b.example.org/1", **NEWS), YEARS)
    assert (again.outcome, again.story_id) == ("near-copy", told.story_id)
    near = NEWS | {"text": LONG.replace("第9个街道", "最后的街道")}
    again = put(database, announcement("https://c.example.org/1", **near, dated=YEARS), YEARS)
    assert (again.outcome, again.story_id) == ("near-copy", told.story_id)
    assert (
        other.announcement_id
        == put(
            database,
            announcement("https://a.example.org/other", "天气", LONG[::-1], **CHATTER),
            YEARS,
        ).announcement_id
    )
    with database.read() as conn:
        assert outbox.counts(conn)["pending"] == 0


def test_a_page_that_changes_is_whole_again_and_archived_anew(database: Database, keep: KeepRules) -> None:
    told, _ = filled(database)
    retire(database, keep, YEARS)
    changed = NEWS | {"text": f"{LONG}更正：金额有误。"}
    assert put(database, announcement("https://a.example.org/told", **changed), YEARS).outcome == "changed"
    assert text_of(database, told).endswith("更正：金额有误。")
    assert retire(database, keep, YEARS) == 1
    assert archived(keep).count("https://a.example.org/told") == 2


def test_many_go_in_batches_by_month_and_others_write_meanwhile(database: Database, keep: KeepRules) -> None:
    for number in range(60):
        item = announcement(f"https://a.example.org/{number}", str(number), **CHATTER)
        put(database, item, NOON + timedelta(days=number))
    months: list[str] = []

    def meanwhile(month: str, records: Sequence[Record]) -> None:
        months.append(month)
        put(database, announcement(f"https://b.example.org/{month}", month, **CHATTER), YEARS)
        archive.put(Path(keep.archive), month, records)

    assert retire(database, keep, YEARS, put=meanwhile) == 60
    assert months == ["2024-05", "2024-06", "2024-07"]
    assert sorted(archived(keep)) == sorted(f"https://a.example.org/{number}" for number in range(60))


def test_it_ends_between_batches_when_it_is_told_to(database: Database, keep: KeepRules) -> None:
    filled(database)
    assert retire(database, keep, YEARS, goes_on=lambda: False) == 0


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_before_or_after_the_archive_loses_nothing_and_doubles_nothing(
    database: Database, keep: KeepRules, after: bool
) -> None:
    told, other = filled(database)

    def killed(month: str, records: Sequence[Record]) -> None:
        if after:
            archive.put(Path(keep.archive), month, records)
        raise Killed

    with pytest.raises(Killed):
        retire(database, keep, YEARS, put=killed)
    assert text_of(database, told) and text_of(database, other)
    assert retire(database, keep, YEARS) == 2
    assert sorted(archived(keep)) == ["https://a.example.org/other", "https://a.example.org/told"]


def test_half_a_file_of_a_killed_process_is_written_over(database: Database, keep: KeepRules) -> None:
    filled(database)
    directory = Path(keep.archive)
    directory.mkdir()
    part_of(directory / "2024-05.jsonl.gz").write_bytes(b"\x1f\x8bhalf")
    retire(database, keep, YEARS)
    assert len(archived(keep)) == 2
    assert [path.name for path in directory.iterdir()] == ["2024-05.jsonl.gz"]


@pytest.mark.parametrize("obstacle", ["no directory", "no file", "damaged", "full"])
def test_an_archive_that_cannot_be_written_is_told_and_nothing_goes(
    database: Database, keep: KeepRules, obstacle: str
) -> None:
    told, other = filled(database)
    directory = Path(keep.archive)
    if obstacle == "no directory":
        directory.write_text("a file in its place")
    elif obstacle == "no file":
        (directory / "2024-05.jsonl.gz").mkdir(parents=True)
    elif obstacle == "damaged":
        directory.mkdir()
        (directory / "2024-05.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 100)[:-6])
    else:
        directory.mkdir()
        part_of(directory / "2024-05.jsonl.gz").symlink_to("/dev/full")
    with pytest.raises(ArchiveError, match=r"archive.*(cannot be written|is damaged)"):
        retire(database, keep, YEARS)
    assert text_of(database, told) and text_of(database, other)
