"""What a button means <-> the at most 64 bytes Telegram carries for it.

A button may be pressed years later or be forged: `decode` takes only what `encode` can write, about
places that there are, and who acts on it checks rights and ownership again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.gazetteer import gazetteer
from analysis.types import LANGUAGES, Language, Topic

DATA_BYTES = 64
OFFSET_LIMIT = 9990

_TOPIC_CODES: dict[Topic | None, str] = {None: "-", "blockchain": "b", "digital-yuan": "d"}
_TOPICS = {code: topic for topic, code in _TOPIC_CODES.items()}
_SUBJECT = r"(?P<place>\d{6}|-):(?P<topic>[-bd])"
_OFFSET = r"(?P<offset>0|[1-9]\d{0,3})"
_SHAPES = {
    "l": re.compile(rf"l:{_SUBJECT}:{_OFFSET}", re.ASCII),
    "n": re.compile(rf"n:{_SUBJECT}", re.ASCII),
    "a": re.compile(rf"a:{_SUBJECT}", re.ASCII),
    "f": re.compile(rf"f:{_OFFSET}:(?P<words>[^\x00-\x1f]+)", re.ASCII),
    "e": re.compile(r"e:(?P<id>[1-9]\d{0,17})", re.ASCII),
    "o": re.compile(r"o:(?P<page>0|[1-9]\d?)", re.ASCII),
    "g": re.compile(rf"g:(?P<language>{'|'.join(LANGUAGES)})", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class PageLatest:
    """Show the newest stories from `offset` on, in place of the message."""

    place: str | None
    topic: Topic | None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class MoreLatest:
    """Show the newest stories in a message of their own."""

    place: str | None
    topic: Topic | None


@dataclass(frozen=True, slots=True)
class PageSearch:
    """Show what was found for the words from `offset` on."""

    words: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Subscribe the chat to a place, a topic, both or (None, None) everything."""

    place: str | None
    topic: Topic | None


@dataclass(frozen=True, slots=True)
class EndSubscription:
    """End a subscription of this chat."""

    subscription_id: int


@dataclass(frozen=True, slots=True)
class PageSources:
    """Show a page of the sources, from 0 on."""

    page: int


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak this language from now on."""

    language: Language


Action = PageLatest | MoreLatest | PageSearch | Subscribe | EndSubscription | PageSources | SetLanguage


def encode(action: Action) -> str | None:
    """The data of a button, or None where it does not fit (long words): then there is no button."""
    match action:
        case PageLatest(place, topic, offset):
            data = f"l:{_subject(place, topic)}:{offset}"
        case MoreLatest(place, topic):
            data = f"n:{_subject(place, topic)}"
        case Subscribe(place, topic):
            data = f"a:{_subject(place, topic)}"
        case PageSearch(words, offset):
            data = f"f:{offset}:{words}"
        case EndSubscription(subscription_id):
            data = f"e:{subscription_id}"
        case PageSources(page):
            data = f"o:{page}"
        case SetLanguage(language):
            data = f"g:{language}"
    return data if decode(data) == action else None


def decode(data: str | None) -> Action | None:
    """What a button means, or None for anything that this version would not write."""
    shape = _SHAPES.get(data[:1]) if data and _fits(data) else None
    found = shape.fullmatch(data) if shape and data else None
    if data is None or found is None:
        return None
    values = found.groupdict()
    place = None if values.get("place") == "-" else values.get("place")
    if place is not None and gazetteer().place(place) is None:
        return None
    topic = _TOPICS.get(values.get("topic", "-"))
    match data[0]:
        case "l":
            return PageLatest(place, topic, int(values["offset"]))
        case "n":
            return MoreLatest(place, topic)
        case "a":
            return Subscribe(place, topic)
        case "f":
            return PageSearch(values["words"], int(values["offset"]))
        case "e":
            return EndSubscription(int(values["id"]))
        case "o":
            return PageSources(int(values["page"]))
    return SetLanguage(next(each for each in LANGUAGES if each == values["language"]))


def _fits(data: str) -> bool:
    """Whether Telegram could carry it: a forger is not bound to that."""
    try:
        return len(data.encode()) <= DATA_BYTES
    except UnicodeEncodeError:  # half a character
        return False


def _subject(place: str | None, topic: Topic | None) -> str:
    return f"{place or '-'}:{_TOPIC_CODES[topic]}"
