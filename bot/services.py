"""What the bot's answers stand on, handed over once: no globals, no string-keyed bag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis.hours import ChatSettings, zone_of
from analysis.types import Language
from bot.config import TelegramConfig
from bot.pictures.album import Album
from bot.types import Reader
from storage.database import Database
from storage.types import SourceLine


@dataclass(frozen=True, slots=True)
class Services:
    """Where answers come from. `sources` reads the sources' present state; `clock` gives aware UTC; `album`
    keeps the pictures that were drawn; `username` is the bot's name in links, "" where it has none.
    """

    config: TelegramConfig
    database: Database
    sources: Callable[[], Sequence[SourceLine]]
    clock: Callable[[], datetime]
    album: Album = field(default_factory=Album)
    username: Callable[[], str] = str

    def reader(
        self,
        chat_id: int,
        kind: str,
        language: Language,
        settings: ChatSettings | None = None,
        thread_id: int | None = None,
    ) -> Reader:
        """A chat as rendering sees it, in its own zone where its settings name one."""
        held = settings or ChatSettings()
        zone = zone_of(held, ZoneInfo(self.config.timezone))
        return Reader(chat_id, kind, language, zone, thread_id, held.zone is not None)
