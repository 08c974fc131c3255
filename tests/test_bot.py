"""The real application and a stand-in for Telegram: conversations as people have them, in three languages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from analysis.gazetteer import gazetteer
from analysis.types import Topic
from tests.town import labels, town


async def test_a_first_visit_in_german(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1, "Anna", "de-AT")
        hello = await place.ask(ann, "/start")
        assert hello.text.startswith("Hallo! Ich beobachte")
        assert "🔔 Abonnieren: digitaler Yuan" in labels(hello)
        await place.press(ann, hello, "🔔 Abonnieren: digitaler Yuan")
        done = await place.until(ann, "Abonniert: digitaler Yuan", hello)
        assert "Ab jetzt melde ich hier, was neu ist." in done.text
        assert [(each.place, each.topic) for each in place.subscribed(1)] == [(None, "digital-yuan")]


async def test_commands_are_registered_in_three_languages(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        assert place.api.commands()["subscribe"] == "Be told what is new about a place, a topic and more"
        assert place.api.commands("de")["sources"] == "Woher die Meldungen kommen"
        assert place.api.commands("zh")["latest"] == "最新消息，可加地名或主题"
        assert set(place.api.commands("zh")) == set(place.api.commands())


async def test_the_latest_with_and_without_a_command(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        place.file(1, "深圳发布区块链规划", "440300", "blockchain")
        place.file(2, "苏州数字人民币钱包", "320500", "digital-yuan")
        ann, li = place.api.user(1, "Ann", "en"), place.api.user(2, "Li", "zh-hans")
        everything = await place.ask(ann, "/latest")
        assert "1. 深圳发布区块链规划\nShenzhen · blockchain · plan" in everything.text
        assert "2. 苏州数字人民币钱包" in everything.text
        asked = [
            await place.ask(ann, words) for words in ("/latest Shenzhen", "Stadt Shenzhen", "广东 区块链")
        ]
        for answer in asked:
            assert "深圳发布区块链规划" in answer.text
            assert "苏州" not in answer.text
        chinese = await place.ask(li, "苏州数字人民币")
        assert chinese.text.startswith("📰 最新：苏州 · 数字人民币\n\n1. 苏州数字人民币钱包\n")
        assert "\n苏州 · 数字人民币 · 规划 · 2025年" in chinese.text


async def test_pages_turn_by_editing_the_message(tmp_path: Path) -> None:
    cities = [place for place in gazetteer() if place.level == "prefecture" and place.parent == "440000"]
    async with town(tmp_path) as place:
        for number, city in enumerate(cities[:21], 1):
            place.file(number, f"{city.name_zh}发布通知 number {number:02}", city.adcode, "blockchain")
        ann = place.api.user(1)
        first = await place.ask(ann, "/latest Guangdong")
        assert "number 10" in first.text
        assert "number 11" not in first.text
        for button, shown in (("Older →", "number 20"), ("Older →", "number 21"), ("← Newer", "number 11")):
            await place.press(ann, first, button)
            page = await asyncio.to_thread(ann.wait_for, shown)
            assert page.id == first.id
        found = await place.ask(ann, "/search 通知")
        await place.press(ann, found, "Older →")
        await asyncio.to_thread(ann.wait_for, "11. ", after=first)
        assert len(ann.messages) == 2


async def test_what_is_not_understood_is_searched_or_suggested(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        place.file(1, "深圳发放数字人民币红包", "440300", "digital-yuan")
        ann = place.api.user(1)
        assert "深圳发放数字人民币红包" in (await place.ask(ann, "红包")).text
        assert (await place.ask(ann, "/search zeppelin")).text == "I found nothing for “zeppelin”."
        assert "What shall I look for?" in (await place.ask(ann, "/search")).text
        guess = await place.ask(ann, "Shenzen")
        assert guess.text == "I do not know “Shenzen” as a place or a topic.\nDid you mean:"
        await place.press(ann, guess, "Shenzhen")
        page = await asyncio.to_thread(ann.wait_for, "Latest: Shenzhen")
        assert page.id == guess.id
        hostile = await place.ask(ann, '<b>&"; DROP \u202e* NEAR( ' + "x" * 200)
        assert hostile.text.startswith('I found nothing for “<b>&"; DROP * NEAR( xxx')


@pytest.mark.parametrize(
    ("words", "place_code", "topic"),
    [
        ("Shenzhen", "440300", None),
        ("digitaler Yuan Peking", "110000", "digital-yuan"),
        ("北京 区块链", "110000", "blockchain"),
        ("all", None, None),
    ],
)
async def test_subscribing_by_words(
    tmp_path: Path, words: str, place_code: str | None, topic: Topic | None
) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        assert "what is new from now on" in (await place.ask(ann, f"/subscribe {words}")).text
        assert "already subscribed" in (await place.ask(ann, f"/subscribe {words}")).text
        assert [(each.place, each.topic) for each in place.subscribed(1)] == [(place_code, topic)]


async def test_subscribing_asks_when_it_must(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        offer = await place.ask(ann, "/subscribe")
        assert labels(offer) == ["🔔 blockchain", "🔔 digital yuan", "🔔 everything"]
        guess = await place.ask(ann, "/subscribe Shenzen blockchain")
        assert place.subscribed(1) == []
        await place.press(ann, guess, "Shenzhen")
        await place.until(ann, "Subscribed: Shenzhen · blockchain", guess)
        namesake = await place.ask(ann, "/subscribe Suzhou")
        assert "Did you mean another place of that name?" in namesake.text
        assert labels(namesake)[-1] == "Suzhou (Anhui)"


async def test_subscriptions_end_by_button_and_by_command(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        for words in ("Shenzhen", "Beijing blockchain", "blockchain"):
            await place.ask(ann, f"/subscribe {words}")
        mine = await place.ask(ann, "/subscriptions")
        assert labels(mine)[::3] == ["✖️ Shenzhen", "✖️ Beijing · blockchain", "✖️ blockchain"]
        assert await place.press(ann, mine, "✖️ Shenzhen") == "Ended: Shenzhen"
        assert await place.press(ann, mine, mine.buttons[0].data) == "That subscription had already ended."
        assert "no subscription to “Chengdu”" in (await place.ask(ann, "/unsubscribe Chengdu")).text
        assert (await place.ask(ann, "/unsubscribe Peking")).text == "Ended: Beijing · blockchain"
        assert "Ended 1 subscription." in (await place.ask(ann, "/unsubscribe")).text
        assert place.subscribed(1) == []
        assert "no subscriptions here" in (await place.ask(ann, "/unsubscribe")).text


async def test_a_chat_has_a_limit_of_subscriptions(tmp_path: Path) -> None:
    async with town(tmp_path, subscriptions_per_chat=1) as place:
        ann = place.api.user(1)
        await place.ask(ann, "/subscribe Shenzhen")
        assert (
            "already has 1 subscription, which is the limit" in (await place.ask(ann, "/subscribe 北京")).text
        )
        assert len(place.subscribed(1)) == 1


async def test_sources_help_and_language(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        sources = await place.ask(ann, "/sources")
        assert "Cities\n✅ Example Shenzhen" in sources.text
        assert "⚠️ Example Daily · blocked" in sources.text
        assert "x:y" not in sources.text
        assert (await place.ask(ann, "/nonsense")).text.startswith("What I can do")
        choice = await place.ask(ann, "/language")
        await place.press(ann, choice, "中文")
        await place.until(ann, "现在使用中文。", choice)
        assert (await place.ask(ann, "/help")).text.startswith("我能做什么")
        assert (await place.ask(ann, "/language deutsch")).text == "Ich spreche jetzt Deutsch."
