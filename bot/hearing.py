"""How updates come to an application: by asking Telegram for them, or (`bot.webhook`) by being called.

Both have the same three verbs: start, watch, stop. What comes is kept (`bot.inbox`) before Telegram is told
that it came.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NoReturn, Protocol

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.application import ALLOWED_UPDATES, App
from bot.outcomes import describe
from bot.polling import Patience

log = logging.getLogger(__name__)

START_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
BOOTSTRAP_RETRIES = 5
FAREWELL = 2.0  # seconds for polling to end: it may be in the midst of a long pause after an error

RIVAL = """\
Another program polls with this token (409 Conflict, again and again), and each takes the other's messages.
End it, or give this bot a token of its own."""
REFUSED = """\
Telegram has refused the token in TELEGRAM_BOT_TOKEN for some time, though it took it at the start. Was it
revoked? Copy the new one from @BotFather and start again."""
STOPPED = "The bot no longer asks Telegram for messages, which should never happen. Start it again."
UNKNOWN = """\
Telegram does not accept the token in TELEGRAM_BOT_TOKEN. Copy it again from @BotFather, and check
telegram.api_url in config.yaml if that names another server."""


class BotUnusable(Exception):
    """The bot cannot serve; the message is a sentence that says what to do, `status` the exit status.

    1: it did serve, and may again when it is started anew; 2: not before something is changed.
    """

    def __init__(self, sentence: str, status: int = 2) -> None:
        super().__init__(sentence)
        self.status = status


class Hearing(Protocol):
    """A way for updates to come. `start` and `watch` raise BotUnusable."""

    async def start(self) -> None:
        """Begin to hear."""

    async def watch(self, patience: Patience) -> NoReturn:
        """End, by raising, when nothing more will be heard."""

    async def stop(self) -> None:
        """Hear no more; also where it was not started."""


async def patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Make the first calls to Telegram, a few times should the network not be there yet.

    Raises BotUnusable, and BadRequest for what Telegram does not take.
    """
    for pause in (*START_PAUSES, None):
        try:
            await call()
            return
        except InvalidToken:
            raise BotUnusable(UNKNOWN) from None
        except BadRequest:
            raise
        except TelegramError as error:
            reason = describe(error)
        if pause is not None:
            log.warning("Telegram cannot be reached, trying again in %g s: %s", pause, reason)
            await asyncio.sleep(pause)
    raise BotUnusable(f"Telegram cannot be reached ({reason}). Check the network and telegram.api_url.")


async def ask_why(application: App) -> None:
    """Nothing was heard for a while: is the token refused? Raises BotUnusable then."""
    try:
        await application.bot.get_me()
    except InvalidToken:
        raise BotUnusable(REFUSED, status=1) from None
    except TelegramError as error:
        log.warning("Telegram has not been heard for a while: %s", describe(error))
    else:
        log.warning("Telegram answers, but gives no messages")


class Polled:
    """Telegram is asked for updates, again and again; a webhook that was set before is taken away."""

    def __init__(self, application: App) -> None:
        assert application.updater is not None  # built with one
        self._application = application
        self._updater = application.updater

    async def start(self) -> None:
        """Begin to ask."""
        try:
            await self._updater.start_polling(
                allowed_updates=ALLOWED_UPDATES,
                bootstrap_retries=BOOTSTRAP_RETRIES,
                error_callback=_note,
            )
        except TelegramError as error:
            raise BotUnusable(f"Telegram does not let the bot start: {describe(error)}") from None
        self._application.polling.begin()

    async def watch(self, patience: Patience) -> NoReturn:
        """Look at what polling met; an outage of the network is waited out, however long it lasts."""
        while True:
            await asyncio.sleep(patience.silence / 60)
            match self._application.polling.state(patience):
                case "rival":
                    raise BotUnusable(RIVAL)
                case "stopped":
                    raise BotUnusable(STOPPED, status=1)
                case "silent":
                    await ask_why(self._application)
                    await asyncio.sleep(patience.silence / 4)

    async def stop(self) -> None:
        """Ask no more."""
        if self._updater.running:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._updater.stop(), FAREWELL)


def _note(error: TelegramError) -> None:
    log.warning("polling: %s", describe(error))
