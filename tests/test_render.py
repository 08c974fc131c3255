"""Stories become messages: pleasant in three languages, within Telegram's limits whatever a title holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.query import Note
from analysis.types import LANGUAGES, Fact, Language, PlaceMention, Span
from bot import lists
from bot.callbacks import PageSearch
from bot.cleaning import clean_line
from bot.figures import fact_lines, fact_words, number
from bot.headlines import about, headline
from bot.labels import hashtags, moment
from bot.render import render
from storage.types import Found, Snippet
from tests.telling import ZONE, announcement, assert_telegram_takes, reader, story
from tests.test_cleaning import HOSTILE


@pytest.mark.parametrize(
    ("language", "first", "amount", "pages"),
    [
        ("en", "🏛 Beijing · blockchain · plan · ¥10 million", "💴 5 million yuan", "📄 145 pages"),
        ("zh", "🏛 北京 · 区块链 · 规划 · 1000万元", "💴 500万元", "📄 145页"),
        ("de", "🏛 Peking · Blockchain · Plan · 10 Mio. Yuan", "💴 5 Mio. Yuan", "📄 145 Seiten"),
    ],
)
def test_a_story_reads_in_the_language_of_its_reader(
    language: Language, first: str, amount: str, pages: str
) -> None:
    facts = (*story().facts, Fact("amount", 5_000_000, "CNY", "500万元"))
    lines = render(story(facts=facts), reader(language)).plain.replace("\xa0", " ").split("\n")
    assert lines[0] == first
    assert lines[1] == "北京市印发区块链创新发展行动计划"
    assert amount in lines
    assert pages in lines


def test_the_whole_message_at_a_glance() -> None:
    press = announcement(
        2, publisher_name="Example Daily", publisher_kind="media", url="https://news.example.com/2"
    )
    message = render(story(announcement(), press), reader("en"))
    assert message.html == (
        "🏛 <b>Beijing · blockchain · plan · ¥10 million</b>\n"
        '<a href="https://www.example.org/notices/1.html">北京市印发区块链创新发展行动计划</a>\n'
        "\n"
        "到2022年，全市建成若干区块链应用平台。\n政务服务事项率先使用。\n"
        "\n"
        "📄 145 pages\n"
        "\n"
        "🏛 official · 2 sources: 北京市政府, Example Daily\n"
        "🕐 16 Sept 2020 09:30\n"
        "#Beijing #blockchain"
    )
    assert [[each.text for each in row] for row in message.buttons] == [
        ["🗞 2 sources", "🗓 Timeline", "🔗 Similar"],
        ["🔕 Mute", "❓ Why", "⚑"],
    ]


def test_many_sources_are_counted_and_some_named() -> None:
    outlets = [announcement(i, publisher_name=f"Outlet {i}", publisher_kind="media") for i in range(1, 8)]
    text = render(story(*outlets), reader("de")).plain
    assert "🗞 7 Quellen: Outlet 1, Outlet 2, Outlet 3, Outlet 4 und 3 weitere" in text


def test_nationwide_news_says_china_and_a_stage_that_tells_is_told() -> None:
    nationwide = story(places=(), stage="consultation", kind="regulation", topics=("digital-yuan",))
    assert about(nationwide, "en") == "China · digital yuan · rules, consultation"
    assert hashtags(nationwide, "en") == "#digital_yuan"


def test_an_undated_story_says_so() -> None:
    text = render(story(announcement(published=None)), reader("en")).plain
    assert "undated, first seen 17 Sept 2020 16:00" in text


def test_a_day_without_a_time_shows_no_time() -> None:
    midnight = datetime(2020, 9, 15, 16, 0, tzinfo=UTC)
    assert moment(midnight, "en", ZoneInfo("Europe/Berlin")) == "16 Sept 2020"
    assert moment(midnight, "zh", ZONE) == "2020年9月16日"
    assert moment(midnight + timedelta(minutes=5), "de", ZoneInfo("Europe/Berlin")) == "15. Sept. 2020 18:05"


def test_hashtags_are_one_word() -> None:
    tagged = story(places=(PlaceMention("610100", True, "西安"),), topics=("digital-yuan", "blockchain"))
    assert hashtags(tagged, "en") == "#Xian #digital_yuan #blockchain"
    assert hashtags(tagged, "zh") == "#西安 #数字人民币 #区块链"


@pytest.mark.parametrize(
    ("value", "en", "zh", "de"),
    [
        (50_000, "50,000", "5万", "50.000"),
        (1_234_567, "1,234,567", "1,234,567", "1.234.567"),
        (1_500_000_000, "1.5 billion", "15亿", "1,5 Mrd."),
        (12.5, "12.5", "12.5", "12,5"),
        (3, "3", "3", "3"),
    ],
)
def test_numbers_are_short_only_where_nothing_is_lost(value: float, en: str, zh: str, de: str) -> None:
    shown = [number(value, "en"), number(value, "zh"), number(value, "de")]
    assert [text.replace("\xa0", " ") for text in shown] == [en, zh, de]


@pytest.mark.parametrize(
    ("fact", "en", "de"),
    [
        (Fact("count", 1, "red packets", ""), "1 red packet", "1 roter Umschlag"),
        (Fact("count", 50_000, "red packets", ""), "50,000 red packets", "50.000 rote Umschläge"),
        (Fact("count", 3, "blue moons", ""), "3 blue moons", "3 blue moons"),
        (Fact("amount", 5, "XAU", ""), "5 XAU", "5 XAU"),
        (Fact("percent", 30.5, None, ""), "30.5%", "30,5 %"),
        (Fact("batch", 3, None, ""), "batch 3", "3. Gruppe"),
        (Fact("document_no", "京政发〔2020〕3号", None, ""), "京政发〔2020〕3号", "京政发〔2020〕3号"),
        (Fact("period", "2020-01-01/2022-12-31", None, ""), "2020–2022", "2020–2022"),
        (Fact("period", "2020-10-12/2020-10-18", None, ""), "12–18 Oct 2020", "12.–18. Okt. 2020"),
        (Fact("date", "2024-06", None, ""), "Jun 2024", "Juni 2024"),
        (Fact("date", "sometime", None, "the words"), "the words", "the words"),
        (Fact("pages", "many", None, "viele Seiten"), "viele Seiten", "viele Seiten"),
    ],
)
def test_facts_in_words(fact: Fact, en: str, de: str | None) -> None:
    assert fact_words(fact, "en").replace("\xa0", " ") == en
    if de is not None:
        assert fact_words(fact, "de").replace("\xa0", " ") == de


RED_PACKETS = (
    Fact("amount", 200, "CNY", "200元", Span("text", 40, 44)),
    Fact("amount", 10_000_000, "CNY", "1000万元", Span("title", 3, 9)),
    Fact("count", 50_000, "red packets", "5万个", Span("text", 9, 12)),
    Fact("count", 50_000, "people", "5万人", Span("text", 2, 5)),
    Fact("date", "2020-10-09", None, "10月9日", Span("text", 60, 65)),
    Fact("period", "2020-10-12/2020-10-18", None, "10月12日至18日", Span("text", 70, 80)),
)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Shenzhen · digital yuan · red packets · ¥10 million · 50,000 people · 12–18 Oct 2020"),
        ("zh", "深圳 · 数字人民币 · 红包与消费券 · 1000万元 · 5万人 · 2020年10月12日至18日"),
        (
            "de",
            "Shenzhen · digitaler Yuan · Verlosung · 10 Mio. Yuan · 50.000 Personen · 12.–18. Okt. 2020",
        ),
    ],
)
def test_the_headline_tells_what_where_how_much_and_when(language: Language, line: str) -> None:
    place = PlaceMention("440300", True, "深圳")
    told = story(places=(place,), topics=("digital-yuan",), kind="lottery", facts=RED_PACKETS)
    assert headline(told, language).replace("\xa0", " ") == line
    lines = render(told, reader(language)).plain.split("\n")
    assert sum("200" in each for each in lines) == 1 and "🔢" not in str(lines)


def test_a_headline_without_figures_and_with_figures_of_another_shape() -> None:
    odd = (
        Fact("amount", "viel", "CNY", "viel"),
        Fact("period", "x", None, "bald"),
        Fact("count", 3, None, ""),
    )
    assert headline(story(facts=odd, kind="plan"), "de") == "Peking · Blockchain · Plan · bald"
    assert headline(story(facts=()), "en") == "Beijing · blockchain · plan"


def test_what_is_told_already_is_not_told_again() -> None:
    facts = (
        Fact("count", 140, "government services", ""),
        Fact("count", 140, "scenarios", ""),
        Fact("count", 3, "banks", ""),
        Fact("count", 3, "cities", ""),
        Fact("period", "2020-01-01/2022-12-31", None, ""),
        *(Fact("date", value, None, "") for value in ("2022", "2025", "2020-09", "2020-09-16", "2020-07-16")),
    )
    lines = render(story(facts=facts), reader("en")).plain.split("\n")
    assert lines[0] == "🏛 Beijing · blockchain · plan · 140 government services · 2020–2022"
    told = [each for each in lines if each[0:1] in ("🔢", "📅")]
    assert told == ["🔢 3 banks", "🔢 3 cities", "📅 2025", "📅 16 Jul 2020"]


def test_facts_are_few_and_each_once() -> None:
    facts = tuple(Fact("amount", value, "CNY", "") for value in (1, 1, 2, 3, 4, 5, 6, 7, 8))
    lines = fact_lines((*facts, Fact("batch", 2, None, "")), "en")
    assert lines[0] == "🏷 batch 2"
    assert len(lines) == len(set(lines)) == 6


@settings(max_examples=150, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(LANGUAGES))
@example("", "", "", "en")
@example("\u200b", " ", "\n\n", "zh")
def test_no_title_summary_or_name_breaks_a_message(
    title: str, summary: str, name: str, language: Language
) -> None:
    nasty = announcement(title=title, summary=summary, publisher_name=name, url=f"https://a.example/{title}")
    facts = (Fact("document_no", name, None, title), Fact("count", 2, title, name))
    assert_telegram_takes(render(story(nasty, facts=facts), reader(language)))
    asked = PageSearch(clean_line(name))
    middle = len(title) // 2
    found = Found(story(nasty), Snippet(title, ((0, middle), (middle, len(title)))))
    notes = [Note("value", name), Note("cut")]
    assert_telegram_takes(lists.search_list([found] * 11, asked, notes, reader(language)))
    assert_telegram_takes(lists.suggestion_list(title, (), None, reader(language), subscribing=False))
