"""What a person typed, in three languages and any order, becomes a place, a topic and the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.types import Topic
from bot.callbacks import (
    Action,
    DrawStory,
    DrawTimeline,
    EndSubscription,
    MoreLatest,
    PageDigest,
    PageLatest,
    PageSearch,
    PageSources,
    SetLanguage,
    ShowMap,
    ShowTrend,
    Subscribe,
    decode,
    encode,
)
from bot.queries import suggest, understand

BEIJING, SHENZHEN, SUZHOU, SUZHOU_ANHUI = "110000", "440300", "320500", "341300"


@pytest.mark.parametrize(
    ("typed", "place", "topic"),
    [
        ("北京", BEIJING, None),
        ("Peking", BEIJING, None),
        ("beijing city", BEIJING, None),
        ("Blockchain", None, "blockchain"),
        ("数字人民币", None, "digital-yuan"),
        ("Peking digitaler Yuan", BEIJING, "digital-yuan"),
        ("digital yuan Suzhou", SUZHOU, "digital-yuan"),
        ("苏州 区块链", SUZHOU, "blockchain"),
        ("深圳数字人民币", SHENZHEN, "digital-yuan"),
        ("区块链 深圳市", SHENZHEN, "blockchain"),
        ("北京最新", BEIJING, None),
        ("上海市浦东新区区块链", "310115", "blockchain"),
        ("was gibt es Neues in Peking?", BEIJING, None),
        ("what is new about e-CNY in Hong Kong", "810000", "digital-yuan"),
        ("blockchain, Suzhou Industrial Park", "320571", "blockchain"),
    ],
)
def test_place_and_topic_are_understood(typed: str, place: str | None, topic: Topic | None) -> None:
    query = understand(typed)
    assert (query.adcode, query.topic, query.rest) == (place, topic, ())


@pytest.mark.parametrize("typed", ["all", "Everything", "alles", "全部", "China", "中国"])
def test_everything_is_a_wish_of_its_own(typed: str) -> None:
    query = understand(typed)
    assert query.everything
    assert not query.named


def test_words_that_name_nothing_are_kept() -> None:
    query = understand("chengdu wallets since may")
    assert query.adcode == "510100"
    assert query.rest == ("wallets", "since", "may")


def test_a_word_beside_others_is_no_county() -> None:
    assert understand("yuan wallets").place is None


def test_namesakes_are_offered_but_not_what_lies_within() -> None:
    assert [place.adcode for place in understand("Suzhou").namesakes] == [SUZHOU_ANHUI]
    assert understand("北京").namesakes == ()


def test_a_misspelt_place_is_suggested() -> None:
    query = understand("Shenzen")
    assert not query.named
    assert suggest(query)[0].adcode == SHENZHEN
    assert "Zhengzhou" in [place.name_en for place in suggest(understand("Zengzhou blockchain"))]


def test_an_argument_is_cut() -> None:
    assert len(understand("word " * 1000).text) <= 100


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_understood_as_something(typed: str) -> None:
    query = understand(typed)
    assert len(query.text) <= 100
    suggest(query)


@pytest.mark.parametrize(
    "action",
    [
        PageLatest(BEIJING, "blockchain", 20),
        PageLatest(None, None),
        MoreLatest(None, "digital-yuan"),
        PageSearch("红包 钱包", 10),
        PageSearch("a:b:c"),
        Subscribe(BEIJING, None),
        EndSubscription(12345678901),
        PageDigest(12345678901, 0),
        PageDigest(1, 999),
        PageSources(3),
        SetLanguage("de"),
        ShowMap(None, "stage"),
        ShowMap("blockchain"),
        ShowTrend(BEIJING, "blockchain"),
        DrawTimeline(None, "digital-yuan"),
        DrawStory(12345678901),
    ],
)
def test_buttons_mean_what_was_meant(action: Action) -> None:
    data = encode(action)
    assert data is not None
    assert 1 <= len(data.encode()) <= 64
    assert decode(data) == action


def test_words_that_do_not_fit_a_button_make_none() -> None:
    assert encode(PageSearch("字" * 21)) is None


@pytest.mark.parametrize(
    "data",
    [
        "",
        "l",
        "l:110000",
        "l:11000:b:0",
        "l:110000:x:0",
        "l:110000:b:-1",
        "l:110000:b:007",
        "l:１１００００:b:0",
        *(
            "e:0",
            "e:1;2",
            "e:" + "9" * 30,
            "g:fr",
            "o:100",
            "f::x",
            "z:1",
            "k:x:n",
            "k:-:x",
            "k:-",
            "y:0",
            "r:999999:b",
            "p:-",
            "l:110000:b:0\n",
            " l:110000:b:0",
        ),
    ],
)
def test_forged_buttons_mean_nothing(data: str) -> None:
    assert decode(data) is None


@settings(max_examples=200)
@given(st.text(max_size=70))
def test_whatever_is_decoded_is_what_we_would_write(data: str) -> None:
    action = decode(data)
    if action is not None and len(data.encode()) <= 64:
        assert encode(action) == data
