"""A pressed button -> what it does. Every press is answered once, also a forged or a very old one."""

from __future__ import annotations

import asyncio

from telegram import CallbackQuery, Chat, Update
from telegram import Message as Pressed
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from analysis.wishes import Wish
from bot import answers, chats, choosing, digests, outcomes, story_presses, subscribing, viewing
from bot.callbacks import (
    Action,
    EndSubscription,
    PageDigest,
    PageSources,
    SetLanguage,
    Subscribe,
    decode,
)
from bot.choices import Adjust, Begin, Forget, PageSubscriptions, Settings, Share, Take
from bot.commands import language
from bot.sending import edit
from bot.services import Services
from bot.showing import show
from bot.story_actions import EndFor, GiveFeedback, SetMute, StoryView
from bot.texts import texts
from bot.types import Message, Reader, Reply

# What only administrators of a group may press.
_CHANGES = (Subscribe, EndSubscription, SetLanguage, SetMute, EndFor, Take, Begin, Adjust, Settings, Forget)


async def press(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Act on a pressed button, after checking again that its meaning is known and its presser may."""
    query = update.callback_query
    if query is None:
        return
    notice = ""
    try:
        reply, chat = await _reply(services, query, context)
        notice = reply.notice
    except Exception:
        notice = texts(services.config.language)("error.sorry")
        raise
    finally:
        await acknowledge(query, notice)
    if reply.message is None or chat is None or query.message is None:
        return
    pressed = query.message.message_id if reply.in_place else None
    if pressed and isinstance(reply.message, Message):
        await edit(context.bot, chat.id, pressed, reply.message)
        return
    instead_of = pressed if _has_picture(query) else None
    await show(
        context.bot, services.album, chat.id, reply.message, thread_id=_thread(query), instead_of=instead_of
    )


def act(services: Services, reader: Reader, action: Action) -> Reply:
    """What an action does; changes are committed when this returns. Synchronous: called in a thread."""
    words = texts(reader.language)
    match action:
        case PageDigest():
            page = digests.turn(services, reader, action)
            return Reply(page, "" if page else words("press.old"))
        case PageSources():
            return Reply(answers.sources(services, reader, action))
        case Subscribe():
            wish = Wish((action.place,) if action.place else (), (action.topic,) if action.topic else ())
            return Reply(subscribing.take(services, reader, wish), in_place=False)
        case EndSubscription(subscription_id):
            message, about = subscribing.end(services, reader, subscription_id)
            notice = words("unsubscribe.one", subject=about) if about else words("press.ended")
            return Reply(message, notice)
        case SetLanguage(code):
            return Reply(language(services, reader, code), in_place=False)
        case StoryView() | SetMute() | EndFor() | GiveFeedback():
            return story_presses.act(services, reader, action)
        case Take() | Begin() | Adjust() | Share() | PageSubscriptions() | Settings() | Forget():
            return choosing.act(services, reader, action)
    return viewing.act(services, reader, action)


async def _reply(
    services: Services, query: CallbackQuery, context: ContextTypes.DEFAULT_TYPE
) -> tuple[Reply, Chat | None]:
    action, chat = decode(query.data), query.message.chat if query.message else None
    if chat is None:
        return Reply(notice=texts(services.config.language)("press.old")), None
    reader = await asyncio.to_thread(chats.meet, services, chat, query.from_user, _thread(query))
    words = texts(reader.language)
    if action is None:
        return Reply(notice=words("press.old")), chat
    changes = isinstance(action, _CHANGES)
    if changes and not await chats.may_change(context.bot, chat, query.from_user):
        return Reply(notice=words("group.admins")), chat
    return await asyncio.to_thread(act, services, reader, action), chat


async def acknowledge(query: CallbackQuery, notice: str = "") -> None:
    """End the waiting of a pressed button, with a notice or without; one that has expired is no matter."""
    try:
        await query.answer(notice[:200] or None)
    except TelegramError as error:
        if not outcomes.is_expired(error):
            raise


def _has_picture(query: CallbackQuery) -> bool:
    return isinstance(query.message, Pressed) and bool(query.message.photo)


def _thread(query: CallbackQuery) -> int | None:
    message = query.message
    return message.message_thread_id if isinstance(message, Pressed) and message.is_topic_message else None
