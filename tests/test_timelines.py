"""What happened in a place or to a story, the oldest first; and places side by side, in three languages."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from analysis.types import LANGUAGES, Fact
from bot import comparing, timelines
from bot.callbacks import PageStory, PageTimeline
from bot.comparing import Side
from bot.story_pages import story_message
from storage.history import Profile
from storage.types import Found
from tests.scene import assert_speaks, fill
from tests.telling import NOW, announcement, assert_telegram_takes, reader, story
from tests.town import labels, town


async def test_a_timeline_is_told_by_year_and_linked_to_its_sources(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, eva, li = (place.api.user(n, "A", code) for n, code in ((1, "en"), (2, "de"), (3, "zh")))
        german = await place.ask(eva, "/timeline Shenzhen")
        assert german.text == (
            "🗓 Zeitleiste: Shenzhen\n\n"
            "2020\n12. Okt. · 🧧 Shenzhen · digitaler Yuan · Verlosung · 10\u00a0Mio. Yuan 🏛\n\n"
            "2021\n1. März · 🚀 Shenzhen · Blockchain · Pilotstart 🏛\n\n"
            "2025\n5. Sept. · 🧧 Shenzhen · digitaler Yuan · Verlosung\n\n"
            "🧧 Verlosung · 🚀 Pilotstart"
        )
        assert german.links == tuple(f"https://www.example.org/{number}" for number in (1, 3, 2))
        assert_speaks(german, "de")
        chinese = await place.ask(li, "/timeline 苏州")
        assert chinese.text == (
            "🗓 进展：苏州\n\n"
            "2020\n11月2日 · 📋 苏州 · 数字人民币 · 规划 🏛\n\n"
            "2024\n5月3日 · 🌱 苏州 · 数字人民币 · 试点扩大 · 2000万元\n\n"
            "📋 规划 · 🌱 试点扩大"
        )
        assert_speaks(chinese, "zh")
        topic = await place.ask(ann, "/timeline blockchain 2024")
        assert [each for each in topic.text.splitlines() if "·" in each][1:3] == [
            "1 Jun · 📋 Hainan · blockchain · plan 🏛",
            "1 Aug · 📋 Guangdong · blockchain · plan 🏛",
        ]
        none = await place.ask(ann, "/timeline Peking")
        assert none.text == "I know of no steps yet: Beijing."


async def test_a_timeline_asks_and_suggests(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        eva = place.api.user(2, "Eva", "de")
        asked = await place.ask(eva, "/timeline")
        assert asked.text.startswith("Wovon? Nennen Sie einen Ort, ein Thema oder die Nummer")
        guess = await place.ask(eva, "/timeline Shenzen")
        assert guess.text == "„Shenzen“ kenne ich weder als Ort noch als Thema.\nMeinten Sie:"
        await place.press(eva, guess, "Shenzhen")
        shown = await asyncio.to_thread(eva.wait_for, "Zeitleiste: Shenzhen")
        assert shown.id == guess.id
        assert "1. März · 🚀" in shown.text


async def test_a_long_timeline_turns_in_place(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        for number in range(1, 15):
            place.file(number, f"通知 {number:02}", "440300", "blockchain")
        place.file(20, "社论", "440300", "blockchain", kind="opinion")
        ann = place.api.user(1, "Ann", "en")
        first = await place.ask(ann, "/timeline Shenzhen")
        assert first.text.count("📋 Shenzhen") == 12
        assert "💬" not in first.text
        assert labels(first) == ["Later →", "🖼 Timeline as a picture", "📰 More: Shenzhen"]
        await place.press(ann, first, "Later →")
        second = await asyncio.to_thread(ann.wait_for, lambda message: message.text.count("📋 Shenzhen") == 2)
        assert (second.id, labels(second)[0]) == (first.id, "← Earlier")


async def test_places_stand_side_by_side(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, eva, li = (place.api.user(n, "A", code) for n, code in ((1, "en"), (2, "de"), (3, "zh")))
        english = await place.ask(ann, "/compare Shenzhen Suzhou")
        assert english.text == (
            "⚖️ Shenzhen · Suzhou (Jiangsu)\n\n"
            "Stories\nShenzhen: 3 (digital yuan 2, blockchain 1)\nSuzhou (Jiangsu): 2 (digital yuan)\n\n"
            "First and latest\nShenzhen: 12 Oct 2020 – 5 Sept 2025\n"
            "Suzhou (Jiangsu): 2 Nov 2020 – 3 May 2024\n\n"
            "What they are\nShenzhen: 🧧 2  🚀 1\nSuzhou (Jiangsu): 🌱 1  📋 1\n\n"
            "Largest amount\nShenzhen: ¥10 million\nSuzhou (Jiangsu): ¥20 million\n\n"
            "Furthest stage\nShenzhen: launched\nSuzhou (Jiangsu): expanded\n\n"
            "🧧 red packets · 🚀 pilot starts · 🌱 pilot grows · 📋 plan\n\n"
            "Newest in Shenzhen\n• 深圳再发红包\nShenzhen · digital yuan · red packets · 5 Sept 2025\n"
            "• 深圳启动区块链试点\n🏛 Shenzhen · blockchain · pilot starts · 1 Mar 2021\n\n"
            "Newest in Suzhou (Jiangsu)\n• 苏州试点扩大\nSuzhou · digital yuan · pilot grows · 3 May 2024\n"
            "• 苏州发布试点方案\n🏛 Suzhou · digital yuan · plan · 2 Nov 2020"
        )
        assert labels(english) == ["Suzhou (Anhui)"]
        assert max(map(len, english.text.splitlines())) <= 64
        german = await place.ask(eva, "/compare Hainan mit Peking und Chengdu")
        assert german.text.startswith(
            "⚖️ Hainan · Peking · Chengdu\n\nMeldungen\nHainan: 1 (Blockchain)\nPeking: 0\nChengdu: 1 (digitaler Yuan)\n"
        )
        assert "Weitester Stand\nHainan: angekündigt\nPeking: –\nChengdu: gestartet\n" in german.text
        assert_speaks(german, "de")
        chinese = await place.ask(li, "/compare 深圳和苏州")
        assert "消息数\n深圳：3（数字人民币 2、区块链 1）\n苏州：2（数字人民币）\n" in chinese.text
        assert_speaks(chinese, "zh")


async def test_a_comparison_asks_suggests_and_leaves_out(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, eva = place.api.user(1, "Ann", "en"), place.api.user(2, "Eva", "de")
        assert (await place.ask(eva, "/compare")).text.startswith("Welche Orte? Nennen Sie zwei bis vier:")
        guess = await place.ask(eva, "/compare Shenzhen Chengduu")
        assert guess.text == "„Chengduu“ kenne ich weder als Ort noch als Thema.\nMeinten Sie:"
        await place.press(eva, guess, "Chengdu")
        await asyncio.to_thread(eva.wait_for, "⚖️ Shenzhen · Chengdu")
        many = await place.ask(ann, "/compare Shenzhen Chengdu Hainan Beijing Guangzhou blockchain")
        assert many.text.startswith(
            "⚖️ Shenzhen · Chengdu · Hainan · Beijing · blockchain\nI compare 4 places at most"
        )
        assert "Chengdu: 0\n" in many.text


async def test_a_story_by_its_number(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, eva = place.api.user(1, "Ann", "en"), place.api.user(2, "Eva", "de")
        german = await place.ask(eva, "/story 1")
        assert german.text.endswith(
            "🗓 Meldung 1, aus 1 Quelle\n12. Okt. 2020 · 🏛 示例市政府 · 深圳发放数字人民币红包 · angekündigt"
        )
        assert_speaks(german, "de")
        await place.press(eva, german, "🗓 Zeitleiste: Shenzhen")
        more = await place.until(eva, "Zeitleiste: Shenzhen", german)
        assert more.id > german.id
        assert (await place.ask(ann, "/timeline #1")).text.startswith(
            "🏛 Shenzhen · digital yuan · red packets"
        )
        assert (await place.ask(ann, "/story 99")).text == "There is no story 99."
        assert (await place.ask(ann, "/story Shenzhen")).text.startswith("Which story? Give its number")


def test_a_story_with_many_sources_is_paged_and_names_each_further_stage() -> None:
    outlets = [
        announcement(
            n, publisher_name=f"Outlet {n:02}", publisher_kind="media", published=NOW - timedelta(days=n)
        )
        for n in range(1, 31)
    ]
    told = story(replace(outlets[0], near_copy_of=2), *outlets[1:])
    stages = {30: "announced", 29: "announced", 28: "launched"}
    first = story_message(told, stages, PageStory(7), reader("en"))  # type: ignore[arg-type]
    lines = first.plain.splitlines()
    start = lines.index("🗓 Story 7, told by 30 sources, the first first")
    assert lines[start + 1].endswith("北京市印发区块链创新发展行动计划 · announced")
    assert lines[start + 1].startswith("18 Aug 2020 · Outlet 30 · ")
    assert lines[start + 2].endswith("行动计划")
    assert lines[start + 3].endswith("行动计划 · launched")
    assert [button.text for row in first.buttons for button in row][:1] == ["Next →"]
    last = story_message(told, stages, PageStory(7, 24), reader("en"))  # type: ignore[arg-type]
    assert last.plain.endswith("· Outlet 01 · 北京市印发区块链创新发展行动计划 · same text")
    assert_telegram_takes(first)
    assert_telegram_takes(last)


def test_whatever_is_listed_fits_telegram() -> None:
    long = [story(announcement(n, title="长" * 400), id=n) for n in range(1, 14)]
    amount = Fact("amount", 10**12, "CNY", "一万亿元")
    known = Profile(
        10**6, NOW, NOW, (("blockchain", 9), ("digital-yuan", 1)), (("plan", 9),), ("launched",), amount
    )
    side = Side("长" * 20, known, (Found(long[0]), Found(long[1])))
    for language in LANGUAGES:
        assert_telegram_takes(timelines.timeline_list(long, PageTimeline(None, None), reader(language)))
        assert_telegram_takes(comparing.comparison([side] * 4, "blockchain", reader(language)))
