"""An application -> a bot that serves: started with patience, watched while it hears, stopped in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import NoReturn

from telegram.error import TelegramError

from bot.application import App
from bot.hearing import BotUnusable, Hearing, Polled, patiently
from bot.outcomes import describe
from bot.polling import Patience
from bot.turns import AT_ONCE

__all__ = ["BotUnusable", "serving"]

THREADS = AT_ONCE + 8  # a few that wait for a locked database must not keep the others from reading


@asynccontextmanager
async def serving(
    application: App, patience: Patience | None = None, hearing: Hearing | None = None
) -> AsyncIterator[asyncio.Task[NoReturn]]:
    """Serve updates while the context lasts; those that an ended process has left undone come first.

    They are asked for, unless `hearing` says otherwise. Raises BotUnusable where Telegram refuses or is away,
    DatabaseError. Gives a task that ends, by raising BotUnusable, when nothing more will be heard.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "bot"))
    await _initialize(application)
    hearing = hearing or Polled(application)
    try:
        if application.post_init:
            await application.post_init(application)
        for update in await application.inbox.left():
            await application.take(update)
        await hearing.start()
        await application.start()
        watch = asyncio.create_task(hearing.watch(patience or Patience()))
        try:
            yield watch
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
    finally:
        application.turns.hurry()
        await hearing.stop()
        if application.running:
            await application.stop()
        await application.shutdown()


async def _initialize(application: App) -> None:
    """Ask Telegram who we are."""
    try:
        await patiently(application.initialize)
    except (BotUnusable, TelegramError) as error:
        await application.bot.shutdown()
        if isinstance(error, TelegramError):
            raise BotUnusable(f"Telegram does not let the bot start: {describe(error)}") from None
        raise
