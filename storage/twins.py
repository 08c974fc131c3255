"""A story -> others that it may be the same as, for a reader to choose from: what filing compares it with."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.candidates import copies, events, load
from storage.likeness import alike
from storage.lines import read_stories
from storage.types import Story


def twins(conn: Connection, story: Story, limit: int) -> list[Story]:
    """At most `limit` other stories: of near copies and events of its days first, then those most like it."""
    face = load(conn, story.face.id)
    near = [*copies(conn, face), *events(conn, face, story.face.shown)]
    ids = dict.fromkeys(key for _, key, _ in near if key is not None and key != story.id)
    found = read_stories(conn, list(ids)[:limit])
    known = {each.id for each in found}
    return [*found, *(each for each in alike(conn, story, limit) if each.id not in known)][:limit]
