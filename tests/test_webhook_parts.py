"""The parts of the webhook: the door, the secret, and what is told of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import WebhookInfo

from bot.application import build
from bot.config import TelegramConfig, WebhookConfig
from bot.hearing import BotUnusable
from bot.polling import Patience
from bot.service import serving
from bot.webhook import HEADER, Door, Hooked, checked_secret, news, read_update
from storage.database import Database
from storage.errors import DatabaseError
from tests.hooked import PUBLIC, SECRET, TOKEN, free_port
from yuanwatch.demo.botapi import BotApi, Fault


async def test_what_cannot_be_kept_is_not_acknowledged() -> None:
    async def refuse(update: dict[str, Any]) -> None:
        raise DatabaseError("locked")

    config = WebhookConfig(url=f"{PUBLIC}/x", port=free_port(), path="/y")
    door = Door(config, SECRET, refuse)
    await door.open()
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"http://127.0.0.1:{config.port}/y", content=b'{"update_id": 1}', headers={HEADER: SECRET}
        )
    await door.close()
    assert answer.status_code == 503


async def test_who_changes_the_address_twice_is_another_program(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    with BotApi(TOKEN) as api:
        telegram = TelegramConfig(api_url=api.url)
        application = build(telegram, TOKEN, database, list, clock=lambda: datetime.now(UTC))
        hooked = Hooked(application, WebhookConfig(url=f"{PUBLIC}/x", port=free_port()), SECRET)
        async with serving(application, Patience(silence=0.1), hooked) as watch:
            await application.bot.delete_webhook()
            await asyncio.to_thread(api.wait_for_call, "setWebhook", 2)
            assert not watch.done()
            await application.bot.set_webhook("https://other.example.org/x")
            with pytest.raises(BotUnusable, match="Another program uses this token") as ended:
                await asyncio.wait_for(watch, 8)
            assert ended.value.status == 2
    database.close()


async def test_a_token_refused_while_it_is_called_ends_it_with_1(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'y.db'}")
    database.migrate()
    with BotApi(TOKEN) as api:
        telegram = TelegramConfig(api_url=api.url)
        application = build(telegram, TOKEN, database, list, clock=lambda: datetime.now(UTC))
        hooked = Hooked(application, WebhookConfig(url=f"{PUBLIC}/x", port=free_port()), SECRET)
        async with serving(application, Patience(silence=0.1), hooked) as watch:
            api.fail("getWebhookInfo", Fault.BAD_GATEWAY, times=2)
            await asyncio.to_thread(api.wait_for_call, "getWebhookInfo", 3)
            assert not watch.done()
            api.fail("*", Fault.UNAUTHORIZED, times=None)
            with pytest.raises(BotUnusable, match="has refused the token") as ended:
                await asyncio.wait_for(watch, 8)
            assert ended.value.status == 1
            api.heal()
    database.close()


def test_secrets_are_made_or_checked() -> None:
    assert checked_secret("a-B_9") == "a-B_9"
    assert checked_secret(None) != checked_secret(None)
    for bad in ("", "a b", "é", "x" * 257, "a\n"):
        with pytest.raises(BotUnusable):
            checked_secret(bad)


def test_only_an_object_with_a_number_is_an_update() -> None:
    assert read_update(b'{"update_id": 5, "x": 1}') == {"update_id": 5, "x": 1}
    for body in (b"", b"null", b"[]", b'{"update_id": true}', b'{"update_id": -1}', b"[" * 99_999, b"\xff"):
        assert read_update(body) is None


def test_an_operator_is_told_once_of_what_is_new() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    calm = WebhookInfo(f"{PUBLIC}/x", False, 3)
    failed = WebhookInfo(
        f"{PUBLIC}/x", False, 150, last_error_date=at, last_error_message="Connection refused"
    )
    assert news(None, calm) == []
    assert news(calm, failed) == [
        f"Telegram could not call {PUBLIC}/x: Connection refused",
        f"150 messages wait at Telegram to be delivered to {PUBLIC}/x",
    ]
    assert news(failed, failed) == [] == news(failed, calm)


@pytest.mark.parametrize(
    "url",
    ["http://a.example/x", "https://a.example:81/x", "https://u:p@a.example/x", "https://a.example/x?y", "x"],
)
def test_addresses_that_telegram_would_not_call_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        WebhookConfig.model_validate({"url": url})
