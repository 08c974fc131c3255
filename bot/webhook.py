"""Telegram calls -> updates: an HTTP server for one path, behind a proxy that speaks https.

An update is answered with 200 once what it changes is kept on disk; what is answered otherwise, or not at
all, Telegram sends again. Whoever does not know the secret learns nothing, not even whether there is one.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from aiohttp import web
from telegram import WebhookInfo
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.application import ALLOWED_UPDATES, App
from bot.config import WebhookConfig
from bot.hearing import REFUSED, BotUnusable, patiently
from bot.outcomes import describe
from bot.polling import Patience
from storage.errors import DatabaseError

log = logging.getLogger(__name__)

BODY_BYTES = 1_000_000  # a message has 4096 characters, and may quote another
BODY_SECONDS = 10.0
FAREWELL = 3.0  # seconds in which calls that are under way are answered when the bot stops
MANY_WAITING = 100
RIVALRY = 600.0  # seconds: an address that is changed twice within them is changed by another program
HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

TAKEN = """\
Another program uses this token: its webhook was set to another address or taken away, again and again. End
that program, or give this bot a token of its own."""
UNFIT = """\
YUANWATCH_WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -. Unset it: one is made at each start."""

_LIMITS: dict[str, Any] = {"shutdown_timeout": FAREWELL, "keepalive_timeout": 75.0, "lingering_time": 2.0}

Take = Callable[[dict[str, Any]], Awaitable[None]]


def checked_secret(given: str | None) -> str:
    """The secret as given, a new one without. Raises BotUnusable for one that Telegram would not take."""
    if given is None:
        return secrets.token_urlsafe(32)
    if not _SECRET.fullmatch(given):
        raise BotUnusable(UNFIT)
    return given


class Door:
    """The server. `take` is given each update and raises DatabaseError where it could not be kept."""

    def __init__(self, config: WebhookConfig, secret: str, take: Take) -> None:
        self._config = config
        self._secret = secret.encode()
        self._take = take
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen. Raises OSError where that address is taken or not ours."""
        application = web.Application(client_max_size=BODY_BYTES)
        application.router.add_post(self._config.local_path, self._called)
        application.on_response_prepare.append(_name_nobody)
        self._runner = web.AppRunner(application, access_log=None, **_LIMITS)
        await self._runner.setup()
        await web.TCPSite(self._runner, str(self._config.listen), self._config.port).start()

    async def close(self) -> None:
        """Listen no more, once what is under way is answered."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _called(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        update = read_update(body)
        if update is None:
            return web.Response(status=400)
        try:
            await self._take(update)
        except DatabaseError as error:
            log.error("an update could not be kept, Telegram will send it again: %s", error)
            return web.Response(status=503)
        return web.Response()


class Hooked:
    """Telegram calls us. At the end the webhook stays set: what happens meanwhile waits at Telegram."""

    def __init__(self, application: App, config: WebhookConfig, secret: str) -> None:
        self._application = application
        self._config = config
        self._secret = secret
        self._door = Door(config, secret, application.take)
        self._changed = float("-inf")

    async def start(self) -> None:
        """Listen, then tell Telegram where."""
        try:
            await self._door.open()
        except OSError as error:
            place = f"{self._config.listen}, port {self._config.port}"
            raise BotUnusable(f"telegram.webhook: cannot listen at {place}: {error.strerror}.") from None
        try:
            await patiently(self._tell)
        except BadRequest as error:
            raise BotUnusable(f"Telegram does not take telegram.webhook.url: {describe(error)}") from None

    async def watch(self, patience: Patience) -> NoReturn:
        """Ask Telegram now and then how the calls go; an outage is waited out."""
        before: WebhookInfo | None = None
        while True:
            await asyncio.sleep(patience.silence)
            try:
                info = await self._application.bot.get_webhook_info()
                if info.url != self._config.url:
                    await self._claim()
            except InvalidToken:
                raise BotUnusable(REFUSED, status=1) from None
            except TelegramError as error:
                log.warning("Telegram has not been heard for a while: %s", describe(error))
                continue
            for sentence in news(before, info):
                log.warning("%s", sentence)
            before = info

    async def stop(self) -> None:
        """Listen no more."""
        await self._door.close()

    async def _tell(self) -> None:
        await self._application.bot.set_webhook(
            self._config.url, allowed_updates=ALLOWED_UPDATES, secret_token=self._secret
        )

    async def _claim(self) -> None:
        """Someone has changed the address: once may be a mistake, twice is another program."""
        now = time.monotonic()
        if now - self._changed < RIVALRY:
            raise BotUnusable(TAKEN)
        self._changed = now
        log.warning("somebody has changed the webhook of this token; it is set again")
        await self._tell()


def read_update(body: bytes) -> dict[str, Any] | None:
    """The update in the body of a call, None where there is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if type(number) is int and 0 <= number < 1 << 63 else None


def news(before: WebhookInfo | None, now: WebhookInfo) -> list[str]:
    """What an operator should know that was not so at the look before: calls that failed, many that wait."""
    told = []
    if now.last_error_date and now.last_error_date != (before.last_error_date if before else None):
        told.append(f"Telegram could not call {now.url}: {now.last_error_message}")
    if now.pending_update_count >= MANY_WAITING > (before.pending_update_count if before else 0):
        told.append(f"{now.pending_update_count} messages wait at Telegram to be delivered to {now.url}")
    return told


async def _name_nobody(request: web.Request, response: web.StreamResponse) -> None:
    """No version in the answers of a server that strangers can call."""
    del request
    response.headers.pop("Server", None)
