"""Takes an answer out of its wrapping: JSON around HTML, CDATA records, JSONP, rows or values in a script.

A chain of steps turns one text into pieces: texts (of HTML) or JSON values. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.rules import Step
from crawler.types import UnreadableError

_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_STEP = re.compile(r"([^.\[\]]+)|\[(\*|-?\d+)\]")
_BRACES = re.compile(r"\{([^{}]+)\}")
_MOST = 5000  # pieces: no list is longer, a hostile one might be
_MOST_VALUES = 500_000  # in a JSON text, or nearly: {} has three bytes and takes sixty of memory


def unwrap(text: str, chain: Sequence[Step]) -> list[Any]:
    """The pieces a chain of steps makes of a text; an empty chain gives the text itself.

    A step that finds nothing gives none. Raises UnreadableError where something else came than JSON.
    """
    pieces: list[Any] = [text]
    for step in chain:
        pieces = [piece for whole in pieces for piece in _taken(whole, step)][:_MOST]
    return pieces


def _taken(piece: Any, step: Step) -> Iterator[Any]:
    if step.path is not None:
        yield from walk(parsed(piece), step.path)
    elif not isinstance(piece, str):
        return
    elif step.take == "cdata":
        yield from _CDATA.findall(piece) or [piece]
    elif step.take == "jsonp":
        yield piece[piece.find("(") + 1 : end] if (end := piece.rfind(")")) > piece.find("(") >= 0 else piece
    elif step.after is not None:
        yield from _value_after(piece, step.after)
    elif step.regex is not None:
        for match in re.finditer(step.regex, piece):
            yield match.groupdict() or match[1 if match.re.groups else 0]


def _value_after(text: str, pattern: str) -> Iterator[Any]:
    match = re.search(pattern, text)
    if match is None:
        return
    rest = text[match.end() :].lstrip()
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(_bounded(rest))
    except (ValueError, RecursionError):
        return
    yield value


def _bounded(text: str) -> str:
    if sum(map(text.count, ",[{")) > _MOST_VALUES:
        raise UnreadableError("too many values in the JSON: no list is so long", "layout")
    return text


def parsed(piece: Any) -> Any:
    """A text as JSON; what is no text is JSON already. Raises UnreadableError."""
    if not isinstance(piece, str):
        return piece
    try:
        return json.loads(_bounded(piece.lstrip("\ufeff")), strict=False)
    except (ValueError, RecursionError):
        said = " ".join(piece.split())[:60]
        problem = f"this is not JSON: {said!r}" if said else "an empty answer"
        raise UnreadableError(problem, "layout") from None


def walk(value: Any, path: str) -> list[Any]:
    """What stands at a path such as data.list[*].title, of "|" alternatives the first that is there.

    A list at its end stands for its members. [] where there is nothing.
    """
    for alternative in path.split("|"):
        found = [value]
        for name, index in _STEP.findall(alternative.strip()):
            found = [member for one in found for member in _members(one, name, index)]
        if found := [member for one in found for member in (one if isinstance(one, list) else [one])]:
            return [member for member in found if member is not None]
    return []


def _members(value: Any, name: str, index: str) -> list[Any]:
    if name == "$":
        return [value]
    if name:
        return [value[name]] if isinstance(value, dict) and name in value else []
    if not isinstance(value, list):
        return []
    if index == "*":
        return value
    return value[int(index) :][:1] if -len(value) <= int(index) else []


def field(item: Any, rule: str | None) -> str:
    """What a field says of an item: a path's first text or number that is not empty, or a filled template.

    A template gives "" where one of its paths does.
    """
    if rule is None:
        return ""
    if "{" not in rule:
        return _text(item, rule)
    parts = {path: _text(item, path) for path in _BRACES.findall(rule)}
    if not all(parts.values()):
        return ""
    return _BRACES.sub(lambda match: parts[match[1]], rule)


def _text(item: Any, path: str) -> str:
    for alternative in path.split("|"):
        for value in walk(item, alternative):
            if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
    return ""
