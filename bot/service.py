"""An application -> a bot that serves: started with patience, polling, and stopped in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram.error import InvalidToken, TelegramError

from bot.application import ALLOWED_UPDATES, App
from bot.outcomes import describe

log = logging.getLogger(__name__)

START_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
BOOTSTRAP_RETRIES = 5


class BotUnusable(Exception):
    """The bot cannot serve; the message is a sentence that says what to do."""


@asynccontextmanager
async def serving(application: App) -> AsyncIterator[None]:
    """Serve updates while the context lasts. Raises BotUnusable where Telegram refuses or is away."""
    await _initialize(application)
    updater = application.updater
    assert updater is not None  # built with one
    try:
        if application.post_init:
            await application.post_init(application)
        try:
            await updater.start_polling(
                allowed_updates=ALLOWED_UPDATES,
                bootstrap_retries=BOOTSTRAP_RETRIES,
                error_callback=_note,
            )
        except TelegramError as error:
            raise BotUnusable(f"Telegram does not let the bot start: {describe(error)}") from None
        await application.start()
        yield
    finally:
        if updater.running:
            await updater.stop()
        if application.running:
            await application.stop()
        await application.shutdown()


async def _initialize(application: App) -> None:
    """Ask Telegram who we are, a few times should the network not be there yet."""
    for pause in (*START_PAUSES, None):
        try:
            await application.initialize()
            return
        except InvalidToken:
            await application.bot.shutdown()
            raise BotUnusable(
                "Telegram does not accept the token in TELEGRAM_BOT_TOKEN. Copy it again from @BotFather, "
                "and check telegram.api_url in config.yaml if that names another server."
            ) from None
        except TelegramError as error:
            reason = describe(error)
        if pause is None:
            break
        log.warning("Telegram cannot be reached, trying again in %g s: %s", pause, reason)
        await asyncio.sleep(pause)
    await application.bot.shutdown()
    raise BotUnusable(f"Telegram cannot be reached ({reason}). Check the network and telegram.api_url.")


def _note(error: TelegramError) -> None:
    log.warning("polling: %s", describe(error))
