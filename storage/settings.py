"""How a chat wants to be written to: read, and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, select, update

from analysis.hours import DAY_MINUTES, ChatSettings
from storage.letters import release
from storage.tables import chats

_NAMES = tuple(field.name for field in fields(ChatSettings))


def settings_columns() -> list[Column[Any]]:
    """What `settings_of` needs of a row."""
    return [chats.c[name] for name in _NAMES]


def settings_of(row: Mapping[Any, Any]) -> ChatSettings:
    """The settings in a row with the columns of `settings_columns`."""
    return ChatSettings(**{name: row[name] for name in _NAMES})


def chat_settings(conn: Connection, chat_id: int) -> ChatSettings:
    """The settings of a chat; those that all begin with for one that is not known."""
    row = conn.execute(select(*settings_columns()).where(chats.c.id == chat_id)).mappings().first()
    return ChatSettings() if row is None else settings_of(row)


def change_settings(conn: Connection, chat_id: int, settings: ChatSettings, now: datetime) -> None:
    """Put these settings in the place of the chat's; what was held back for a quiet time is free at once, and
    held again where it is still quiet. The chat must be known.

    Raises ValueError for a zone that there is not, a minute or a weekday out of range, half a quiet time.
    """
    _check(settings)
    conn.execute(update(chats).where(chats.c.id == chat_id).values(**asdict(settings)))
    release(conn, chat_id, now)


def _check(settings: ChatSettings) -> None:
    if settings.zone is not None:
        try:
            ZoneInfo(settings.zone)
        except (KeyError, OSError) as error:
            raise ValueError(f"{settings.zone!r} is no time zone") from error
    ends = (settings.quiet_from, settings.quiet_to)
    if (ends[0] is None) != (ends[1] is None):
        raise ValueError("a quiet time has two ends")
    minutes = (settings.digest_at, *(end for end in ends if end is not None))
    if any(not 0 <= minute < DAY_MINUTES for minute in minutes) or not 0 <= settings.digest_day < 7:
        raise ValueError("a minute of the day is 0 to 1439, a day of the week 0 to 6")
