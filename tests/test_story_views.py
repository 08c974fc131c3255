"""Every view of a story within Telegram's limits, whatever its titles hold; its buttons, strict and short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.types import LANGUAGES, Fact, Language, PlaceMention
from analysis.wishes import Wish
from bot import feedback, muting, similar, story_timeline, unfolding, why
from bot.callbacks import decode, encode
from bot.labels import told_at, zone_name
from bot.render import render
from bot.story_actions import EndFor, GiveFeedback, SetMute, StoryAction, StoryView, View
from bot.types import Message, Reader
from storage.feedback import FEEDBACK_KINDS
from storage.origins import Origin
from storage.steps import Step
from storage.types import MuteKind, Story, Subscription
from tests.telling import NOW, announcement, assert_telegram_takes, reader, story
from tests.test_cleaning import HOSTILE

LARGE = 10**18 - 1
ACTIONS: list[StoryAction] = [
    *(StoryView(view, LARGE, LARGE, 99) for view in get_args(View)),
    *(SetMute(kind, on, LARGE, LARGE, LARGE) for kind in get_args(MuteKind) for on in (True, False)),
    *(GiveFeedback(kind, on, LARGE, LARGE, -LARGE) for kind in FEEDBACK_KINDS for on in (True, False)),
    EndFor(LARGE, LARGE, LARGE),
    StoryView("story", 1),
    SetMute("story", True, 1),
]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_button_is_read_as_it_was_written_in_64_bytes(action: StoryAction) -> None:
    data = encode(action)
    assert data is not None and len(data.encode()) <= 64
    assert decode(data) == action


@settings(max_examples=300)
@given(
    st.from_regex(r"[SMEF][a-z]?[01]?:[0-9]{0,3}:[0-9]{0,3}:-?[0-9]{0,4}", fullmatch=True)
    | st.text(max_size=70)
)
@example("Ss:01:0:0")
@example("Ss:1:0:100")
@example("Ss1:1:0:0")
@example("Ms1:1:0:-5")
@example("Ms:1:0:0")
@example("E1:1:0:4")
@example("E:1:0:0")
@example("Fi1:1:0:-0")
@example("Fi1:1:0:٣")
def test_what_a_button_would_not_say_means_nothing(data: str) -> None:
    action = decode(data)
    assert action is None or encode(action) == data


def views(story: Story, told: Reader, others: list[Story]) -> Iterator[Message]:
    """All that the buttons under a story lead to."""
    wishes = [Wish(words=("钱包",)), Wish(places=("440300",), official=True), Wish(topics=("blockchain",))]
    mine = [Subscription(number, 1, wish, NOW) for number, wish in enumerate(wishes * 4, 1)]
    asked = StoryView("story", story.id, LARGE)
    steps = [Step("launched", NOW, item.publisher_name, item.url) for item in story.announcements]
    yield render(story, told, LARGE)
    yield from (unfolding.source_view(story, replace(asked, page=page), told) for page in (0, 1, 99))
    yield story_timeline.timeline_view(story, steps, others, asked, told)
    yield similar.similar_view(story, others, asked, told)
    yield similar.similar_view(story, [], asked, told)
    yield muting.mute_view(story, {("place", "110000"), ("story", str(story.id))}, asked, told)
    for origin in (
        Origin(told=False, others=tuple(mine)),
        Origin(told=True, subscription=mine[0], digest="weekly", others=tuple(mine[1:])),
        Origin(told=True, ended=True),
        Origin(told=True),
    ):
        yield why.why_view(story, origin, asked, told)
    yield feedback.feedback_view(story, {}, asked, told)
    yield feedback.feedback_view(story, {"place": "-110000", "irrelevant": None}, asked, told)
    yield feedback.place_view(story, asked, told)
    yield feedback.figure_view(story, asked, told)
    yield feedback.duplicate_view(story, others, asked, told)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(LANGUAGES))
@example("", "", "", "en")
@example("\u202e" * 400 + "gnp.exe", "\u2066\u2069", "\u200d\u200b", "zh")
def test_no_title_or_name_breaks_a_view(title: str, summary: str, name: str, language: Language) -> None:
    nasty = [
        announcement(
            number, title=title, summary=summary, publisher_name=name, url=f"https://a.example/{title}"
        )
        for number in range(1, 12)
    ]
    facts = (Fact("document_no", name, None, title), *(Fact("count", n, title, name) for n in range(9)))
    told = story(*nasty, facts=facts)
    for message in views(told, reader(language), [replace(told, id=number) for number in range(10, 21)]):
        assert_telegram_takes(message)
        assert sum(len(row) for row in message.buttons) <= 100
        assert not re.search("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]", message.plain)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Shenzhen \u202egnihton\u202c pays", "Shenzhen gnihton pays"),
        ("\u2067深圳\u2069发放\u2066红包\u2069", "深圳发放红包"),
        ("Shen\u200bzhen\u200d gives\u200c", "Shenzhen gives"),
        ("\u200fשנג'ן\u200f and 深圳 and Shenzhen", "שנג'ן and 深圳 and Shenzhen"),
        (
            "Hongbao im Wert von 5\u00ad Mio. – Zürich, 苏州, Suzhou",
            "Hongbao im Wert von 5 Mio. – Zürich, 苏州, Suzhou",
        ),
    ],
)
def test_tricks_in_titles_are_harmless_and_names_stay(title: str, shown: str) -> None:
    told = story(announcement(title=title, publisher_name=title), topics=("digital-yuan",))
    asked = StoryView("sources", told.id)
    for language in LANGUAGES:
        assert render(told, reader(language)).plain.split("\n")[1] == shown
        unfolded = unfolding.source_view(told, asked, reader(language)).plain
        assert f"🏛 {shown}\n{shown} · " in unfolded
        labels = [
            each.text for row in muting.mute_view(told, (), asked, reader(language)).buttons for each in row
        ]
        assert any(shown[:20] in label for label in labels)


def test_a_link_that_looks_like_another_shows_its_true_name() -> None:
    lookalike = announcement(url="https://www.gоv.cn/notice")  # with a Cyrillic o
    html = unfolding.source_view(story(lookalike), StoryView("sources", 7), reader()).html
    assert 'href="https://www.xn--gv-fmc.cn/notice"' in html
    for trick in ("https://gov.cn@evil.example/", "javascript:alert(1)", "http://127.0.0.1/x"):
        plain = unfolding.source_view(story(announcement(url=trick)), StoryView("sources", 7), reader())
        assert "href" not in plain.html


def test_official_sources_come_first_then_by_time() -> None:
    press = announcement(1, publisher_kind="media", published=datetime(2020, 9, 1, tzinfo=UTC))
    late = announcement(2, published=datetime(2020, 9, 17, tzinfo=UTC))
    early = announcement(3, published=datetime(2020, 9, 16, tzinfo=UTC))
    assert [each.id for each in unfolding.in_order([press, late, early])] == [3, 2, 1]


def test_an_undated_copy_says_so() -> None:
    told = story(announcement(), announcement(2, published=None, near_copy_of=1, publisher_kind="media"))
    lines = unfolding.source_view(told, StoryView("sources", 7), reader("de")).plain.split("\n")
    assert "北京市政府 · ohne Datum, zuerst gesehen 17. Sept. 2020 16:00 · auf Chinesisch · Kopie" in lines


@pytest.mark.parametrize(
    ("zone", "own", "language", "shown"),
    [
        ("Asia/Shanghai", True, "en", "16 Sept 2020 01:30"),
        ("Asia/Shanghai", False, "en", "16 Sept 2020 01:30 CST"),
        ("Asia/Shanghai", False, "zh", "2020年9月16日 01:30"),
        ("Europe/Berlin", True, "de", "15. Sept. 2020 19:30 CEST"),
        ("America/Sao_Paulo", True, "en", "15 Sept 2020 14:30 UTC−03"),
        ("Asia/Tokyo", True, "en", "16 Sept 2020 02:30"),
    ],
)
def test_a_time_says_its_zone_where_it_must(zone: str, own: bool, language: Language, shown: str) -> None:
    when = datetime(2020, 9, 15, 17, 30, tzinfo=UTC)
    assert told_at(when, Reader(1, "private", language, ZoneInfo(zone), own_zone=own)) == shown
    assert zone_name(when.astimezone(ZoneInfo("Asia/Kolkata"))) == "IST"
    printed = datetime(2020, 9, 15, 16, tzinfo=UTC)  # a day without a time
    assert told_at(printed, Reader(1, "private", "en", ZoneInfo(zone), own_zone=own)) == "16 Sept 2020"


def test_the_timeline_of_nationwide_news_is_that_of_its_topic() -> None:
    assert story_timeline.main_place(story()) == ("110000", None)
    assert story_timeline.main_place(story(places=(PlaceMention("110000", False, ""),))) == (
        None,
        "blockchain",
    )
