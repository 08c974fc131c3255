"""Turns a piece of HTML, as feeds and JSON hold it, into text."""

from __future__ import annotations

from crawler.extract.tree import paragraphs, parse


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
