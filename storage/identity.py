"""Turns an announcement into its place among the stored ones: a copy, part of a known story, or new."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from analysis.story import Verdict, compare, is_copy, same_story
from analysis.types import Announcement
from storage.candidates import copies, events, load
from storage.tables import announcements

_NOT_AGAINST = 1.0  # evidence that two stories need for each other, once a third announcement joins them
_Judged = tuple[Verdict, int, Announcement]

_SAME_TEXT = (
    select(announcements.c.id, announcements.c.near_copy_of, announcements.c.story_id)
    .where(announcements.c.content_hash == bindparam("hash"), announcements.c.id != bindparam("but"))
    .order_by(announcements.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Match:
    """Where an announcement belongs: `story_id` None opens a story of its own.

    `also` are stories that it shows to be the same one.
    """

    story_id: int | None = None
    near_copy_of: int | None = None
    reasons: tuple[str, ...] = ()
    also: tuple[int, ...] = ()


def find_match(conn: Connection, item: Announcement, shown: datetime, but: int | None = None) -> Match:
    """Where a new announcement belongs; `but` is the id of itself where it is stored already."""
    copy = _exact_copy(conn, item, but) or _near_copy(conn, item, but)
    if item.relevance == "no" or (copy and copy.story_id is not None):
        return copy or Match()
    event = _event(conn, item, shown, but)
    return replace(event, near_copy_of=copy.near_copy_of) if copy else event


def _exact_copy(conn: Connection, item: Announcement, but: int | None) -> Match | None:
    # A text too short for bands ("see the attachment") is no evidence, even when it is equal.
    if not item.fingerprint.bands:
        return None
    row = conn.execute(_SAME_TEXT, {"hash": item.fingerprint.content_hash, "but": but or 0}).first()
    return row and Match(row.story_id, row.near_copy_of or row.id, ("the same text",))


def _near_copy(conn: Connection, item: Announcement, but: int | None) -> Match | None:
    for key, story_id, other in copies(conn, item):
        if key == but or compare(item, other).score == -float("inf"):
            continue  # a veto, for which the text need not be read
        if (verdict := same_story(item, load(conn, key))).near_copy:
            return Match(story_id, key, verdict.reasons)
    return None


def _event(conn: Connection, item: Announcement, shown: datetime, but: int | None) -> Match:
    by_story: dict[int, list[_Judged]] = defaultdict(list)
    for key, story_id, other in events(conn, item, shown):
        if story_id is not None and key != but:
            by_story[story_id].append((compare(item, other), key, other))
    joined = [(story_id, found) for story_id, found in by_story.items() if _agreed(found)]
    if not joined:
        return Match()
    story_id, found = max(joined, key=lambda pair: (max(v.score for v, _, _ in pair[1]), -pair[0]))
    ranked = sorted(found, key=lambda one: (-one[0].score, one[1]))
    also = [key for key, others in joined if key != story_id and _are_one(found, others)]
    return Match(story_id, _copied(conn, item, ranked), ranked[0][0].reasons, tuple(sorted(also)))


def _are_one(one: list[_Judged], two: list[_Judged]) -> bool:
    """Whether two stories that the same announcement belongs to are one: it is the same as most of both, and
    nothing that they say themselves speaks against it."""
    for found in (one, two):
        if 2 * sum(verdict.same for verdict, _, _ in found) <= len(found):
            return False
    return all(compare(a, b).score >= _NOT_AGAINST for _, _, a in one for _, _, b in two)


def _agreed(found: list[_Judged]) -> bool:
    """One of a story's announcements is the same, and most of them have nothing against it."""
    vetoes = sum(verdict.score == -float("inf") for verdict, _, _ in found)
    return any(verdict.same for verdict, _, _ in found) and 2 * vetoes <= len(found)


def _copied(conn: Connection, item: Announcement, ranked: list[_Judged]) -> int | None:
    """Which of the best it copies; a copy that was cut by half shares no band, but it shares the facts."""
    for verdict, key, other in ranked[:3]:
        if verdict.same and other.language == item.language and is_copy(item, load(conn, key)):
            return key
    return None
