"""The command line from outside: what cannot start says so in a sentence, with the promised status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.program import SHARED, yuanwatch

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    *("run", "crawl", "check", "add", "latest", "search", "why", "split", "join", "stats", "sources"),
    *("analyse", "export", "backup", "restore", "db", "demo"),
)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("database: {url: 'sqlite:///y.db'}\n", encoding="utf-8")
    return path


def test_run_without_a_token_says_how_to_get_one_and_what_works(empty: Path) -> None:
    ended = yuanwatch("run", config=empty)
    assert ended.status == 2
    assert "@BotFather" in ended.err
    assert "TELEGRAM_BOT_TOKEN" in ended.err
    assert "yuanwatch demo, crawl, latest" in ended.err


def test_a_mistake_in_the_configuration_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("crawl: {dealy: 3}", encoding="utf-8")
    ended = yuanwatch("crawl", config=path)
    assert ended.status == 2
    assert "crawl.dealy: unknown key" in ended.err
    assert "Traceback" not in ended.err


def test_crawl_of_an_unknown_source_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "sources: [{id: city, name: C, kind: feed, level: media, urls: ['https://city.example.org/f']}]",
        encoding="utf-8",
    )
    ended = yuanwatch("crawl", "--source", "town", config=path)
    assert ended.status == 2
    assert "town" in ended.err
    assert "yuanwatch sources" in ended.err


def test_crawl_without_sources_ends_with_2(empty: Path) -> None:
    assert yuanwatch("crawl", config=empty).status == 2


def test_an_unknown_place_gets_a_suggestion(empty: Path) -> None:
    ended = yuanwatch("latest", "Shenzen", config=empty)
    assert ended.status == 2
    assert "Did you mean Shenzhen (深圳" in ended.err


def test_an_empty_archive_says_so(empty: Path) -> None:
    ended = yuanwatch("latest", "苏州市", config=empty)
    assert ended.status == 1
    assert "Nothing stored for Suzhou yet" in ended.err


def test_a_wrong_duration_is_explained(empty: Path) -> None:
    ended = yuanwatch("latest", "--since", "yesterday", config=empty)
    assert ended.status == 2
    assert "30d" in ended.err


def test_a_database_that_is_none_is_refused_and_kept(empty: Path) -> None:
    broken = empty.parent / "y.db"
    broken.write_bytes(b"this is not a database, and somebody may want it back" * 100)
    before = broken.read_bytes()
    ended = yuanwatch("latest", config=empty)
    assert ended.status == 2
    assert "y.db" in ended.err
    assert "Traceback" not in ended.err
    assert broken.read_bytes() == before


def test_every_command_has_help_and_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = yuanwatch("--help").out
    for command in COMMANDS:
        assert re.search(rf"\b{command}\b", listed)
        assert f"yuanwatch {command}" in readme


def test_analyse_reads_standard_input(empty: Path) -> None:
    notice = (
        "苏州市发布数字人民币试点方案\n苏州市人民政府办公厅今天公布数字人民币试点实施方案，"
        "提出到2027年建成场景30万个，市财政安排资金1000万元用于消费红包。"
    )
    ended = yuanwatch("analyse", "-", "--json", config=empty, text=notice.encode())
    assert ended.status == 0
    assert '"320500"' in ended.out
    assert '"digital-yuan"' in ended.out
    assert "10000000" in ended.out


def test_analyse_of_a_missing_file_ends_with_1(tmp_path: Path) -> None:
    ended = yuanwatch("analyse", str(tmp_path / "none.pdf"))
    assert ended.status == 1
    assert "none.pdf: cannot be read" in ended.err


@pytest.mark.skipif(not SHARED.is_dir(), reason="the example article lies beside the repository, not in it")
def test_analyse_of_a_real_article_with_its_page_noise() -> None:
    ended = yuanwatch("analyse", str(SHARED / "examples" / "peking-blockchain-plan.de.txt"), "--json")
    assert ended.status == 0, ended.err
    found = json.loads(ended.out)
    places = {place["adcode"]: place["primary"] for place in found["places"]}
    assert places == {"110000": True, "133100": False, "460000": False}
    assert found["lang"] == "de"
    assert found["relevant"] == "yes"
    assert set(found["topics"]) == {"digital-yuan", "blockchain"}
    assert found["kind"] == "plan"
    assert {"DiDi", "Meituan", "OKCoin", "Huobi"} <= set(found["orgs"])
    figures = {(fact["type"], fact["value"], fact["unit"]) for fact in found["facts"]}
    assert ("pages", 145, "pages") in figures
    assert ("count", 140, "government services") in figures
    assert found["published"].startswith("2020-09-16T")
    assert "Diesen Artikel teilen" not in found["summary"]
    assert "Vorheriger Artikel" not in found["summary"]
