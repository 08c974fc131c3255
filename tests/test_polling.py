"""Polling that is watched: a bad answer is survived, an outage waited out, and a lost cause ended at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from bot.application import build
from bot.config import TelegramConfig
from bot.polling import Heard, Patience
from bot.service import BotUnusable, serving
from storage.database import Database
from tests.town import NOW
from yuanwatch.demo.botapi import BotApi, Fault

HASTY = Patience(silence=1.0, conflicts=2, window=30)


@asynccontextmanager
async def served(path: Path, patience: Patience) -> AsyncIterator[tuple[BotApi, asyncio.Task[NoReturn]]]:
    database = Database(f"sqlite:///{path / 'yuanwatch.db'}")
    database.migrate()
    with BotApi() as api:
        application = build(TelegramConfig(api_url=api.url), api.token, database, list, clock=lambda: NOW)
        async with serving(application, patience) as watch:
            yield api, watch
    database.close()


@pytest.mark.parametrize("fault", [Fault.NOT_FOUND, Fault.UNAUTHORIZED])
async def test_one_refusal_does_not_end_polling(tmp_path: Path, fault: Fault) -> None:
    async with served(tmp_path, Patience()) as (api, watch):
        ann = api.user(1)
        assert await asyncio.to_thread(ann.ask, "/help")
        before = len(api.calls_of("getUpdates"))
        api.fail("getUpdates", fault)
        ann.say("/help")  # ends the getUpdates that is under way, so that the next one meets the fault
        await asyncio.to_thread(api.wait_for_call, "getUpdates", before + 1)
        assert (await asyncio.to_thread(ann.ask, "/help")).text.startswith("What I can do")
        assert any(call.fault for call in api.calls_of("getUpdates"))
        assert not watch.done()


async def test_a_token_that_is_refused_for_long_ends_the_bot(tmp_path: Path) -> None:
    async with served(tmp_path, HASTY) as (api, watch):
        api.fail("*", Fault.UNAUTHORIZED, times=None)
        api.user(1).say("/help")
        with pytest.raises(BotUnusable, match="has refused the token") as ended:
            await asyncio.wait_for(watch, 8)
        assert ended.value.status == 1
        api.heal()


async def test_a_refusal_of_getupdates_alone_is_waited_out(tmp_path: Path) -> None:
    async with served(tmp_path, HASTY) as (api, watch):
        api.fail("getUpdates", Fault.NOT_FOUND, times=2)
        ann = api.user(1)
        ann.say("/help")
        await asyncio.to_thread(ann.wait_for, "What I can do", timeout=10)
        assert not watch.done()


async def test_an_outage_is_waited_out(tmp_path: Path) -> None:
    async with served(tmp_path, HASTY) as (api, watch):
        api.stop()
        await asyncio.sleep(1.8)
        api.start()
        ann = api.user(1)
        ann.say("/help")
        await asyncio.to_thread(ann.wait_for, "What I can do", timeout=10)
        assert not watch.done()


async def test_another_program_with_this_token_ends_the_bot_soon(tmp_path: Path) -> None:
    async with served(tmp_path, HASTY) as (api, watch):
        api.fail("getUpdates", Fault.CONFLICT, times=2)
        api.user(1).say("/help")
        with pytest.raises(BotUnusable, match="Another program polls with this token") as ended:
            await asyncio.wait_for(watch, 8)
        assert ended.value.status == 2
        begun = time.monotonic()
    assert time.monotonic() - begun < 20


def test_one_conflict_now_and_then_is_normal() -> None:
    heard = Heard(0, 0)
    for minute in range(5):
        heard = heard.after(409, 0, minute * 70.0).after(200, 0, minute * 70.0 + 10)
    assert heard.state(Patience(), 300.0) == "fine"
    for second in range(3):
        heard = heard.after(409, 0, 350.0 + second)
    assert heard.state(Patience(), 350.0) == "fine"
    assert heard.after(409, 0, 353.0).state(Patience(), 353.0) == "rival"


def test_silence_is_told_from_a_polling_that_has_died() -> None:
    patience, heard = Patience(), Heard(0, 0)
    assert heard.state(patience, 60.0) == "fine"
    assert heard.after(0, 0, 55.0).state(patience, 61.0) == "silent"
    assert heard.after(404, 0, 119.0).state(patience, 200.0) == "silent"
    assert heard.state(patience, 121.0) == "stopped"
    assert heard.after(429, 600.0, 0.0).state(patience, 650.0) == "fine"
