"""Search finds two-character words, single characters and stems, and no text a person types can break it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from analysis.fold import fold
from analysis.query import Query, read_query
from analysis.types import Language
from storage.database import Database
from storage.filing import file
from storage.search import search
from storage.terms import read_terms
from storage.types import StoryLine
from storage.words import index_words
from tests.announcements import NOON, announcement, yuan

CITIES = ("440300", "320500", "510100", "210200", "430100", "330100")


@pytest.fixture(scope="module")
def conn() -> Iterator[Connection]:
    database = Database("sqlite:///:memory:")
    database.migrate()
    texts = [
        ("zh", "北京发放数字人民币红包", "市民在王府井领取。", ("110000",)),
        ("zh", "臺灣遊客可用數字人民幣錢包", "平潭推出新服務。", ("350128",)),
        ("en", "Xi'an opens wallets for students", "Merchants accept payments in e-CNY.", ("610100",)),
        ("de", "Börsen testen den digitalen Yuan", "Händler in Schanghai nehmen teil.", ("310000",)),
    ]
    with database.write() as connection:
        for number, (language, title, text, places) in enumerate(texts):
            item = announcement(
                f"https://n.example.org/{number}",
                title,
                text,
                language=language,  # type: ignore[arg-type]
                places=places,
                dated=NOON - timedelta(days=number),
                kind=None,  # what a kind and a topic are called is found too: see below
                topics=(),
                organisations=("Bank of China",) if number == 2 else (),
            )
            file(connection, item, now=NOON, tell=False, max_age=None)
    with database.read() as connection:
        yield connection
    database.close()


def query(typed: str, now: datetime = NOON) -> Query:
    return read_query(typed, now=now, zone=ZoneInfo("Asia/Shanghai"))


def stories(conn: Connection, typed: str, **page: int) -> list[StoryLine]:
    return [found.story for found in search(conn, query(typed), **page)]


def titles(conn: Connection, words: str) -> list[str]:
    return [story.face.title[:4] for story in stories(conn, words)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("北京", ["北京发放"]),
        ("红包", ["北京发放"]),
        ("紅包", ["北京发放"]),
        ("京", ["北京发放"]),
        ("取", ["北京发放"]),
        ("包", ["北京发放", "臺灣遊客"]),
        ("王府井 红包", ["北京发放"]),
        ("台湾", ["臺灣遊客"]),
        ("数字人民币", ["北京发放", "臺灣遊客"]),
        ("wallet", ["Xi'a"]),
        ("WALLETS", ["Xi'a"]),
        ("merchant payment", ["Xi'a"]),
        ("e-CNY", ["Xi'a"]),
        ("bank of china", ["Xi'a"]),
        ("西安", ["Xi'a"]),
        ("西安市", ["Xi'a"]),
        ("Börse", ["Börs"]),
        ("borsen", ["Börs"]),
        ("Händlern", ["Börs"]),
        ("Peking", ["北京发放"]),
        ("Shanghai", ["Börs"]),
        ("深圳", []),
        ("北京 wallets", []),
    ],
)
def test_words_are_found(conn: Connection, words: str, found: list[str]) -> None:
    assert titles(conn, words) == found


def test_topics_kinds_and_organisations_are_found_by_what_people_call_them() -> None:
    database = Database("sqlite:///:memory:")
    database.migrate()
    item = announcement(title="深圳市民今起预约", kind="lottery", organisations=("People's Bank of China",))
    with database.write() as conn:
        file(conn, item, now=NOON, tell=False, max_age=None)
        for words in (
            "red packets Shenzhen",
            "红包",
            "digitaler Yuan",
            "Gutscheine",
            "PBOC",
            "人行",
            "e-cny",
        ):
            assert titles(conn, words) == ["深圳市民"], words
        assert titles(conn, "blockchain") == titles(conn, "ICBC") == []
    database.close()


def test_newest_first_page_by_page_and_each_story_once(conn: Connection) -> None:
    everything = titles(conn, "yuan OR wallet")  # OR is a word like any other
    assert everything == []
    assert [story.face.title[:2] for story in stories(conn, "数字", limit=1)] == ["北京"]
    assert [story.face.title[:2] for story in stories(conn, "数字", limit=1, offset=1)] == ["臺灣"]
    assert stories(conn, "数字", limit=5, offset=2) == [] and stories(conn, "数字", limit=0) == []


@pytest.mark.parametrize("words", ["", "  ", "。！？", '"', "*", "\x00", "-", "(", "^", "😀"])
def test_nothing_asked_is_nothing_found(conn: Connection, words: str) -> None:
    assert stories(conn, words) == []


@settings(max_examples=300, deadline=None)
@given(st.text() | st.from_regex(r"(place|地点|seit|has|sort|x)[:：][^a]{0,9}[\"“」]?\\*?"))
@example("NEAR(a b, 2)")
@example("(" * 2000)
@example('a" OR "b')
@example("words:北京")
@example("北\x00京 \ud800")
@example("a " * 5000)
@example("𠀀𠀁 ꙮ Ⅷ ﷺ ß")
@example("x" * 100_000)
@example("source:\x00 source:￿ place:* has:\ud800 since:99999w since:0001-01-01")
@example('"北 京* a*" 「*」 Bl* ' + "Block* " * 30)
def test_no_text_raises(conn: Connection, words: str) -> None:
    stories(conn, words)
    stories(conn, words + " sort:relevance")


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=12))
def test_tokens_hold_letters_and_digits_only(words: str) -> None:
    assert set('"*():^-+{}¶') & set(index_words(words, "en")) == set()
    for term in read_terms(query(words)):
        assert term.expression(lambda start: []).count('"') % 2 == 0


def test_a_changed_announcement_is_found_by_its_new_words_only() -> None:
    database = Database("sqlite:///:memory:")
    database.migrate()
    with database.write() as conn:
        for title in ("青岛启动试点", "青岛推迟试验"):
            file(conn, announcement(title=title, places=("370200",)), now=NOON, tell=False, max_age=None)
        assert titles(conn, "启动") == [] and titles(conn, "推迟") == ["青岛推迟"]
    database.close()


def test_every_document_that_holds_a_word_is_found() -> None:
    database = Database("sqlite:///:memory:")
    database.migrate()
    with database.write() as conn:
        for number in range(120):
            title = f"{'北京' if number % 2 else '上海'}第{number}号项目"
            item = announcement(
                f"https://n.example.org/{number}",
                title,
                kind="application" if number % 4 < 2 else "plan",
                places=(CITIES[number % 6],),
                dated=NOON - timedelta(days=90 * number),
            )
            file(conn, item, now=NOON, tell=False, max_age=None)
        found = stories(conn, "北京", limit=200)
        assert len(found) == 60 and all("北京" in story.face.title for story in found)
        shown = [story.face.shown for story in found]
        assert shown == sorted(shown, reverse=True)
    database.close()


def archive(*items: dict[str, Any]) -> Database:
    """A database of announcements, each a story, the first the newest."""
    database = Database("sqlite:///:memory:")
    database.migrate()
    with database.write() as conn:
        for number, item in enumerate(items):
            values = {"kind": None, "topics": (), "places": (), "dated": NOON - timedelta(days=number)} | item
            filed = announcement(
                f"https://n.example.org/{number}", values.pop("title", f"t{number}"), **values
            )
            file(conn, filed, now=NOON, tell=False, max_age=None)
    return database


def found_titles(database: Database, typed: str) -> list[str]:
    with database.read() as conn:
        return [story.face.title for story in stories(conn, typed)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(alphabet="北京东人民，a 臺台国國\n", min_size=1, max_size=12), min_size=1, max_size=12),
    st.text(alphabet="北京东人国臺", min_size=1, max_size=4),
)
def test_a_text_is_found_exactly_if_it_holds_the_characters(texts: list[str], asked: str) -> None:
    items: list[dict[str, Any]] = [
        # Far apart and unlike each other, so that each is a story of its own.
        {"title": f"x{number}", "text": text, "dated": NOON - timedelta(days=90 * number)}
        for number, text in enumerate(texts)
    ]
    database = archive(*items)
    with database.read() as conn:
        told = {
            each.title for found in search(conn, query(asked), limit=50) for each in found.story.announcements
        }
    holding = {item["title"] for item in items if fold(asked) in fold(item["text"])}
    assert holding <= told  # reports that are one story are found together
    if len(told) == len(holding):
        assert told == holding
    database.close()


def test_phrases_are_words_in_this_order_in_one_text() -> None:
    database = archive(
        {"title": "a", "text": "The digital yuan pilot. Payments abroad.", "language": "en"},
        {"title": "b", "text": "A yuan that is digital; abroad, payments.", "language": "en"},
        {"title": "c", "text": "发放数字人民币wallet，共10万份"},
        {"title": "d", "text": "人民币数字，发放"},
        {"title": "e yuan", "text": "pilots abroad", "language": "en"},
        {"title": "f", "text": "Die digitalen Yuan im Test", "language": "de"},
    )
    assert found_titles(database, '"digital yuan"') == ["a", "f"]
    assert found_titles(database, "„digitaler Yuan“") == ["f"]
    assert found_titles(database, "digital yuan") == ["a", "b", "f"]
    assert found_titles(database, "「数字人民币」") == found_titles(database, "数字人民币") == ["c"]
    assert found_titles(database, "“數字，發放”") == ["d"]
    assert found_titles(database, '"人民币wallet 共"') == ["c"]
    assert found_titles(database, '"人民币 10"') == []
    assert found_titles(database, '"yuan pilots"') == ["a"]  # not from the title of e into its text
    database.close()


def test_umlauts_are_one_letter_however_they_are_written() -> None:
    database = archive(
        {"title": "a", "text": "Die Börsen in Zürich prüfen Übergänge", "language": "de"},
        {"title": "b", "text": "Die Boersen in Zuerich pruefen Uebergaenge", "language": "de"},
        {"title": "c", "text": "Mr Müller of Börse", "language": "en"},
        {"title": "d", "text": "Yuyang County and Neue Quelle", "language": "en"},
        {"title": "e", "text": "Große Straße", "language": "de"},
    )
    for typed in ("Zürich", "Zuerich", "zurich", "ZÜRICH", "Börsen", "Boersen", "Übergang", "Uebergang"):
        assert found_titles(database, typed)[:2] == ["a", "b"], typed
    assert found_titles(database, "Mueller") == found_titles(database, "Müller") == ["c"]
    assert found_titles(database, "muller") == ["c"]
    assert found_titles(database, "Yueyang") == []  # another place
    assert found_titles(database, "grosse strasse") == ["e"]
    database.close()


def test_a_star_finds_what_begins_so() -> None:
    database = archive(
        {"title": "a", "text": "Eine Blockchainplattform für Händler", "language": "de"},
        {"title": "b", "text": "Blockchain-Gipfel der Börsenaufsicht", "language": "de"},
        {"title": "c", "text": "Block by block", "language": "en"},
        {"title": "d", "text": "区块链blockchains"},
    )
    assert found_titles(database, "Blockchain*") == ["a", "b", "d"]
    assert found_titles(database, "Blockchain") == ["b", "d"]
    assert found_titles(database, "block*") == ["a", "b", "c", "d"]
    assert found_titles(database, "Börsen*") == found_titles(database, "boersen*") == ["b"]
    assert found_titles(database, "Blockchainplattformen*") == ["a"]
    assert found_titles(database, "bl*") == []  # too short to mean anything: the word bl
    assert found_titles(database, "区块*") == ["d"]
    database.close()


def filtered() -> Database:
    return archive(
        {
            "title": "苏州红包",
            "places": ("320571",),
            "topics": ("digital-yuan",),
            "kind": "lottery",
            "facts": (yuan(1e7),),
        },
        {
            "title": "苏州规划",
            "places": ("320500",),
            "topics": ("blockchain",),
            "kind": "plan",
            "name": "移动支付网",
        },
        {"title": "Suzhou plan", "language": "en", "places": ("320500",), "kind": "plan", "name": "mpaypass"},
        {"title": "北京红包与苏州", "places": ("110000",), "named": ("320500",), "kind": "lottery"},
        {"title": "Pekinger Pilot", "language": "de", "places": ("110000",), "kind": "pilot-launch"},
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("place:Suzhou", ["苏州红包", "苏州规划", "Suzhou plan"]),
        ("地点：苏州 红包", ["苏州红包"]),
        ("place:Jiangsu topic:数字人民币", ["苏州红包"]),
        ("thema:blockchain", ["苏州规划"]),
        ("topic:digital-yuan topic:区块链", ["苏州红包", "苏州规划"]),
        ("kind:规划", ["苏州规划", "Suzhou plan"]),
        ("kind:Plan lang:en", ["Suzhou plan"]),
        ("kind:pilot", ["Pekinger Pilot"]),
        ("has:amount", ["苏州红包"]),
        ("source:mpaypass", ["Suzhou plan"]),
        ("source:支付", ["苏州规划"]),
        ("来源:移动支付网", ["苏州规划"]),
        ("since:2d", ["苏州红包", "苏州规划", "Suzhou plan"]),
        ("since:2024-05-19 红包", ["苏州红包"]),
        ("since:2025", []),
        ("kind:lottery since:2024 place:Peking", ["北京红包与苏州"]),
        ("红包 kind:lottery place:苏州 sort:relevance", ["苏州红包"]),
        ("lang:de sort:relevance", ["Pekinger Pilot"]),
        ("place:Atlantis", []),
        ("placeSuzhou", []),
        ("place320500", []),
        ("langde", []),
    ],
)
def test_filters_narrow_what_is_found(typed: str, found: list[str]) -> None:
    database = filtered()
    assert found_titles(database, typed) == found
    database.close()


def test_by_relevance_the_title_counts_and_how_often_it_is_said() -> None:
    database = archive(
        {"title": "a", "text": "顺便提到钱包。" + "天气晴朗，游客众多。" * 20},
        {"title": "b", "text": "钱包用户可用钱包付款，钱包升级。" + "银行网点延长营业时间。" * 20},
        {"title": "c钱包", "text": "新服务。" + "农村学校换了桌椅，孩子们很高兴。" * 12},
    )
    assert found_titles(database, "钱包") == ["a", "b", "c钱包"]
    assert found_titles(database, "钱包 sort:relevance") == ["c钱包", "b", "a"]
    database.close()


@pytest.mark.parametrize(
    ("language", "body", "typed", "marked"),
    [
        ("zh", "工行、建行參與。北京市發放數字人民幣紅包，共10萬份。", "北京 红包", ["北京", "紅包"]),
        (
            "en",
            "Wallets for all. Merchants accept payments in Xi'an.",
            "merchant wallet",
            ["Wallets", "Merchants"],
        ),
        ("de", "Die Börsen öffnen. Händler zahlen.", "boerse", ["Börsen"]),
    ],
)
def test_what_was_found_is_shown_as_it_was_written(
    language: Language, body: str, typed: str, marked: list[str]
) -> None:
    database = archive({"title": "t", "text": body, "language": language})
    with database.read() as conn:
        (found,) = search(conn, query(typed))
        assert found.snippet is not None
        assert [found.snippet.text[start:end] for start, end in found.snippet.marks] == marked
        assert found.snippet.text.strip("…") in body
        (by_name,) = search(conn, query(f"lang:{language}"))
        assert by_name.snippet is None
    database.close()


def test_a_search_walks_along_the_index_and_sorts_nothing() -> None:
    database = filtered()
    match = 'search_index MATCH \'(words : "北京") AND (tags : "kindplan")\' AND rowid >= 0'
    with database.read() as conn:
        for where in (match, "rowid >= 0"):
            statement = f"EXPLAIN QUERY PLAN SELECT rowid FROM search_index WHERE {where} ORDER BY rowid DESC"
            (step,) = [row.detail for row in conn.exec_driver_sql(statement)]
            # 192: FTS5 gives the rows in the order of their numbers, from the last; nothing is sorted.
            assert step.startswith("SCAN search_index VIRTUAL TABLE INDEX 192:"), step
    database.close()
