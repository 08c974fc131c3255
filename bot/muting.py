"""Buttons that mute a story, its places or its publishers, and take that back."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.cleaning import clean_line
from bot.labels import place_in_province
from bot.markup import BLANK, cut, line
from bot.render import NAME_UNITS, Rows, back_button, button, head, message, rows
from bot.services import Services
from bot.story_actions import SetMute, StoryView
from bot.texts import texts
from bot.types import Message, Reader
from storage import subscriptions as kept
from storage.mutes import mute, unmute
from storage.types import MuteKind, Story

PLACES = 3
PUBLISHERS = 5

Muted = Collection[tuple[MuteKind, str]]
"""What is muted: (kind, value)."""


def mute_view(story: Story, muted: Muted, asked: StoryView, reader: Reader) -> Message:
    """What of a story can be muted; what is muted already, to undo."""
    words = texts(reader.language)
    lines = [*head(story, reader), BLANK, line(words("mute.ask")), BLANK, line(words("mute.hint"))]
    return message(lines, _offers(story, muted, asked, reader))


def set_mute(services: Services, reader: Reader, story: Story, wanted: SetMute) -> str | None:
    """Mute or unmute, committed when this returns; what that was, in words. None: it is not of this story."""
    kind, value = wanted.kind, _value(story, wanted)
    if value is None:
        return None
    with services.database.write() as connection:
        now = services.clock()
        if wanted.on:
            kept.welcome(connection, reader.chat_id, kind=reader.kind, language=reader.language, now=now)
            mute(connection, reader.chat_id, kind, value, now=now)
        else:
            unmute(connection, reader.chat_id, kind, value)
    return _name(story, kind, value, reader)


def _choices(story: Story) -> Iterator[tuple[MuteKind, int, str]]:
    """What can be muted: kind, how a button names it, value."""
    yield "story", 0, str(story.id)
    for place in [each for each in story.places if each.primary][:PLACES]:
        yield "place", int(place.adcode), place.adcode
    publishers: dict[str, int] = {}
    for item in story.announcements:
        publishers.setdefault(item.publisher_id, item.id)
    for publisher, number in list(publishers.items())[:PUBLISHERS]:
        yield "publisher", number, publisher


def _value(story: Story, wanted: SetMute) -> str | None:
    """The value that a button names, where it is of this story: its announcements may have changed since."""
    if wanted.kind == "story":
        return str(story.id)
    if wanted.kind == "place":
        primary = (each.adcode for each in story.places if each.primary)
        return next((code for code in primary if int(code) == wanted.ref), None)
    return next((each.publisher_id for each in story.announcements if each.id == wanted.ref), None)


def _offers(story: Story, muted: Muted, asked: StoryView, reader: Reader) -> Rows:
    words = texts(reader.language)
    offers = []
    for kind, ref, value in _choices(story):
        silent = (kind, value) in muted
        what = _name(story, kind, value, reader)
        label = words("button.unmute", what=what) if silent else words("button.mute_it", what=what)
        offers.append(button(label, SetMute(kind, not silent, story.id, asked.delivery_id, ref)))
    return rows(*offers, back_button(asked, reader))


def _name(story: Story, kind: MuteKind, value: str, reader: Reader) -> str:
    if kind == "story":
        return texts(reader.language)("mute.story")
    if kind == "place":
        return place_in_province(value, reader.language)
    named = next((each.publisher_name for each in story.announcements if each.publisher_id == value), value)
    return cut(clean_line(named), NAME_UNITS) or "–"
