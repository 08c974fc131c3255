"""Turns the entities a bot asked for into those Telegram keeps: sorted, nested or split, never crossing.

Offsets and lengths are UTF-16 units, as everywhere in the Bot API.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from yuanwatch.demo.botapi.records import Json

_STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
_QUOTES = ("blockquote", "expandable_blockquote")
_VERBATIM = ("pre", "code", "date_time")
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_MIDDLE = 50
_END = 1 << 31


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning. `kind` is the Bot API's type; what does not apply is empty."""

    kind: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    user_id: int = 0
    custom_emoji_id: str = ""
    date: int = 0
    date_format: str = ""

    @property
    def end(self) -> int:
        """The offset behind the last unit."""
        return self.offset + self.length

    @property
    def bare_pre(self) -> bool:
        """Preformatted without a language."""
        return self.kind == "pre" and not self.language

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sort key: the earlier first, then the longer, then by kind."""
        priority = 10 if self.kind == "pre" and self.language else _PRIORITY.get(self.kind, _MIDDLE)
        return (self.offset, -self.length, priority)

    def to_json(self) -> dict[str, Json]:
        """A MessageEntity of the Bot API."""
        body: dict[str, Json] = {"type": self.kind, "offset": self.offset, "length": self.length}
        for key in ("url", "language", "custom_emoji_id"):
            if value := getattr(self, key):
                body[key] = value
        if self.user_id:
            body["user"] = {"id": self.user_id, "is_bot": False, "first_name": str(self.user_id)}
        if self.date:
            body |= {"unix_time": self.date, "date_time_format": self.date_format}
        return body


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Sorted as Telegram lists them."""
    return tuple(sorted(entities, key=lambda entity: entity.rank))


def nest(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Entities that never cross: styles are merged and split, of two crossing others the later is dropped."""
    asked = in_order(entity for entity in entities if entity.length > 0)
    if _nested(asked):
        return asked
    styles = [entity for entity in asked if entity.kind in _STYLES]
    quotes = _apart(entity for entity in asked if entity.kind in _QUOTES)
    others = _apart(entity for entity in asked if entity.kind not in _STYLES + _QUOTES)
    kept = in_order([*_not_across(others, quotes), *quotes])
    return in_order([*kept, *_Splitter(styles).split(kept)]) if styles else kept


def _nested(entities: Sequence[Entity]) -> bool:
    stack: list[Entity] = []
    ends: dict[str, int] = {}
    for entity in entities:
        while stack and entity.offset >= stack[-1].end:
            stack.pop()
        if stack and not _may_stand_in(entity, stack):
            return False
        if entity.kind in _STYLES:
            if ends.get(entity.kind, -1) >= entity.offset:
                return False
            ends[entity.kind] = entity.end
        stack.append(entity)
    return True


def _may_stand_in(entity: Entity, stack: Sequence[Entity]) -> bool:
    kinds = {outer.kind for outer in stack}
    linked = kinds - {*_STYLES, *_QUOTES, *_VERBATIM}
    return not (
        entity.end > stack[-1].end
        or entity.kind in kinds
        or stack[-1].kind in _VERBATIM
        or (entity.kind in _VERBATIM and kinds - {*_QUOTES})
        or (entity.kind not in (*_STYLES, *_VERBATIM) and linked)
        or (entity.kind in _QUOTES and kinds & {*_QUOTES})
        or kinds & {*_STYLES}
    )


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _not_across(entities: Sequence[Entity], quotes: Sequence[Entity]) -> list[Entity]:
    """Without those that reach over the edge of a quotation, or hold one."""
    return [entity for entity in entities if not any(_crosses(entity, quote) for quote in quotes)]


def _crosses(entity: Entity, quote: Entity) -> bool:
    meets = entity.offset < quote.end and quote.offset < entity.end
    return meets and (quote.end < entity.end or entity.offset < quote.offset)


class _Splitter:
    """Cuts styles where others begin or end, joins touching ones, drops them in preformatted text."""

    def __init__(self, styles: Sequence[Entity]) -> None:
        self.waiting = list(reversed(styles))
        self.spans: dict[str, tuple[int, int]] = {}
        self.pieces: list[Entity] = []

    def split(self, others: Sequence[Entity]) -> list[Entity]:
        stack: list[Entity] = []
        for edge in (*(entity.offset for entity in others), _END):
            while stack and edge >= stack[-1].end:
                before = len(self.pieces)
                self._advance(stack[-1].end)
                if stack.pop().kind in _VERBATIM:
                    del self.pieces[before:]
            self._advance(edge)
            stack += [entity for entity in others if entity.offset == edge and entity not in stack]
        return self.pieces

    def _advance(self, edge: int) -> None:
        while self.waiting and self.waiting[-1].offset < edge:
            style = self.waiting.pop()
            begin, end = self.spans.get(style.kind, (0, 0))
            if end and style.offset <= end:
                self.spans[style.kind] = (begin, max(end, style.end))
            else:
                self._flush(style.offset)
                self.spans[style.kind] = (style.offset, style.end)
        self._flush(edge)

    def _flush(self, edge: int) -> None:
        for kind in _STYLES:
            begin, end = self.spans.get(kind, (0, 0))
            if end and begin < edge:
                stop = min(end, edge)
                self.pieces.append(Entity(kind, begin, stop - begin))
                if end <= edge:
                    del self.spans[kind]
                else:
                    self.spans[kind] = (edge, end)


def shifted(entity: Entity, begin: int, end: int) -> Entity:
    """The same entity at another stretch."""
    return replace(entity, offset=begin, length=end - begin)
