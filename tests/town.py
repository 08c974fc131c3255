"""A town to test in: the real bot application, its database, and a stand-in for Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analysis.fingerprint import fingerprint
from analysis.types import Announcement, Article, Fact, Kind, PlaceMention, Publisher, Stage, Topic
from bot.application import build
from bot.config import TelegramConfig
from bot.pictures.album import Album
from bot.pictures.charts import Chart
from bot.pictures.drawing import draw as draw_chart
from bot.service import serving
from storage import subscriptions
from storage.database import Database
from storage.filing import file
from storage.types import SourceLine, Subscription
from yuanwatch.demo.botapi import BotApi, Group, Message, User

NOW = datetime(2025, 10, 20, 8, 0, tzinfo=UTC)


SOURCES = [
    SourceLine("sz", "示例深圳", "Example Shenzhen", "municipal", "zh", "440300", "ok", NOW, None),
    SourceLine(
        "news", "示例日报", "Example Daily", "media", "en", None, "blocked", None, "412 http://x:y@z/"
    ),
]


@dataclass
class Town:
    """A served bot with its database, and the stand-in in which people talk to it."""

    api: BotApi
    database: Database

    def file(
        self,
        number: int,
        title: str,
        place: str,
        topic: Topic,
        *,
        kind: Kind = "plan",
        stage: Stage | None = None,
        dated: datetime | None = None,
        official: bool = False,
        facts: tuple[Fact, ...] = (),
    ) -> int:
        """File a story of its own and give its number; the higher `number`, the older."""
        dated = dated or NOW - timedelta(days=90 * number)
        url = f"https://www.example.org/{number}"
        publisher = (
            Publisher("g", "示例市政府", "government") if official else Publisher("x", "示例日报", "media")
        )
        article = Article(url, title, title, publisher, dated, "zh")
        item = Announcement(
            article,
            "zh",
            "yes",
            "",
            fingerprint(title, title),
            (topic,),
            kind,
            stage,
            places=(PlaceMention(place, True, title[:2]),),
            facts=facts,
            summary=title,
            dated=dated,
        )
        with self.database.write() as connection:
            filed = file(connection, item, now=NOW, tell=False, max_age=None)
        assert filed.story_id is not None
        return filed.story_id

    def subscribed(self, chat_id: int) -> list[Subscription]:
        """What the chat has subscribed to."""
        with self.database.read() as connection:
            return subscriptions.subscriptions(connection, chat_id)

    async def ask(self, user: User, text: str) -> Message:
        """Write and wait for the answer."""
        return await asyncio.to_thread(user.ask, text)

    async def press(self, user: User, message: Message, button: str) -> str:
        """Press a button and wait for the notice it gives."""
        return (await asyncio.to_thread(user.press, message, button)).text

    async def until(self, user: User | Group, wanted: str, after: Message) -> Message:
        """Wait for a message of the bot."""
        return await asyncio.to_thread(user.wait_for, wanted, after=after)


@asynccontextmanager
async def town(
    path: Path,
    *,
    draw: Callable[[Chart], bytes] = draw_chart,
    inline_seconds: float = 30.0,
    **config: int,
) -> AsyncIterator[Town]:
    database = Database(f"sqlite:///{path / 'yuanwatch.db'}")
    database.migrate()
    with BotApi(inline_seconds=inline_seconds) as api:
        settings = TelegramConfig(api_url=api.url, **config)
        application = build(
            settings, api.token, database, lambda: SOURCES, clock=lambda: NOW, album=Album(draw)
        )
        async with serving(application):
            yield Town(api, database)
        assert api.unanswered == 0 or not inline_seconds
    database.close()


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]
