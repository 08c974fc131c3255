"""A message -> the wire: as HTML, and once as plain text should our markup be refused (it never should)."""

from __future__ import annotations

import logging

from telegram import Bot, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot import outcomes
from bot.types import Document, Message

log = logging.getLogger(__name__)


async def send(bot: Bot, chat_id: int, message: Message, *, thread_id: int | None = None) -> int:
    """Send a message and return its id. Raises TelegramError; `outcomes.decide` says what that means."""
    try:
        sent = await bot.send_message(
            chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            reply_markup=ForceReply(selective=True) if message.asks else keyboard(message),
            disable_notification=message.silent,
            link_preview_options=LinkPreviewOptions(is_disabled=not message.preview),
            message_thread_id=thread_id,
        )
    except TelegramError as error:
        if not outcomes.is_markup_error(error):
            raise
        log.error("a message was refused for its markup, sending it plain: %s", outcomes.describe(error))
        sent = await bot.send_message(
            chat_id,
            message.plain,
            disable_notification=message.silent,
            link_preview_options=LinkPreviewOptions(is_disabled=not message.preview),
            message_thread_id=thread_id,
        )
    return sent.message_id


async def send_document(bot: Bot, chat_id: int, document: Document, *, thread_id: int | None = None) -> None:
    """Send a file. Raises TelegramError."""
    await bot.send_document(
        chat_id,
        document.data,
        filename=document.name,
        caption=document.message.html,
        parse_mode=ParseMode.HTML,
        message_thread_id=thread_id,
    )


async def change(bot: Bot, chat_id: int, message_id: int, message: Message) -> None:
    """Put a message in the place of a sent one, or leave it where it reads so already.

    Raises TelegramError, also where the message is gone.
    """
    try:
        await bot.edit_message_text(
            message.html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(message),
            link_preview_options=LinkPreviewOptions(is_disabled=not message.preview),
        )
    except TelegramError as error:
        if not outcomes.is_settled(error):
            raise


async def edit(bot: Bot, chat_id: int, message_id: int, message: Message) -> None:
    """Put a message in the place of an earlier one; where that is gone, send it anew."""
    try:
        await change(bot, chat_id, message_id, message)
    except TelegramError as error:
        if not outcomes.is_gone(error) and not outcomes.is_markup_error(error):
            raise
        await send(bot, chat_id, message)


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram wants them; None where there are none."""
    buttons = [
        [
            InlineKeyboardButton(each.text, url=each.url or None, callback_data=each.data or None)
            for each in row
        ]
        for row in message.buttons
    ]
    return InlineKeyboardMarkup(buttons) if buttons else None
