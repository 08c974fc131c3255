"""What readers say is wrong with a story: kept with the reasons that the analysis had, taken back, listed.

A chat says each kind of thing once of a story: saying it again with another value replaces the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select

from analysis.types import Fact, Language
from storage.records import read_facts
from storage.tables import announcements, feedback, stories

FeedbackKind = Literal["irrelevant", "place", "duplicate", "figure"]
FEEDBACK_KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)

_COLUMNS, _A = feedback.c, announcements.c
_REASONS = (
    *("relevance", "reason", "topics", "kind", "stage", "stage_quote", "places", "facts", "near_copy_of"),
    "joined_because",
)


class TooMuchFeedback(Exception):
    """The chat has said as much as one chat may in a day."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a chat says of the announcement that it was shown. `chat_id` is None where the chat was forgotten.

    `value` of a "place": "-110000" it is not about that, "+110000" it is; of a "duplicate": the number of the
    other story; of a "figure": the fact as `figure_value` writes it. None where the reader did not say which.
    `reasons`: columns of the announcement as the analysis had filled them.
    """

    id: int
    chat_id: int | None
    language: Language
    story_id: int
    announcement_id: int
    kind: FeedbackKind
    value: str | None
    reasons: Mapping[str, Any]
    created: datetime


def give(
    conn: Connection,
    chat_id: int,
    story_id: int,
    kind: FeedbackKind,
    value: str | None,
    *,
    language: Language,
    since: datetime,
    limit: int,
    now: datetime,
) -> None:
    """Keep what a chat says of the face of a story. Harmless when repeated.

    Raises TooMuchFeedback where it has said `limit` things `since` then, and this is another one.
    """
    row = _concerned(conn, story_id, value if kind == "figure" else None)
    replaced = take_back(conn, chat_id, story_id, kind)
    said = select(func.count()).where(_COLUMNS.chat_id == chat_id, _COLUMNS.created >= since)
    if not replaced and conn.execute(said).scalar_one() >= limit:
        raise TooMuchFeedback
    values = {
        "chat_id": chat_id,
        "language": language,
        "story_id": story_id,
        "announcement_id": row["id"],
        "kind": kind,
        "value": value,
        "reasons": {name: row[name] for name in _REASONS},
        "created": now,
    }
    conn.execute(insert(feedback).values(values))


def take_back(conn: Connection, chat_id: int, story_id: int, kind: FeedbackKind) -> bool:
    """Forget what a chat has said of a story; False where it had said no such thing."""
    mine = delete(feedback).where(_COLUMNS.chat_id == chat_id, _COLUMNS.kind == kind, _of_story(story_id))
    return conn.execute(mine).rowcount > 0


def given(conn: Connection, chat_id: int, story_id: int) -> dict[FeedbackKind, str | None]:
    """What a chat has said of a story: the values by their kinds."""
    query = select(_COLUMNS.kind, _COLUMNS.value).where(_COLUMNS.chat_id == chat_id, _of_story(story_id))
    return {row.kind: row.value for row in conn.execute(query)}


def all_feedback(conn: Connection, since: datetime | None = None) -> list[Feedback]:
    """What was said, the newest first."""
    query = select(feedback).order_by(_COLUMNS.created.desc(), _COLUMNS.id.desc())
    if since is not None:
        query = query.where(_COLUMNS.created >= since)
    return [Feedback(**row) for row in conn.execute(query).mappings()]


def figure_value(fact: Fact) -> str:
    """A fact as the value of a feedback."""
    return json.dumps([fact.type, fact.value, fact.unit], separators=(",", ":"))


def _concerned(conn: Connection, story_id: int, figure: str | None) -> RowMapping:
    """The announcement that is spoken of: the face, or the one that a figure comes from."""
    columns = [_A.id, *(_A[name] for name in _REASONS), stories.c.face_id]
    query = select(*columns).join(stories, stories.c.id == _A.story_id).where(stories.c.id == story_id)
    rows = conn.execute(query.order_by(_A.id != stories.c.face_id, _A.id)).mappings().all()
    stated = (row for row in rows if figure in [figure_value(fact) for fact in read_facts(row["facts"])])
    return next(stated, rows[0])


def _of_story(story_id: int) -> ColumnElement[bool]:
    return _COLUMNS.announcement_id.in_(select(_A.id).where(_A.story_id == story_id))
