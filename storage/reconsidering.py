"""A chat's wishes or mutes have changed: what is owed to it and was not sent yet goes with them."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from storage.lines import read_stories
from storage.matching import subject_of
from storage.silence import is_silenced
from storage.tables import deliveries, mutes
from storage.types import Mute, Story
from storage.wanting import Wanting, chosen, of_chat

_COLUMNS = deliveries.c
_UNSENT = (
    select(_COLUMNS.id, _COLUMNS.thread_id, _COLUMNS.story_id, _COLUMNS.state, _COLUMNS.every)
    .where(
        _COLUMNS.chat_id == bindparam("chat"),
        _COLUMNS.story_id.is_not(None),
        _COLUMNS.tries == 0,
        _COLUMNS.state.in_(("pending", "waiting")),
    )
    .order_by(_COLUMNS.id)
)
_KEY = _COLUMNS.id == bindparam("key")
_DROP = delete(deliveries).where(_KEY)
_ASSIGN = (
    update(deliveries)
    .where(_KEY)
    .values(subscription_id=bindparam("wanting"), state=bindparam("new"), every=bindparam("waits"))
)
_TOGETHER = 50  # stories that are read at a time


def reconsider(conn: Connection, chat_id: int, now: datetime) -> None:
    """Drop what is owed to a chat and no subscription of it wants any more, or a mute silences; let the rest
    be sent at once or wait for its digest, as the subscription says that wants it now.
    """
    rows = list(conn.execute(_UNSENT, {"chat": chat_id}))
    if not rows:
        return
    wanting, muted = of_chat(conn, chat_id), _in_force(conn, chat_id, now)
    for start in range(0, len(rows), _TOGETHER):
        some = rows[start : start + _TOGETHER]
        stories = {story.id: story for story in read_stories(conn, list({row.story_id for row in some}))}
        for row in some:
            _reconsider(conn, row, stories.get(row.story_id), wanting, muted)


def _reconsider(
    conn: Connection,
    row: Any,
    story: Story | None,
    wanting: list[Wanting],
    muted: list[Mute],
) -> None:
    best = None
    if story is not None and not _is_silenced(story, muted):
        here = [each for each in wanting if each.thread_id == row.thread_id]
        best = next(iter(chosen(here, cache(partial(subject_of, story))).values()), None)
    if best is None:
        conn.execute(_DROP, {"key": row.id})
        return
    state, every = "waiting", best.delivery
    if best.delivery == "now":
        held = row.state == "waiting" and row.every == "now"
        state, every = ("waiting", "now") if held else ("pending", None)  # type: ignore[assignment]
    conn.execute(_ASSIGN, {"key": row.id, "wanting": best.id, "new": state, "waits": every})


def _is_silenced(story: Story, muted: list[Mute]) -> bool:
    primary = [place.adcode for place in story.places if place.primary]
    return is_silenced(muted, story.id, primary, {item.publisher_id for item in story.announcements})


def _in_force(conn: Connection, chat_id: int, now: datetime) -> list[Mute]:
    columns = mutes.c
    query = select(columns.kind, columns.value, columns.until).where(
        columns.chat_id == chat_id, or_(columns.until.is_(None), columns.until > now)
    )
    return [Mute(row.kind, row.value, row.until) for row in conn.execute(query)]
