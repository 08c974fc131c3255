"""Stories -> a feed that readers of news subscribe to: Atom 1.0 (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from analysis.types import Language
from bot.cleaning import clean_line, safe_link
from bot.labels import place_name
from storage.types import Story
from yuanwatch.export.channel import NAME, Channel, html, stamp, title
from yuanwatch.export.record import story_key, updated

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"


def atom(stories: Iterable[Story], channel: Channel) -> Iterator[str]:
    """An Atom document; the content of an entry is escaped HTML."""
    entries = list(stories)
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": channel.language})
    _add(feed, "id", channel.key)
    _add(feed, "title", channel.title)
    _add(feed, "updated", stamp(channel.newest(entries)))
    _add(feed, "generator", NAME)
    _add(ET.SubElement(feed, "author"), "name", NAME)
    for story in entries:
        _entry(ET.SubElement(feed, "entry"), story, channel.language)
    ET.indent(feed)
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield ET.tostring(feed, encoding="unicode") + "\n"


def json_feed(stories: Iterable[Story], channel: Channel) -> Iterator[str]:
    """A JSON Feed document."""
    feed = {
        "version": _JSON_FEED,
        "title": channel.title,
        "language": channel.language,
        "authors": [{"name": NAME}],
        "items": [_item(story, channel.language) for story in stories],
    }
    yield json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def _entry(entry: ET.Element, story: Story, language: Language) -> None:
    _add(entry, "id", story_key(story))
    _add(entry, "title", title(story), {"xml:lang": story.face.language})
    _add(entry, "updated", stamp(updated(story)))
    _add(entry, "published", stamp(story.face.shown))
    for name in _authors(story):
        _add(ET.SubElement(entry, "author"), "name", name)
    if link := safe_link(story.face.url):
        ET.SubElement(entry, "link", {"rel": "alternate", "href": link, "hreflang": story.face.language})
    for topic in story.topics:
        ET.SubElement(entry, "category", {"term": topic})
    for place in story.places:
        if place.primary:
            label = place_name(place.adcode, language) or place.adcode
            ET.SubElement(entry, "category", {"term": place.adcode, "label": label})
    _add(entry, "content", html(story, language), {"type": "html"})


def _item(story: Story, language: Language) -> dict[str, object]:
    link = safe_link(story.face.url)
    names = [place_name(place.adcode, language) for place in story.places if place.primary]
    return {
        "id": story_key(story),
        **({"url": link} if link else {}),
        "title": title(story),
        "content_html": html(story, language),
        "date_published": stamp(story.face.shown),
        "date_modified": stamp(updated(story)),
        "language": story.face.language,
        "authors": [{"name": name} for name in _authors(story)],
        "tags": [*story.topics, *filter(None, names)],
    }


def _authors(story: Story) -> list[str]:
    return [clean_line(name) or "–" for name in story.publishers]


def _add(parent: ET.Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    ET.SubElement(parent, name, attributes or {}).text = text
