"""Turns a piece of HTML, as feeds and JSON hold it, into text, and cuts what is too long."""

from __future__ import annotations

import re

from crawler.extract.tree import paragraphs, parse

_DECLARATION = re.compile(r"\A\s*<\?xml.*?\?>", re.DOTALL)
_RECORD = re.compile(r"<(?:\w{1,20}:)?(?:item|entry|url|sitemap)[\s>]", re.IGNORECASE)
# One tag with thousands of attributes: parsers take time that grows with their square.
_ENDLESS_TAG = re.compile(r"<[^!<>][^<>]{50000}")
_LONGEST = 8_000_000


def plain(markup: str) -> str:
    """The text of a piece of HTML, its paragraphs on lines of their own."""
    if "<" in markup or "&" in markup:
        tree = parse(markup)
        return paragraphs(tree) if tree is not None else ""
    lines = (" ".join(line.split()) for line in markup.splitlines())
    return "\n".join(line for line in lines if line)


def line(markup: str) -> str:
    """The text of a piece of HTML on one line."""
    return plain(markup).replace("\n", " ")


def utf8(xml: str) -> bytes:
    """Decoded XML as bytes that say so, whatever they said before."""
    return _DECLARATION.sub('<?xml version="1.0" encoding="utf-8"?>', xml, count=1).encode("utf-8", "replace")


def both_ends(xml: str, tags: int) -> str:
    """A feed or sitemap with about so many tags at most: the records at its beginning and those at its end.

    The newest stand at one of both. Between them whole records are left out; where there are none to tell
    apart, all that follows the beginning is.
    """
    xml = xml[:_LONGEST]
    if endless := _ENDLESS_TAG.search(xml):
        xml = xml[: endless.start()]
    if xml.count("<") <= tags:
        return xml
    begin, end = 0, len(xml)
    for _ in range(tags // 2):
        begin, end = xml.index("<", begin) + 1, xml.rindex("<", 0, end)
    last, first = _RECORD.search(xml, end), None
    for first in _RECORD.finditer(xml, 0, begin):  # noqa: B007 - the last of them
        pass
    return xml[:begin] if first is None or last is None else xml[: first.start()] + xml[last.start() :]
