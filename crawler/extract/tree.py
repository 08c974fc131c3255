"""Turns HTML text into a tree and parts of the tree into paragraphs."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from lxml import etree
from lxml import html as lxml_html
from lxml.cssselect import CSSSelector

_SKIPPED = frozenset(
    """script style noscript template iframe object embed form button select textarea svg nav footer
    head""".split()  # noqa: SIM905 - readable as a list of words
)
_BLOCKS = frozenset(
    """p div li tr br hr h1 h2 h3 h4 h5 h6 table ul ol dl dd dt section article header main aside
    blockquote pre figure figcaption center ucapcontent""".split()  # noqa: SIM905
)
_CELLS = frozenset(("td", "th"))
_BREAK = "\0"  # no document holds it, while a line end in a text is a space
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# A page has no use for more; beyond it we read a hostile one.
_LONGEST = 2_000_000
_MOST_TAGS = 50_000
FEW_TAGS = 20_000  # where Beautiful Soup makes the tree, which takes ten times the memory


def bounded(markup: str, tags: int = _MOST_TAGS) -> str:
    """The beginning of a page, as much as is worth a tree: its size in memory goes with its tags."""
    markup = markup[:_LONGEST]
    if markup.count("<") <= tags:
        return markup
    return markup[: next(islice(re.finditer("<", markup), tags, None)).start()]


def parse(text: str) -> lxml_html.HtmlElement | None:
    """The tree of a page, None where there is no markup in it at all."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_pis=True)
    try:
        return lxml_html.document_fromstring(bounded(text).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


@lru_cache(maxsize=512)
def _compiled(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


def select(root: lxml_html.HtmlElement, css: str) -> list[lxml_html.HtmlElement]:
    """The elements a CSS selector finds below `root`, in document order."""
    found: list[lxml_html.HtmlElement] = list(_compiled(css)(root))  # type: ignore[arg-type]
    return found


def paragraphs(root: lxml_html.HtmlElement) -> str:
    """The visible text of an element, one line for each block, cells of a row in one line."""
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, node in walk:
        tag = node.tag
        if event == "start":
            style = node.get("style")
            if tag in _SKIPPED or (style and _HIDDEN.search(style)):
                walk.skip_subtree()
                continue
            if tag in _BLOCKS or tag in _CELLS:
                parts.append(_BREAK if tag in _BLOCKS else " ")
            if node.text:
                parts.append(node.text)
            continue
        if tag in _BLOCKS:
            parts.append(_BREAK)
        if node is not root and node.tail:
            parts.append(node.tail)
    lines = (" ".join(line.split()) for line in "".join(parts).split(_BREAK))
    return "\n".join(filter(None, lines))


def line(node: lxml_html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(paragraphs(node).split())
