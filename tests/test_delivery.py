"""The outbox emptied over the wire: nothing lost, no copy but for a lost answer, at our own pace."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from telegram import Bot
from telegram.error import RetryAfter

from analysis.fingerprint import fingerprint
from analysis.gazetteer import Place, gazetteer
from analysis.types import Announcement, Article, PlaceMention, Publisher, PublisherKind
from bot.application import build
from bot.config import TelegramConfig
from bot.delivery import Deliverer
from bot.outcomes import Act
from bot.sending import send
from bot.types import Button, Message
from storage import outbox, subscriptions
from storage.database import Database
from storage.filing import file
from storage.tables import deliveries
from storage.types import DeliveryState
from yuanwatch.demo.botapi import BotApi, Fault, RateLimits, User

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def gazetteer_cities() -> list[Place]:
    return [place for place in gazetteer() if place.level == "prefecture"]


@dataclass
class Line:
    """A stand-in for Telegram, a database, and the real bot between them (not polling)."""

    api: BotApi
    database: Database
    bot: Bot
    deliverer: Deliverer
    told: Iterator[int] = field(default_factory=itertools.count)

    def reader(self, chat_id: int) -> User:
        """A person who has pressed Start and wants everything."""
        user = self.api.user(chat_id, started=True)
        self.subscribe(chat_id, "private")
        return user

    def subscribe(self, chat_id: int, kind: str) -> None:
        with self.database.write() as connection:
            subscriptions.remember_chat(connection, chat_id, kind=kind, language="en", now=LONG_AGO)
            subscriptions.subscribe(connection, chat_id, place=None, topic=None, now=LONG_AGO, limit=50)

    def tell_more(self, outlet: str = "Second", kind: PublisherKind = "media") -> str:
        """File another outlet's report of the story that was filed last."""
        number = next(self.told) - 1
        self.told = itertools.count(number + 1)
        return self._report(
            number, f"https://{outlet.lower()}.example.org/", Publisher(outlet, outlet, kind), "."
        )

    def tell(self, count: int = 1) -> None:
        """File new stories that nobody has heard of, each about a city of its own."""
        for _ in range(count):
            outlet = Publisher("x", "Example", "media")
            assert self._report(next(self.told), "https://www.example.org/", outlet) == "new"

    def _report(self, number: int, site: str, outlet: Publisher, end: str = "") -> str:
        """File what an outlet says of a city; `end` makes its text another one. What filing did with it."""
        now, city = datetime.now(UTC), gazetteer_cities()[number]
        title = f"{city.name_en} announces its blockchain plan"
        announcement = Announcement(
            Article(f"{site}{number}", title, title + end, outlet, now, "en"),
            "en",
            "yes",
            "a plan",
            fingerprint(title, title),
            ("blockchain",),
            "plan",
            places=(PlaceMention(city.adcode, True, city.name_en),),
            summary=title,
            dated=now,
        )
        with self.database.write() as connection:
            return file(connection, announcement, now=now, tell=True, max_age=None).outcome

    def counts(self) -> dict[DeliveryState, int]:
        with self.database.read() as connection:
            return {state: count for state, count in outbox.counts(connection).items() if count}

    async def drain(self) -> dict[Act, int]:
        return dict(await self.deliverer.drain())


@asynccontextmanager
async def line(path: Path, *, limits: RateLimits | None = None) -> AsyncIterator[Line]:
    database = Database(f"sqlite:///{path / 'yuanwatch.db'}")
    database.migrate()
    with BotApi(limits=limits) as api:
        config = TelegramConfig(api_url=api.url)
        application = build(config, api.token, database, list, clock=lambda: datetime.now(UTC))
        async with application:
            deliverer = Deliverer(
                application.bot, database, config, clock=lambda: datetime.now(UTC), probe_pause=0.01
            )
            try:
                yield Line(api, database, application.bot, deliverer)
            finally:
                await deliverer.stop()
    database.close()


async def test_what_is_owed_is_sent_once(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        ann, bob = wire.reader(1), wire.reader(2)
        wire.tell()
        assert await wire.drain() == {"sent": 2}
        assert await wire.drain() == {}
        assert [len(ann.messages), len(bob.messages)] == [1, 1]
        assert ann.messages[0].text.startswith("Shijiazhuang · blockchain · plan\nShijiazhuang announces")
        assert wire.counts() == {"sent": 2}


async def test_a_fan_out_keeps_strict_limits(tmp_path: Path) -> None:
    async with line(tmp_path, limits=RateLimits(per_second=30, chat_burst=1)) as wire:
        readers = [wire.reader(number) for number in range(1, 31)]
        wire.tell(2)
        assert await wire.drain() == {"sent": 60}
        assert wire.api.violations == ()
        assert {len(reader.messages) for reader in readers} == {2}


async def test_lost_answers_cost_one_copy_each_and_lose_nothing(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        readers = [wire.reader(number) for number in range(1, 6)]
        wire.tell()
        wire.api.fail("sendMessage", Fault.LOST_ANSWER)
        wire.api.fail("sendMessage", Fault.BROKEN_JSON)
        assert await wire.drain() == {"sent": 5, "unknown": 2}
        assert sorted(len(reader.messages) for reader in readers) == [1, 1, 1, 2, 2]
        assert wire.counts() == {"sent": 5}


async def test_nothing_is_sent_until_getme_is_answered_three_times(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        wire.reader(1)
        wire.tell()
        wire.api.fail("sendMessage", Fault.RESET)
        wire.api.fail("getMe", Fault.SERVER_ERROR, times=2)
        before = len(wire.api.calls_of("getMe"))
        assert await wire.drain() == {"unknown": 1}
        assert await wire.drain() == {}
        assert len(wire.api.calls_of("sendMessage")) == 1
        assert await wire.drain() == {"sent": 1}
        assert len(wire.api.calls_of("getMe")) - before == 5


async def test_a_429_silences_everything_for_its_time(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        ann = wire.reader(1)
        wire.reader(2)
        wire.tell()
        wire.api.fail("sendMessage", Fault.RATE_LIMIT, seconds=600)
        first = await wire.drain()
        assert first["later"] >= 1
        calls = len(wire.api.calls)
        assert await wire.drain() == {}
        with pytest.raises(RetryAfter):  # an answer keeps the silence too, without asking Telegram
            await wire.bot.send_message(ann.id, "hello")
        assert len(wire.api.calls) == calls
        assert wire.counts().get("dead") is None


async def test_who_blocks_the_bot_is_tried_once_and_no_more(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        wire.reader(1).block()
        wire.reader(2).deactivate()
        wire.tell(2)
        assert await wire.drain() == {"off": 2}
        wire.tell(1)
        assert await wire.drain() == {}
        assert len(wire.api.calls_of("sendMessage")) == 2
        assert wire.counts() == {"dead": 4}


async def test_a_group_that_moves_gets_its_message_at_its_new_address(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        admin = wire.api.user(9, started=True)
        group = wire.api.group(-77, "Readers", admins=[admin])
        wire.subscribe(group.id, "group")
        new = group.upgrade(admin)
        wire.tell()
        assert await wire.drain() == {"migrate": 1, "sent": 1}
        assert len(new.messages) == 1
        with wire.database.read() as connection:
            assert len(subscriptions.subscriptions(connection, new.id)) == 1


async def test_a_chat_that_is_not_found_on_three_days_is_off(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        wire.subscribe(404, "private")
        today = datetime.now(UTC) + timedelta(minutes=1)
        config = TelegramConfig(api_url=wire.api.url)
        for days, off in ((0, False), (0, False), (1, False), (2, True)):
            wire.tell()
            now = today + timedelta(days=days)
            deliverer = Deliverer(wire.bot, wire.database, config, clock=lambda now=now: now)  # type: ignore[misc]
            assert await deliverer.drain() == {"gone": 1}
            with wire.database.read() as connection:
                assert subscriptions.is_off(connection, 404) is off
        wire.tell()
        assert await wire.drain() == {}


async def test_stopping_waits_for_what_is_under_way_and_leaves_nothing_claimed(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        for number in range(1, 31):
            wire.reader(number)
        wire.tell()
        wire.api.fail("sendMessage", Fault.SLOW, times=3, seconds=0.3)
        draining = asyncio.create_task(wire.deliverer.drain())
        await asyncio.to_thread(wire.api.wait_for_call, "sendMessage")
        await wire.deliverer.stop()
        assert (await asyncio.wait_for(draining, 0.1))["sent"] >= 1
        counts = wire.counts()
        assert set(counts) == {"sent", "pending"}
        assert await wire.deliverer.drain() == {}
        assert wire.counts() == counts


async def test_rows_of_a_killed_process_are_sent_again_after_a_probe(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        ann = wire.reader(1)
        wire.tell()
        with wire.database.write() as connection:
            assert len(outbox.claim(connection, now=datetime.now(UTC), limit=5)) == 1
        assert await wire.drain() == {"sent": 1}
        assert len(ann.messages) == 1


async def test_a_locked_database_costs_no_copy(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with line(tmp_path) as wire:
        ann = wire.reader(1)
        wire.tell()
        impatient = Database(f"sqlite:///{tmp_path / 'yuanwatch.db'}", busy_timeout=0.05)
        config = TelegramConfig(api_url=wire.api.url)
        deliverer = Deliverer(wire.bot, impatient, config, clock=lambda: datetime.now(UTC), probe_pause=0.01)
        wire.api.fail("sendMessage", Fault.SLOW, seconds=0.5)
        draining = asyncio.create_task(deliverer.drain())
        await asyncio.to_thread(wire.api.wait_for_call, "sendMessage")
        with wire.database.write():
            await draining
            assert not await deliverer.drain()
        assert wire.counts() == {"sending": 1}
        await deliverer.drain()
        assert wire.counts() == {"sent": 1}
        assert len(ann.messages) == 1
        assert "is locked" in caplog.text
        impatient.close()


async def test_no_token_in_any_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with line(tmp_path) as wire:
        wire.reader(1)
        wire.tell()
        wire.api.fail("sendMessage", Fault.RESET)
        await wire.drain()
        wire.api.fail("sendMessage", Fault.UNAUTHORIZED)
        await wire.drain()
        token = wire.api.token
    assert "delivery" in caplog.text
    assert token not in caplog.text
    assert token.partition(":")[2] not in caplog.text


@pytest.mark.parametrize(
    "broken",
    [
        Message("<div>5 < 6</div>", "5 < 6"),
        Message("fine", "5 < 6", ((Button("x", "d" * 65),),)),
        Message("x" * 5000, "5 < 6"),
    ],
)
async def test_refused_markup_is_sent_plain_once_and_alarms(
    tmp_path: Path, broken: Message, caplog: pytest.LogCaptureFixture
) -> None:
    async with line(tmp_path) as wire:
        ann = wire.api.user(1, started=True)
        await send(wire.bot, ann.id, broken)
        assert [message.text for message in ann.messages] == ["5 < 6"]
    assert [record.levelname for record in caplog.records if record.name == "bot.sending"] == ["ERROR"]


async def test_a_message_grows_with_its_story_and_is_not_sent_again(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        ann, bob = wire.reader(1), wire.reader(2)
        wire.tell()
        await wire.drain()
        assert "sources" not in ann.messages[0].text
        assert wire.tell_more("Bureau", "government") in ("joined", "near-copy")
        assert await wire.drain() == {}
        for reader in (ann, bob):
            (message,) = reader.messages
            assert "official · 2 sources: Bureau, Example" in message.text
            assert message.edit_date is not None
        calls = len(wire.api.calls)
        assert await wire.drain() == {} and len(wire.api.calls) == calls, "it is edited once"


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.SERVER_ERROR, Fault.RATE_LIMIT])
async def test_an_edit_that_may_not_have_been_made_stays_owed(tmp_path: Path, fault: Fault) -> None:
    async with line(tmp_path) as wire:
        ann = wire.reader(1)
        wire.tell()
        await wire.drain()
        wire.tell_more()
        wire.api.fail("editMessageText", fault, times=1)
        await wire.drain()
        with wire.database.write() as connection:
            later = datetime.now(UTC) + timedelta(hours=1)
            owed = outbox.next_edit(connection, later)
            assert owed is not None and owed.message_id == ann.messages[0].id
            assert outbox.next_edit(connection, datetime.now(UTC)) is None, "not at once again"


async def test_no_message_is_sent_in_place_of_one_that_is_gone(tmp_path: Path) -> None:
    async with line(tmp_path) as wire:
        ann = wire.reader(1)
        wire.tell()
        await wire.drain()
        wire.tell_more()
        with wire.database.write() as connection:
            connection.execute(update(deliveries).values(message_id=999))
        await wire.drain()
        assert len(ann.messages) == 1 and ann.messages[0].edit_date is None
        with wire.database.read() as connection:
            assert outbox.next_edit(connection, datetime.now(UTC) + timedelta(hours=1)) is None
