"""What a chat has muted -> whether a story is silenced there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from analysis.gazetteer import gazetteer
from storage.tables import announcements, mutes
from storage.types import Mute


def is_silenced(
    muted: Iterable[Mute], story_id: int, primary: Collection[str], publishers: Collection[str]
) -> bool:
    """Whether these mutes, all of them in force, silence a story.

    Itself; all places that it is mainly about (adcodes; a province takes in what lies in it); all outlets
    that tell it (ids). One place or outlet beside is enough to hear of it.
    """
    values = {kind: {mute.value for mute in muted if mute.kind == kind} for kind in _KINDS}
    if str(story_id) in values["story"]:
        return True
    ancestors = gazetteer().ancestors
    places = bool(primary) and all(not values["place"].isdisjoint(ancestors(code)) for code in primary)
    return places or (bool(publishers) and values["publisher"].issuperset(publishers))


def silenced_chats(
    conn: Connection, story_id: int, primary: Collection[str], reached: Collection[str], now: datetime
) -> frozenset[int]:
    """The chats in which a story is silenced; `reached` are its primary places and what they lie in."""
    outlets = select(announcements.c.publisher_id).distinct().where(announcements.c.story_id == story_id)
    publishers = conn.execute(outlets).scalars().all()
    columns = mutes.c
    query = select(columns.chat_id, columns.kind, columns.value, columns.until).where(
        or_(
            and_(columns.kind == "story", columns.value == str(story_id)),
            and_(columns.kind == "place", columns.value.in_(reached)),
            and_(columns.kind == "publisher", columns.value.in_(publishers)),
        )
    )
    by_chat: dict[int, list[Mute]] = {}
    for row in conn.execute(query):
        if row.until is None or row.until > now:
            by_chat.setdefault(row.chat_id, []).append(Mute(row.kind, row.value, row.until))
    return frozenset(
        chat for chat, muted in by_chat.items() if is_silenced(muted, story_id, primary, publishers)
    )


_KINDS = ("story", "place", "publisher")
