"""Parts -> a text for Telegram's HTML mode, and the same plain: always within the limits, always well formed.

A message is built from parts and cut in the words of a part, never in markup, so that a tag cannot
be left open. The one place that escapes. Lengths are UTF-16 units, which is never less than what the
server counts (code points).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

TEXT_UNITS = 4096
RAW_BYTES = 32_000  # the server refuses raw text over 32,768 bytes before it parses any markup
ELLIPSIS = "…"
_WORD_SLACK = 20

Style = Literal["", "b", "i"]


@dataclass(frozen=True, slots=True)
class Part:
    """Words of one look. `link` must come from `cleaning.safe_link`. `elastic` parts are cut first."""

    text: str
    style: Style = ""
    link: str | None = None
    elastic: bool = False


Line = tuple[Part, ...]
BLANK: Line = ()


@dataclass(frozen=True, slots=True)
class Markup:
    """One text in both forms."""

    html: str
    plain: str


def escape(text: str) -> str:
    """Text as it must stand in HTML, inside an attribute too."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` units, with an ellipsis where something went; no sign is cut in two."""
    if units(text) <= limit:
        return text
    if limit <= 0:
        return ""
    end = _fitting(text, limit - 1)
    while end and _joined(text, end):
        end -= 1
    space = text.rfind(" ", max(0, end - _WORD_SLACK), end)
    if space > 0 and text[end].isascii() and text[end].isalnum():
        end = space
    return text[:end].rstrip() + ELLIPSIS


def compose(lines: Sequence[Line], limit: int = TEXT_UNITS) -> Markup:
    """The lines as one text of 1 to `limit` units and at most RAW_BYTES bytes of markup."""
    while True:
        markup = _write(_fit(_trim(lines), limit))
        if len(markup.html.encode()) <= RAW_BYTES:
            return markup
        limit //= 2


def line(*parts: Part | str) -> Line:
    """A line of parts; bare words are parts without a look."""
    return tuple(Part(part) if isinstance(part, str) else part for part in parts)


def _fitting(text: str, limit: int) -> int:
    used = 0
    for index, char in enumerate(text):
        used += 1 + (char > "\uffff")
        if used > limit:
            return index
    return len(text)


def _joined(text: str, index: int) -> bool:
    """Whether the characters on both sides of the index belong to one sign."""
    after = text[index]
    modifier = "\U0001f3fb" <= after <= "\U0001f3ff"
    return (
        unicodedata.category(after).startswith("M")
        or after == "\u200d"
        or text[index - 1] == "\u200d"
        or modifier
    )


def _trim(lines: Sequence[Line]) -> list[Line]:
    """Without empty parts, and with at most one blank line in a row, none at the ends."""
    kept: list[Line] = []
    for each in lines:
        parts = tuple(part for part in each if part.text)
        if parts or (kept and kept[-1]):
            kept.append(parts)
    while kept and not kept[-1]:
        kept.pop()
    return kept or [line(ELLIPSIS)]


def _length(lines: Iterable[Line]) -> int:
    return sum(1 + sum(units(part.text) for part in each) for each in lines) - 1


def _fit(lines: list[Line], limit: int) -> list[Line]:
    excess = _length(lines) - limit
    if excess <= 0:
        return lines
    fitted = [_shrink(each, limit, lines) for each in lines] if _has_elastic(lines) else lines
    return fitted if _length(fitted) <= limit else _head(fitted, limit)


def _has_elastic(lines: Sequence[Line]) -> bool:
    return any(part.elastic for each in lines for part in each)


def _shrink(each: Line, limit: int, lines: Sequence[Line]) -> Line:
    """Elastic parts share what the rigid ones leave, in proportion to their length."""
    elastic = sum(units(part.text) for one in lines for part in one if part.elastic)
    room = max(0, limit - (_length(lines) - elastic))
    return tuple(
        replace(part, text=cut(part.text, units(part.text) * room // elastic)) if part.elastic else part
        for part in each
    )


def _head(lines: list[Line], limit: int) -> list[Line]:
    """As many of the first lines as fit; the line that does not is cut in its words."""
    kept: list[Line] = []
    left = limit
    for each in lines:
        parts: list[Part] = []
        for part in each:
            fitting = replace(part, text=cut(part.text, left))
            parts.append(fitting)
            left -= units(fitting.text)
        kept.append(tuple(part for part in parts if part.text))
        left -= 1
        if left <= 0:
            break
    return _trim(kept)


def _write(lines: Sequence[Line]) -> Markup:
    html = "\n".join("".join(_html(part) for part in each) for each in lines)
    return Markup(html, "\n".join("".join(part.text for part in each) for each in lines))


def _html(part: Part) -> str:
    text = escape(part.text)
    if part.link:
        text = f'<a href="{escape(part.link)}">{text}</a>'
    return f"<{part.style}>{text}</{part.style}>" if part.style else text
