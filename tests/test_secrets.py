"""A whole run at DEBUG, with faults: no secret in a log, file, message, or command line of any of its processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from crawler.problems import wrong_with
from tests import hooked
from tests.crawls import city, notice, pilot, rows
from tests.hooked import SECRET, TOKEN, Place
from tests.sites import Reply, serve
from yuanwatch.config import ConfigError, parse
from yuanwatch.demo.botapi import Fault

place = hooked.place
KEY = "a-key-Without-A-Form"
PASSWORD = "hunter2-of-the-site"
OTHER = "无锡市数字人民币试点今日启动，" + "".join(chr(0x4E00 + 7 * number) for number in range(300)) + "。"
PROGRAM = (sys.executable, "-m", "yuanwatch")
SECRETS = (TOKEN, TOKEN.partition(":")[2], SECRET, KEY, PASSWORD)


def row(number: int) -> str:
    """A line of the list, of today."""
    return f"/{number}.html 苏州市启动数字人民币试点第{number}批 {datetime.now(UTC):%Y-%m-%d}"


@contextmanager
def watched(pid: int) -> Iterator[set[str]]:
    """The command lines of a process and all its descendants, as everybody on the machine could read them."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            family = {pid}
            for path in sorted(Path("/proc").glob("[0-9]*"), key=lambda each: int(each.name)):
                with suppress(OSError, IndexError):
                    parent = int(re.sub(r".*\)", "", (path / "stat").read_text()).split()[1])
                    if int(path.name) == pid or parent in family:
                        family.add(int(path.name))
                        seen.add((path / "cmdline").read_bytes().decode(errors="replace"))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def assert_nothing_seen(shown: dict[str, str]) -> None:
    """None of the secrets in any of the texts, which are named."""
    found = [(where, secret) for where, text in shown.items() for secret in SECRETS if secret in text]
    lines = [line for line in "\n".join(shown.values()).splitlines() if any(each in line for each in SECRETS)]
    assert not found, lines[:9]


def files(folder: Path) -> dict[str, str]:
    """What was written, but for the configuration."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "config.yaml"]
    return {path.name: path.read_bytes().decode("latin-1") for path in paths}


@pytest.mark.parametrize("polling", [True, False], ids=["polling", "webhook"])
def test_no_secret_of_the_bot_is_seen_anywhere(place: Place, polling: bool) -> None:
    environment = {"YUANWATCH_WEBHOOK_SECRET": SECRET, "YUANWATCH_LLM_KEY": KEY}
    with (
        place.running("--log-level", "DEBUG", polling=polling, **environment) as process,
        watched(process.pid) as lines,
    ):
        use(place, polling=polling)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert any("crawl" in line for line in lines) and any("run" in line for line in lines)
    assert "apscheduler" in place.log
    shown = {"command lines": "\n".join(lines), "log": place.log} | files(place.path)
    shown["sent"] = "\n".join(str(call.params) for call in place.api.calls if call.method != "setWebhook")
    assert "y.db" in shown
    assert_nothing_seen(shown)


def use(place: Place, *, polling: bool) -> None:
    """Commands and presses, with all that can go wrong on the way to Telegram."""
    api, ann = place.api, place.api.user(1)
    hello = ann.ask("/start", timeout=60)
    ann.ask("/subscribe all")
    for fault in Fault:
        if fault is Fault.CONFLICT:
            continue
        for method in ("sendMessage", *(["getUpdates"] if polling else [])):
            api.fail(method, fault, seconds=0.3)
        ann.say("/help")
    if not polling:
        assert place.post({"update_id": 1}, "wrong").status_code == 403
    api.heal()
    assert ann.press(hello, hello.buttons[0].data) is not None


def test_no_secret_of_the_crawl_is_seen_anywhere(tmp_path: Path) -> None:
    with serve() as site:
        site.pages |= {
            "/": Reply(rows(row(1))),
            "/1.html": pilot(),
            "/2.html": notice("无锡市数字人民币试点", OTHER),
        }
        site.pages["/v1/chat/completions"] = Reply(f"bad key {KEY}", 401)
        closed = f"http://reader:{PASSWORD}@127.0.0.1:{site.port}/list"
        site.pages["/moved"] = Reply("", 302, {"Location": closed})
        config = {
            "database": {"url": f"sqlite:///{tmp_path / 'y.db'}"},
            "crawl": {"delay": 0, "timeout": 3, "allow_networks": ["127.0.0.0/8"], "obey_robots": False},
            "analysis": {"llm": {"url": site.url("/v1"), "model": "m", "languages": ["en"], "timeout": "3s"}},
            "sources": [
                city(site),
                city(site, "/moved") | {"id": "moved"},
            ],
        }
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        shown: dict[str, str] = {}
        for number, command in enumerate((["crawl"], ["crawl", "--json"], ["check", "--all"], ["sources"])):
            process = subprocess.Popen(
                [*PROGRAM, "--config", str(tmp_path / "config.yaml"), "--log-level", "DEBUG", *command],
                env=os.environ | {"YUANWATCH_LLM_KEY": KEY, "TELEGRAM_BOT_TOKEN": TOKEN, "COLUMNS": "300"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            with watched(process.pid) as lines:
                shown[f"output {number}"] = process.communicate(timeout=90)[0].decode()
            shown[f"command lines {number}"] = "\n".join(lines)
            site.pages["/"] = Reply(rows(row(1), row(2)))  # what stands there at first is not summarised
        asked = [seen for seen in site.requests if seen.path.startswith("/v1/")]
    assert asked
    assert all(seen.headers["authorization"] == f"Bearer {KEY}" for seen in asked)
    assert "language model" in shown["output 1"] and "moved" in shown["output 0"]
    assert_nothing_seen(shown | files(tmp_path))


def test_no_password_stands_in_the_configuration_nor_in_what_is_said_of_it() -> None:
    text = yaml.safe_dump({"sources": [{"id": "ab", "urls": [f"https://reader:{PASSWORD}@a.example/"]}]})
    with pytest.raises(ConfigError, match="no user name or password") as refused:
        parse(text, "config.yaml")
    assert PASSWORD not in str(refused.value)


def test_what_stands_before_the_at_of_an_address_is_not_told() -> None:
    told = wrong_with(ValueError(f"invalid hostname: reader:{PASSWORD}@a.example and http://x:{PASSWORD}@b/"))
    assert told.problem == "ValueError: invalid hostname: a.example and http://b/"
