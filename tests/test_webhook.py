"""Webhook mode from outside: the real program is called by the stand-in, as Telegram would through a proxy."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from telegram import WebhookInfo

from bot.application import build
from bot.config import TelegramConfig, WebhookConfig
from bot.hearing import BotUnusable
from bot.polling import Patience
from bot.service import serving
from bot.webhook import BODY_BYTES, HEADER, Door, Hooked, checked_secret, news, read_update
from storage.database import Database
from storage.errors import DatabaseError
from storage.subscriptions import subscriptions
from yuanwatch.demo.botapi import BotApi, Fault, User
from yuanwatch.demo.show import wait_until

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
SECRET = "the-secret-of-this-test_0123456789"
PUBLIC = "https://bot.example.org"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Place:
    """Where the program runs: its directory, the stand-in, and where it listens."""

    path: Path
    api: BotApi
    port: int
    telegram: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def log(self) -> str:
        return (self.path / "log").read_text(encoding="utf-8")

    @contextmanager
    def running(self, *, polling: bool = False, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        hook = {"webhook": {"url": f"{PUBLIC}/hook", "port": self.port}}
        config = {
            "database": {"url": f"sqlite:///{self.path / 'y.db'}"},
            "telegram": {"api_url": self.api.url} | ({} if polling else hook) | self.telegram,
            "schedule": {"crawl": "1d"},
        }
        (self.path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        with (self.path / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "yuanwatch", "--config", str(self.path / "config.yaml"), "run"],
                env=os.environ | {"TELEGRAM_BOT_TOKEN": TOKEN} | environment,
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def subscribed(self, chat_id: int) -> int:
        database = Database(f"sqlite:///{self.path / 'y.db'}")
        try:
            with database.read() as connection:
                return len(subscriptions(connection, chat_id))
        finally:
            database.close()

    def post(self, update: object, secret: str | bytes | None = SECRET, **more: Any) -> httpx.Response:
        shown = secret.encode() if isinstance(secret, str) else secret
        headers = {} if shown is None else {HEADER.encode(): shown}
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        return httpx.post(self.url, content=body, headers=headers, timeout=10, **more)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    port = free_port()
    with BotApi(TOKEN, routes={PUBLIC: f"http://127.0.0.1:{port}"}) as api:
        yield Place(tmp_path, api, port)


def test_commands_are_answered_and_strangers_are_not(place: Place) -> None:
    ann = place.api.user(1)
    with place.running(YUANWATCH_WEBHOOK_SECRET=SECRET) as process:
        assert ann.ask("/subscribe Shenzhen", timeout=40).text.startswith("🔔 Subscribed: Shenzhen")
        update = _command(place, ann, "/unsubscribe", 900_000_001)
        for secret in (None, "", SECRET[:-1], SECRET + "x", b"\xc3\xa9\xff"):
            refused = place.post(update, secret)
            assert (refused.status_code, refused.content) == (403, b"")
            assert "server" not in refused.headers
        assert place.subscribed(1) == 1
        assert place.post(b"{", None).status_code == place.post(b"x" * 2_000_000, "no").status_code == 403
        assert place.post(b"{").status_code == place.post(b"[1]").status_code == 400
        assert place.post({"update_id": "7"}).status_code == place.post({"message": {}}).status_code == 400
        assert place.post(b" " * (BODY_BYTES + 1)).status_code == 413
        assert httpx.get(place.url).status_code == 405
        assert httpx.post(place.url + "/more", headers={HEADER: SECRET}).status_code == 404
        before, last = len(ann.messages), ann.messages[-1]
        assert [place.post(update).status_code for _ in range(3)] == [200] * 3
        ann.wait_for(lambda message: True, after=last, timeout=10)
        assert len(ann.messages) == before + 1 and place.subscribed(1) == 0
        assert place.post({"update_id": 900_000_002, "message": {"odd": 1}}).status_code == 200
        assert ann.ask("/help").text.startswith("What I can do")
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert "Traceback" not in place.log and SECRET not in place.log and TOKEN not in place.log
    with pytest.raises(httpx.ConnectError):
        place.post(update)
    assert place.api.calls_of("deleteWebhook") == () == place.api.calls_of("getUpdates")


def test_what_was_not_acknowledged_comes_again_and_is_done_once(place: Place) -> None:
    ann = place.api.user(1)
    with place.running() as process:
        assert ann.ask("/help", timeout=40)
        locked = Database(f"sqlite:///{place.path / 'y.db'}")
        with locked.write():
            ann.say("/subscribe Shenzhen")  # it cannot be kept, so it is not acknowledged
            time.sleep(0.5)
            process.kill()
            process.wait()
        locked.close()
        assert place.api.pending_updates == 1 and place.subscribed(1) == 0
    with place.running() as process:
        ann.wait_for("Subscribed: Shenzhen", timeout=40)
        assert place.subscribed(1) == 1 and wait_until(lambda: place.api.pending_updates == 0, 5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert sum("Subscribed: Shenzhen" in each.text for each in ann.messages) == 1


def test_what_was_acknowledged_and_not_done_is_done_after_a_kill(place: Place) -> None:
    ann = place.api.user(1)
    database = Database(f"sqlite:///{place.path / 'y.db'}")
    database.migrate()
    update = _command(place, ann, "/subscribe Shenzhen", 900_000_001)
    keep = "INSERT INTO inbox (update_id, payload, came) VALUES (?, ?, ?)"
    came = int(datetime.now(UTC).timestamp() * 1_000_000)
    with database.write() as connection:
        connection.exec_driver_sql(keep, (900_000_001, json.dumps(update), came))
    database.close()
    ann.chat.started = True
    with place.running(YUANWATCH_WEBHOOK_SECRET=SECRET):
        ann.wait_for("Subscribed: Shenzhen", timeout=40)
        assert place.post(update).status_code == 200
        assert ann.ask("/help").text.startswith("What I can do")
    assert sum("ubscribed: Shenzhen" in each.text for each in ann.messages) == 1


def test_from_webhook_to_polling_and_back_with_a_made_secret(place: Place) -> None:
    ann = place.api.user(1)
    for polling in (False, True, False):
        ann.say("/help")  # while nobody is there
        with place.running(polling=polling) as process:
            last = ann.messages[-1] if ann.messages else None
            ann.wait_for("What I can do", after=last, timeout=40)
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
    made = [call.params["secret_token"] for call in place.api.calls_of("setWebhook")]
    assert len(set(made)) == 2 and all(len(each) >= 40 for each in made)
    assert not any(each in place.log for each in made)


def test_what_cannot_work_is_said_with_status_2(place: Place) -> None:
    with place.running(YUANWATCH_WEBHOOK_SECRET="no spaces please") as process:
        assert process.wait(40) == 2
    assert "YUANWATCH_WEBHOOK_SECRET must be" in place.log and "no spaces please" not in place.log
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", place.port))
        holder.listen()
        with place.running() as process:
            assert process.wait(40) == 2
    assert f"cannot listen at 127.0.0.1, port {place.port}" in place.log
    place.telegram = {"webhook": {"url": "https://10.0.0.1/hook", "port": place.port}}
    with place.running() as process:
        assert process.wait(40) == 2
    assert "Telegram does not take telegram.webhook.url: " in place.log
    assert "Traceback" not in place.log


def _command(place: Place, user: User, text: str, number: int) -> dict[str, Any]:
    """An update as Telegram writes it."""
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": user.id, "type": "private", "first_name": "Ann"},
        "from": {"id": user.id, "is_bot": False, "first_name": "Ann", "language_code": "en"},
        "text": text,
        "entities": [entity],
    }
    return {"update_id": number, "message": message}


# The parts


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
