"""Who may do what: groups and their administrators, forged buttons, blocking, faults and refusals."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.fingerprint import fingerprint
from analysis.types import Announcement, Article, PlaceMention, Publisher
from bot.application import build
from bot.config import TelegramConfig
from bot.service import BotUnusable, serving
from storage.database import Database
from storage.filing import file
from tests.town import NOW, Town, town
from yuanwatch.demo.botapi import BotApi, Fault


async def test_another_persons_subscription_cannot_be_ended(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann, eve = place.api.user(1), place.api.user(2)
        await place.ask(ann, "/subscribe Shenzhen")
        theirs = await place.ask(eve, "/subscriptions")
        place.api.calls_of("answerCallbackQuery")
        query = eve.forge(theirs, f"e:{place.subscribed(1)[0].id}")
        await asyncio.to_thread(place.api.wait_for_call, "answerCallbackQuery")
        assert query.answer is not None
        assert query.answer.text == "That subscription had already ended."
        assert len(place.subscribed(1)) == 1


async def test_old_and_forged_buttons_say_so(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        message = await place.ask(ann, "/help")
        queries = [
            ann.forge(message, data) for data in ("v0:latest", "l:999:b:0", "\u202e", "e:0", "a:000000:b")
        ]
        await asyncio.to_thread(place.api.wait_for_call, "answerCallbackQuery", len(queries))
        for query in queries:
            assert query.answer is not None
            assert query.answer.text.startswith("This button is from an earlier version.")
        assert place.subscribed(1) == []


async def test_help_and_lists_are_answered_while_the_database_is_locked(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        place.file(1, "深圳发布区块链规划", "440300", "blockchain")
        another = Database(f"sqlite:///{tmp_path / 'yuanwatch.db'}")
        with another.write():
            asked = time.monotonic()
            for number, command in enumerate(("/help", "/start", "/latest", "Shenzhen"), 1):
                assert (await place.ask(place.api.user(number), command)).text
            assert time.monotonic() - asked < 4.5  # busy_timeout is 5 s: nobody waited for the lock
        another.close()


async def test_in_a_group_only_administrators_change_what_it_is_told(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        boss, guest = place.api.user(1), place.api.user(2)
        group = place.api.group(-100, "Readers", members=[guest], admins=[boss])
        said = group.say(guest, "/subscribe@yuanwatch_bot Shenzhen")
        refused = await place.until(group, "Only administrators", said)
        assert place.subscribed(-100) == []
        said = group.say(boss, "/subscribe@yuanwatch_bot Shenzhen")
        await place.until(group, "Subscribed: Shenzhen", said)
        said = group.say(guest, "/subscriptions@yuanwatch_bot")
        mine = await place.until(group, "You have 1 subscription", said)
        assert (await place.press(guest, mine, mine.buttons[0].data)).startswith("Only administrators")
        assert len(place.subscribed(-100)) == 1
        await place.press(boss, mine, mine.buttons[0].data)
        assert place.subscribed(-100) == []
        group.say(guest, "/latest@another_bot")
        said = group.say(guest, "/latest@yuanwatch_bot")
        answer = await place.until(group, "no stories yet", said)
        assert [each.id for each in group.messages if each.id > refused.id][-1] == answer.id


async def test_a_group_that_moves_keeps_its_subscriptions(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        boss = place.api.user(1)
        group = place.api.group(-100, "Readers", admins=[boss])
        said = group.say(boss, "/subscribe Shenzhen")
        await place.until(group, "Subscribed", said)
        new = group.upgrade(boss)
        said = new.say(boss, "/subscriptions")
        await place.until(new, "You have 1 subscription", said)


async def test_who_blocks_the_bot_is_off_until_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        await place.ask(ann, "/subscribe all")
        ann.block()
        async with asyncio.timeout(5):
            while "the bot is now kicked" not in caplog.text:
                await asyncio.sleep(0.02)
        assert _owed(place, "510100") == 0
        ann.unblock()
        await place.ask(ann, "/start")
        assert _owed(place, "440300") == 1
        assert len(place.subscribed(1)) == 1


def _owed(place: Town, adcode: str) -> int:
    """How many deliveries a new story about a place makes."""
    title = f"Trial in {adcode}"
    article = Article(
        f"https://www.example.org/{adcode}", title, title, Publisher("x", "X", "media"), NOW, "en"
    )
    mention, print_ = PlaceMention(adcode, True, "Trial"), fingerprint(title, title)
    item = Announcement(article, "en", "yes", "", print_, ("blockchain",), places=(mention,), dated=NOW)
    with place.database.write() as connection:
        return file(connection, item, now=NOW + timedelta(hours=1), tell=True, max_age=None).deliveries


async def test_a_mistake_of_ours_is_answered_and_logged_without_the_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        message = await place.ask(ann, "/start")
        (tmp_path / "yuanwatch.db").rename(tmp_path / "away.db")
        place.database.close()
        assert (await place.ask(ann, "/latest")).text.startswith("Sorry, that went wrong on my side.")
        assert (await place.press(ann, message, "📰 Latest stories")).startswith("Sorry, that went wrong")
        place.database.close()
        (tmp_path / "yuanwatch.db").unlink(missing_ok=True)
        (tmp_path / "away.db").rename(tmp_path / "yuanwatch.db")
        token = place.api.token
    assert "an update could not be handled" in caplog.text
    assert token not in caplog.text


async def test_a_bot_that_telegram_refuses_says_why(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'yuanwatch.db'}")
    with BotApi() as api:
        config = TelegramConfig(api_url=api.url)
        application = build(config, "123456:wrong", database, list, clock=lambda: NOW)
        with pytest.raises(BotUnusable, match="does not accept the token") as refused:
            async with serving(application):
                pass
        assert "wrong" not in str(refused.value)
    database.close()


async def test_answers_go_on_after_a_fault(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        ann = place.api.user(1)
        place.api.fail("getUpdates", Fault.BAD_GATEWAY)
        place.api.fail("sendMessage", Fault.SERVER_ERROR)
        ann.say("/help")
        await asyncio.to_thread(place.api.wait_for_call, "sendMessage")
        assert (await place.ask(ann, "/help")).text.startswith("What I can do")
