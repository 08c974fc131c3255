"""An update -> handled in the turn of its chat; who asks too much is told to wait once, then passed over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import ContextTypes

from bot import chats
from bot.commands import thread_of
from bot.markup import line
from bot.presses import acknowledge
from bot.render import message as build
from bot.sending import send
from bot.services import Services
from bot.texts import texts
from bot.turns import Turns

QUESTION_CHARS = 300  # more is a text, not a question; what is searched in it would surprise

Handle = Callable[[Services, Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


async def receive(
    services: Services, turns: Turns, handle: Handle, update: Update, context: ContextTypes.DEFAULT_TYPE
) -> None:
    """Let `handle` answer when it is the chat's turn, unless the chat has asked too much this minute."""
    chat = update.effective_chat
    if chat is None:
        await handle(services, update, context)
        return
    verdict = turns.ask(chat.id)
    if verdict == "answer":
        async with turns.turn(chat.id):
            if _is_long(update):
                await _say(services, update, context, "error.too_long", QUESTION_CHARS)
            else:
                await handle(services, update, context)
    elif verdict == "warn":
        async with turns.turn(chat.id):
            await _say(services, update, context, "error.too_many", services.config.commands_per_minute)
    elif update.callback_query:  # its button would go on waiting; one after the other, as for a message
        async with turns.lane(chat.id):
            await acknowledge(update.callback_query)


async def hear(
    services: Services, turns: Turns, handle: Handle, update: Update, context: ContextTypes.DEFAULT_TYPE
) -> None:
    """Let `handle` take note of what Telegram tells about a chat, before what is asked there next."""
    chat = update.effective_chat
    if chat is not None:
        async with turns.lane(chat.id):
            await handle(services, update, context)


def _is_long(update: Update) -> bool:
    message = update.message
    return message is not None and len(message.text or "") > QUESTION_CHARS


async def _say(
    services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE, key: str, limit: int
) -> None:
    """Name a limit to whoever has met it."""
    chat = update.effective_chat
    assert chat is not None  # `receive` has its turn
    reader = await asyncio.to_thread(chats.meet, services, chat, update.effective_user)
    sentence = texts(reader.language).plural(key, limit)
    if update.callback_query:
        await acknowledge(update.callback_query, sentence)
    else:
        await send(context.bot, chat.id, build([line(sentence)]), thread_id=thread_of(update))
