"""Turns the announcements of a story into the story itself: its face, its facts, and where it is found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, func, insert, select, update

from analysis.gazetteer import gazetteer
from analysis.growth import RANK
from analysis.types import Fact, PlaceMention
from storage.records import fact_values, place_values, read_facts, read_places
from storage.tables import announcements, stories, story_tags

_MOST = 60  # announcements that shape a story; later copies add nothing

_NAMES = "id relevance reason kind stage topics places organisations facts dated fetched publisher_kind"
_FOUND = select(
    *(announcements.c[name] for name in _NAMES.split()),
    func.coalesce(announcements.c.full_length, func.length(announcements.c.text)).label("length"),
)
_ONE = _FOUND.where(announcements.c.id == bindparam("key"))
_MEMBERS = (
    _FOUND.where(announcements.c.story_id == bindparam("key")).order_by(announcements.c.id).limit(_MOST)
)
_INSERT = insert(stories)
_UPDATE = update(stories).where(stories.c.id == bindparam("key"))
_TOLD = select(stories.c.stage, stories.c.changes).where(stories.c.id == bindparam("key"))
_TAG = insert(story_tags)
_UNTAG = delete(story_tags).where(story_tags.c.story_id == bindparam("key"))


def open_story(conn: Connection, announcement_id: int, now: datetime) -> int:
    """A new story of one announcement, version 1; its id."""
    values = _compose(_read(conn, _ONE, announcement_id))
    key = conn.execute(_INSERT, {"version": 1, "filed": now, **values}).inserted_primary_key
    assert key is not None
    _retag(conn, key[0], values)
    return int(key[0])


def refresh_story(conn: Connection, story_id: int) -> None:
    """Work the story out anew from all its announcements; its version stays."""
    values = _compose(_read(conn, _MEMBERS, story_id))
    told = conn.execute(_TOLD, {"key": story_id}).one()
    if told.changes and told.stage and RANK[told.stage] > RANK.get(values["stage"], -1):
        values["stage"] = told.stage  # readers were told of it: it does not go back
    conn.execute(_UPDATE, {"key": story_id, **values})
    conn.execute(_UNTAG, {"key": story_id})
    _retag(conn, story_id, values)


def reach(places: Iterable[PlaceMention]) -> tuple[str, ...]:
    """Adcodes of the primary places and of what they lie in: where the story is looked for."""
    ancestors = gazetteer().ancestors
    codes = (code for place in places if place.primary for code in ancestors(place.adcode))
    return tuple(dict.fromkeys(codes))


def tag(place: str | None, topic: str | None) -> str:
    """The row under which a story of a place and a topic stands; None is any."""
    return f"{place or ''}/{topic or ''}"


def _read(conn: Connection, query: Select[Any], key: int) -> list[RowMapping]:
    """The announcements of a story, its face first."""
    return sorted(conn.execute(query, {"key": key}).mappings(), key=_rank)


def _rank(row: RowMapping) -> tuple[bool, bool, int, int, int]:
    """Passing mentions last; official first; then the most complete: most facts, longest text."""
    passing, press = row["relevance"] != "yes", row["publisher_kind"] != "government"
    return passing, press, -len(row["facts"]), -row["length"], row["id"]


def _compose(members: list[RowMapping]) -> dict[str, Any]:
    face = members[0]
    return {
        "shown": min(min(row["dated"] or row["fetched"], row["fetched"]) for row in members),
        "relevance": "yes" if any(row["relevance"] == "yes" for row in members) else face["relevance"],
        "reason": face["reason"],
        "kind": _first(members, "kind"),
        "stage": _first(members, "stage"),
        "topics": _union(members, "topics"),
        "places": place_values(_places(members)),
        "organisations": _union(members, "organisations"),
        "facts": fact_values(_facts(members)),
        "face_id": face["id"],
    }


def _first(members: list[RowMapping], name: str) -> Any:
    return next((row[name] for row in members if row[name] is not None), None)


def _union(members: list[RowMapping], name: str) -> list[str]:
    return list(dict.fromkeys(value for row in members for value in row[name]))


def _places(members: list[RowMapping]) -> list[PlaceMention]:
    """Every place once; primary where the face says so or at least half of the others do."""
    named: dict[str, list[PlaceMention]] = {}
    for row in members:
        for place in read_places(row["places"]):
            named.setdefault(place.adcode, []).append(place)
    faces = {place.adcode for place in read_places(members[0]["places"]) if place.primary}
    return [
        PlaceMention(
            adcode,
            adcode in faces or 2 * sum(place.primary for place in found) >= len(members),
            found[0].quote,
            sum(place.count for place in found),
        )
        for adcode, found in named.items()
    ]


def _facts(members: list[RowMapping]) -> list[Fact]:
    found: dict[object, Fact] = {}
    for row in members:
        for fact in read_facts(row["facts"]):
            found.setdefault((fact.type, fact.value, fact.unit), fact)
    return list(found.values())


def _retag(conn: Connection, story_id: int, values: dict[str, Any]) -> None:
    """A passing mention ("borderline") is kept and found by search, but stands in no list of news."""
    if values["relevance"] != "yes":
        return
    tags = [
        {"tag": tag(place, topic), "shown": values["shown"], "story_id": story_id}
        for place in (None, *reach(read_places(values["places"])))
        for topic in (None, *values["topics"])
    ]
    conn.execute(_TAG, tags)
