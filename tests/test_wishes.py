"""Wishes: one form, safe to read from anywhere, and what they match."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.types import KINDS, LANGUAGES, TOPICS
from analysis.wishes import LONGEST_WORD, MOST_VALUES, Wish, WishError, checked, read_wish, wish_values
from bot.wording import describe
from storage.matching import matches, subject_of
from storage.wanting import parse_wish, write_wish
from tests.telling import announcement, story

BANK = "People's Bank of China"
SUBJECT = subject_of(
    replace(
        story(
            announcement(1, title="北京市印发区块链创新发展行动计划"),
            announcement(
                2,
                title="Beijing tests digital wallets in its Pilot Zone",
                summary="Merchants accept the e-CNY.",
                language="en",
                publisher_id="daily",
                publisher_kind="media",
                summaries={"de": "Händler nehmen die digitalen Geldbörsen an."},
            ),
        ),
        organisations=(BANK,),
    )
)

values = st.fixed_dictionaries(
    {},
    optional={
        "places": st.lists(st.sampled_from(["110000", "440300", "320500"])),
        "topics": st.lists(st.sampled_from(TOPICS)),
        "kinds": st.lists(st.sampled_from(KINDS)),
        "organisations": st.lists(st.sampled_from([BANK])),
        "words": st.lists(st.text("aß 深圳E*-", min_size=1).filter(lambda word: any(map(str.isalnum, word)))),
        "sources": st.lists(st.text(max_size=9)),
        "official": st.booleans(),
        "languages": st.lists(st.sampled_from(LANGUAGES)),
    },
)


@given(values)
def test_a_wish_is_read_back_and_equal_wishes_are_one_text(form: dict[str, Any]) -> None:
    try:
        wish = read_wish(form)
    except WishError as error:
        assert error.value is None or len(error.value) > LONGEST_WORD
        return
    assert checked(wish) == wish == read_wish(wish_values(wish)) == parse_wish(write_wish(wish))
    backwards = {name: value[::-1] if isinstance(value, list) else value for name, value in form.items()}
    assert write_wish(read_wish(backwards)) == write_wish(wish) or form.get("words")


def test_one_form() -> None:
    wish = Wish(places=("440300", "110000", "440300"), words=("  digital   yuan ", "Digital Yuan", " "))
    form = checked(wish)
    assert (form.places, form.words) == (("110000", "440300"), ("Digital Yuan",))
    assert not Wish(places=("110000",), topics=("blockchain",)).narrow and Wish(official=True).narrow
    assert checked(wish).keys == (("110000", ""), ("440300", ""))
    assert Wish().keys == (("", ""),)


@pytest.mark.parametrize(
    ("form", "field", "value"),
    [
        ({"places": ["999999"]}, "places", "999999"),
        ({"topics": ["football"]}, "topics", "football"),
        ({"kinds": ["x"]}, "kinds", "x"),
        ({"organisations": ["ACME"]}, "organisations", "ACME"),
        ({"languages": ["fr"]}, "languages", "fr"),
        ({"words": ["x" * 61]}, "words", "x" * 61),
        ({"not_words": ["***"]}, "not_words", "***"),
        ({"words": [f"word{n}" for n in range(MOST_VALUES + 1)]}, "words", None),
        ({"words": "text"}, "words", "text"),
        ({"words": [1]}, "words", "[1]"),
        ({"official": "yes"}, "official", "yes"),
        ({"regex": [".*"]}, "regex", "['.*']"),
    ],
)
def test_what_is_no_wish_is_refused(form: dict[str, Any], field: str, value: str | None) -> None:
    with pytest.raises(WishError) as caught:
        read_wish(form)
    assert (caught.value.field, caught.value.value) == (field, value)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(),
        Wish(places=("110000", "440300")),
        Wish(topics=("blockchain",)),
        Wish(kinds=("plan", "event")),
        Wish(organisations=(BANK,)),
        Wish(sources=("daily",)),
        Wish(languages=("en",)),
        Wish(official=True),
        Wish(words=("区块链", "WALLET")),
        Wish(words=("区塊鏈",)),
        Wish(words=("digital wallet",)),
        Wish(words=("Geldbörse",)),
        Wish(words=("merch*",)),
        Wish(not_words=("红包", "lottery", "wallpaper")),
    ],
)
def test_it_matches(wish: Wish) -> None:
    assert matches(wish, SUBJECT)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(places=("133100",)),  # named in passing only
        Wish(topics=("digital-yuan",)),
        Wish(kinds=("event",)),
        Wish(organisations=("ICBC",)),
        Wish(sources=("other",)),
        Wish(languages=("de",)),
        Wish(words=("wallets", "红包")),
        Wish(words=("allet",)),
        Wish(words=("wallet digital",)),
        Wish(not_words=("wallet",)),
        Wish(not_words=("创新",)),
        Wish(words=(".*",)),
    ],
)
def test_it_does_not_match(wish: Wish) -> None:
    assert not matches(wish, SUBJECT)


def test_press_alone_is_not_official() -> None:
    press = story(announcement(publisher_kind="media"))
    assert not matches(Wish(official=True), subject_of(press))


def test_a_wish_in_words() -> None:
    wish = Wish(
        places=("440300", "320500"),
        kinds=("lottery",),
        words=("wallet",),
        not_words=("lottery",),
        official=True,
        languages=("zh",),
    )
    assert describe(wish, "en") == (
        "Shenzhen, Suzhou (Jiangsu) · red packets · “wallet” · without “lottery” · official only · in Chinese"
    )
    assert describe(Wish(), "de") == "alles" and "不含“lottery”" in describe(wish, "zh")
