"""Stories pushed to the people of a town: filed, and delivered by the real deliverer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from telegram import Bot
from telegram.request import HTTPXRequest

from analysis.types import Announcement, Language
from bot.config import TelegramConfig
from bot.delivery import Deliverer
from storage import subscriptions
from storage.filing import file
from storage.types import Filed
from tests.town import NOW, Town
from yuanwatch.demo.botapi import Group, Message, User

SOON = NOW + timedelta(hours=1)


def follow(place: Town, chat: User | Group, language: Language, adcode: str | None = "440300") -> int:
    """Subscribe a chat to a place and the digital yuan; the number of the subscription."""
    kind = "private" if chat.id > 0 else "supergroup"
    long_ago = NOW - timedelta(days=30)
    with place.database.write() as connection:
        subscriptions.remember_chat(connection, chat.id, kind=kind, language=language, now=long_ago)
        made, _ = subscriptions.subscribe(
            connection, chat.id, place=adcode, topic="digital-yuan", now=long_ago, limit=50
        )
    return made.id


def publish(place: Town, item: Announcement) -> Filed:
    """File an announcement, and owe it to who asked for it."""
    with place.database.write() as connection:
        return file(connection, item, now=NOW, tell=True, max_age=None)


async def deliver(place: Town) -> None:
    """Send all that is owed, and make all edits that are due."""
    wire = HTTPXRequest(httpx_kwargs={"verify": False})
    config = TelegramConfig(api_url=place.api.url)
    async with Bot(place.api.token, place.api.url + "/bot", request=wire) as bot:
        await Deliverer(bot, place.database, config, clock=lambda: SOON).drain()


async def shown(chat: User | Group, message: Message, words: str) -> Message:
    """The message when it says these words."""
    return await asyncio.to_thread(chat.wait_for, lambda now: now.id == message.id and words in now.text)
