"""A sentence is understood without losing a word, in any language, and carried by buttons and links."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.gazetteer import gazetteer
from analysis.moments import EARLIEST
from analysis.types import KINDS, TOPICS, Kind
from analysis.whens import LATEST, When
from bot.asked import Asked, as_words, ask, misspelt
from bot.callbacks import (
    Compare,
    MoreTimeline,
    PageAsked,
    PageStory,
    PageTimeline,
    ShowStory,
    decode,
    encode,
)
from bot.queries import understand_places

TODAY = date(2026, 11, 26)
MAY, OCTOBER = When(date(2026, 5, 1)), When(date(2026, 10, 1), date(2026, 10, 31))
YEAR = When(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("chengdu wallets since may", Asked("510100", None, (), MAY, "wallets")),
        ("深圳 上个月 红包", Asked("440300", None, ("lottery",), OCTOBER)),
        ("深圳上个月红包", Asked("440300", None, ("lottery",), OCTOBER)),
        (
            "what did Hainan announce in 2024 about blockchain plans",
            Asked("460000", "blockchain", ("plan",), YEAR),
        ),
        (
            "Zeig mir Pläne aus Guangdong vom letzten Jahr",
            Asked("440000", None, ("plan",), When(date(2025, 1, 1), date(2025, 12, 31))),
        ),
        ("was gibt es Neues in Peking?", Asked("110000")),
        (
            "pilot Suzhou zeppelin",
            Asked("320500", None, ("pilot-launch", "pilot-expansion"), When(), "zeppelin"),
        ),
        ("rote Umschläge", Asked(None, None, ("lottery",))),
        ('"red packets" Shenzhen', Asked("440300", words='"red packets"')),
        ("red packets in Luohu", Asked("440303", None, ("lottery",))),
        ("alle Pilotprojekte in Jiangsu", Asked("320000", None, ("pilot-launch", "pilot-expansion"))),
        ("e-CNY Xi'an", Asked("610100", "digital-yuan")),
        ("Blockchain-Pläne", Asked(None, "blockchain", ("plan",))),
        ("Shenzhen use-case data", Asked("440300", words="use-case data")),
        ("", Asked()),
    ],
)
def test_what_is_asked(typed: str, asked: Asked) -> None:
    assert ask(typed, TODAY).asked == asked


def test_the_words_of_a_kind_are_kept() -> None:
    understood = ask("Suzhou vouchers queue", TODAY)
    assert understood.kind_words == "vouchers"
    assert as_words(understood.asked, understood.kind_words) == Asked("320500", words="queue vouchers")
    assert ask("all since May", TODAY).everything


def test_a_misspelt_place_is_found_among_other_words() -> None:
    place, left = misspelt(ask("Shenzen wallets 2024", TODAY).asked)[0]
    assert (place.adcode, left) == ("440300", "wallets")
    assert misspelt(Asked("440300", words="Shenzen")) == ()


def test_several_places_keep_their_order() -> None:
    def codes(typed: str) -> list[str]:
        return [place.adcode for place in understand_places(typed).places]

    assert codes("Shenzhen Suzhou") == ["440300", "320500"]
    assert codes("Hong Kong vs. Peking, Chengdu") == ["810000", "110000", "510100"]
    assert codes("苏州和深圳对比北京") == ["320500", "440300", "110000"]
    assert codes("Suzhou Suzhou") == ["320500"]
    asked = understand_places("Suzhou Shenzen blockchain")
    assert (asked.topic, asked.rest) == ("blockchain", ("Shenzen",))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_understood_as_something(typed: str) -> None:
    for since in (False, True):
        asked = ask(typed, TODAY, since=since).asked
        misspelt(asked)
        action = PageAsked(asked)
        data = encode(action)
        assert data is None or decode(data) == action
    understand_places(typed)


_DAYS = st.none() | st.dates(EARLIEST, LATEST)
_PLACES = st.sampled_from([place.adcode for place in gazetteer()][::50])
_TOPIC = st.none() | st.sampled_from(TOPICS)
_WHENS = st.builds(When, _DAYS, _DAYS)
_SOME_KINDS = st.lists(st.sampled_from(KINDS), unique=True).map(
    lambda some: tuple(kind for kind in KINDS if kind in some)
)
_OFFSETS = st.integers(0, 9990)
_ASKED = st.builds(
    Asked,
    st.none() | _PLACES,
    _TOPIC,
    _SOME_KINDS,
    _WHENS,
    st.text(st.characters(exclude_categories=["C"]), max_size=6),
)
_ACTIONS = st.one_of(
    st.builds(PageAsked, _ASKED, _OFFSETS),
    st.builds(PageTimeline, st.none() | _PLACES, _TOPIC, _WHENS, _OFFSETS),
    st.builds(MoreTimeline, st.none() | _PLACES, _TOPIC),
    st.builds(Compare, st.lists(_PLACES, min_size=2, max_size=4, unique=True).map(tuple), _TOPIC),
    st.builds(ShowStory, st.integers(1, 10**17)),
    st.builds(PageStory, st.integers(1, 10**17), _OFFSETS),
)


@settings(max_examples=200, deadline=None)
@given(_ACTIONS)
def test_buttons_carry_what_was_meant(action: PageAsked) -> None:
    data = encode(action)
    if data is None:  # twelve kinds and long words do not fit: then there is no button
        assert isinstance(action, PageAsked)
        assert len(action.asked.kinds) + 3 * len(action.asked.words) > 20
    else:
        assert 1 <= len(data.encode()) <= 64
        assert decode(data) == action


@pytest.mark.parametrize(
    "data",
    [
        "q:440300:d:a:000:000",
        "q:440300:d:ba:-:-:0:",  # kinds in another order than we write
        "q:440300:d:z:-:-:0:",
        "q:440300:d:-:zz:-:0:",
        "q:999999:d:-:-:-:0:x",
        "q:440300:d:-:-:-:0:a\nb",
        "t:440300:d:-:-:00",
        "t:440300:x:-:-:0",
        "c:440300:-",
        "c:440300.440300:-",
        "c:440300.999999:-",
        "c:110000.120000.130000.140000.150000:-",
        *("s:0", "s:01", "s:x", "v:1", "v:1:-1", "m:440300", "m:-:b:0"),
    ],
)
def test_forged_buttons_mean_nothing(data: str) -> None:
    assert decode(data) is None


def test_every_kind_has_a_letter() -> None:
    some: tuple[Kind, ...] = KINDS
    assert decode(encode(PageAsked(Asked(kinds=some)))) == PageAsked(Asked(kinds=some))
