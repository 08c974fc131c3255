"""Lists of stories, subscriptions and sources: numbered, paged, with the buttons to act on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from analysis.gazetteer import gazetteer
from analysis.query import Note
from analysis.types import LANGUAGES, Language
from bot import lists
from bot.callbacks import PageLatest, PageSearch
from storage.types import Found, Snippet, SourceLine
from tests.telling import NOW, announcement, assert_telegram_takes, reader, story


def test_a_list_numbers_its_stories_and_knows_its_pages() -> None:
    stories = [story(announcement(i, title=f"Notice {i}")) for i in range(11)]
    message = lists.latest_list(stories, PageLatest("110000", None, 10), reader("en"))
    assert message.plain.startswith(
        "📰 Latest: Beijing\n\n11. Notice 0\n🏛 Beijing · blockchain · plan · 16 Sept"
    )
    assert "Notice 9" in message.plain
    assert "Notice 10" not in message.plain
    assert [[each.text for each in row] for row in message.buttons] == [
        ["← Newer", "Older →"],
        ["🔔 Subscribe: Beijing"],
    ]
    last = lists.latest_list(stories[:3], PageLatest(None, None), reader("en"))
    assert [[each.text for each in row] for row in last.buttons] == [["🔔 Subscribe: everything"]]


def test_ten_stories_with_long_titles_fit_and_keep_all_ten() -> None:
    long = [story(announcement(i, title=f"{i} " + "长" * 400)) for i in range(10)]
    message = lists.latest_list(long, PageLatest(None, None), reader("zh"))
    assert_telegram_takes(message)
    assert "\n10. 9 长" in message.plain


def test_a_search_shows_where_the_words_stand_and_what_was_not_understood() -> None:
    snippet = Snippet("…发放<b>红包</b>与 wallets, 共10万份。", ((6, 8), (14, 21)))
    found = [Found(story(announcement(i, title=f"N{i}"), id=i), snippet if i else None) for i in range(2)]
    message = lists.search_list(found, PageSearch("红包 x:y"), [Note("filter", "x:y")], reader("en"))
    assert "“x:y” is no filter that I know" in message.plain
    assert "1. N0\n🏛 Beijing · blockchain · plan · 16 Sept 2020\n\n2. N1\n" in message.plain
    assert "…发放&lt;b&gt;<b>红包</b>&lt;/b&gt;与 <b>wallets</b>, 共10万份。" in message.html
    assert_telegram_takes(message)
    long = Snippet("字" * 160, tuple((n, n + 1) for n in range(0, 160, 4)))
    full = [Found(story(announcement(i, title="长" * 400), id=i), long) for i in range(11)]
    message = lists.search_list(full, PageSearch("字"), [], reader("zh"))
    assert_telegram_takes(message)
    assert "\n10. 长" in message.plain


def test_an_empty_list_says_what_to_do() -> None:
    message = lists.latest_list([], PageLatest("440300", "blockchain"), reader("de"))
    assert message.plain == "Zu „Shenzhen · Blockchain“ gibt es noch nichts."
    assert message.buttons[0][0].text == "🔔 Abonnieren: Shenzhen · Blockchain"


def test_sources_stand_by_level_with_their_state() -> None:
    sources = [
        SourceLine(
            "a", "示例日报", "Example Daily", "media", "en", None, "failed", NOW - timedelta(days=2), "x"
        ),
        SourceLine(
            "b", "示例市", "Example City", "municipal", "zh", "110000", "ok", NOW - timedelta(hours=2), None
        ),
        SourceLine("c", "示例部", "Example Ministry", "central", "zh", None, "new", None, None),
    ]
    assert lists.source_list(sources, 0, reader("en"), NOW).plain == (
        "3 sources: ✅ 1  🆕 1  ⚠️ 1\n\n"
        "Central government\n🆕 Example Ministry\n\n"
        "Cities\n✅ Example City · 2 hours ago\n\n"
        "Media\n⚠️ Example Daily · not read by a fault of ours · 2 days ago\n\n"
        "✅ fine · 🆕 not read yet · ⏳ silent for long · ⚠️ failing · 💤 switched off"
    )


def test_many_sources_are_paged() -> None:
    many = [
        SourceLine(str(i), f"源{i:03}", "", "media", "zh", None, "disabled", None, None) for i in range(155)
    ]
    first = lists.source_list(many, 0, reader("zh"), NOW)
    last = lists.source_list(many, 99, reader("zh"), NOW)
    assert [each.text for row in first.buttons for each in row] == ["下一页 →"]
    assert "源154" in last.plain
    assert [each.text for row in last.buttons for each in row] == ["← 上一页"]
    assert_telegram_takes(first)


def test_every_place_can_be_a_button() -> None:
    for place in gazetteer():
        for language in LANGUAGES:
            named = lists.place_buttons([place], "digital-yuan", reader(language), subscribing=True)
            assert named[0][0].text


def portal(name: str, place: str | None, status: Any, days: int = 0, level: str = "provincial") -> SourceLine:
    since = NOW - timedelta(days=days) if days else None
    return SourceLine(name, name, name, level, "zh", place, status, None, None, since)


def test_the_places_that_are_not_heard_in_full_stand_first() -> None:
    press = portal("paper", None, "quiet", level="media")
    sources = [
        portal("hainan", "460000", "blocked", 3),
        portal("gz-a", "440100", "unreachable", 2, "municipal"),
        portal("gz-b", "440100", "ok", 9, "municipal"),
        portal("nanning", "450100", "late", 9, "municipal"),
        portal("suzhou-a", "320500", "layout", 1, "municipal"),
        portal("suzhou-b", "320500", "blocked", 5, "municipal"),
        press,
    ]

    def told(language: Language, *some: SourceLine) -> list[str]:
        text = lists.source_list(some, 0, reader(language), NOW).plain
        return [each.removeprefix("📍 ") for each in text.splitlines() if each.startswith("📍")]

    assert told("en", *sources)[0] == "Hainan: portal blocked since 14 Sept, press only"
    assert told("de", *sources)[0].startswith("Hainan: Portal gesperrt seit ")
    assert told("zh", *sources)[0].endswith("起访问受阻，仅有媒体报道")
    assert len(told("en", *sources)) == 3
    assert "1 of 2 portals unreachable since" in told("en", *sources)[1]
    assert told("en", *sources)[1].endswith("other official sources are read")
    assert "all 2 portals blocked since" in told("en", *sources)[2]
    assert told("en", sources[0], portal("p", None, "disabled", level="media"))[0].endswith("nothing else")
    assert told("en", press, sources[3]) == []
    many = [portal(f"p{n}", f"{n:06}", "blocked", 3) for n in range(110000, 110155)]
    assert "and 145 more" in lists.source_list(many, 0, reader("en"), NOW).plain
    assert_telegram_takes(lists.source_list(many, 0, reader("en"), NOW))
