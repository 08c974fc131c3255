"""Sent messages that say less than their story by now -> edits of them, after everything that is new.

An edit that is done twice does no harm, so its row stays owed until Telegram has answered; nothing is sent
in place of a message that is gone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import Bot

from bot.outcomes import Decision, decide, describe, is_gone
from bot.pacing import Pacer
from bot.sending import change
from bot.telling import told
from storage import outbox, subscriptions
from storage.database import Database
from storage.moving import migrate_chat
from storage.types import Edit

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)  # after an outcome that is not known, or while the chat is busy


class Edits:
    """Edits what is owed. `pacer` is the deliveries' own: an edit counts like a message."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        zone: ZoneInfo,
        pacer: Pacer,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._database = database
        self._zone = zone
        self._pacer = pacer
        self._clock = clock

    async def run(self, blocked: Callable[[], bool]) -> int:
        """Edit what is due, one after the other, until `blocked` or none is left; how many were done."""
        done = 0
        while not blocked() and not self._pacer.halt_left:
            edit = await asyncio.to_thread(self._next, self._pacer.busy)
            if edit is None:
                wait = self._pacer.chat_wait
                if not wait or await asyncio.to_thread(self._next, ()) is None:
                    break
                await asyncio.sleep(wait)
                continue
            if wait := self._pacer.wait:
                await asyncio.sleep(wait)
            self._pacer.begin(edit.chat_id)
            decision = await self._attempt(edit)
            if decision.path == "halt":
                self._pacer.halt(decision.seconds)
            await asyncio.to_thread(self._keep, edit, decision)
            if decision.act != "sent":
                log.warning("edit %d in %d: %s: %s", edit.id, edit.chat_id, decision.act, decision.reason)
            if decision.act in ("later", "unknown"):
                break
            done += decision.act == "sent"
        return done

    async def _attempt(self, edit: Edit) -> Decision:
        try:
            message = await asyncio.to_thread(told, self._database, edit, self._zone)
            if message is None:
                return Decision("dead", reason="the story is no more")
            await change(self._bot, edit.chat_id, edit.message_id, message)
        except Exception as error:
            return Decision("dead", reason=describe(error)) if is_gone(error) else decide(error)
        return Decision("sent")

    def _next(self, busy: tuple[int, ...]) -> Edit | None:
        with self._database.read() as connection:
            return outbox.next_edit(connection, self._clock(), exclude_chats=busy)

    def _keep(self, edit: Edit, decision: Decision) -> None:
        now = self._clock()
        with self._database.write() as connection:
            if decision.act in ("later", "unknown"):
                seconds = max(decision.seconds, AGAIN.total_seconds())
                outbox.edit_later(connection, edit.id, now + timedelta(seconds=seconds))
                return
            outbox.edited(connection, edit)
            if decision.act == "off":
                subscriptions.switch_off(connection, edit.chat_id, decision.reason, now)
            elif decision.act == "migrate" and decision.chat_id is not None:
                migrate_chat(connection, edit.chat_id, decision.chat_id)
