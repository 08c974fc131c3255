"""An application -> a bot that serves: started with patience, watched while it polls, stopped in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

from telegram.error import InvalidToken, TelegramError

from bot.application import ALLOWED_UPDATES, App
from bot.outcomes import describe
from bot.polling import Patience
from bot.turns import AT_ONCE

log = logging.getLogger(__name__)

START_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
BOOTSTRAP_RETRIES = 5
FAREWELL = 2.0  # seconds for polling to end: it may be in the midst of a long pause after an error
THREADS = AT_ONCE + 8  # a few that wait for a locked database must not keep the others from reading

RIVAL = """\
Another program polls with this token (409 Conflict, again and again), and each takes the other's messages.
End it, or give this bot a token of its own."""
REFUSED = """\
Telegram has refused the token in TELEGRAM_BOT_TOKEN for some time, though it took it at the start. Was it
revoked? Copy the new one from @BotFather and start again."""
STOPPED = "The bot no longer asks Telegram for messages, which should never happen. Start it again."


class BotUnusable(Exception):
    """The bot cannot serve; the message is a sentence that says what to do, `status` the exit status.

    1: it did serve, and may again when it is started anew; 2: not before something is changed.
    """

    def __init__(self, sentence: str, status: int = 2) -> None:
        super().__init__(sentence)
        self.status = status


@asynccontextmanager
async def serving(
    application: App, patience: Patience | None = None
) -> AsyncIterator[asyncio.Task[NoReturn]]:
    """Serve updates while the context lasts. Raises BotUnusable where Telegram refuses or is away.

    Gives a task that ends, by raising BotUnusable, when nothing more will be heard from Telegram.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "bot"))
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
        application.polling.begin()
        watch = asyncio.create_task(_watch(application, patience or Patience()))
        try:
            yield watch
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
    finally:
        application.turns.hurry()
        if updater.running:
            with suppress(TimeoutError):
                await asyncio.wait_for(updater.stop(), FAREWELL)
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


async def _watch(application: App, patience: Patience) -> NoReturn:
    """Look at what polling met; an outage of the network is waited out, however long it lasts."""
    while True:
        await asyncio.sleep(patience.silence / 60)
        match application.polling.state(patience):
            case "rival":
                raise BotUnusable(RIVAL)
            case "stopped":
                raise BotUnusable(STOPPED, status=1)
            case "silent":
                await _ask_why(application)
                await asyncio.sleep(patience.silence / 4)


async def _ask_why(application: App) -> None:
    try:
        await application.bot.get_me()
    except InvalidToken:
        raise BotUnusable(REFUSED, status=1) from None
    except TelegramError as error:
        log.warning("Telegram has not been heard for a while: %s", describe(error))
    else:
        log.warning("Telegram answers, but gives no messages")


def _note(error: TelegramError) -> None:
    log.warning("polling: %s", describe(error))
