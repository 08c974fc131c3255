"""A wish <-> the payload of a link that opens the bot and carries it: t.me/<bot>?start=s_110000_b.

The short form is `s_<adcode or 0>_<b|d|a>`: a place and a topic. The long form is `s_` and fields in a fixed
order, between underscores, each a letter and its values:

    p places   t topics   k kinds   g organisations   w words   x words to avoid   l languages
    o official only   d delivery

`s_p440000440300_kpr_o_dd`: Guangdong and Shenzhen, plans and rules, official only, daily. Telegram takes
1-64 of [A-Za-z0-9_-]. Anybody can write such a link, so `decode_link` takes only what `encode_link`
can write.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar, cast

from analysis.hours import Every
from analysis.organisations import organisation_kinds
from analysis.types import Kind, Language, Topic
from analysis.wishes import Wish, WishError, checked

PAYLOAD_CHARS = 62  # of 64: the same code stands in buttons, after two characters of their own

TOPIC_CODES: dict[Topic, str] = {"blockchain": "b", "digital-yuan": "d"}
KIND_CODES: dict[Kind, str] = {
    "plan": "p",
    "pilot-launch": "s",
    "pilot-expansion": "g",
    "regulation": "r",
    "funding": "f",
    "application": "a",
    "statistics": "n",
    "event": "e",
    "lottery": "l",
    "cross-border": "x",
    "opinion": "o",
    "other": "z",
}
LANGUAGE_CODES: dict[Language, str] = {"zh": "z", "en": "e", "de": "d"}
EVERY_CODES: dict[Every, str] = {"now": "n", "daily": "d", "weekly": "w"}

Value = TypeVar("Value", bound=str)

_SHORT = re.compile(r"s_(?P<place>\d{6}|0)_(?P<topic>[bda])", re.ASCII)
_LONG = re.compile(
    r"s(?:_p(?P<places>(?:\d{6})+))?(?:_t(?P<topics>[a-z]+))?(?:_k(?P<kinds>[a-z]+))?"
    r"(?:_g(?P<organisations>(?:[a-z2-7]{4})+))?(?:_w(?P<words>[a-z2-7]+))?(?:_x(?P<not_words>[a-z2-7]+))?"
    r"(?:_l(?P<languages>[a-z]+))?(?P<official>_o)?(?:_d(?P<delivery>[a-z]))?",
    re.ASCII,
)


def encode_link(wish: Wish, delivery: Every = "now") -> str | None:
    """The payload of a link that carries this; None where it does not fit, or names sources."""
    if wish.sources:
        return None
    if delivery == "now" and not wish.narrow and max(len(wish.places), len(wish.topics)) <= 1:
        topic = TOPIC_CODES[wish.topics[0]] if wish.topics else "a"
        return f"s_{wish.places[0] if wish.places else '0'}_{topic}"
    fields = (
        ("p", "".join(wish.places)),
        ("t", "".join(TOPIC_CODES[each] for each in wish.topics)),
        ("k", "".join(KIND_CODES[each] for each in wish.kinds)),
        ("g", "".join(map(_mark, wish.organisations))),
        ("w", _packed(wish.words)),
        ("x", _packed(wish.not_words)),
        ("l", "".join(LANGUAGE_CODES[each] for each in wish.languages)),
    )
    parts = ["s", *(letter + value for letter, value in fields if value)]
    parts += ["o"] if wish.official else []
    parts += ["d" + EVERY_CODES[delivery]] if delivery != "now" else []
    payload = "_".join(parts)
    return payload if len(payload) <= PAYLOAD_CHARS else None


def decode_link(payload: str | None) -> tuple[Wish, Every] | None:
    """What a link asks for, and how often; None for anything that this version would not write."""
    if not payload or len(payload) > PAYLOAD_CHARS:
        return None
    try:
        read = _short(payload) or _long(payload)
        found = None if read is None else (checked(read[0]), read[1])
    except (LookupError, WishError, ValueError, binascii.Error):
        return None
    return found if found is not None and encode_link(*found) == payload else None


def _short(payload: str) -> tuple[Wish, Every] | None:
    found = _SHORT.fullmatch(payload)
    if found is None:
        return None
    places = () if found["place"] == "0" else (found["place"],)
    topics = () if found["topic"] == "a" else (_named(TOPIC_CODES, found["topic"]),)
    return Wish(places=places, topics=topics), "now"


def _long(payload: str) -> tuple[Wish, Every] | None:
    found = _LONG.fullmatch(payload)
    if found is None:
        return None
    readers: dict[str, Callable[[str], Iterable[str]]] = {
        "places": lambda text: (text[at : at + 6] for at in range(0, len(text), 6)),
        "topics": lambda text: (_named(TOPIC_CODES, code) for code in text),
        "kinds": lambda text: (_named(KIND_CODES, code) for code in text),
        "organisations": lambda text: (_marked()[text[at : at + 4]] for at in range(0, len(text), 4)),
        "words": _unpacked,
        "not_words": _unpacked,
        "languages": lambda text: (_named(LANGUAGE_CODES, code) for code in text),
    }
    form: dict[str, Any] = {name: tuple(read(found[name] or "")) for name, read in readers.items()}
    delivery: Every = _named(EVERY_CODES, found["delivery"]) if found["delivery"] else "now"
    return Wish(**form, official=bool(found["official"])), delivery


def _named(codes: dict[Value, str], code: str) -> Value:
    """The value of a code. Raises LookupError."""
    return {each: value for value, each in codes.items()}[code]


def _packed(words: Iterable[str]) -> str:
    """Words as small letters and digits: no underscore may stand in a field."""
    return base64.b32encode("\n".join(words).encode()).decode().rstrip("=").lower()


def _unpacked(text: str) -> list[str]:
    """The words of `_packed`. Raises ValueError for what it would not write."""
    if not text:
        return []
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8)).decode().split("\n")


def _mark(organisation: str) -> str:
    """Four letters for an organisation, which do not change when the list of them does."""
    return base64.b32encode(hashlib.sha256(organisation.encode()).digest()).decode()[:4].lower()


@cache
def _marked() -> dict[str, str]:
    return {_mark(name): name for name in cast(Iterable[str], organisation_kinds())}
