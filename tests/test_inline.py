"""@bot in any chat: stories to share, in the language of who types; and typing too much, late or nonsense."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.types import LANGUAGES
from analysis.wishes import Wish
from bot.config import TelegramConfig
from bot.deeplinks import decode_link
from bot.inline import PER_MINUTE
from bot.services import Services
from bot.shared import share, shared
from storage import subscriptions as kept
from storage.database import Database
from tests.scene import fill
from tests.telling import announcement, assert_telegram_takes, reader, story
from tests.town import NOW, Town, town
from yuanwatch.demo.botapi import InlineAnswer, User


async def type_inline(user: User, text: str, offset: str = "") -> InlineAnswer:
    return await asyncio.to_thread(user.inline, text, offset)


def titles(answer: InlineAnswer) -> list[Any]:
    return [result["title"] for result in answer.results]


async def test_stories_are_offered_in_the_language_of_who_types(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, eva, li = (place.api.user(n, "A", code) for n, code in ((1, "en"), (2, "de"), (3, "zh")))
        english = await type_inline(ann, "shenzhen")
        assert titles(english) == [
            "Shenzhen · digital yuan · red packets",
            "Shenzhen · blockchain · pilot starts",
            "Shenzhen · digital yuan · red packets · ¥10 million",
        ]
        assert (
            english.results[2]["description"]
            == "深圳发放数字人民币红包\n12 Oct 2020 · 🏛 official · 示例市政府"
        )
        assert (english.personal, english.next_offset) == (True, "")
        assert english.cache_seconds <= 60
        assert english.button == "🔔 Subscribe in the bot: Shenzhen"
        assert decode_link(english.start) == (Wish(places=("440300",)), "now")
        german = await type_inline(eva, "Pläne aus Guangdong vom letzten Jahr")
        assert titles(german) == ["Guangdong · Blockchain · Plan"]
        assert german.button == "🔔 Im Bot abonnieren: Guangdong"
        chinese = await type_inline(li, "深圳 上个月 红包")
        assert titles(chinese) == ["深圳 · 数字人民币 · 红包与消费券"]
        assert chinese.button == "🔔 在机器人中订阅：深圳"


async def test_a_shared_story_is_its_full_message_with_a_link(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        eva = place.api.user(2, "Eva", "de")
        group = place.api.group(-5, members=[eva])
        found = await type_inline(eva, "Hainan")
        message = eva.share(found.results[0], group)
        assert message.text.startswith("🏛 Hainan · Blockchain · Plan\n海南公布区块链规划\n")
        assert message.links == ("https://www.example.org/6",)
        assert {entity.kind for entity in message.entities} >= {"bold", "text_link"}
        eva.share(found.results[0])  # in the chat with the bot: it asks for nothing
        assert "nichts" in (await place.ask(eva, "zeppelin")).text
        assert len(eva.messages) == 1


async def test_an_empty_query_is_the_newest_and_a_misspelt_place_is_guessed(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1, "Ann", "en")
        newest = await type_inline(ann, "")
        assert len(newest.results) == 8
        assert titles(newest)[0] == "Shenzhen · digital yuan · red packets"
        assert decode_link(newest.start) == (Wish(), "now")
        guessed = await type_inline(ann, "Chengduu")
        assert (titles(guessed), guessed.button) == (
            ["Chengdu · digital yuan · in use"],
            "🔔 Subscribe in the bot: Chengdu",
        )
        assert titles(await type_inline(ann, "wallets")) == ["Chengdu · digital yuan · in use"]
        assert titles(await type_inline(ann, "kind:plan place:Hainan")) == ["Hainan · blockchain · plan"]
        nothing = await type_inline(ann, "<b>&zeppelin\u202e")
        assert (nothing.results, nothing.next_offset) == ((), "")


async def test_more_come_on_scrolling_each_once(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        for number in range(1, 121):
            place.file(
                number, f"通知 {number:03}", "440300", "blockchain", dated=NOW - timedelta(days=20 * number)
            )
        ann = place.api.user(1, "Ann", "en")
        pages: list[InlineAnswer] = []
        offset = ""
        while not pages or offset:
            pages.append(await type_inline(ann, "shenzhen", offset))
            offset = pages[-1].next_offset
        assert [len(page.results) for page in pages] == [50, 50, 20]
        assert len({result["id"] for page in pages for result in page.results}) == 120
        for forged in ("x", "-1", "007", "9" * 40, "五十", "9999"):
            assert (await type_inline(ann, "shenzhen", forged)).results == ()


async def test_the_language_of_the_chat_with_the_bot_counts(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann = place.api.user(1, "Ann", "en")
        with place.database.write() as connection:
            kept.remember_chat(connection, 1, kind="private", language="de", now=NOW)
        assert titles(await type_inline(ann, "Hainan")) == ["Hainan · Blockchain · Plan"]


async def test_who_types_too_much_gets_nothing_for_a_moment(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        fill(place)
        ann, eva = place.api.user(1), place.api.user(2)
        for _ in range(PER_MINUTE - 1):
            ann.type_inline("Hainan", "an offset that leads to nothing")
        assert [len((await type_inline(ann, "Hainan")).results) for _ in range(2)] == [1, 0]
        assert len((await type_inline(eva, "Hainan")).results) == 1


async def test_an_expired_query_is_no_matter(tmp_path: Path) -> None:
    async with town(tmp_path, inline_seconds=0) as place:
        ann = place.api.user(1, "Ann", "en")
        for _ in range(2):
            ann.type_inline("too late")
        call = await asyncio.to_thread(place.api.wait_for_call, "answerInlineQuery", 2)
        assert not call.ok
        assert (await place.ask(ann, "/story 1")).text == "There is no story 1."
        assert len(ann.messages) == 1


def test_results_are_within_telegrams_limits_whatever_a_story_holds() -> None:
    long = story(announcement(1, title="<长>" * 400, summary="字&" * 3000, publisher_name="名" * 300))
    for language in LANGUAGES:
        one = shared(long, reader(language))
        assert_telegram_takes(one.message)
        assert 1 <= len(one.id.encode()) <= 64
        assert len(one.title) <= 120
        assert len(one.description) <= 256


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('inline') / 'y.db'}")
    database.migrate()
    fill(Town(None, database))  # type: ignore[arg-type]
    return Services(TelegramConfig(), database, list, lambda: NOW)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=256), st.text(max_size=10))
def test_no_text_is_an_error(services: Services, typed: str, offset: str) -> None:
    page = share(services, reader("en"), typed, offset)
    assert len(page.stories) <= 50
    assert decode_link(page.start) is not None
