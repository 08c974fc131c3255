"""The subscriptions and settings of a chat <-> the file that carries them to another chat. Pure.

A file may come from anybody: each entry is validated by itself, and what is not understood is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args
from zoneinfo import available_timezones

from analysis.hours import ChatSettings, Every
from analysis.quiet import clock, read_clock, read_quiet
from analysis.types import LANGUAGES, Language
from analysis.wishes import Wish, WishError, read_wish, wish_values
from storage.types import Subscription

FORMAT = "yuanwatch-subscriptions"
VERSION = 1
FILE_NAME = "yuanwatch-subscriptions.json"
MOST_BYTES = 256_000
MOST_SUBSCRIPTIONS = 500
_EVERY: tuple[Every, ...] = get_args(Every)


class NotPortable(ValueError):
    """It is no such file."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file holds. `settings` and `language`: None where it has none; `odd`: how many entries and
    settings of it are not understood."""

    subscriptions: tuple[tuple[Wish, Every], ...] = ()
    settings: ChatSettings | None = None
    language: Language | None = None
    odd: int = 0


def write_file(
    subscriptions: Sequence[Subscription], settings: ChatSettings, language: Language, now: datetime
) -> bytes:
    """The file, in UTF-8. Topics of a forum are left out: they mean nothing elsewhere."""
    ends = (settings.quiet_from, settings.quiet_to)
    quiet = None if None in ends else "-".join(clock(end) for end in ends if end is not None)
    body = {
        "format": FORMAT,
        "version": VERSION,
        "exported": now.isoformat(timespec="seconds"),
        "settings": {
            "language": language,
            "zone": settings.zone,
            "quiet": quiet,
            "silent": settings.silent,
            "preview": settings.preview,
            "digest_at": clock(settings.digest_at),
            "digest_day": settings.digest_day,
        },
        "subscriptions": [
            {"delivery": each.delivery, "wish": wish_values(each.wish)} for each in subscriptions
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=2).encode()


def read_file(data: bytes) -> Carried:
    """What a file holds. Raises NotPortable for another file, and for one that is too large."""
    if len(data) > MOST_BYTES:
        raise NotPortable("too large")
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotPortable("no JSON") from error
    if not isinstance(body, dict) or body.get("format") != FORMAT or body.get("version") != VERSION:
        raise NotPortable("not this format")
    entries, told = body.get("subscriptions", []), body.get("settings", {})
    if not isinstance(entries, list) or not isinstance(told, dict):
        raise NotPortable("not this format")
    read = [_entry(each) for each in entries[:MOST_SUBSCRIPTIONS]]
    known = tuple(dict.fromkeys(each for each in read if each is not None))
    settings, language, odd = _settings(told)
    odd += len(entries) - sum(each is not None for each in read)
    return Carried(known, settings, language, odd)


def _entry(entry: object) -> tuple[Wish, Every] | None:
    if not isinstance(entry, dict) or not set(entry) <= {"wish", "delivery"}:
        return None
    wish, delivery = entry.get("wish"), entry.get("delivery", "now")
    if not isinstance(wish, dict) or delivery not in _EVERY:
        return None
    try:
        return read_wish(wish), cast(Every, delivery)
    except WishError:
        return None


def _settings(told: Mapping[Any, Any]) -> tuple[ChatSettings | None, Language | None, int]:
    """The settings, the language, and how many of them are not understood."""
    values: dict[str, Any] = {}
    language: Language | None = None
    odd = 0
    for name, value in told.items():
        if name == "language" and value in LANGUAGES:
            language = cast(Language, value)
        elif (read := _setting(name, value)) is not None:
            values |= read
        else:
            odd += 1
    return (ChatSettings(**values) if values else None), language, odd


def _setting(name: object, value: object) -> dict[str, Any] | None:
    match name, value:
        case "zone", None:
            return {"zone": None}
        case "zone", str() if value in available_timezones():
            return {"zone": value}
        case "quiet", None:
            return {"quiet_from": None, "quiet_to": None}
        case "quiet", str() if (span := read_quiet(value)) is not None:
            return {"quiet_from": span[0], "quiet_to": span[1]}
        case ("silent" | "preview") as which, bool():
            return {which: value}
        case "digest_at", str() if (minute := read_clock(value)) is not None:
            return {"digest_at": minute}
        case "digest_day", int() if not isinstance(value, bool) and 0 <= value < 7:
            return {"digest_day": value}
    return None
