"""What people type to subscribe, and the wishes it makes: pure."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.quiet import clock, read_clock, read_quiet
from analysis.types import KINDS
from analysis.wanted import LONGEST, read_wanted, read_words
from analysis.wishes import Wish

BUT_LOTTERY = tuple(kind for kind in KINDS if kind != "lottery")


@pytest.mark.parametrize(
    ("typed", "wish", "delivery"),
    [
        ("Shenzhen digital yuan", {"places": ("440300",), "topics": ("digital-yuan",)}, None),
        (
            "plans from Guangdong official only daily",
            {"places": ("440000",), "kinds": ("plan",), "official": True},
            "daily",
        ),
        ("苏州 红包 每天", {"places": ("320500",), "kinds": ("lottery",)}, "daily"),
        ("苏州红包每天", {"places": ("320500",), "kinds": ("lottery",)}, "daily"),
        (
            "Pläne aus Guangdong nur amtlich, täglich",
            {"places": ("440000",), "kinds": ("plan",), "official": True},
            "daily",
        ),
        ("ohne Lotterie", {"kinds": BUT_LOTTERY}, None),
        ("深圳，不要红包和抽签，每周", {"places": ("440300",), "kinds": BUT_LOTTERY}, "weekly"),
        (
            "Pläne ohne Lotterie und Gutscheine, sofort",
            {"kinds": ("plan",), "not_words": ("Lotterie", "Gutscheine")},
            "now",
        ),
        ("without blockchain", {"topics": ("digital-yuan",)}, None),
        ("Guangdong, not Shenzhen", {"places": ("440000",), "not_words": ("Shenzhen",)}, None),
        (
            'wallet "red envelope" -lottery Suzhou',
            {"places": ("320500",), "words": ("wallet", "red envelope"), "not_words": ("lottery",)},
            None,
        ),
        ('Peking ohne "Rote Umschläge"', {"places": ("110000",), "not_words": ("Rote Umschläge",)}, None),
        (
            "Beijing, Shanghai and Shenzhen e-CNY in English",
            {"places": ("110000", "310000", "440300"), "topics": ("digital-yuan",), "languages": ("en",)},
            None,
        ),
        ("Luohu, Shenzhen", {"places": ("440303",)}, None),
        (
            "PBOC rules auf Deutsch",
            {"kinds": ("regulation",), "organisations": ("People's Bank of China",), "languages": ("de",)},
            None,
        ),
        (
            "人民银行 广东的规划 只看官方 每周",
            {
                "places": ("440000",),
                "kinds": ("plan",),
                "organisations": ("People's Bank of China",),
                "official": True,
            },
            "weekly",
        ),
        ("深圳 试点", {"places": ("440300",), "kinds": ("pilot-launch", "pilot-expansion")}, None),
        ("everything weekly", {}, "weekly"),
    ],
)
def test_a_wish_is_understood_in_three_languages(
    typed: str, wish: dict[str, Any], delivery: str | None
) -> None:
    read = read_wanted(typed)
    assert (read.wish, read.delivery) == (Wish(**wish), delivery)
    assert not read.empty
    assert read.doubtful is None


@pytest.mark.parametrize("typed", ["all", "*", "alles", "全部", "China"])
def test_everything_may_be_asked_for(typed: str) -> None:
    read = read_wanted(typed)
    assert read.everything
    assert read.wish == Wish()
    assert not read.empty


@pytest.mark.parametrize("typed", ["", "  ", "news please", "…", "的", "-", '""'])
def test_nothing_may_be_asked_for(typed: str) -> None:
    assert read_wanted(typed).empty


@pytest.mark.parametrize(
    ("typed", "word", "name"),
    [
        ("Shenzen blockchain", "Shenzen", "Shenzhen"),
        ("täglich Guangdon", "Guangdon", "Guangdong"),
        ("Beijin", "Beijin", "Beijing"),
    ],
)
def test_what_is_nearly_a_place_is_doubtful(typed: str, word: str, name: str) -> None:
    read = read_wanted(typed)
    assert read.doubtful is not None
    assert read.doubtful[0] == word
    best = read.doubtful[1][0]
    assert best.name_en == name
    assert read.instead(best.adcode) == Wish(places=(best.adcode,), topics=read.wish.topics)


def test_usual_words_are_no_misspelt_places() -> None:
    for word in [
        "wallet",
        "hospital",
        "school",
        "tourism",
        "salary",
        "supply",
        "transport",
        "subway",
        "payment",
        "Krankenhaus",
    ]:
        assert read_wanted(word).doubtful is None
        assert read_wanted(word).wish == Wish(words=(word,))


def test_another_place_of_the_name_is_remembered() -> None:
    assert [place.adcode for place in read_wanted("Suzhou daily").namesakes] == ["341300"]
    assert read_wanted("Suzhou, Shanghai").namesakes == ()


def test_what_is_too_long_is_not_read() -> None:
    assert read_wanted("Shenzhen " + "x " * LONGEST + "daily").delivery is None


@pytest.mark.parametrize(
    ("typed", "have", "avoid"),
    [
        ("wallet, -lottery", ("wallet",), ("lottery",)),
        ("钱包、不要抽签", ("钱包",), ("抽签",)),
        ("Rote Umschläge\nohne Lotterie", ("Rote Umschläge",), ("Lotterie",)),
        ('"digital yuan", wallet', ("digital yuan", "wallet"), ()),
        (" , ,", (), ()),
    ],
)
def test_words_are_read_from_a_list(typed: str, have: tuple[str, ...], avoid: tuple[str, ...]) -> None:
    assert read_words(typed) == (have, avoid)


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("22:00-7:00", (1320, 420)),
        ("22-7", (1320, 420)),
        ("22 bis 7 Uhr", (1320, 420)),
        ("22.30 – 6.15", (1350, 375)),
        ("23点到7点", (1380, 420)),
        ("0-24", None),
        ("23-24", (1380, 0)),
        ("22", None),
        ("25-7", None),
        ("22:61-7", None),
        ("7-7", None),
        ("Berlin", None),
    ],
)
def test_quiet_hours_as_people_write_them(typed: str, span: tuple[int, int] | None) -> None:
    assert read_quiet(typed) == span


def test_times_of_day() -> None:
    assert (clock(0), clock(545), read_clock("09:05"), read_clock("9:5"), read_clock("24:01")) == (
        "00:00",
        "09:05",
        545,
        None,
        None,
    )
