"""An answer -> the wire, words or a picture; where a picture cannot be shown, its caption says the same."""

from __future__ import annotations

import logging
from dataclasses import replace

from telegram import Bot, InputMediaPhoto
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot import outcomes
from bot.pictures.album import Album
from bot.sending import keyboard, send
from bot.types import Message, Picture

log = logging.getLogger(__name__)


async def show(
    bot: Bot,
    album: Album,
    chat_id: int,
    answer: Message | Picture,
    *,
    thread_id: int | None = None,
    instead_of: int | None = None,
) -> None:
    """Send words or a picture; a picture in place of an earlier one (`instead_of`: its message) where given.

    Raises TelegramError as `sending.send` does.
    """
    if isinstance(answer, Message):
        await send(bot, chat_id, answer, thread_id=thread_id)
        return
    try:
        media = await album.media(answer.chart)
    except Exception:  # whatever goes wrong with a picture, the reader gets the figures
        log.exception("a picture could not be drawn, sending its words")
        await _tell(bot, chat_id, answer, thread_id)
        return
    try:
        sent = await _post(bot, chat_id, answer, media, thread_id, instead_of)
    except BadRequest as error:
        if outcomes.is_settled(error):
            return
        if isinstance(media, str) and outcomes.is_unknown_file(error):
            album.forget(answer.chart)
            await show(bot, album, chat_id, answer, thread_id=thread_id, instead_of=instead_of)
        elif instead_of is not None and outcomes.is_gone(error):
            await show(bot, album, chat_id, answer, thread_id=thread_id)
        else:
            log.warning("a picture was refused, sending its words: %s", outcomes.describe(error))
            await _tell(bot, chat_id, answer, thread_id)
        return
    if sent is not None and sent.photo:
        album.sent(answer.chart, sent.photo[-1].file_id)


async def _post(
    bot: Bot,
    chat_id: int,
    picture: Picture,
    media: str | bytes,
    thread_id: int | None,
    instead_of: int | None,
) -> Sent | None:
    caption, buttons = picture.caption, keyboard(picture.caption)
    if instead_of is None:
        return await bot.send_photo(
            chat_id,
            media,
            caption=caption.html,
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
            message_thread_id=thread_id,
            filename="yuanwatch.png",
        )
    photo = InputMediaPhoto(media, caption.html, parse_mode=ParseMode.HTML, filename="yuanwatch.png")
    edited = await bot.edit_message_media(photo, chat_id=chat_id, message_id=instead_of, reply_markup=buttons)
    return edited if isinstance(edited, Sent) else None


async def _tell(bot: Bot, chat_id: int, picture: Picture, thread_id: int | None) -> None:
    """The caption alone; its buttons would change a picture that is not there."""
    await send(bot, chat_id, replace(picture.caption, buttons=()), thread_id=thread_id)
