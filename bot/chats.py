"""Who writes: a chat as storage remembers it, its language, and who may change what it is told.

A chat is remembered when it wants something kept, or the bot is let into it; whoever only asks is
answered without that, so a database that cannot be written to keeps nobody from an answer.
"""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot, Chat, ChatMember, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.services import Services
from bot.texts import chat_language
from bot.types import Reader
from storage import subscriptions as kept
from storage.errors import DatabaseError
from storage.moving import migrate_chat
from storage.settings import chat_settings

log = logging.getLogger(__name__)

_GONE = (ChatMember.LEFT, ChatMember.BANNED)
_RULING = (ChatMember.ADMINISTRATOR, ChatMember.OWNER)


def meet(services: Services, chat: Chat, user: User | None, thread_id: int | None = None) -> Reader:
    """The chat as a reader, in its own zone and language or, where it is not remembered, that of who wrote.

    `thread_id`: the topic of a forum that is spoken in.
    """
    language, settings = None, None
    try:
        with services.database.read() as connection:
            language = kept.chat_language(connection, chat.id)
            settings = chat_settings(connection, chat.id)
    except DatabaseError as error:
        log.error("the language of chat %d cannot be read: %s", chat.id, error)
    if language is None:
        language = chat_language(user.language_code if user else None, services.config.language)
    return services.reader(chat.id, chat.type, language, settings, thread_id)


def meet_user(services: Services, user: User) -> Reader:
    """A person who writes in some other chat, in the language of the private chat with the bot."""
    return meet(services, Chat(user.id, ChatType.PRIVATE), user)


def come_back(services: Services, chat_id: int) -> None:
    """The chat is there again: what it subscribed to is delivered. Writes only where it was off."""
    with services.database.read() as connection:
        if not kept.is_off(connection, chat_id):
            return
    with services.database.write() as connection:
        kept.switch_on(connection, chat_id)


async def may_change(bot: Bot, chat: Chat, user: User | None, message: Message | None = None) -> bool:
    """Whether this user may change what the chat is told: alone with the bot, or an administrator.

    An administrator who writes anonymously appears as the group itself.
    """
    if chat.type == ChatType.PRIVATE:
        return True
    if message and message.sender_chat and message.sender_chat.id == chat.id:
        return True
    if user is None:
        return False
    member = await bot.get_chat_member(chat.id, user.id)
    return member.status in _RULING


async def membership(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The bot was blocked, unblocked, added to a chat or put out of it."""
    del context
    changed = update.my_chat_member
    if changed is None:
        return
    status = changed.new_chat_member.status
    if status in _GONE:
        await asyncio.to_thread(_switch_off, services, changed.chat.id, f"my_chat_member: {status}")
    else:
        await asyncio.to_thread(_welcome, services, changed.chat, changed.from_user)
    log.info("chat %d: the bot is now %s", changed.chat.id, status)


async def migration(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A group became a supergroup: it has a new id, and keeps what it subscribed to."""
    del context
    message = update.effective_message
    if message is None:
        return
    old, new = message.chat_id, message.migrate_to_chat_id
    if message.migrate_from_chat_id:
        old, new = message.migrate_from_chat_id, message.chat_id
    if new:
        await asyncio.to_thread(_migrate, services, old, new)
        log.info("chat %d is now %d", old, new)


def _welcome(services: Services, chat: Chat, user: User) -> None:
    reader = meet(services, chat, user)
    with services.database.write() as connection:
        kept.welcome(connection, chat.id, kind=reader.kind, language=reader.language, now=services.clock())


def _switch_off(services: Services, chat_id: int, reason: str) -> None:
    with services.database.write() as connection:
        kept.switch_off(connection, chat_id, reason, services.clock())


def _migrate(services: Services, old: int, new: int) -> None:
    with services.database.write() as connection:
        migrate_chat(connection, old, new)
