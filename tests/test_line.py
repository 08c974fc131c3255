"""The whole line from outside: sites on loopback in, the real crawl, queries and messages out."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.program import Ended, yuanwatch
from yuanwatch.demo import processes
from yuanwatch.demo.botapi import BotApi
from yuanwatch.demo.documents import load_documents
from yuanwatch.demo.web import DemoWeb

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as server:
        yield server


@pytest.fixture(scope="module")
def config(web: DemoWeb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration whose sources were crawled once, so that an archive stands."""
    sources = yaml.safe_dump({"sources": web.sources()}, allow_unicode=True)
    path = processes.write_config(
        tmp_path_factory.mktemp("line"), api_url="http://127.0.0.1:1", sources=sources
    )
    ended = yuanwatch("crawl", "--json", config=path)
    assert ended.status == 0, ended.err
    return path


def listed(ended: Ended) -> list[dict[str, Any]]:
    assert ended.status == 0, ended.err
    found: list[dict[str, Any]] = json.loads(ended.out)
    return found


def test_a_second_crawl_asks_only_for_what_changed(config: Path, web: DemoWeb) -> None:
    before = len(web.answers)
    runs = listed(yuanwatch("crawl", "--json", config=config))
    assert all(run["not_modified"] and run["new"] == 0 for run in runs)
    asked = web.answers[before:]
    assert {status for path, status in asked if not path.endswith("robots.txt")} == {304}


def test_a_place_is_known_by_its_names_in_three_languages(config: Path) -> None:
    ids = [
        [story["id"] for story in listed(yuanwatch("latest", name, "--json", config=config))]
        for name in ("北京", "北京市", "Peking", "Stadt Peking", "beijing city")
    ]
    assert ids[0]
    assert all(other == ids[0] for other in ids[1:])


def test_unrelated_news_is_nowhere(config: Path) -> None:
    told = listed(yuanwatch("latest", "--limit", "200", "--json", config=config))
    titles = {source["title"] for story in told for source in story["sources"]}
    unrelated = {
        item.title for item in load_documents() if item.expect.relevant == "no" and item.edition == 1
    }
    assert len(unrelated) >= 8
    assert not titles & unrelated


def test_a_story_is_told_once_official_source_first(config: Path) -> None:
    stories = listed(yuanwatch("search", "罗湖", "红包", "--json", config=config))
    lottery = next(story for story in stories if story["kind"] == "lottery")
    assert lottery["official"]
    assert lottery["sources"][0]["publisher"].startswith("深圳政府在线")
    assert len(lottery["sources"]) >= 3
    amounts = {(fact["value"], fact["unit"]) for fact in lottery["facts"] if fact["type"] == "amount"}
    assert {(10_000_000, "CNY"), (200, "CNY")} <= amounts


def test_topic_and_age_narrow_the_list(config: Path) -> None:
    chains = listed(yuanwatch("latest", "--topic", "区块链", "--json", config=config))
    assert chains
    assert all("blockchain" in story["topics"] for story in chains)
    assert yuanwatch("latest", "--since", "30d", config=config).status == 1  # the archive is years old


def test_tables_are_for_people(config: Path) -> None:
    shown = yuanwatch("latest", "Shenzhen", config=config).out
    assert "Luohu District" in shown
    assert "official" in shown
    sources = yuanwatch("sources", config=config).out
    assert len(re.findall(r"\b(?:ok|quiet|late)\b", sources)) >= 9


def test_a_dry_run_stores_nothing(config: Path, web: DemoWeb, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(config.read_text(encoding="utf-8"), encoding="utf-8")
    ended = yuanwatch("crawl", "--source", "demo-suzhou", "--dry-run", config=path)
    assert ended.status == 0
    assert "nothing was stored" in ended.out
    assert "demo-suzhou" in ended.out
    assert yuanwatch("latest", config=path).status == 1


def test_a_source_that_is_down_ends_with_1_and_harms_no_other(
    config: Path, web: DemoWeb, tmp_path: Path
) -> None:
    text = config.read_text(encoding="utf-8").replace(f"{web.base_url}/suzhou/", "http://127.0.0.1:9/suzhou/")
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    ended = yuanwatch("crawl", "--source", "demo-suzhou", "--source", "demo-shenzhen", "--json", config=path)
    assert ended.status == 1
    runs = {run["source_id"]: run for run in json.loads(ended.out)}
    assert runs["demo-suzhou"]["problem"]
    assert runs["demo-shenzhen"]["problem"] is None
    assert runs["demo-shenzhen"]["new"] > 0
    # Only the one that failed is told as failing.
    states = {line["id"]: line["status"] for line in listed(yuanwatch("sources", "--json", config=path))}
    assert (states["demo-suzhou"], states["demo-shenzhen"], states["demo-pbc"]) == (
        *("unreachable", "quiet", "new"),
    )


def test_the_bot_runs_from_its_command_and_stops_when_asked(config: Path, tmp_path: Path) -> None:
    with BotApi(TOKEN) as api:
        text = config.read_text(encoding="utf-8").replace("http://127.0.0.1:1", api.url)
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        log = tmp_path / "log"
        environment = os.environ | {"TELEGRAM_BOT_TOKEN": TOKEN}
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "yuanwatch", "--log-level", "debug", "--config", str(path), "run"],
                env=environment,
                stderr=out,
                stdout=out,
            )
        try:
            ann = api.user(7, "Ann", "de")
            assert "/help" in ann.ask("/start", timeout=30).text
            assert {"latest", "subscribe"} <= set(api.commands("zh"))
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
            assert time.monotonic() - started < 12
        finally:
            process.kill()
            process.wait()
    assert TOKEN not in log.read_text(encoding="utf-8", errors="replace")


def test_a_token_that_telegram_refuses_ends_with_2(config: Path, tmp_path: Path) -> None:
    with BotApi(TOKEN) as api:
        path = tmp_path / "config.yaml"
        path.write_text(
            config.read_text(encoding="utf-8").replace("http://127.0.0.1:1", api.url), encoding="utf-8"
        )
        ended = yuanwatch("run", config=path, TELEGRAM_BOT_TOKEN="987654321:" + "x" * 35)
    assert ended.status == 2
    assert "does not accept the token" in ended.err
    assert "x" * 35 not in ended.err
