"""A story -> others like it: of the same places, topics and kind, with the same organisations or figures.

What is looked at are the newest of its places and of its topics; what decides is pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from analysis.rarity import Key, key_facts, rarity
from storage.faces import reach, tag
from storage.lines import read_stories
from storage.tables import story_tags
from storage.types import Story

LIKE = 3.0  # what is less alike is another matter
_RARE = 0.7
_COUNTED = 3  # of the organisations and figures that two stories share
_PLACES = 3
_LOOKED_AT = 40  # of each place and each topic


def alike(conn: Connection, story: Story, limit: int) -> list[Story]:
    """At most `limit` stories that are like it, the most alike first; passing mentions are none."""
    places = [place.adcode for place in story.places if place.primary][:_PLACES]
    tags = [*(tag(place, None) for place in places), *(tag(None, topic) for topic in story.topics)]
    found: dict[int, None] = {}
    for each in tags:
        query = select(story_tags.c.story_id).where(story_tags.c.tag == each)
        newest = query.order_by(story_tags.c.shown.desc(), story_tags.c.story_id.desc()).limit(_LOOKED_AT)
        found.update(dict.fromkeys(conn.execute(newest).scalars()))
    return ranked(story, read_stories(conn, list(found)), limit)


def ranked(story: Story, others: Iterable[Story], limit: int) -> list[Story]:
    """Of others those that are like a story, the most alike first; of equals the newest."""
    scored = ((likeness(story, other), other) for other in others if other.id != story.id)
    best = sorted(
        (pair for pair in scored if pair[0] >= LIKE),
        key=lambda pair: (pair[0], pair[1].face.shown, pair[1].id),
        reverse=True,
    )
    return [other for _, other in best[:limit]]


def likeness(one: Story, two: Story) -> float:
    """How much two stories have in common: 0 is nothing, a place they are both about is 3."""
    same_place = _primary(one) & _primary(two)
    near = same_place or set(reach(one.places)) & set(reach(two.places))
    score = 3.0 if same_place else 1.5 if near else 0.0
    score += len(set(one.topics) & set(two.topics))
    score += 1.0 if one.kind and one.kind == two.kind else 0.0
    score += 1.5 * min(_COUNTED, len(set(one.organisations) & set(two.organisations)))
    return score + min(_COUNTED, len(_rare(one) & _rare(two)))


def _primary(story: Story) -> set[str]:
    return {place.adcode for place in story.places if place.primary}


def _rare(story: Story) -> set[Key]:
    return {key for key in key_facts(story.facts).keys if rarity(key) >= _RARE}
