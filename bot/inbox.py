"""Updates -> kept until they are done, so that a kill loses nothing that a reader or a chat has changed.

Only what changes something is written down, before Telegram is told that it came: a question that is lost
is asked again, and should be answered while the database cannot be written to. An update that comes twice,
because Telegram did not hear that it came, is handled once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from bot.callbacks import Asking, Drawing, PageDigest, PageSources, decode
from bot.choices import PageSubscriptions, Share
from bot.commands import commands
from bot.story_actions import StoryView
from storage import inbox as kept
from storage.database import Database
from storage.errors import DatabaseError

log = logging.getLogger(__name__)

Raw = Mapping[str, Any]  # an update as Telegram writes it

_REMEMBERED = 10_000
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?![A-Za-z0-9_])")
_READING = (
    *get_args(Asking),
    *get_args(Drawing),
    *(StoryView, PageDigest, PageSources, PageSubscriptions, Share),
)
# A group that moves; the answer to a question of ours; a file of settings.
_TELLING = ("migrate_to_chat_id", "migrate_from_chat_id", "reply_to_message", "document")


def changes(update: Raw) -> bool:
    """Whether an update may change what is stored: a command or button that does, a chat that comes, goes
    or moves."""
    if "my_chat_member" in update:
        return True
    if isinstance(press := update.get("callback_query"), dict):
        action = decode(data) if isinstance(data := press.get("data"), str) else None
        return action is not None and not isinstance(action, _READING)
    message = update.get("message")
    if not isinstance(message, dict):
        return False
    named = _COMMAND.match(text) if isinstance(text := message.get("text"), str) else None
    wanted = {each.name for each in commands() if each.changes}
    return any(each in message for each in _TELLING) or (named is not None and named[1].lower() in wanted)


class Inbox:
    """The updates of this process. `clock` gives aware UTC."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._begun: OrderedDict[int, None] = OrderedDict()
        self._kept: set[int] = set()  # and not yet told to be done
        self._done: set[int] = set()  # and not yet recorded
        self._recording = asyncio.Lock()

    async def keep(self, updates: Sequence[Raw]) -> None:
        """Write down what must not be lost; after this Telegram may forget it. Raises DatabaseError."""
        wanted = {
            each["update_id"]: json.dumps(each, ensure_ascii=False)
            for each in updates
            if each["update_id"] not in self._begun and changes(each)
        }
        if wanted:
            known = await asyncio.to_thread(self._write, wanted)
            self._kept |= wanted.keys() - known
            for number in known - self._kept:
                self.begin(number)

    async def left(self) -> list[Raw]:
        """What an ended process has kept and not done. Raises DatabaseError."""
        found = await asyncio.to_thread(self._read)
        self._kept |= {number for number, _ in found}
        return [json.loads(payload) for _, payload in found]

    def begin(self, number: int) -> bool:
        """Whether an update is to be handled: False for one that was begun before."""
        if number in self._begun:
            return False
        self._begun[number] = None
        if len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)
        return True

    async def end(self, number: int) -> None:
        """An update is done. Where that cannot be recorded it is recorded with the next one."""
        if number not in self._kept:
            return
        self._kept.discard(number)
        self._done.add(number)
        async with self._recording:
            if number not in self._done:  # recorded with others while this one waited
                return
            batch = frozenset(self._done)
            try:
                await asyncio.to_thread(self._record, batch)
            except DatabaseError as error:
                log.warning("what is done could not be recorded yet, and may be done again: %s", error)
            else:
                self._done -= batch

    def _write(self, updates: Mapping[int, str]) -> set[int]:
        with self._database.write() as connection:
            return kept.keep(connection, updates, self._clock())

    def _read(self) -> list[tuple[int, str]]:
        with self._database.write() as connection:
            return kept.begin(connection, self._clock())

    def _record(self, numbers: frozenset[int]) -> None:
        with self._database.write() as connection:
            kept.done(connection, numbers, self._clock())
