"""A chat and the number of a story -> the message that tells the story there, as it is now."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.render import render
from bot.types import Message, Reader
from storage import stories
from storage.database import Database
from storage.types import Delivery, Edit


def told(database: Database, owed: Delivery | Edit, zone: ZoneInfo) -> Message | None:
    """The message that a chat is owed, new or in place of a sent one; None where the story is no more."""
    with database.read() as connection:
        story = stories.story(connection, owed.story_id)
    kind = "private" if owed.chat_id > 0 else "group"
    return render(story, Reader(owed.chat_id, kind, owed.language, zone)) if story else None
