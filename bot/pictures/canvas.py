"""A sheet to draw on: smooth boxes, dots and lines, and words in a font that has Chinese, English and German.

Measures are pixels of the finished picture, from the upper left corner. It is drawn at twice the size and
reduced, since Pillow smooths letters only.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SCALE = 2
PAPER = "#ffffff"
INK = "#1c2733"
SOFT = "#5b6875"
FAINT = "#dfe4ea"
_BOLD = 0.022  # of the size: the font comes in one weight, and a thin stroke makes it heavier
_CLOSING = "，。、；：！？）》」』”…·%"  # begins no line
_PARTS = " · "
_FAR = 0.55  # of a line
_BETWEEN = " ·"  # has no place at the ends of a line
_NO_GLYPH = "\uffff"


class Canvas:
    """A white sheet of so many pixels."""

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image, ImageDraw  # not before a picture is asked for

        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The finished picture."""
        buffer = io.BytesIO()
        self._image.reduce(SCALE).save(buffer, "PNG", compress_level=6)
        return buffer.getvalue()

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """A filled box with round corners."""
        corners = [round(v * SCALE) for v in (x, y, x + width, y + height)]
        corners[2], corners[3] = max(corners[0], corners[2] - 1), max(corners[1], corners[3] - 1)
        self._draw.rounded_rectangle(corners, min(radius, width / 2, height / 2) * SCALE, fill=colour)

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A dot around a point."""
        box = [v * SCALE for v in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.ellipse(box, fill=colour)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: str = INK,
        *,
        anchor: str = "ls",
        bold: bool = False,
    ) -> None:
        """Words on the base line `y`; `anchor`: begun ("ls"), centred ("ms") or ended ("rs") at `x`."""
        stroke = size * SCALE * _BOLD if bold else 0
        place, font = (x * SCALE, y * SCALE), _font(_size(size))
        self._draw.text(place, drawable(words), colour, font, anchor, stroke_width=stroke)

    def fitted(
        self, x: float, y: float, words: str, size: float, room: float, colour: str = INK, **look: Any
    ) -> None:
        """Words in at most `room` pixels: cut with an ellipsis where they are longer."""
        self.text(x, y, cut(words, size, room), size, colour, **look)


def width_of(words: str, size: float) -> float:
    """How many pixels words take in one line."""
    return _font(_size(size)).getlength(drawable(words)) / SCALE


def cut(words: str, size: float, room: float) -> str:
    """The words as far as they fit into `room` pixels, with an ellipsis where something went."""
    if width_of(words, size) <= room:
        return words
    end = len(words)
    while end and width_of(_shortened(words, end), size) > room:
        end -= 1
    return _shortened(words, end)


def wrapped(words: str, size: float, room: float, lines: int) -> list[str]:
    """The words in at most so many lines; between Chinese characters a line may break anywhere."""
    found: list[str] = []
    left = words.strip(_BETWEEN)
    while left and len(found) < lines - 1 and width_of(left, size) > room:
        end = _line_end(left, size, room)
        found.append(left[:end].strip(_BETWEEN))
        left = left[end:].lstrip(_BETWEEN)
    return [*found, cut(left, size, room)] if left else found


def largest(texts: list[str], sizes: tuple[float, ...], room: float) -> float:
    """The first of the sizes in which every text fits into `room` pixels, or the last."""
    fits = (size for size in sizes if all(width_of(text, size) <= room for text in texts))
    return next(fits, sizes[-1])


def drawable(words: str) -> str:
    """The words without what the font has no picture of (emoji, say): a reader never sees an empty box."""
    return "".join(char for char in words if char == " " or has_glyph(char))


@cache
def has_glyph(char: str) -> bool:
    """Whether the font has a picture of the character."""
    font = _font(_size(16))
    return char.isprintable() and bytes(font.getmask(char)) != bytes(font.getmask(_NO_GLYPH))


def _line_end(words: str, size: float, room: float) -> int:
    """Where a line ends: after a part of a headline if that is far enough, else before a word."""
    end = 1
    while end < len(words) and width_of(words[: end + 1], size) <= room:
        end += 1
    part = words.rfind(_PARTS, 0, end + len(_PARTS))
    if part > _FAR * end:
        return part
    for place in range(end, 0, -1):
        before, after = words[place - 1], words[place : place + 1]
        breakable = after == " " or _is_wide(before) or _is_wide(after)
        if breakable and after not in _CLOSING:
            return place
    return end


def _shortened(words: str, end: int) -> str:
    """The font's own ellipsis stands at half height, as Chinese has it: Latin letters get three dots."""
    kept = words[:end].rstrip()
    return kept + ("..." if not kept or kept[-1] < "\u2e80" else "…")


def _is_wide(char: str) -> bool:
    return "\u2e80" <= char <= "\uffef"


def _size(size: float) -> int:
    return round(size * SCALE)


@cache
def _font(size: int) -> FreeTypeFont:
    """The font in a size; its file is read once for each size and kept open, which costs little."""
    from PIL import ImageFont
    from pylopdf_fonts_zh_cn import sans_path

    return ImageFont.truetype(sans_path(), size, layout_engine=ImageFont.Layout.BASIC)
