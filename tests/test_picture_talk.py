"""Conversations about pictures, with the real application: in three languages, in groups, when things go wrong."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from PIL import Image

from bot.callbacks import DrawStory, DrawTimeline, ShowMap, encode
from bot.markup import units
from tests.town import Town, labels, town
from yuanwatch.demo.botapi import Message


def size(message: Message) -> tuple[int, int]:
    """The size of the picture in a message."""
    assert message.kind == "photo" and message.file
    return Image.open(io.BytesIO(message.file.data)).size


def uploads(place: Town) -> list[bool]:
    """For each picture that was sent: whether it was uploaded, rather than named."""
    return ["photo" not in call.params for call in place.api.calls_of("sendPhoto")]


def fill(place: Town) -> None:
    place.file(1, "深圳发布区块链规划", "440300", "blockchain")
    place.file(2, "苏州数字人民币钱包", "320500", "digital-yuan")
    place.file(3, "昆山工资以数字人民币发放", "320583", "digital-yuan")


async def test_a_map_in_english_changes_colours_and_topics(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1, "Ann", "en")
        first = await place.ask(ann, "/map")
        assert size(first) == (1080, 1196)
        assert first.text == (
            "🗺 Announcements by province\nboth topics · 3 announcements · newest 22 Jul 2025\n\n"
            "Most announcements: Jiangsu 2, Guangdong 1\nMost active cities: Suzhou 2, Shenzhen 1\n\n"
            "Nothing yet from 32 of the 34 province-level places."
        )
        assert labels(first) == ["🚦 Colour by stage", "digital yuan", "blockchain"]
        await place.press(ann, first, "🚦 Colour by stage")
        staged = await asyncio.to_thread(ann.wait_for, "How far the provinces are")
        assert staged.id == first.id and staged.file != first.file
        await place.press(ann, staged, "blockchain")
        chain = await asyncio.to_thread(ann.wait_for, "blockchain · 1 announcement")
        assert chain.id == first.id and labels(chain)[0] == "🔢 Colour by number"
        for button, wanted in (("both topics", "both topics"), ("🔢 Colour by number", "by province")):
            await place.press(ann, chain, button)
            back = await asyncio.to_thread(ann.wait_for, wanted)
        assert back.file == first.file and back.text == first.text
        edits = place.api.calls_of("editMessageMedia")
        assert ["attach://" in call.params["media"] for call in edits] == [True, True, False, False]


async def test_a_trend_and_a_timeline_in_german(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        anna = place.api.user(1, "Anna", "de")
        trend = await place.ask(anna, "/trend Suzhou")
        assert size(trend)[0] == 1080
        assert trend.text.startswith("📈 Meldungen pro Monat\nSuzhou (Jiangsu) · Jan. 2025 – Okt. 2025\n\n")
        assert "digitaler Yuan: insgesamt 2, die meisten im Jan. 2025 (1)\nBlockchain: keine" in trend.text
        assert "Okt. 2025: digitaler Yuan 0, Blockchain 0" in trend.text
        assert labels(trend) == ["🖼 Chronik als Bild", "📰 Mehr: Suzhou (Jiangsu)", "Suzhou (Anhui)"]
        assert await place.press(anna, trend, "Suzhou (Anhui)") == "Zu „Suzhou (Anhui)“ gibt es noch nichts."
        await place.press(anna, trend, "🖼 Chronik als Bild")
        timeline = await place.until(anna, "Chronik: Suzhou (Jiangsu)", trend)
        assert size(timeline)[0] == 1080 and "2 Meldungen" in timeline.text
        assert "Suzhou · digitaler Yuan" in timeline.text and "Kunshan" in timeline.text
        await place.press(anna, trend, "📰 Mehr: Suzhou (Jiangsu)")
        await place.until(anna, "苏州数字人民币钱包", timeline)


async def test_a_trend_in_chinese_and_a_name_that_nobody_knows(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        li = place.api.user(1, "Li", "zh-hans")
        trend = await place.ask(li, "/trend 深圳 区块链")
        assert trend.text.startswith("📈 每月公告数\n深圳 · 2025年5月至2025年10月\n\n区块链：共1条")
        assert "数字人民币" not in trend.text
        guess = await place.ask(li, "/trend Shenzen")
        assert guess.kind == "text" and "深圳" in labels(guess)
        await place.press(li, guess, "深圳")
        found = await place.until(li, "深圳 · 2025年", guess)
        assert found.kind == "photo" and found.id != guess.id


async def test_a_picture_is_uploaded_once_until_the_data_change(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, ben = place.api.user(1), place.api.user(2)
        first = await place.ask(ann, "/map")
        again = await place.ask(ben, "/map")
        assert again.file == first.file and uploads(place) == [True, False]
        place.file(4, "武汉区块链平台", "420100", "blockchain")
        assert "Hubei 1" in (await place.ask(ann, "/map")).text
        assert uploads(place) == [True, False, True]
        place.api.forget_files()
        assert (await place.ask(ben, "/map")).kind == "photo"
        assert uploads(place) == [True, False, True, False, True]  # its name was refused, so once more


async def test_where_there_is_nothing_a_sentence_says_so(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        for command in ("/map", "/trend"):
            assert (await place.ask(ann, command)).text.startswith("There are no stories yet.")
        place.file(1, "深圳发布区块链规划", "440300", "blockchain")
        assert (await place.ask(ann, "/map digital yuan")).text == "There is nothing about digital yuan yet."
        assert (await place.ask(ann, "/trend Beijing")).text == "There is nothing about Beijing yet."
        shown = await place.ask(ann, "/map")
        assert await place.press(ann, shown, "digital yuan") == "There is nothing about digital yuan yet."
        assert {message.kind for message in ann.messages[:-1]} == {"text"}


async def test_pictures_stay_in_their_topic(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1)
        group = place.api.group(-1_000_000_000_005, members=[ann], topics=[7])
        said = await asyncio.to_thread(group.say, ann, "/trend@yuanwatch_bot Suzhou", thread_id=7)
        trend = await place.until(group, "Announcements per month", said)
        assert (trend.thread_id, trend.kind) == (7, "photo")
        await asyncio.to_thread(ann.press, trend, "🖼 Timeline as a picture")
        timeline = await place.until(group, "Timeline: Suzhou", trend)
        assert (timeline.thread_id, timeline.kind) == (7, "photo")


async def test_a_group_that_takes_words_only_gets_the_words(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1)
        group = place.api.group(-5, members=[ann])
        group.forbid_pictures()
        said = await asyncio.to_thread(group.say, ann, "/map")
        answer = await place.until(group, "Announcements by province", said)
        assert answer.kind == "text" and "Jiangsu 2" in answer.text and answer.buttons == ()


async def test_where_a_picture_cannot_be_drawn_its_words_are_sent(tmp_path: Path) -> None:
    def fail(chart: object) -> bytes:
        raise MemoryError(f"no room for {chart}")

    async with town(tmp_path, draw=fail) as place:
        fill(place)
        ann = place.api.user(1)
        answer = await place.ask(ann, "/map")
        assert answer.kind == "text" and answer.text.startswith("🗺 Announcements by province")
        assert place.api.calls_of("sendPhoto") == ()


async def test_stories_have_timelines_and_forged_buttons_are_harmless(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        place.file(1, "<b>深圳 & 区块链</b>", "440300", "blockchain")
        ann = place.api.user(1)
        shown = await place.ask(ann, "/map")
        for action, wanted in (
            (DrawStory(1), "<b>深圳 & 区块链</b>"),
            (DrawStory(99), "This story is no longer there."),
            (DrawTimeline(None, "digital-yuan"), "There is nothing about digital yuan yet."),
        ):
            ann.forge(shown, encode(action) or "")
            told = await place.until(ann, wanted, shown)
            assert units(told.text) <= 1024
        ann.forge(shown, encode(ShowMap(None, "stage")) or "")
        await asyncio.to_thread(ann.wait_for, "How far")
        assert {call.answer["ok"] for call in place.api.calls if call.answer} == {True}
