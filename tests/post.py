"""A post office to test in: filing, digests and deliveries at any hour, and a stand-in for Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from telegram import Bot
from telegram.request import HTTPXRequest

from analysis.hours import ChatSettings, Every
from analysis.wishes import Wish
from bot.config import TelegramConfig
from bot.delivery import Deliverer
from storage import outbox
from storage.database import Database
from storage.digests import gather
from storage.filing import file
from storage.settings import change_settings, chat_settings
from storage.subscriptions import remember_chat, subscribe_to
from storage.types import Subscription
from tests.announcements import announcement
from yuanwatch.demo.botapi import BotApi

SHANGHAI = ZoneInfo("Asia/Shanghai")
BACKLOG = timedelta(hours=12)
CITIES = {"440300": "深圳", "320500": "苏州", "440100": "广州", "510100": "成都", "110000": "北京"}


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A time on the wall: "2025-06-10 22:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@dataclass
class Post:
    """`now` is the time for all of it. The default zone is Shanghai's, where there is no summer time."""

    api: BotApi
    database: Database
    bot: Bot
    now: datetime
    filed: int = 0
    deliverer: Deliverer = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Another process: nothing is remembered but what the database holds."""
        config = TelegramConfig(api_url=self.api.url)
        self.deliverer = Deliverer(self.bot, self.database, config, clock=lambda: self.now, probe_pause=0.01)

    def reader(
        self, chat: int, delivery: Every = "now", wish: Wish | None = None, thread: int | None = None
    ) -> Subscription:
        """Subscribe a chat that the stand-in knows."""
        kind = "private" if chat > 0 else "supergroup"
        with self.database.write() as conn:
            remember_chat(conn, chat, kind=kind, language="en", now=self.now)
            return subscribe_to(
                conn,
                chat,
                wish or Wish(),
                now=self.now - timedelta(days=1),
                limit=9,
                delivery=delivery,
                thread_id=thread,
            )[0]

    def settle(self, chat: int, **values: object) -> None:
        """Change settings of a chat."""
        with self.database.write() as conn:
            settings: ChatSettings = replace(chat_settings(conn, chat), **values)  # type: ignore[arg-type]
            change_settings(conn, chat, settings, self.now)

    def tell(self, *places: str, **values: object) -> int:
        """File a story about each of these places; how many messages are owed."""
        owed = 0
        for place in places:
            self.filed += 1
            title = f"{CITIES[place]}第{self.filed}条"
            form = {
                "places": (place,),
                "dated": self.now,
                "url": f"https://n.example.org/{self.filed}",
            } | values
            item = announcement(title=title, **form)  # type: ignore[arg-type]
            with self.database.write() as conn:
                owed += file(conn, item, now=self.now, tell=True, max_age=None).deliveries
        return owed

    def gather(self) -> int:
        """What the job of each minute does."""
        return gather(self.database, self.now, SHANGHAI, BACKLOG)

    async def run(self, when: str = "") -> dict[str, int]:
        """Let it be `when`, make digests and deliver; what became of the messages."""
        if when:
            self.now = at(when)
        self.gather()
        return {str(act): count for act, count in (await self.deliverer.drain()).items()}

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self.database.read() as conn:
            return {state: count for state, count in outbox.counts(conn).items() if count}


@asynccontextmanager
async def post(path: Path, now: str) -> AsyncIterator[Post]:
    """A post office that opens at a time on the wall."""
    database = Database(f"sqlite:///{path / 'y.db'}")
    database.migrate()
    wire = HTTPXRequest(httpx_kwargs={"verify": False})
    with BotApi() as api:
        async with Bot(api.token, api.url + "/bot", request=wire, get_updates_request=wire) as bot:
            office = Post(api, database, bot, at(now))
            try:
                yield office
            finally:
                await office.deliverer.stop()
    database.close()
