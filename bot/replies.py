"""Replies to a question of the bot, and files sent to it -> answers: a short shell."""

from __future__ import annotations

import asyncio

from telegram import Document as Sent
from telegram import Message as Written
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes, filters

from bot import carrying, chats, editing, preferring
from bot.markup import line
from bot.portable import MOST_BYTES
from bot.prompts import asked
from bot.render import message as build
from bot.sending import send
from bot.services import Services
from bot.texts import texts
from bot.types import Message, Reader


class _Answering(filters.MessageFilter):
    """A text that replies to a question of a bot."""

    def filter(self, message: Written) -> bool:
        """Whether it does."""
        question = message.reply_to_message
        sender = question.from_user if question else None
        if not message.text or question is None or sender is None or not sender.is_bot:
            return False
        return asked(question.text or "") is not None


ANSWERING = _Answering(name="answering a question")


async def answer_reply(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Take the answer to a question of the bot."""
    message = update.effective_message
    question = message.reply_to_message if message else None
    prompt = asked(question.text or "") if question else None
    if message is None or message.text is None or prompt is None:
        return
    reader = await _allowed(services, update, context)
    if reader is None:
        return
    handle = preferring.answered if prompt.subscription_id is None else editing.answered
    reply = await asyncio.to_thread(handle, services, reader, prompt, message.text)
    await send(context.bot, reader.chat_id, reply, thread_id=reader.thread_id)


async def answer_file(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Import a file: sent by itself, or replied to with /import."""
    message = update.effective_message
    if message is None:
        return
    replied = message.reply_to_message
    sent = message.document or (replied.document if replied else None)
    reader = await _allowed(services, update, context)
    if reader is None:
        return
    if sent is None:
        reply = carrying.import_asked(services, reader, "")
    else:
        reply = await _imported(services, reader, sent)
    await send(context.bot, reader.chat_id, reply, thread_id=reader.thread_id)


async def _imported(services: Services, reader: Reader, sent: Sent) -> Message:
    if sent.file_size is not None and sent.file_size > MOST_BYTES:
        return carrying.too_large(reader)
    try:
        file = await sent.get_file()
        data = bytes(await file.download_as_bytearray())
    except TelegramError:
        return build([line(texts(reader.language)("import.not_fetched"))])
    return await asyncio.to_thread(carrying.take_file, services, reader, data)


async def _allowed(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> Reader | None:
    """The reader, if they may change what the chat is told; else they are told that they may not."""
    chat, message = update.effective_chat, update.effective_message
    if chat is None or message is None:
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    reader = await asyncio.to_thread(chats.meet, services, chat, update.effective_user, thread)
    if await chats.may_change(context.bot, chat, update.effective_user, message):
        return reader
    await send(context.bot, chat.id, build([line(texts(reader.language)("group.admins"))]), thread_id=thread)
    return None
