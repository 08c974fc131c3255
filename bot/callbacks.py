"""What a button means <-> the at most 64 bytes Telegram carries for it.

A button may be pressed years later or be forged: `decode` takes only what `encode` can write, about
places that there are, and who acts on it checks rights and ownership again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_lowercase, digits
from typing import Literal

from analysis.gazetteer import gazetteer
from analysis.moments import EARLIEST
from analysis.types import KINDS, LANGUAGES, Kind, Language, Topic
from analysis.whens import ANY_TIME, When
from bot import story_actions
from bot.asked import Asked
from bot.choices import Choice, decode_choice, encode_choice
from bot.story_actions import EndFor, GiveFeedback, SetMute, StoryAction, StoryView

DATA_BYTES = 64
OFFSET_LIMIT = 9990
COMPARED = (2, 4)  # places side by side, at least and at most

Colouring = Literal["number", "stage"]

_COLOURINGS: dict[str, Colouring] = {"n": "number", "s": "stage"}
_TOPIC_CODES: dict[Topic | None, str] = {None: "-", "blockchain": "b", "digital-yuan": "d"}
_TOPICS = {code: topic for topic, code in _TOPIC_CODES.items()}
_KIND_CODES = dict(zip(KINDS, ascii_lowercase, strict=False))
_KINDS = {code: kind for kind, code in _KIND_CODES.items()}
_DIGITS = digits + ascii_lowercase
_SUBJECT = r"(?P<place>\d{6}|-):(?P<topic>[-bd])"
_WHEN = r"(?P<since>[0-9a-z]{3}|-):(?P<until>[0-9a-z]{3}|-)"
_OFFSET = r"(?P<offset>0|[1-9]\d{0,3})"
_ID = r"(?P<id>[1-9]\d{0,17})"
_SHAPES = {
    "l": re.compile(rf"l:{_SUBJECT}:{_OFFSET}", re.ASCII),
    "n": re.compile(rf"n:{_SUBJECT}", re.ASCII),
    "a": re.compile(rf"a:{_SUBJECT}", re.ASCII),
    "f": re.compile(rf"f:{_OFFSET}:(?P<words>[^\x00-\x1f]+)", re.ASCII),
    "q": re.compile(
        rf"q:{_SUBJECT}:(?P<kinds>[a-z]+|-):{_WHEN}:{_OFFSET}:(?P<words>[^\x00-\x1f]*)", re.ASCII
    ),
    "t": re.compile(rf"t:{_SUBJECT}:{_WHEN}:{_OFFSET}", re.ASCII),
    "m": re.compile(rf"m:{_SUBJECT}", re.ASCII),
    "c": re.compile(r"c:(?P<places>\d{6}(?:\.\d{6}){1,3}):(?P<topic>[-bd])", re.ASCII),
    "s": re.compile(rf"s:{_ID}", re.ASCII),
    "v": re.compile(rf"v:{_ID}:{_OFFSET}", re.ASCII),
    "d": re.compile(rf"d:{_ID}:(?P<page>0|[1-9]\d{{0,2}})", re.ASCII),
    "e": re.compile(rf"e:{_ID}", re.ASCII),
    "o": re.compile(r"o:(?P<page>0|[1-9]\d?)", re.ASCII),
    "k": re.compile(r"k:(?P<topic>[-bd]):(?P<by>[ns])", re.ASCII),
    "r": re.compile(rf"r:{_SUBJECT}", re.ASCII),
    "p": re.compile(rf"p:{_SUBJECT}", re.ASCII),
    "y": re.compile(rf"y:{_ID}", re.ASCII),
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
class PageAsked:
    """Show what was found for a sentence that was understood, from `offset` on."""

    asked: Asked
    offset: int = 0


@dataclass(frozen=True, slots=True)
class PageTimeline:
    """Show the steps of what happened from `offset` on, the oldest first."""

    place: str | None
    topic: Topic | None
    when: When = ANY_TIME
    offset: int = 0


@dataclass(frozen=True, slots=True)
class MoreTimeline:
    """Show the steps of what happened in a message of its own."""

    place: str | None
    topic: Topic | None


@dataclass(frozen=True, slots=True)
class Compare:
    """Show places side by side, in place of the message."""

    places: tuple[str, ...]
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class ShowStory:
    """Show a story in a message of its own."""

    story_id: int


@dataclass(frozen=True, slots=True)
class PageStory:
    """Show a story with its sources from `offset` on."""

    story_id: int
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
class PageDigest:
    """Show a page of a digest that was sent to this chat, from 0 on, in place of the message."""

    delivery_id: int
    page: int


@dataclass(frozen=True, slots=True)
class PageSources:
    """Show a page of the sources, from 0 on."""

    page: int


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak this language from now on."""

    language: Language


@dataclass(frozen=True, slots=True)
class ShowMap:
    """Show the map of a topic (None: of both), coloured by number or by stage."""

    topic: Topic | None
    by: Colouring = "number"


@dataclass(frozen=True, slots=True)
class ShowTrend:
    """Show the trend of a place and a topic."""

    place: str | None
    topic: Topic | None


@dataclass(frozen=True, slots=True)
class DrawTimeline:
    """Show the timeline of a place and a topic as a picture."""

    place: str | None
    topic: Topic | None


@dataclass(frozen=True, slots=True)
class DrawStory:
    """Show the timeline of a story as a picture."""

    story_id: int


_Paged = PageLatest | MoreLatest | PageSearch | PageAsked | PageTimeline | MoreTimeline
Asking = _Paged | Compare | ShowStory | PageStory
Drawing = ShowMap | ShowTrend | DrawTimeline | DrawStory
Action = (
    Asking
    | Drawing
    | StoryAction
    | Choice
    | PageDigest
    | Subscribe
    | EndSubscription
    | PageSources
    | SetLanguage
)


def encode(action: Action) -> str | None:
    """The data of a button, or None where it does not fit (long words): then there is no button."""
    data = _write(action)
    return data if data is not None and decode(data) == action else None


def decode(data: str | None) -> Action | None:
    """What a button means, or None for anything that this version would not write."""
    if not data or not _fits(data):
        return None
    if data[0] in story_actions.LETTERS:
        return story_actions.read(data)
    if data[0].isupper():
        return decode_choice(data)
    shape = _SHAPES.get(data[0])
    found = shape.fullmatch(data) if shape and data else None
    if data is None or found is None:
        return None
    values = found.groupdict()
    codes = (values.get("places") or values.get("place") or "-").split(".")
    if len(set(codes)) < len(codes) or any(code != "-" and not gazetteer().place(code) for code in codes):
        return None
    action = _READERS[data[0]](values)
    return action if action and _write(action) == data else None


def subject_code(place: str | None, topic: Topic | None, between: str = ":") -> str:
    """A place and a topic, either of which may be open, as buttons and links have them: "110000:b"."""
    return f"{place or '-'}{between}{_TOPIC_CODES[topic]}"


def _write(action: Action) -> str | None:
    match action:
        case PageLatest(place, topic, offset):
            return f"l:{subject_code(place, topic)}:{offset}"
        case MoreLatest(place, topic):
            return f"n:{subject_code(place, topic)}"
        case Subscribe(place, topic):
            return f"a:{subject_code(place, topic)}"
        case PageSearch(words, offset):
            return f"f:{offset}:{words}"
        case PageAsked(asked, offset):
            kinds = "".join(_KIND_CODES[kind] for kind in KINDS if kind in asked.kinds) or "-"
            subject = subject_code(asked.place, asked.topic)
            return f"q:{subject}:{kinds}:{_days(asked.when)}:{offset}:{asked.words}"
        case PageTimeline(place, topic, when, offset):
            return f"t:{subject_code(place, topic)}:{_days(when)}:{offset}"
        case MoreTimeline(place, topic):
            return f"m:{subject_code(place, topic)}"
        case Compare(places, topic):
            return f"c:{'.'.join(places)}:{_TOPIC_CODES[topic]}"
        case ShowStory(story_id):
            return f"s:{story_id}"
        case PageStory(story_id, offset):
            return f"v:{story_id}:{offset}"
        case EndSubscription(subscription_id):
            return f"e:{subscription_id}"
        case PageDigest(delivery_id, page):
            return f"d:{delivery_id}:{page}"
        case PageSources(page):
            return f"o:{page}"
        case SetLanguage(language):
            return f"g:{language}"
        case ShowMap(topic, by):
            return f"k:{_TOPIC_CODES[topic]}:{by[0]}"
        case ShowTrend(place, topic):
            return f"r:{subject_code(place, topic)}"
        case DrawTimeline(place, topic):
            return f"p:{subject_code(place, topic)}"
        case DrawStory(story_id):
            return f"y:{story_id}"
        case StoryView() | SetMute() | EndFor() | GiveFeedback():
            return story_actions.write(action)
        case _:
            return encode_choice(action)


Values = dict[str, str]


def _place(values: Values) -> str | None:
    return None if values["place"] == "-" else values["place"]


def _asked(values: Values) -> Action | None:
    codes = values["kinds"].strip("-")
    if not all(code in _KINDS for code in codes):
        return None
    kinds: tuple[Kind, ...] = tuple(_KINDS[code] for code in codes)
    asked = Asked(_place(values), _TOPICS[values["topic"]], kinds, _when(values), values["words"])
    return PageAsked(asked, int(values["offset"]))


def _timeline(values: Values) -> Action | None:
    return PageTimeline(_place(values), _TOPICS[values["topic"]], _when(values), int(values["offset"]))


def _language(values: Values) -> Action | None:
    return next((SetLanguage(each) for each in LANGUAGES if each == values["language"]), None)


_READERS: dict[str, Callable[[Values], Action | None]] = {
    "l": lambda values: PageLatest(_place(values), _TOPICS[values["topic"]], int(values["offset"])),
    "n": lambda values: MoreLatest(_place(values), _TOPICS[values["topic"]]),
    "a": lambda values: Subscribe(_place(values), _TOPICS[values["topic"]]),
    "f": lambda values: PageSearch(values["words"], int(values["offset"])),
    "q": _asked,
    "t": _timeline,
    "m": lambda values: MoreTimeline(_place(values), _TOPICS[values["topic"]]),
    "c": lambda values: Compare(tuple(values["places"].split(".")), _TOPICS[values["topic"]]),
    "s": lambda values: ShowStory(int(values["id"])),
    "v": lambda values: PageStory(int(values["id"]), int(values["offset"])),
    "d": lambda values: PageDigest(int(values["id"]), int(values["page"])),
    "e": lambda values: EndSubscription(int(values["id"])),
    "o": lambda values: PageSources(int(values["page"])),
    "g": _language,
    "k": lambda values: ShowMap(_TOPICS[values["topic"]], _COLOURINGS[values["by"]]),
    "r": lambda values: ShowTrend(_place(values), _TOPICS[values["topic"]]),
    "p": lambda values: DrawTimeline(_place(values), _TOPICS[values["topic"]]),
    "y": lambda values: DrawStory(int(values["id"])),
}


def _days(when: When) -> str:
    return f"{_day_code(when.since)}:{_day_code(when.until)}"


def _day_code(day: date | None) -> str:
    """A day in three signs: its number since the year 2000 to the base 36."""
    if day is None:
        return "-"
    number = max(0, (day - EARLIEST).days)
    return "".join(_DIGITS[number // 36**place % 36] for place in (2, 1, 0))


def _when(values: Values) -> When:
    def day(code: str) -> date | None:
        return None if code == "-" else EARLIEST + timedelta(days=int(code, 36))

    return When(day(values["since"]), day(values["until"]))


def _fits(data: str) -> bool:
    """Whether Telegram could carry it: a forger is not bound to that."""
    try:
        return len(data.encode()) <= DATA_BYTES
    except UnicodeEncodeError:  # half a character
        return False
