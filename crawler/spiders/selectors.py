"""The selector vocabulary of config.yaml: "a@title|h3|self" on BeautifulSoup nodes.

Alternatives are separated by | and tried in order; `css@attr` takes an attribute, `css` or `css@text` the
text, `self` is the node itself.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from bs4 import Tag

_MARKS = frozenset(("em", "font", "mark", "strong", "b"))
_ATTRIBUTE = re.compile(r"^(.*)@([\w:-]+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Choice:
    """One alternative: what to select ("" for the node itself) and what to take of it (None: text)."""

    css: str
    attribute: str | None = None


@lru_cache(maxsize=512)
def choices(selector: str) -> tuple[Choice, ...]:
    """The alternatives of a selector, in order."""
    found = []
    for part in selector.split("|"):
        match = _ATTRIBUTE.match(part.strip())
        css, attribute = (match[1].strip(), match[2]) if match else (part.strip(), None)
        found.append(Choice("" if css == "self" else css, attribute))
    return tuple(found)


def nodes(root: Tag, choice: Choice) -> list[Tag]:
    """What an alternative selects below `root`, in document order."""
    return [root] if not choice.css else list(root.select(choice.css))


def without(root: Tag, selector: str) -> Tag:
    """A copy of a node in which what the selector finds is left out."""
    clone = copy(root)
    for choice in choices(selector):
        for node in clone.select(choice.css):
            node.decompose()
    return clone


def first(root: Tag, selector: str, attribute: str | None = None) -> str:
    """The first text that is not empty, "" if there is none; `attribute` is taken where none is written."""
    for choice in choices(selector):
        taken = choice.attribute or attribute
        for node in nodes(root, choice):
            if text := _value(node, taken):
                return text
    return ""


def _text(node: Tag) -> str:
    """The text of a node; words that a search engine has marked stay one with their neighbours."""
    parts: list[str] = []
    marked = False
    for string in node.strings:
        parent = string.parent
        inside = parent is not node and parent is not None and parent.name in _MARKS
        parts += [string] if inside or marked else [" ", string]
        marked = inside
    return "".join(parts)


def _value(node: Tag, attribute: str | None) -> str:
    raw = _text(node) if attribute in (None, "text") else node.get(attribute)
    if isinstance(raw, list):
        raw = " ".join(raw)
    return " ".join((raw or "").split())
