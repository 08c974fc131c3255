"""Plain sentences and /since, in three languages: what was understood is said, and nothing typed is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scene import assert_speaks, fill
from tests.town import labels, town


async def test_a_sentence_in_english_is_place_time_and_words(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1, "Ann", "en")
        found = await place.ask(ann, "chengdu wallets since may")
        assert found.text == (
            "🔎 Chengdu · since May 2025 · “wallets”: 1 story\n\n"
            "1. 成都推出钱包 wallets\nChengdu · digital yuan · in use · 1 Jun 2025\n成都推出钱包 wallets"
        )
        assert labels(found) == ["1", "🔔 Subscribe: Chengdu"]
        plans = await place.ask(ann, "what did Hainan announce in 2024 about blockchain plans")
        assert plans.text == (
            "🔎 Hainan · blockchain · plan · 2024: 1 story\n\n"
            "1. 海南公布区块链规划\n🏛 Hainan · blockchain · plan · 1 Jun 2024"
        )
        assert labels(plans)[:3] == ["1", "🔎 with the words “plans”", "🔔 Subscribe: Hainan · blockchain"]
        await place.press(ann, plans, "1")
        story = await place.until(ann, "Story 6, told by 1 source", plans)
        assert story.text.startswith("🏛 Hainan · blockchain · plan\n海南公布区块链规划\n")


async def test_a_sentence_in_german_is_kind_place_and_time(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        eva = place.api.user(1, "Eva", "de")
        plans = await place.ask(eva, "Zeig mir Pläne aus Guangdong vom letzten Jahr")
        assert plans.text == (
            "🔎 Guangdong · Plan · 2024: 1 Meldung\n\n"
            "1. 广东发布区块链规划\n🏛 Guangdong · Blockchain · Plan · 1. Aug. 2024"
        )
        assert labels(plans) == ["1", "🔎 mit den Wörtern „Pläne“", "🔔 Abonnieren: Guangdong"]
        assert_speaks(plans, "de")
        both = await place.ask(eva, "Blockchain-Pläne aus Hainan")
        assert both.text.startswith("🔎 Hainan · Blockchain · Plan: 1 Meldung\n")
        news = await place.ask(eva, "was gibt es Neues in Peking?")
        assert news.text == "Zu „Peking“ gibt es noch nichts."


async def test_a_sentence_in_chinese_has_no_spaces(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        li = place.api.user(1, "Li", "zh-hans")
        packets = await place.ask(li, "深圳 上个月 红包")
        assert packets.text == (
            "🔎 深圳 · 红包与消费券 · 2025年9月：1 条消息\n\n"
            "1. 深圳再发红包\n深圳 · 数字人民币 · 红包与消费券 · 2025年9月5日"
        )
        assert_speaks(packets, "zh")
        plans = await place.ask(li, "海南去年有什么规划？")
        assert plans.text.startswith("🔎 海南 · 规划 · 2024年：1 条消息\n\n1. 海南公布区块链规划")


async def test_where_nothing_is_found_each_offer_leads_to_something(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        eva, ann = place.api.user(1, "Eva", "de"), place.api.user(2, "Ann", "en")
        none = await place.ask(eva, "Shenzhen Verlosungen seit gestern zeppelin")
        assert none.text.startswith("Ich habe nichts gefunden: Shenzhen · seit 19. Okt. 2025 · ")
        assert "Mit weniger Vorgaben gibt es etwas:" in none.text
        assert labels(none)[0] == "nur: Shenzhen"
        assert_speaks(none, "de")
        none = await place.ask(ann, "Suzhou vouchers 2024")
        assert none.text == (
            "I found nothing: Suzhou (Jiangsu) · 2024 · “vouchers”.\nThere is something if you ask for less:"
        )
        assert labels(none)[0] == "without: “vouchers”"
        assert labels(none)[1:] == ["🔔 Subscribe: Suzhou (Jiangsu)", "Suzhou (Anhui)"]
        await place.press(ann, none, "without: “vouchers”")
        found = await asyncio.to_thread(ann.wait_for, "Suzhou (Jiangsu) · 2024: 1 story")
        assert found.id == none.id
        assert "1. 苏州试点扩大" in found.text


async def test_a_misspelt_place_in_a_sentence_is_a_button(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1, "Ann", "en")
        guess = await place.ask(ann, "Shenzen red packets in 2025")
        assert guess.text.startswith("I found nothing: 2025 · ")
        assert "Did you mean:" in guess.text
        await place.press(ann, guess, "Shenzhen")
        found = await asyncio.to_thread(ann.wait_for, "1. 深圳再发红包")
        assert found.id == guess.id


async def test_since_when(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, eva, li = (place.api.user(n, "A", code) for n, code in ((1, "en"), (2, "de"), (3, "zh")))
        found = await place.ask(ann, "/since 2025-06")
        assert found.text == (
            "🔎 since Jun 2025: 2 stories\n\n"
            "1. 深圳再发红包\nShenzhen · digital yuan · red packets · 5 Sept 2025\n\n"
            "2. 成都推出钱包 wallets\nChengdu · digital yuan · in use · 1 Jun 2025"
        )
        assert (await place.ask(ann, "/since last year Suzhou")).text.startswith(
            "🔎 Suzhou (Jiangsu) · since Jan 2024: 1 story\n\n1. 苏州试点扩大"
        )
        german = await place.ask(eva, "/since seit Mai")
        assert german.text.startswith(
            "🔎 seit Mai 2025: 2 Meldungen\n\n1. 深圳再发红包\nShenzhen · digitaler Yuan"
        )
        assert_speaks(german, "de")
        chinese = await place.ask(li, "/since 今年")
        assert chinese.text.startswith("🔎 2025年1月以来：2 条消息\n\n1. 深圳再发红包")
        assert (await place.ask(li, "/since 上周")).text.startswith("没有找到：2025年10月13日以来。")
        asked = await place.ask(eva, "/since Shenzhen")
        assert asked.text.startswith("Seit wann?")
        assert labels(asked) == ["seit 20. Okt. 2025", "seit Okt. 2025", "seit Jan. 2025"]
        await place.press(eva, asked, "seit Jan. 2025")
        shown = await asyncio.to_thread(eva.wait_for, "Shenzhen · seit Jan. 2025: 1 Meldung")
        assert shown.id == asked.id


async def test_pages_of_an_answer_turn_in_place_and_count_all(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        for number in range(1, 13):
            place.file(number, f"通知 number {number:02}", "440300", "blockchain", dated=None)
        ann = place.api.user(1, "Ann", "en")
        first = await place.ask(ann, "Shenzhen since 2020")
        assert first.text.startswith("🔎 Shenzhen · since Jan 2020: 12 stories\n\n1. 通知 number 01")
        assert labels(first) == [*map(str, range(1, 11)), "Older →", "🔔 Subscribe: Shenzhen"]
        await place.press(ann, first, "Older →")
        second = await asyncio.to_thread(ann.wait_for, "number 12")
        assert (second.id, labels(second)[:3]) == (first.id, ["11", "12", "← Newer"])
        await place.press(ann, second, "← Newer")
        await asyncio.to_thread(ann.wait_for, "number 01")
        assert len(ann.messages) == 1


async def test_filters_written_out_are_the_searchs(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1, "Ann", "en")
        assert "Found for “kind:plan place:Hainan”" in (await place.ask(ann, "kind:plan place:Hainan")).text
        quoted = await place.ask(ann, '"wallets" Chengdu')
        assert quoted.text.startswith('🔎 Chengdu · “"wallets"”: 1 story')
