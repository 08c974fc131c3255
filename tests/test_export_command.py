"""`yuanwatch export` from outside: what it writes is read back by readers of each form."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from storage.database import Database
from storage.filing import file
from tests.announcements import NOON, announcement, on
from tests.exports import parsed
from tests.program import Ended, yuanwatch


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    path = folder / "config.yaml"
    path.write_text("database: {url: 'sqlite:///y.db'}\n", encoding="utf-8")
    database = Database(f"sqlite:///{folder / 'y.db'}")
    database.migrate()
    with database.write() as conn:
        for number, (place, topic) in enumerate(
            [("440300", "digital-yuan"), ("320500", "digital-yuan"), ("440305", "blockchain")]
        ):
            item = announcement(
                f"https://n.example.org/{number}",
                f"{place}号",
                places=(place,),
                topics=(topic,),
                facts=(on("2024-05-22"),),
                dated=NOON - timedelta(hours=number),
            )
            file(conn, item, now=NOON, tell=False, max_age=None)
    database.close()
    return path


def exported(config: Path, *arguments: str) -> Ended:
    ended = yuanwatch("export", *arguments, config=config)
    assert "Traceback" not in ended.err
    return ended


def test_all_stories_go_to_standard_output_newest_first(config: Path) -> None:
    ended = exported(config)
    assert (ended.status, ended.err) == (0, "")
    assert [json.loads(line)["title"] for line in ended.out.splitlines()] == [
        "440300号",
        "320500号",
        "440305号",
    ]
    assert len(exported(config, "--limit", "2").out.splitlines()) == 2


def test_a_place_and_a_topic_are_understood_in_any_language(config: Path) -> None:
    assert len(exported(config, "--place", "深圳").out.splitlines()) == 2
    assert len(exported(config, "--place", "Guangdong", "--topic", "区块链").out.splitlines()) == 1
    for arguments in (
        ("--place", "Atlantis"),
        ("--topic", "weather"),
        ("--since", "soon"),
        ("--each", "place"),
    ):
        ended = exported(config, *arguments)
        assert (ended.status, ended.out) == (2, "") and ended.err


def test_what_is_not_stored_ends_with_1_and_an_empty_feed(config: Path, tmp_path: Path) -> None:
    ended = exported(config, "--since", "1d", "--format", "atom", "--output", str(tmp_path / "a.atom"))
    assert (ended.status, "Nothing stored" in ended.err) == (1, True)
    assert feedparser.parse((tmp_path / "a.atom").read_text()).entries == []


@pytest.mark.parametrize("form", ["csv", "atom", "jsonfeed", "ics"])
def test_every_format_comes_from_the_command(config: Path, form: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("the former one")
    assert exported(config, "--format", form, "--output", str(target)).status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    text = target.read_bytes().decode()
    found = {
        "csv": lambda: len(list(csv.reader(io.StringIO(text)))) - 1,
        "atom": lambda: len(feedparser.parse(text).entries),
        "jsonfeed": lambda: len(json.loads(text)["items"]),
        "ics": lambda: len(parsed(text)),
    }[form]()
    assert found == 3
    assert target.read_bytes().startswith(b"\xef\xbb\xbf") == (form == "csv")


def test_a_file_for_each_place_or_topic(config: Path, tmp_path: Path) -> None:
    places = tmp_path / "places"
    assert exported(config, "--each", "place", "--format", "atom", "--output", str(places)).status == 0
    assert sorted(path.name for path in places.iterdir()) == [
        "320000-jiangsu.atom",
        "320500-suzhou.atom",
        "440000-guangdong.atom",
        "440300-shenzhen.atom",
        "440305-nanshan-district.atom",
    ]
    feeds = {path.name[:6]: feedparser.parse(path.read_text()) for path in places.iterdir()}
    assert {name: len(feed.entries) for name, feed in feeds.items()} == {
        "320000": 1, "320500": 1, "440000": 2, "440300": 2, "440305": 1,
    }  # fmt: skip
    assert len({feed.feed.id for feed in feeds.values()}) == 5
    topics = tmp_path / "topics"
    assert exported(config, "--each", "topic", "--place", "Shenzhen", "--output", str(topics)).status == 0
    assert {path.name: len(path.read_text().splitlines()) for path in topics.iterdir()} == {
        "digital-yuan.jsonl": 1,
        "blockchain.jsonl": 1,
    }


def test_a_place_that_cannot_be_written_is_told(config: Path, tmp_path: Path) -> None:
    ended = exported(config, "--output", str(tmp_path / "none" / "a.jsonl"))
    assert (ended.status, "cannot be written" in ended.err) == (2, True)


def test_a_reader_that_has_enough_is_no_mistake(config: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "yuanwatch", "--config", str(config), "export"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)
    process.stderr.close()
