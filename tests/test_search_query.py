"""What a person types into a search is read as words, phrases and filters in three languages, and never refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.query import LONGEST, MOST_WORDS, Note, Query, read_query
from analysis.types import KINDS, LANGUAGES
from bot.texts import texts

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def read(typed: str) -> Query:
    return read_query(typed, now=NOW, zone=ZONE)


def told(query: Query) -> dict[str, Any]:
    """What differs from an empty query."""
    empty = Query()
    values = {name: getattr(query, name) for name in Query.__slots__}
    return {name: value for name, value in values.items() if value != getattr(empty, name)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", {}),
        ("红包 wallets", {"words": ("红包", "wallets")}),
        ("北京、上海；Xi'an e-CNY", {"words": ("北京", "上海", "Xi'an", "e-CNY")}),
        (
            '"digital yuan" 「红包」 “钱包” „rote Umschläge“ 《白皮书》',
            {"phrases": ("digital yuan", "红包", "钱包", "rote Umschläge", "白皮书")},
        ),
        ("「数字人民币」红包", {"phrases": ("数字人民币",), "words": ("红包",)}),
        ('"北京', {"words": ("北京",)}),
        ('""', {}),
        ("place:Suzhou", {"places": ("320500",)}),
        ("PLACE：苏州", {"places": ("320500",)}),
        ("ort:Peking ort:Hong Kong Börse", {"places": ("110000", "810000"), "words": ("Börse",)}),
        ("地点: 苏州工业园区", {"places": ("320571",)}),
        ('place:"Suzhou Industrial Park"', {"places": ("320571",)}),
        ("place:320500", {"places": ("320500",)}),
        ("topic:digital-yuan", {"topics": ("digital-yuan",)}),
        ("主题:数字人民币", {"topics": ("digital-yuan",)}),
        ("thema:digitaler Yuan pilot", {"topics": ("digital-yuan",), "words": ("pilot",)}),
        ("topic:blockchain", {"topics": ("blockchain",)}),
        ("kind:lottery", {"kinds": ("lottery",)}),
        ("类型:规划 kind:Plan art:Plan", {"kinds": ("plan",)}),
        ("kind:pilot", {"kinds": ("pilot-launch", "pilot-expansion")}),
        ("kind:cross-border", {"kinds": ("cross-border",)}),
        ("kind:red packets", {"kinds": ("lottery",)}),
        ("source:mpaypass 来源:“移动支付网”", {"sources": ("mpaypass", "移动支付网")}),
        ("lang:zh sprache:Deutsch 语言:英文", {"languages": ("zh", "de", "en")}),
        ("has:amount mit:Datum 含:文号", {"facts": ("amount", "date", "document_no")}),
        ("sort:relevance", {"order": "relevance"}),
        ("sort:relevance 排序:最新", {}),
        ("since:2024-05", {"since": datetime(2024, 4, 30, 16, tzinfo=UTC)}),
        ("起:2024年5月", {"since": datetime(2024, 4, 30, 16, tzinfo=UTC)}),
        ("seit:1.5.2024", {"since": datetime(2024, 4, 30, 16, tzinfo=UTC)}),
        ("since:2024", {"since": datetime(2023, 12, 31, 16, tzinfo=UTC)}),
        ("since:30d", {"since": datetime(2024, 5, 2, 12, tzinfo=UTC)}),
        ("自:3天", {"since": datetime(2024, 5, 29, 12, tzinfo=UTC)}),
        ("since:2024 since:30d", {"since": datetime(2024, 5, 2, 12, tzinfo=UTC)}),
        ("seit:gestern", {"since": datetime(2024, 5, 30, 16, tzinfo=UTC)}),
        ("foo:bar", {"words": ("foo", "bar"), "notes": (Note("filter", "foo:bar"),)}),
        (
            "place:Nowhereville x",
            {"words": ("Nowhereville", "x"), "notes": (Note("value", "place:Nowhereville"),)},
        ),
        ("kind:“no such”", {"phrases": ("no such",), "notes": (Note("value", "kind:“no such”"),)}),
        ("since:2024-13", {"words": ("2024-13",), "notes": (Note("value", "since:2024-13"),)}),
        ("12:30 https://x.org", {"words": ("12", "30", "https", "//x.org")}),
        ("place:", {"words": ("place",)}),
        (":北京", {"words": ("北京",)}),
    ],
)
def test_words_phrases_and_filters(typed: str, meant: dict[str, Any]) -> None:
    assert told(read(typed)) == meant


def test_what_is_too_long_is_cut_and_said() -> None:
    assert read("字" * (LONGEST + 1)).notes == (Note("cut"),)
    many = read(" ".join(f"w{number}" for number in range(MOST_WORDS + 4)))
    assert len(many.words) == MOST_WORDS
    assert many.notes == (Note("cut"),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_is_called_what_the_bot_calls_it(language: Any) -> None:
    for kind in KINDS:
        label = texts(language)(f"kind.{kind}")
        assert kind in read(f'kind:"{label}"').kinds, label


PIECES = st.sampled_from(
    [
        "place:",
        "地点：",
        "since:",
        "has:",
        "kind:",
        "source:",
        '"',
        "“",
        "」",
        "：",
        " ",
        "2024",
        "99999w",
        "*",
        "北京",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_any_text_is_a_query(typed: str) -> None:
    query = read(typed)
    assert len(query.words) + len(query.phrases) <= MOST_WORDS
    assert all(any(char.isalnum() for char in word) for word in query.words)
