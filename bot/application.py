"""Configuration and storage -> the Telegram application: its requests, limits, handlers and commands."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Bot, BotCommand, Update
from telegram.error import Conflict, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from analysis.types import LANGUAGES, Language
from bot import chats, commands, inline, presses, reception, replies
from bot.config import TelegramConfig
from bot.delivery import rates
from bot.inbox import Inbox, Raw
from bot.limiter import Limiter
from bot.markup import line
from bot.outcomes import describe
from bot.pacing import Pacer
from bot.pictures.album import Album
from bot.polling import Polling, UpdatesRequest
from bot.render import message as build_message
from bot.sending import send
from bot.services import Services
from bot.texts import chat_language, texts
from bot.turns import Turns
from storage.database import Database
from storage.types import SourceLine

log = logging.getLogger(__name__)

POOL = 8
UPDATES_POOL = 4  # with python-telegram-bot's 1, a torn getUpdates can hold the only connection for ever
UPDATES_AT_ONCE = 100_000  # who waits holds no place: `bot.turns` says how many are answered at once
ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER]
_FALLBACK: Language = "en"

Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


class App(Application[Any, Any, Any, Any, Any, Any]):
    """The application with what it heard from Telegram, and with the turns in which it answers."""

    def __init__(self, *, polling: Polling, turns: Turns, inbox: Inbox, **settings: Any) -> None:
        super().__init__(**settings)
        self.polling = polling
        self.turns = turns
        self.inbox = inbox

    async def take(self, raw: Raw) -> None:
        """Have an update handled, once what it changes is kept. Raises DatabaseError where it cannot be."""
        await self.inbox.keep([raw])
        try:
            update = Update.de_json(dict(raw), self.bot)
        except Exception as error:  # of a kind to come: to hear of it again would help nobody
            log.error("an update cannot be read: %s", describe(error))
            return
        await self.update_queue.put(update)

    async def process_update(self, update: object) -> None:
        """Handle an update that was not handled before."""
        number = update.update_id if isinstance(update, Update) else None
        if number is not None and not self.inbox.begin(number):
            return
        await super().process_update(update)
        if number is not None:
            await self.inbox.end(number)


def build(
    config: TelegramConfig,
    token: str,
    database: Database,
    sources: Callable[[], Sequence[SourceLine]],
    *,
    clock: Callable[[], datetime],
    album: Album | None = None,
) -> App:
    """The application, not yet started; `bot.service.serving` runs it. Raises InvalidToken for no token.

    `sources` is asked for the present state of the sources whenever a reader is; `clock` gives aware UTC;
    `album` keeps the pictures that are drawn (None: an empty one).
    """
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot's coming form of "retry after"
    _keep_quiet()
    services = Services(
        config, database, sources, clock, album or Album(), username=lambda: application.bot.username
    )
    server = config.api_url.rstrip("/")
    polling, pacer = Polling(), Pacer(rates(config))
    turns, inbox = Turns(pacer, config.commands_per_minute), Inbox(database, clock)
    updates = UpdatesRequest(polling, inbox.keep, connection_pool_size=UPDATES_POOL, read_timeout=20)
    application = (
        ApplicationBuilder()
        .application_class(App, {"polling": polling, "turns": turns, "inbox": inbox})
        .token(token)
        .base_url(f"{server}/bot")
        .base_file_url(f"{server}/file/bot")
        .request(HTTPXRequest(connection_pool_size=POOL, pool_timeout=5, connect_timeout=10, read_timeout=20))
        .get_updates_request(updates)
        .rate_limiter(Limiter(pacer, config.messages_per_second, config.group_messages_per_minute))
        .concurrent_updates(UPDATES_AT_ONCE)
        .job_queue(None)
        .post_init(register_commands)
        .build()
    )
    assert isinstance(application, App)  # the builder's type does not say so
    glances = Turns(pacer, inline.PER_MINUTE, at_once=inline.AT_ONCE)
    application.add_handlers(handlers(services, turns, glances))
    application.add_error_handler(partial(report, services))
    return application


def handlers(services: Services, turns: Turns, glances: Turns) -> list[BaseHandler[Any, Any, Any]]:
    """All handlers; the first that fits takes an update. Edited messages are not commands given again.

    Whoever asks for something takes turns; what Telegram tells about a chat is always heard. `glances` are
    those of inline queries, which come at each pause of a person's typing.
    """

    def asked(handle: reception.Handle) -> Handler:
        return partial(reception.receive, services, turns, handle)

    def told(handle: reception.Handle) -> Handler:
        return partial(reception.hear, services, turns, handle)

    # What a person shares by this bot comes back to it in a chat where it is, and asks for nothing.
    new, private = filters.UpdateType.MESSAGE & ~filters.VIA_BOT, filters.ChatType.PRIVATE
    known = [
        CommandHandler(each.name, asked(partial(commands.answer_command, each)), filters=new)
        for each in commands.commands()
    ]
    files = filters.Document.ALL & (private | filters.CaptionRegex(r"^/import\b"))
    return [
        CommandHandler("import", asked(replies.answer_file), filters=new & filters.REPLY),
        *known,
        MessageHandler(new & files, asked(replies.answer_file)),
        MessageHandler(new & replies.ANSWERING & ~filters.COMMAND, asked(replies.answer_reply)),
        CallbackQueryHandler(asked(presses.press)),
        InlineQueryHandler(partial(inline.answer_inline, services, glances)),
        ChatMemberHandler(told(chats.membership), ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.MIGRATE, told(chats.migration)),
        MessageHandler(new & private & filters.COMMAND, asked(commands.answer_unknown)),
        MessageHandler(new & private & filters.TEXT, asked(commands.answer_text)),
    ]


async def register_commands(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Tell Telegram the commands in each language, English for all others; a failure does not stop us."""
    bot: Bot = application.bot
    try:
        for language in LANGUAGES:
            words = texts(language)
            offered = [BotCommand(each.name, words(f"command.{each.name}")) for each in commands.commands()]
            code = None if language == _FALLBACK else language
            await bot.set_my_commands(offered, language_code=code)
    except TelegramError as error:
        log.warning("the commands could not be registered: %s", describe(error))


async def report(services: Services, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Log what went wrong in one handler, and tell its reader; polling errors come without an update."""
    error = context.error
    if isinstance(error, TelegramError):
        level = logging.ERROR if isinstance(error, Conflict) else logging.WARNING
        log.log(level, "Telegram: %s", describe(error))
        return
    log.error("an update could not be handled: %s", describe(error or RuntimeError("?")), exc_info=error)
    if isinstance(update, Update) and update.effective_message and update.effective_chat:
        user = update.effective_user
        language = chat_language(user.language_code if user else None, services.config.language)
        sorry = build_message([line(texts(language)("error.sorry"))])
        try:
            await send(context.bot, update.effective_chat.id, sorry)
        except TelegramError as failure:
            log.warning("Telegram: %s", describe(failure))


def _keep_quiet() -> None:
    """httpx logs each request's address, and with it the token; so do the bots' own loggers at DEBUG.

    The others log tracebacks of what we log in one line.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("telegram.Bot", "telegram.ext.ExtBot"):
        logging.getLogger(name).setLevel(logging.INFO)
    for name in ("telegram.ext.AIORateLimiter", "telegram.ext.Updater", "telegram.request.BaseRequest"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
