"""Turns a text as a bot sent it into the text and entities that Telegram stores, or refuses it.

Lengths are counted in code points, as on Telegram's server; entity offsets are UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yuanwatch.demo.botapi.entities import Entity, nest, shifted
from yuanwatch.demo.botapi.errors import bad_request
from yuanwatch.demo.botapi.html import MarkupError, parse_html

MESSAGE_LENGTH = 4096
CAPTION_LENGTH = 1024
RAW_BYTES = 1 << 15
COUNTED_ENTITIES = 100

_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_TO_SPACE = dict.fromkeys((*range(10), 11, 12, *range(14, 32)), " ")
_MARKS = re.compile("[\u200e\u200f]+")
# What leaves nothing to read when it is all there is: spaces of every kind, zero-width characters, tags.
_BLANK = re.compile(
    "[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text with its entities."""

    text: str
    entities: tuple[Entity, ...] = ()


def read_text(raw: str, parse_mode: str, entities: tuple[Entity, ...] = ()) -> Formatted:
    """What the markup says, not yet cleaned. Raises ApiError."""
    try:
        if len(raw.encode()) > RAW_BYTES:
            raise bad_request("Text is too long")
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    match parse_mode.lower():
        case "" | "none":
            return Formatted(raw, entities)
        case "html":
            try:
                return Formatted(*parse_html(raw))
            except MarkupError as error:
                raise bad_request(f"can't parse entities: {error}") from None
        case "markdown" | "markdownv2":
            # We write HTML only; taking Markdown without reading it would hide errors.
            raise bad_request("can't parse entities: the stand-in reads no Markdown")
    raise bad_request("Unsupported parse_mode")


def store_text(formatted: Formatted, longest: int) -> Formatted:
    """The text as Telegram keeps it: cleaned and trimmed, never empty, with at most 100 entities."""
    cleaned = trim(clean(formatted))
    if _BLANK.fullmatch(cleaned.text):
        raise bad_request("Text must be non-empty")
    if len(cleaned.text) > longest:
        what = "Message" if longest == MESSAGE_LENGTH else "Message caption"
        raise bad_request(f"{what} is too long")
    return Formatted(cleaned.text, cleaned.entities[:COUNTED_ENTITIES])


def clean(formatted: Formatted) -> Formatted:
    """Control characters become spaces, separators, bidi overrides and three marks go; entities follow."""
    kept, places = [], [0]
    for character in formatted.text:
        units = 1 + (character > "\uffff")
        dropped = bool(_DROPPED.match(character))
        places += [places[-1] + (0 if dropped else unit + 1) for unit in range(units)]
        kept.append("" if dropped else character)
    text = "".join(kept).translate(_TO_SPACE)
    text = _MARKS.sub(lambda marks: "\u200c" * (len(marks[0]) - 1) + marks[0][-1], text)
    moved = (_moved(entity, places) for entity in nest(formatted.entities))
    return Formatted(text, nest(moved))


def trim(formatted: Formatted) -> Formatted:
    """Without white space at both ends; what an entity covers at the beginning stays."""
    text = formatted.text.rstrip(" \n")
    end = utf16_length(text)
    inside = [entity for entity in formatted.entities if entity.offset < end]
    inside = [shifted(entity, entity.offset, min(entity.end, end)) for entity in inside]
    first = min((entity.offset for entity in inside), default=end)
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    entities = tuple(shifted(entity, entity.offset - lead, entity.end - lead) for entity in inside)
    return Formatted(text[lead:], tuple(sorted(entities, key=lambda entity: entity.rank)))


def utf16_length(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def covered(formatted: Formatted, entity: Entity) -> str:
    """The characters an entity stands over."""
    units = formatted.text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le", "replace")


def _moved(entity: Entity, places: list[int]) -> Entity:
    last = len(places) - 1
    if entity.offset > last or entity.end > last:
        raise bad_request(
            f"Entity beginning at UTF-16 offset {entity.offset} ends after the end of the text "
            f"at UTF-16 offset {entity.end}"
        )
    return shifted(entity, places[entity.offset], places[entity.end])
