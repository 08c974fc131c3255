"""@bot and some words, typed in any chat -> results to share there. The short shell around `bot.shared`."""

from __future__ import annotations

import asyncio
import logging

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot import chats, outcomes
from bot.services import Services
from bot.shared import Shared, SharedPage, share
from bot.turns import Turns

log = logging.getLogger(__name__)

CACHE_SECONDS = 30  # long enough for who types and deletes a letter, too short to hide what is new
PER_MINUTE = 120  # people type: each pause between two letters asks
AT_ONCE = 4  # threads that commands and buttons can spare


async def answer_inline(
    services: Services, turns: Turns, update: Update, context: ContextTypes.DEFAULT_TYPE
) -> None:
    """Answer an inline query, one of a person at a time; who asks too much gets none for a moment.

    Results are in the person's language, and so for this person only.
    """
    del context
    query = update.inline_query
    if query is None:
        return
    page = SharedPage((), "", "", "")
    async with turns.glance(query.from_user.id):
        if turns.ask(query.from_user.id) == "answer":
            reader = await asyncio.to_thread(chats.meet_user, services, query.from_user)
            page = await asyncio.to_thread(share, services, reader, query.query, query.offset)
        await _answer(query, page)


async def _answer(query: InlineQuery, page: SharedPage) -> None:
    """Give the results; a query that has expired is no matter, refused markup is sent plain."""
    for plain in (False, True):
        try:
            await query.answer(
                [_article(each, plain=plain) for each in page.stories],
                cache_time=CACHE_SECONDS,
                is_personal=True,
                next_offset=page.next_offset,
                button=InlineQueryResultsButton(page.button, start_parameter=page.start)
                if page.start
                else None,
            )
        except TelegramError as error:
            if outcomes.is_expired(error):
                return
            if plain or not outcomes.is_markup_error(error):
                raise
            log.error("results were refused for their markup: %s", outcomes.describe(error))
        else:
            return


def _article(one: Shared, *, plain: bool) -> InlineQueryResultArticle:
    content = InputTextMessageContent(
        one.message.plain if plain else one.message.html,
        parse_mode=None if plain else ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(one.id, one.title, content, description=one.description)
