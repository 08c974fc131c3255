"""`yuanwatch run` as its supervisor sees it: exit status, words on stderr, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from analysis.gazetteer import gazetteer
from storage import outbox
from storage.database import Database
from storage.filing import file
from storage.subscriptions import remember_chat, subscribe
from tests.announcements import announcement
from yuanwatch.demo.botapi import BotApi, Fault
from yuanwatch.demo.show import wait_until

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


@contextmanager
def running(path: Path, api: BotApi, **more: object) -> Iterator[subprocess.Popen[bytes]]:
    """`yuanwatch run` in a directory of its own; its log is the file "log" there."""
    config = {
        "database": {"url": f"sqlite:///{path / 'y.db'}"},
        "telegram": {"api_url": api.url},
        "sources": [
            {
                "id": "none",
                "name": "None",
                "kind": "feed",
                "level": "media",
                "language": "en",
                "urls": ["http://127.0.0.1:9/"],
                "disabled": "not needed",
            }
        ],
    }
    (path / "config.yaml").write_text(yaml.safe_dump(config | more), encoding="utf-8")
    with (path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "yuanwatch", "--config", str(path / "config.yaml"), "run"],
            env=os.environ | {"TELEGRAM_BOT_TOKEN": TOKEN},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_an_ordinary_end_in_the_midst_of_a_long_delivery_is_clean(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    with BotApi(TOKEN) as api:
        _owe(database, api, readers=60, stories=4)
        with running(tmp_path, api) as process:
            api.wait_for_call("sendMessage", 60, timeout=30)
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
    log = (tmp_path / "log").read_text(encoding="utf-8")
    with database.read() as conn:
        counts = outbox.counts(conn)
    database.close()
    assert counts["sending"] == counts["unknown"] == 0
    assert counts["sent"] >= 60
    assert counts["pending"] > 0
    assert "Traceback" not in log
    assert "maximum number of running instances" not in log


def test_a_second_program_with_the_token_ends_it_with_2_and_a_sentence(tmp_path: Path) -> None:
    with BotApi(TOKEN) as api, running(tmp_path, api) as process:
        api.wait_for_call("setMyCommands", 1, timeout=30)
        api.fail("getUpdates", Fault.CONFLICT, times=None)
        ann, begun = api.user(1), time.monotonic()
        ann.say("/help")
        assert process.wait(20) == 2
        assert time.monotonic() - begun > 3
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Another program polls with this token" in log
    assert "Traceback" not in log


def test_it_archives_what_is_old_and_backs_up_meanwhile(tmp_path: Path) -> None:
    _store_old(tmp_path)
    archive, backups = tmp_path / "archive", tmp_path / "backups"
    with BotApi(TOKEN) as api, running(tmp_path, api, schedule={"backup": {"every": "1d"}}) as process:
        found = wait_until(lambda: all(list(each.glob("*.gz")) for each in (archive, backups)), 40)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert found
    assert [path.name for path in archive.iterdir()] == ["2020-05.jsonl.gz"]
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_an_archive_that_cannot_be_written_is_logged_and_the_bot_goes_on(tmp_path: Path) -> None:
    _store_old(tmp_path)
    (tmp_path / "archive").write_text("a file in its place")
    log = tmp_path / "log"
    with BotApi(TOKEN) as api, running(tmp_path, api) as process:
        assert wait_until(lambda: log.exists() and "cannot be written" in log.read_text(encoding="utf-8"), 40)
        assert "e-CNY" in api.user(1).ask("/start", timeout=20).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _store_old(path: Path) -> None:
    database = Database(f"sqlite:///{path / 'y.db'}")
    database.migrate()
    with database.write() as conn:
        file(conn, announcement(), now=datetime(2020, 5, 20, tzinfo=UTC), tell=False, max_age=None)
    database.close()


def _owe(database: Database, api: BotApi, *, readers: int, stories: int) -> None:
    now = datetime.now(UTC)
    before = now - timedelta(days=1)
    cities = [place for place in gazetteer() if place.level == "prefecture"]
    with database.write() as conn:
        for chat in range(1, readers + 1):
            api.user(chat, started=True)
            remember_chat(conn, chat, kind="private", language="en", now=before)
            subscribe(conn, chat, place=None, topic=None, now=before, limit=5)
        for city in cities[:stories]:
            url = f"https://n.example.org/{city.adcode}"
            file(
                conn, announcement(url, city.adcode, places=(city.adcode,)), now=now, tell=True, max_age=None
            )
        assert outbox.counts(conn)["pending"] == readers * stories
