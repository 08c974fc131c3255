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
            await handle(services, update, context)
    elif verdict == "warn":
        async with turns.turn(chat.id):
            await _warn(services, update, context)
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


async def _warn(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    chat = update.effective_chat
    assert chat is not None  # `receive` has its turn
    reader = await asyncio.to_thread(chats.meet, services, chat, update.effective_user)
    limit = services.config.commands_per_minute
    sentence = texts(reader.language).plural("error.too_many", limit)
    if update.callback_query:
        await acknowledge(update.callback_query, sentence)
    else:
        await send(context.bot, chat.id, build([line(sentence)]), thread_id=thread_of(update))
