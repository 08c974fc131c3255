"""Lines -> the caption of a picture: what it shows in words, for who does not see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analysis.gazetteer import gazetteer
from analysis.types import Language
from bot.figures import number
from bot.labels import listed
from bot.markup import Line, compose
from bot.render import Rows
from bot.types import Message

CAPTION_UNITS = 1024
TOP = 5


def caption(lines: Sequence[Line], buttons: Rows = ()) -> Message:
    """Lines and buttons as the caption of a picture."""
    markup = compose(lines, CAPTION_UNITS)
    return Message(markup.html, markup.plain, buttons)


def ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Places and their numbers, the largest first."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def top(pairs: Iterable[tuple[str, int]], language: Language) -> str:
    """The first few of ranked places: "Guangdong 123, Beijing 98"."""
    names = (f"{gazetteer().name(code, language)} {number(n, language)}" for code, n in list(pairs)[:TOP])
    return listed(names, language)
