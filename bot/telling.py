"""What a chat is owed -> the message that tells it there, as things are now: a story, a digest, a notice."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from analysis.hours import zone_of
from bot.digests import digest_message
from bot.notices import notice_message
from bot.render import render
from bot.types import Message, Reader
from storage import stories
from storage.database import Database
from storage.types import Delivery, Digest, Edit, Notice


def told(database: Database, owed: Delivery | Edit, default: ZoneInfo) -> Message | None:
    """The message that a chat is owed, new or in place of a sent one, in the chat's zone (`default` where it
    has none) and as loud as it wants; None where what is told is no more."""
    kind = "private" if owed.chat_id > 0 else "group"
    zone = zone_of(owed.settings, default)
    reader = Reader(owed.chat_id, kind, owed.language, zone, own_zone=owed.settings.zone is not None)
    message, preview = None, False
    match owed.letter if isinstance(owed, Delivery) else None:
        case Digest() as digest:
            message = digest_message(database, digest, reader, owed.id)
        case Notice() as notice:
            message = notice_message(notice, reader)
        case None:
            message, preview = _story(database, owed, reader), owed.settings.preview
    if message is None:
        return None
    return replace(message, silent=owed.settings.silent, preview=preview)


def _story(database: Database, owed: Delivery | Edit, reader: Reader) -> Message | None:
    if owed.story_id is None:
        return None
    with database.read() as connection:
        story = stories.story(connection, owed.story_id)
    return render(story, reader, owed.id) if story else None
