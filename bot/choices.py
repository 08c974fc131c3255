"""The buttons of subscriptions and settings <-> their data, which begins with a capital letter.

As there: at most 64 bytes, and `decode` takes only what `encode` can write. A button says what is to be so
("daily", "with plans"), not what is to be changed, so pressing it twice does no harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from analysis.hours import Every
from analysis.types import LANGUAGES
from analysis.wishes import Wish
from bot.deeplinks import EVERY_CODES, KIND_CODES, LANGUAGE_CODES, TOPIC_CODES, decode_link, encode_link
from bot.zones import COMMON_ZONES

AdjustField = Literal["show", "ask", "topic", "kind", "language", "official", "delivery"]
SettingsField = Literal["show", "ask", "language", "zone", "quiet", "silent", "preview", "hour", "weekday"]

STORIES = (0, 1, 10)  # to begin a subscription with
QUIET = ("off", "1260-420", "1320-420", "1380-480", "0-480")  # minutes of the day

_ID = r"(?P<id>[1-9]\d{0,17})"
_TURN = "[+-]"
_ADJUST: dict[str, tuple[AdjustField, str]] = {
    "v": ("show", "main|kinds0|kinds1|languages"),
    "a": ("ask", "words|places"),
    "t": ("topic", f"{_TURN}[{''.join(TOPIC_CODES.values())}]"),
    "k": ("kind", f"{_TURN}[{''.join(KIND_CODES.values())}]|none"),
    "l": ("language", f"{_TURN}[{''.join(LANGUAGE_CODES.values())}]"),
    "o": ("official", "[01]"),
    "d": ("delivery", f"[{''.join(EVERY_CODES.values())}]"),
}
_SETTINGS: dict[str, tuple[SettingsField, str]] = {
    "v": ("show", "main|language|zone|quiet|hour|weekday"),
    "a": ("ask", "zone|quiet"),
    "l": ("language", "|".join(LANGUAGES)),
    "z": ("zone", "|".join(map(re.escape, COMMON_ZONES))),
    "q": ("quiet", "|".join(QUIET)),
    "n": ("silent", "[01]"),
    "p": ("preview", "[01]"),
    "h": ("hour", r"\d|1\d|2[0-3]"),
    "w": ("weekday", "[0-6]"),
}


@dataclass(frozen=True, slots=True)
class Take:
    """Subscribe the chat to a wish."""

    wish: Wish
    delivery: Every = "now"


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a subscription of this chat with so many of the newest stories: none, one, or ten."""

    subscription_id: int
    stories: int


@dataclass(frozen=True, slots=True)
class Adjust:
    """Show or change a subscription of this chat: `value` is one of those that `field` may have."""

    subscription_id: int
    field: AdjustField
    value: str


@dataclass(frozen=True, slots=True)
class Share:
    """Say why a subscription has no link."""

    subscription_id: int


@dataclass(frozen=True, slots=True)
class PageSubscriptions:
    """Show a page of the subscriptions, from 0 on."""

    page: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Show or change how the chat is written to: `value` is one of those that `field` may have."""

    field: SettingsField
    value: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete all data of the chat, or keep them after all."""

    sure: bool


Choice = Take | Begin | Adjust | Share | PageSubscriptions | Settings | Forget


def encode_choice(choice: Choice) -> str | None:
    """The data of a button; None where a wish does not fit."""
    match choice:
        case Take(wish, delivery):
            payload = encode_link(wish, delivery)
            return f"T:{payload}" if payload else None
        case Begin(subscription_id, stories):
            return f"B:{subscription_id}:{stories}"
        case Adjust(subscription_id, field, value):
            return f"C:{subscription_id}:{_letter(_ADJUST, field)}:{value}"
        case Share(subscription_id):
            return f"L:{subscription_id}"
        case PageSubscriptions(page):
            return f"P:{page}"
        case Settings(field, value):
            return f"O:{_letter(_SETTINGS, field)}:{value}"
        case Forget(sure):
            return f"X:{int(sure)}"


def decode_choice(data: str) -> Choice | None:
    """What a button means, or None for anything that this version would not write."""
    if data.startswith("T:"):
        read = decode_link(data[2:])
        return Take(*read) if read else None
    shape = _SHAPES.get(data[:1])
    found = shape.fullmatch(data) if shape else None
    if found is None:
        return None
    match data[0]:
        case "B":
            return Begin(int(found["id"]), int(found["stories"]))
        case "C":
            field, shape_of_value = _ADJUST[found["field"]]
            right = re.fullmatch(shape_of_value, found["value"], re.ASCII)
            return Adjust(int(found["id"]), field, found["value"]) if right else None
        case "L":
            return Share(int(found["id"]))
        case "P":
            return PageSubscriptions(int(found["page"]))
        case "O":
            of, shape_of_value = _SETTINGS[found["field"]]
            right = re.fullmatch(shape_of_value, found["value"], re.ASCII)
            return Settings(of, found["value"]) if right else None
    return Forget(found["sure"] == "1")


_SHAPES = {
    "B": re.compile(rf"B:{_ID}:(?P<stories>{'|'.join(map(str, STORIES))})", re.ASCII),
    "C": re.compile(rf"C:{_ID}:(?P<field>[{''.join(_ADJUST)}]):(?P<value>.+)", re.ASCII),
    "L": re.compile(rf"L:{_ID}", re.ASCII),
    "P": re.compile(r"P:(?P<page>0|[1-9]\d?)", re.ASCII),
    "O": re.compile(rf"O:(?P<field>[{''.join(_SETTINGS)}]):(?P<value>.+)", re.ASCII),
    "X": re.compile(r"X:(?P<sure>[01])", re.ASCII),
}


def _letter(
    table: dict[str, tuple[AdjustField, str]] | dict[str, tuple[SettingsField, str]], field: str
) -> str:
    return next(letter for letter, row in cast(dict[str, tuple[str, str]], table).items() if row[0] == field)
