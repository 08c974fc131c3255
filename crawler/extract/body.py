"""Finds the text of an article in a page: configured selector, common containers, then trafilatura."""

from __future__ import annotations

from copy import deepcopy

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.tree import paragraphs, select

# Containers of the content systems of Chinese governments (TRS, UCAP, Hanweb, VSB, WeChat), most frequent
# first.
CONTAINERS = (
    ".TRS_Editor",
    "#zoom",
    "#Zoom",
    ".TRS_UEDITOR",
    "#UCAP-CONTENT",
    "ucapcontent",
    ".pages_content",
    ".ivs_content",
    ".trs_editor_view",
    ".trs_paper_default",
    "#vsb_content",
    ".v_news_content",
    "#js_content",
    # The large portals of the press.
    "#endText",
    ".post_body",
    "#artibody",
    ".article#article",
    ".rm_txt_con",
    "#rwb_zw",
    ".news_txt",
    ".all-txt",
    "#detailContent",
    "#detail",
    ".article-content",
)
_NAMED = etree.XPath("//@id | //@class")
_MOST_BOXES = 20  # they may lie in each other, and each is read whole
_ENOUGH = 60  # characters: less in a container is a caption or an empty frame


def find_body(tree: HtmlElement, url: str, selector: str | None = None) -> tuple[str, HtmlElement | None]:
    """The paragraphs of the article and the element they stand in, None where trafilatura found them.

    A short notice counts in a configured container; in a common one it must be longer than what
    trafilatura finds elsewhere.
    """
    if selector:
        for css in selector.split("|"):
            if (found := _fullest(tree, css.strip())) and found[0]:
                return found
    short, names = [], _names(tree)
    for css in CONTAINERS:
        if css.lstrip(".#").partition("#")[0] not in names:
            continue
        if (found := _fullest(tree, css)) and len(found[0]) >= _ENOUGH:
            return found
        short += [found] if found and found[0] else []
    text = _readable(tree, url)
    best = max(short, key=lambda found: len(found[0]), default=("", None))
    return best if len(best[0]) > len(text) else (text, None)


def _names(tree: HtmlElement) -> set[str]:
    """Ids, classes and tags of a page: looking at each once is quicker than looking for each container."""
    values: list[str] = _NAMED(tree)  # type: ignore[assignment]
    return {name for value in values for name in value.split()} | {"ucapcontent"}


def _fullest(tree: HtmlElement, css: str) -> tuple[str, HtmlElement] | None:
    found = [(paragraphs(node), node) for node in select(tree, css)[:_MOST_BOXES]]
    return max(found, key=lambda pair: len(pair[0]), default=None)


def _readable(tree: HtmlElement, url: str) -> str:
    text = trafilatura.extract(
        deepcopy(tree), url=url, fast=True, include_comments=False, include_tables=True, deduplicate=False
    )
    return "\n".join(line.strip() for line in (text or "").splitlines() if line.strip())
