"""A story -> plain values for programs: the one form of `--json`, JSON Lines and JSON Feed.

`key` is the same in every export and on every machine: it is made of the address of the announcement that
opened the story. `id` is that of this database. Times are aware; whoever writes them says in which zone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from analysis.gazetteer import gazetteer
from analysis.urls import canonical
from storage.types import Story

_KEYS = UUID(
    "6f1d6f54-8a0e-5d0c-9a7e-2f6d2b8f1c11"
)  # of our own, so that no other program makes the same keys


def story_record(story: Story) -> dict[str, Any]:
    """A story as JSON shows it: face, places by code and name, facts, every source."""
    places = gazetteer()
    return {
        "id": story.id,
        "key": story_key(story),
        "title": story.face.title,
        "url": story.face.url,
        "published": story.face.published,
        "updated": updated(story),
        "language": story.face.language,
        "summary": story.face.summary,
        "topics": story.topics,
        "kind": story.kind,
        "stage": story.stage,
        "relevance": story.relevance,
        "official": story.official,
        "places": [
            {"adcode": item.adcode, "name_en": places.name(item.adcode, "en"), "primary": item.primary}
            for item in story.places
        ],
        "organisations": story.organisations,
        "facts": [
            {"type": fact.type, "value": fact.value, "unit": fact.unit, "quote": fact.quote}
            for fact in story.facts
        ],
        "sources": [
            {
                "publisher": item.publisher_name,
                "kind": item.publisher_kind,
                "language": item.language,
                "title": item.title,
                "url": item.url,
                "published": item.published,
                "copy": item.near_copy_of is not None,
            }
            for item in story.announcements
        ],
    }


def story_key(story: Story) -> str:
    """A name for the story that stays: urn:uuid:..."""
    first = min(story.announcements, key=lambda item: item.id)
    return key_of(f"story {canonical(first.url)}")


def key_of(words: str) -> str:
    """A name that stays for whatever these words stand for."""
    return uuid5(_KEYS, words).urn


def updated(story: Story) -> datetime:
    """When the last of its announcements came."""
    return max(item.fetched for item in story.announcements)
