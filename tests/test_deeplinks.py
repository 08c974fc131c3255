"""Links and buttons that carry subscriptions: what is written is read, and nothing else is."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.hours import Every
from analysis.organisations import organisation_kinds
from analysis.types import KINDS, LANGUAGES, TOPICS
from analysis.wishes import Wish, WishError, checked
from bot.callbacks import DATA_BYTES, Action, decode, encode
from bot.choices import (
    QUIET,
    Adjust,
    Begin,
    Forget,
    PageSubscriptions,
    Settings,
    Share,
    Take,
)
from bot.deeplinks import EVERY_CODES, KIND_CODES, LANGUAGE_CODES, TOPIC_CODES, decode_link, encode_link
from bot.zones import COMMON_ZONES, resolve_zone, zone_name

PLACES = ("110000", "310000", "440000", "440300", "320500", "133100", "440303")


def some(values: tuple[str, ...], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


WORDS = st.lists(st.text("abcß 深圳红包-\"'", min_size=1, max_size=8), max_size=2).map(tuple)


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    try:
        return checked(
            Wish(
                places=draw(some(PLACES)),
                topics=draw(some(TOPICS)),  # type: ignore[arg-type]
                kinds=draw(some(KINDS)),  # type: ignore[arg-type]
                organisations=draw(some(tuple(organisation_kinds()), 2)),
                words=draw(WORDS),
                not_words=draw(WORDS),
                official=draw(st.booleans()),
                languages=draw(some(LANGUAGES)),  # type: ignore[arg-type]
            )
        )
    except WishError:
        return Wish()


@given(wishes(), st.sampled_from(get_args(Every)))
def test_what_is_written_is_read(wish: Wish, delivery: Every) -> None:
    payload = encode_link(wish, delivery)
    if payload is None:
        return
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", payload)
    assert decode_link(payload) == (wish, delivery)
    data = encode(Take(wish, delivery))
    assert data is not None
    assert len(data.encode()) <= DATA_BYTES
    assert decode(data) == Take(wish, delivery)


@given(st.text("sptkgwxlod_0123456789abz-", max_size=64))
def test_nothing_else_is_read(payload: str) -> None:
    read = decode_link(payload)
    assert read is None or encode_link(*read) == payload


@pytest.mark.parametrize(
    ("payload", "wish", "delivery"),
    [
        ("s_110000_b", Wish(places=("110000",), topics=("blockchain",)), "now"),
        ("s_0_d", Wish(topics=("digital-yuan",)), "now"),
        ("s_0_a", Wish(), "now"),
        (
            "s_p440000440300_kpr_o_dd",
            Wish(("440000", "440300"), (), ("plan", "regulation"), official=True),
            "daily",
        ),
    ],
)
def test_links_that_stand_somewhere_are_read_for_ever(payload: str, wish: Wish, delivery: Every) -> None:
    assert decode_link(payload) == (wish, delivery)
    assert encode_link(wish, delivery) == payload


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "",
        "s",
        "s_",
        "s_999999_b",
        "s_110000_B",
        "s_110000_a\n",
        "s_p440300440000_o",
        "s_p440000440000_o",
        "s_kpp",
        "s_w1",
        "s_gaaaa",
        "s_tb",
        "s_" + "p440000" * 9,
        "S_110000_b",
        "s_110000_b_dd",
    ],
)
def test_forged_links_say_nothing(payload: str | None) -> None:
    assert decode_link(payload) is None


def test_what_does_not_fit_gives_no_link() -> None:
    assert encode_link(Wish(words=("a long word that nobody can fit into a link, for it is long",))) is None
    assert encode_link(Wish(sources=("x",))) is None
    assert encode(Take(Wish(sources=("x",)))) is None


def test_every_value_has_a_code_of_its_own() -> None:
    for codes, values in (
        (TOPIC_CODES, TOPICS),
        (KIND_CODES, KINDS),
        (LANGUAGE_CODES, LANGUAGES),
        (EVERY_CODES, get_args(Every)),
    ):
        assert set(codes) == set(values)
        assert len(set(codes.values())) == len(values)


BUTTONS: list[Action] = [
    Begin(1, 0),
    Begin(10**17, 10),
    Adjust(5, "show", "kinds1"),
    Adjust(5, "ask", "words"),
    Adjust(5, "topic", "+b"),
    Adjust(5, "kind", "-x"),
    Adjust(5, "kind", "none"),
    Adjust(5, "language", "+z"),
    Adjust(5, "official", "1"),
    Adjust(10**17, "delivery", "w"),
    Share(5),
    PageSubscriptions(7),
    Forget(True),
    Settings("show", "weekday"),
    Settings("ask", "zone"),
    Settings("language", "de"),
    Settings("silent", "0"),
    Settings("preview", "1"),
    Settings("hour", "23"),
    Settings("weekday", "6"),
    *(Settings("zone", zone) for zone in COMMON_ZONES),
    *(Settings("quiet", span) for span in QUIET),
]


@pytest.mark.parametrize("action", BUTTONS, ids=str)
def test_buttons_fit_and_come_back(action: Action) -> None:
    data = encode(action)
    assert data is not None
    assert len(data.encode()) <= DATA_BYTES
    assert decode(data) == action


@pytest.mark.parametrize(
    "data",
    [
        "B:1:2",
        "B:0:1",
        "C:1:k:+q",
        "C:1:k:p",
        "C:1:v:secret",
        "C:-1:o:1",
        "C:1:o:2",
        "O:z:Europe/Atlantis",
        "O:q:1-2",
        "O:h:24",
        "O:x:1",
        "X:2",
        "P:100",
        "T:s_999999_b",
        "T:",
        "Z:1",
        "C:1:t:+b\n",
    ],
)
def test_forged_buttons_mean_nothing(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("柏林", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Tokio", "Asia/Tokyo"),
        ("London", "Europe/London"),
        ("Peking", "Asia/Shanghai"),
        ("苏州", "Asia/Shanghai"),
        ("香港", "Asia/Hong_Kong"),
        ("europe/zurich", "Europe/Zurich"),
        ("UTC+8", "Etc/GMT-8"),
        ("utc -5", "Etc/GMT+5"),
        ("UTC", "UTC"),
        ("nowhere", None),
        ("../etc/passwd", None),
        ("x" * 4000, None),
        ("", None),
    ],
)
def test_zones_by_the_names_of_cities(typed: str, zone: str | None) -> None:
    assert resolve_zone(typed) == zone


def test_zones_have_names_in_three_languages() -> None:
    assert [zone_name("Europe/Berlin", language) for language in LANGUAGES] == ["柏林", "Berlin", "Berlin"]
    assert zone_name("Etc/GMT-8", "en") == "UTC+8"
    assert {resolve_zone(zone_name(zone, "zh")) for zone in COMMON_ZONES} == set(COMMON_ZONES)
