"""Commands and free text -> answers: the short shell around bot.asking, bot.answers and the like.

What changes a subscription is committed before it is answered. Database work runs in threads, so the
event loop stays free for other chats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Update
from telegram.ext import ContextTypes

from analysis.types import LANGUAGES
from bot import (
    answers,
    asking,
    balance,
    carrying,
    chats,
    comparing,
    maps,
    preferring,
    sharing,
    story_pages,
    subscribing,
    timelines,
    trends,
)
from bot.callbacks import PageSources
from bot.markup import line
from bot.render import message as build
from bot.sending import send, send_document
from bot.services import Services
from bot.showing import show
from bot.texts import texts
from bot.types import Document, Message, Picture, Reader
from storage import subscriptions as kept

Answer = Callable[[Services, Reader, str], Message | Picture | Document]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: how it is answered, and whether it changes what the chat is told (administrators only)."""

    name: str
    answer: Answer
    changes: bool = False


def commands() -> tuple[Command, ...]:
    """All commands, in the order in which Telegram lists them."""
    return (
        Command("latest", asking.latest),
        Command("search", asking.search),
        Command("since", asking.since),
        Command("timeline", timelines.timeline),
        Command("compare", comparing.compare),
        Command("story", story_pages.story),
        Command("stats", balance.stats),
        Command("map", maps.map_asked),
        Command("trend", trends.trend_asked),
        Command("subscribe", subscribing.subscribe, changes=True),
        Command("subscriptions", _subscriptions),
        Command("unsubscribe", subscribing.unsubscribe, changes=True),
        Command("settings", preferring.show, changes=True),
        Command("sources", _sources),
        Command("language", language, changes=True),
        Command("export", carrying.export),
        Command("import", carrying.import_asked, changes=True),
        Command("forget", carrying.forget, changes=True),
        Command("help", _help),
        Command("start", _start),
    )


async def answer_command(
    command: Command, services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE
) -> None:
    """Answer a command; the words after it are its argument."""
    chat, message = update.effective_chat, update.effective_message
    if chat is None or message is None:
        return
    thread = thread_of(update)
    reader = await asyncio.to_thread(chats.meet, services, chat, update.effective_user, thread)
    allowed = not command.changes or await chats.may_change(context.bot, chat, update.effective_user, message)
    if allowed:
        typed = " ".join(context.args or ())
        reply: Message | Picture | Document = await asyncio.to_thread(command.answer, services, reader, typed)
    else:
        reply = build([line(texts(reader.language)("group.admins"))])
    if isinstance(reply, Document):
        await send_document(context.bot, chat.id, reply, thread_id=thread)
    else:
        await show(context.bot, services.album, chat.id, reply, thread_id=thread)


async def answer_text(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer words that came without a command."""
    chat, message = update.effective_chat, update.effective_message
    if chat is None or message is None or not message.text:
        return
    reader = await asyncio.to_thread(chats.meet, services, chat, update.effective_user)
    reply = await asyncio.to_thread(asking.free_text, services, reader, message.text)
    await send(context.bot, chat.id, reply, thread_id=thread_of(update))


async def answer_unknown(services: Services, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """A command that there is not: say what there is."""
    if update.effective_chat is None:
        return
    reader = await asyncio.to_thread(chats.meet, services, update.effective_chat, update.effective_user)
    await send(context.bot, reader.chat_id, answers.help_text(reader), thread_id=thread_of(update))


def language(services: Services, reader: Reader, typed: str) -> Message:
    """Speak the language that was typed ("de", "deutsch", "中文"), or ask which."""
    names = {name.casefold(): code for code, name in answers.LANGUAGE_NAMES.items()}
    names |= {code: code for code in LANGUAGES} | {"chinese": "zh", "german": "de", "chinesisch": "zh"}
    chosen = names.get(typed.strip().casefold())
    spoken = next((code for code in LANGUAGES if code == chosen), None)
    if spoken is None:
        return answers.ask_language(reader)
    with services.database.write() as connection:
        kept.remember_chat(
            connection, reader.chat_id, kind=reader.kind, language=spoken, now=services.clock()
        )
    return build([line(texts(spoken)("language.done"))])


def _start(services: Services, reader: Reader, typed: str) -> Message:
    chats.come_back(services, reader.chat_id)
    return (sharing.opened(services, reader, typed) if typed else None) or answers.start(
        reader, unknown_link=bool(typed)
    )


def _help(services: Services, reader: Reader, typed: str) -> Message:
    del services
    return answers.help_text(reader, typed)


def _subscriptions(services: Services, reader: Reader, typed: str) -> Message:
    del typed
    return subscribing.list_subscriptions(services, reader)


def _sources(services: Services, reader: Reader, typed: str) -> Message:
    del typed
    return answers.sources(services, reader, PageSources(0))


def thread_of(update: Update) -> int | None:
    """The forum topic to answer in; the General topic is addressed by none."""
    message = update.effective_message
    return message.message_thread_id if message and message.is_topic_message else None
