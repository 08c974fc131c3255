"""`yuanwatch run`: one asyncio process that answers, starts crawls and delivers."""

from __future__ import annotations

import asyncio
import functools
import logging
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.application import App, build
from bot.delivery import Deliverer
from bot.hearing import BotUnusable, Hearing
from bot.service import serving
from storage.config import KeepRules
from storage.database import Database
from storage.digests import gather
from storage.errors import ArchiveError, DatabaseError
from storage.housekeeping import tidy
from storage.retention import retire
from yuanwatch import schedule
from yuanwatch.backups import Backups
from yuanwatch.config import TOKEN_VARIABLE, Config, telegram_token, webhook_secret
from yuanwatch.lock import Held, only_one
from yuanwatch.wiring import now, opened, source_lines

log = logging.getLogger(__name__)

NO_TOKEN = f"""\
{TOKEN_VARIABLE} is not set, so there is no bot to run. Open a chat with @BotFather in Telegram, send
/newbot, and start again with the token it gives you:

    {TOKEN_VARIABLE}=123456:ABC... yuanwatch run

Without a token these work: yuanwatch demo, crawl, latest, search, sources, analyse, export, backup."""


def run(config: Config, config_path: Path) -> int:
    """Serve until SIGINT or SIGTERM. Returns 0, 2 without a usable token, 1 where Telegram has ended it.

    Raises DatabaseError.
    """
    token = telegram_token()
    if token is None:
        print(NO_TOKEN, file=sys.stderr)
        return 2
    try:
        with opened(config) as database, only_one(config.database.url, "run"):
            asyncio.run(_serve(config, config_path, token, database))
    except BotUnusable as error:
        print(error, file=sys.stderr)
        return error.status
    except Held:
        print("Another `yuanwatch run` serves this database already; end it first.", file=sys.stderr)
        return 2
    return 0


async def _serve(config: Config, config_path: Path, token: str, database: Database) -> None:
    stop, ending = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    application = build(
        config.telegram, token, database, functools.partial(source_lines, config, database), clock=now
    )
    crawls = schedule.CrawlProcess(config_path)
    backups = Backups(config_path, config.schedule.backup) if config.schedule.backup else None
    deliverer = Deliverer(application.bot, database, config.telegram, clock=now)
    async with serving(application, hearing=_hearing(application, config)) as watch:
        zone = ZoneInfo(config.telegram.timezone)
        gathering = functools.partial(_gather, database, zone, config.delivery.backlog)
        await gathering()  # before anything is sent: what came too late becomes a digest
        jobs = schedule.Jobs(
            config.schedule,
            crawl=crawls.run,
            deliver=functools.partial(_deliver, deliverer),
            tidy=functools.partial(_tidy, database, config.database.keep, ending),
            gather=gathering,
            backup=backups.run if backups else None,
        )
        jobs.start()
        log.info("serving %d sources as @%s", len(config.sources), application.bot.username)
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({stopping, watch}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            jobs.pause()
            ending.set()
            ends = [deliverer.stop(), crawls.stop(), *([backups.stop()] if backups else [])]
            await asyncio.gather(*ends)
            await jobs.stop()
        if watch.done():
            await watch
    log.info("stopped")


def _hearing(application: App, config: Config) -> Hearing | None:
    """The webhook, where config.yaml has one. Raises BotUnusable for a secret that cannot be used."""
    if config.telegram.webhook is None:
        return None
    from bot.webhook import Hooked, checked_secret  # a web server takes memory: only where it is needed

    return Hooked(application, config.telegram.webhook, checked_secret(webhook_secret()))


async def _deliver(deliverer: Deliverer) -> None:
    await deliverer.drain()


async def _gather(database: Database, zone: ZoneInfo, backlog: timedelta | None) -> None:
    try:
        await asyncio.to_thread(gather, database, now(), zone, backlog)
    except DatabaseError as error:
        log.error("digests wait for the database: %s", error)


async def _tidy(database: Database, keep: KeepRules, ending: threading.Event) -> None:
    await asyncio.to_thread(tidy, database, now())
    try:
        await asyncio.to_thread(retire, database, keep, now(), goes_on=lambda: not ending.is_set())
    except ArchiveError as error:
        log.error("%s", error)
