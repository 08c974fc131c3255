"""Search finds two-character words, single characters and stems, and no text a person types can break it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from storage.database import Database
from storage.filing import file
from storage.search import search
from storage.words import index_words, query_words
from tests.announcements import NOON, announcement

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


def titles(conn: Connection, words: str) -> list[str]:
    return [story.face.title[:4] for story in search(conn, words)]


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
    assert [story.face.title[:2] for story in search(conn, "数字", limit=1)] == ["北京"]
    assert [story.face.title[:2] for story in search(conn, "数字", limit=1, offset=1)] == ["臺灣"]
    assert search(conn, "数字", limit=5, offset=2) == [] and search(conn, "数字", limit=0) == []


@pytest.mark.parametrize("words", ["", "  ", "。！？", '"', "*", "\x00", "-", "(", "^", "😀"])
def test_nothing_asked_is_nothing_found(conn: Connection, words: str) -> None:
    assert search(conn, words) == []


@settings(max_examples=300, deadline=None)
@given(st.text())
@example("NEAR(a b, 2)")
@example("(" * 2000)
@example('a" OR "b')
@example("words:北京")
@example("北\x00京 \ud800")
@example("a " * 5000)
@example("𠀀𠀁 ꙮ Ⅷ ﷺ ß")
@example("x" * 100_000)
def test_no_text_raises(conn: Connection, words: str) -> None:
    search(conn, words)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=12))
def test_tokens_hold_letters_and_digits_only(words: str) -> None:
    assert set('"*():^-+{}') & set(index_words(words, "en")) == set()
    assert query_words(words).count('"') % 2 == 0


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
        found = search(conn, "北京", limit=200)
        assert len(found) == 60 and all("北京" in story.face.title for story in found)
        shown = [story.face.shown for story in found]
        assert shown == sorted(shown, reverse=True)
    database.close()
