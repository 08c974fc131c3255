"""Turns a piece of HTML, as feeds and JSON hold it, into text."""

from __future__ import annotations

from bs4 import BeautifulSoup


def plain(markup: str) -> str:
    """The text of a piece of HTML, its paragraphs on lines of their own."""
    if "<" in markup or "&" in markup:
        soup = BeautifulSoup(markup, "lxml")
        for node in soup(["script", "style"]):
            node.decompose()
        for node in soup(["p", "br", "li", "div", "tr", "h1", "h2", "h3", "blockquote"]):
            node.append("\n")
        markup = soup.get_text()
    lines = (" ".join(line.split()) for line in markup.splitlines())
    return "\n".join(line for line in lines if line)


def line(markup: str) -> str:
    """The text of a piece of HTML on one line."""
    return plain(markup).replace("\n", " ")
