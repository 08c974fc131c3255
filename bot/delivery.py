"""The outbox -> Telegram: claim durably, send, record; at most three in flight, at our own pace.

What to do after each outcome is decided in `bot.outcomes`, when to send in `bot.pacing`; this is the
short shell around them. The rules it keeps:

* a row is claimed on disk before the wire and recorded after it, so a kill costs at most the rows in flight;
* an outcome that is not known puts the row at the back, and nothing is sent until getMe was answered
  three times in a row; then it is sent once more;
* what could not be recorded is recorded before anything else is sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from analysis.hours import ChatSettings, quiet_until, zone_of
from bot.config import TelegramConfig
from bot.edits import Edits
from bot.limiter import Limiter
from bot.outcomes import SENT, Act, Decision, decide, describe, halt_seconds
from bot.pacing import HALT_MARGIN, Pacer, Rates
from bot.sending import send
from bot.telling import told
from storage import outbox, subscriptions
from storage.database import Database
from storage.errors import DatabaseError
from storage.letters import hold
from storage.moving import migrate_chat
from storage.types import Delivery

log = logging.getLogger(__name__)

IN_FLIGHT = 3
PROBES = 3
DATABASE_PAUSE = 5.0
PROBE_SECONDS = 5.0
GONE_DAYS = 3
HELD_TOGETHER = 50  # quiet chats of one transaction: others who write wait for some hundredths of a second

Record = Callable[[], None]


class Deliverer:
    """Sends what is owed. `clock` gives aware UTC; `probe_pause` is in seconds.

    Shares the pace of the application's limiter where the bot has one, so that a 429 for an answer
    silences deliveries too.
    """

    def __init__(
        self,
        bot: Bot,
        database: Database,
        config: TelegramConfig,
        *,
        clock: Callable[[], datetime],
        probe_pause: float = 1.0,
    ) -> None:
        limiter = getattr(bot, "rate_limiter", None)
        self._bot = bot
        self._database = database
        self._zone = ZoneInfo(config.timezone)
        self._clock = clock
        self._pacer = limiter.pacer if isinstance(limiter, Limiter) else Pacer(rates(config))
        self._edits = Edits(bot, database, self._zone, self._pacer, clock)
        self._probe_pause = probe_pause
        self._probes_left = 0
        self._recovered = False
        self._stopping = asyncio.Event()
        self._draining = asyncio.Lock()
        self._flying: set[asyncio.Task[None]] = set()
        self._unrecorded: list[Record] = []
        self._counts: Counter[Act] = Counter()

    async def drain(self) -> Counter[Act]:
        """Send all that is due, and count what became of it. Does nothing while another call is at it."""
        if self._draining.locked() or self._stopping.is_set():
            return Counter()
        async with self._draining:
            self._counts = Counter()
            try:
                await self._recover()
                while await self._is_open():
                    delivery = await self._next()
                    if delivery is not None:
                        self._flying.add(asyncio.create_task(self._deliver(delivery)))
                    elif not self._probes_left:
                        break
                await self._land()
                await self._edits.run(lambda: self._blocked() or bool(self._probes_left))
            except DatabaseError as error:
                log.error("deliveries wait for the database: %s", error)
            finally:
                await self._land()
        if self._counts:
            log.info("deliveries: %s", ", ".join(f"{count} {act}" for act, count in self._counts.items()))
        return self._counts

    async def stop(self) -> None:
        """Begin nothing new and wait until what is in flight is recorded: before the bot is shut down."""
        self._stopping.set()
        async with self._draining:
            await self._land()
            try:
                await self._catch_up()
            except DatabaseError as error:
                log.error("what was sent last could not be recorded, and may be sent again: %s", error)

    async def _land(self) -> None:
        while self._flying:
            await self._one_landed()

    async def _one_landed(self) -> None:
        """Wait until at least one of those in flight is done."""
        done, _ = await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
        self._flying -= done

    async def _recover(self) -> None:
        """Rows that a killed process left claimed have an unknown outcome; records that failed come first."""
        if not self._recovered:
            stale = await asyncio.to_thread(self._release_stale)
            self._probes_left = PROBES if stale else 0
            self._recovered = True
        await self._catch_up()

    async def _catch_up(self) -> None:
        """Record what could not be recorded before."""
        while self._unrecorded:
            await asyncio.to_thread(self._unrecorded[0])
            self._unrecorded.pop(0)

    async def _is_open(self) -> bool:
        """Whether anything may be sent: not halted, not stopping, the path proven where it was in doubt."""
        while self._probes_left and not self._blocked():
            await self._land()
            if not await self._probe():
                return False
            self._probes_left -= 1
            if self._probes_left:
                await self._rest(self._probe_pause)
            else:
                log.info("Telegram answers again: deliveries go on")
        return not self._blocked()

    def _blocked(self) -> bool:
        return self._stopping.is_set() or bool(self._unrecorded) or self._pacer.halt_left > 0

    async def _rest(self, seconds: float) -> None:
        """Wait, but not longer than until the end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _probe(self) -> bool:
        try:
            await self._bot.get_me(connect_timeout=PROBE_SECONDS, read_timeout=PROBE_SECONDS)
        except TelegramError as error:
            if isinstance(error, RetryAfter):
                self._pacer.halt(halt_seconds(error))
            self._probes_left = PROBES
            return False
        return True

    async def _next(self) -> Delivery | None:
        """The next row, claimed, when it may go out; None when nothing is due, or no more may be sent now."""
        while True:
            while len(self._flying) >= IN_FLIGHT:
                await self._one_landed()
            if wait := self._pacer.wait:
                if self._pacer.halt_left:
                    return None
                await self._rest(wait)
            if self._blocked() or self._probes_left:
                return None
            claimed = await asyncio.to_thread(self._claim, self._pacer.busy)
            if claimed:
                self._pacer.begin(claimed.chat_id)
                return claimed
            if self._flying:
                await self._one_landed()
            elif (wait := self._pacer.chat_wait) and await asyncio.to_thread(self._is_owed):
                await self._rest(wait)
            else:
                return None

    async def _deliver(self, delivery: Delivery) -> None:
        decision, message_id = await self._attempt(delivery)
        self._counts[decision.act] += 1
        if decision is not SENT:
            level = logging.ERROR if decision.alarm else logging.WARNING
            log.log(
                level,
                "delivery %d to %d: %s: %s",
                delivery.id,
                delivery.chat_id,
                decision.act,
                decision.reason,
            )
        if decision.path == "halt":
            self._pacer.halt(decision.seconds)
        elif decision.path == "probe":
            self._probes_left = PROBES
        await self._record(partial(self._keep, delivery, decision, message_id))

    async def _attempt(self, delivery: Delivery) -> tuple[Decision, int | None]:
        try:
            message = await asyncio.to_thread(told, self._database, delivery, self._zone)
        except DatabaseError as error:
            return Decision("later", reason=describe(error), seconds=DATABASE_PAUSE), None
        except Exception as error:
            log.exception("delivery %d cannot be shown", delivery.id)
            return Decision("dead", reason=describe(error), alarm=True), None
        if message is None:
            return Decision("dead", reason="the story is no more"), None
        try:
            return SENT, await send(self._bot, delivery.chat_id, message, thread_id=delivery.thread_id)
        except Exception as error:
            return decide(error), None

    async def _record(self, record: Record) -> None:
        try:
            await asyncio.to_thread(record)
        except Exception as error:
            log.error("an outcome could not be recorded yet, nothing is sent before: %s", describe(error))
            self._unrecorded.append(record)

    def _claim(self, busy: tuple[int, ...]) -> Delivery | None:
        """The next message to a chat that is not quiet; what is owed to quiet ones on the way is held."""
        while True:
            with self._database.write() as connection:
                for _ in range(HELD_TOGETHER):
                    now = self._clock()
                    claimed = outbox.claim(connection, now=now, limit=1, exclude_chats=busy)
                    if not claimed:
                        return None
                    if claimed[0].asked or not self._is_quiet(claimed[0].settings, now):
                        return claimed[0]
                    outbox.later(connection, claimed[0].id, now)
                    hold(connection, claimed[0].chat_id)

    def _is_quiet(self, settings: ChatSettings, now: datetime) -> bool:
        return quiet_until(settings, now, zone_of(settings, self._zone)) is not None

    def _is_owed(self) -> bool:
        with self._database.read() as connection:
            counts = outbox.counts(connection)
        return bool(counts.get("pending") or counts.get("unknown"))

    def _release_stale(self) -> int:
        with self._database.write() as connection:
            return outbox.release_stale(connection, self._clock())

    def _keep(self, delivery: Delivery, decision: Decision, message_id: int | None) -> None:
        """Record an outcome, with all that follows from it, in one transaction."""
        now, row, chat = self._clock(), delivery.id, delivery.chat_id
        with self._database.write() as connection:
            match decision.act:
                case "sent":
                    outbox.sent(connection, row, message_id or 0, now)
                case "later":
                    pause = decision.seconds + (HALT_MARGIN if decision.path == "halt" else 0)
                    outbox.later(connection, row, now + timedelta(seconds=pause))
                case "unknown":
                    outbox.unknown(connection, row, decision.reason, now)
                case "dead":
                    outbox.dead(connection, row, decision.reason, now)
                case "gone":
                    outbox.dead(connection, row, decision.reason, now)
                    if outbox.days_dead(connection, chat, decision.reason) >= GONE_DAYS:
                        subscriptions.switch_off(connection, chat, decision.reason, now)
                case "closed":
                    outbox.dead(connection, row, decision.reason, now)
                    thread = delivery.thread_id or 0
                    subscriptions.close_topic(connection, chat, thread, decision.reason, now)
                case "off":
                    outbox.dead(connection, row, decision.reason, now)
                    subscriptions.switch_off(connection, chat, decision.reason, now)
                case "migrate":
                    outbox.later(connection, row, now)
                    if decision.chat_id is not None:
                        migrate_chat(connection, chat, decision.chat_id)


def rates(config: TelegramConfig) -> Rates:
    """The configured rates as seconds between two messages."""
    return Rates(overall=1 / config.messages_per_second, group=60 / config.group_messages_per_minute)
