"""Turns a fetched page or file and the entry that announced it into an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import islice
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from analysis.dates import find_published
from analysis.types import Article, Attachment
from crawler.config import SourceConfig
from crawler.extract.blocked import challenge, needs_script
from crawler.extract.body import find_body
from crawler.extract.dates import day_in_url, plausible, read_date
from crawler.extract.decode import text_of
from crawler.extract.files import Media, media_of, read_file
from crawler.extract.metadata import Metadata, find_date, metadata
from crawler.extract.title import find_title
from crawler.extract.tree import line, paragraphs, parse, select
from crawler.rules import ArticleRules
from crawler.spiders.links import absolute
from crawler.spiders.selectors import choices
from crawler.types import Entry, Page, UnreadableError
from crawler.unwrap import unwrap

_EXTENSION = re.compile(r"\.(pdf|docx?|wps|ofd|xlsx?|rtf)$", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|doc|wps|ofd|xls|rtf)|%", re.IGNORECASE)  # a glance before the address is read
_FILE_PLACE = re.compile(r"attach|annex|appendix|fujian|download|附件|anhang|anlage", re.IGNORECASE)
_MOST_FILES = 10
_HEAD = 600
_FIRST_LINES = 5
_LINE_END = "\n"
_LONGEST_TITLE = 300
_MOST_BYTES = 4_000_000  # of a page; what is longer is no article, and takes memory in many copies
_NEAR = 40  # elements about a link that say what it is


def extract(page: Page, entry: Entry, source: SourceConfig) -> Article:
    """The article a page holds; blocks while a worker process reads a PDF or DOCX.

    Attachments are named, not read (see `attached`). Raises UnreadableError for challenges, error pages,
    frames without content and files that hold no text we can read.
    """
    media = media_of(page.body, page.content_type)
    if media is not None:
        return file_article(page, entry, source, media)
    text = text_of(replace(page, body=page.body[:_MOST_BYTES]), source.encoding)
    inner = _inner(text, source.article)
    if inner is None and (wrong := challenge(text)):
        raise wrong
    bare = bool(source.article.unwrap) and text.lstrip()[:1] in ("{", "[")  # JSON, and no page around it
    tree = inner if bare else parse(text)
    if tree is None:
        raise UnreadableError("no text found in the answer" if bare else "the page is empty")
    article = page_article(tree, page, entry, source, inner)
    if not article.text and not article.attachments:
        if needs_script(text):
            raise UnreadableError("the page is made by JavaScript: no text in it")
        raise UnreadableError("no text found in the page")
    return article


def _inner(text: str, rules: ArticleRules) -> HtmlElement | None:
    """The body where it stands in JSON, on the page or as the whole answer; None where it does not."""
    if not rules.unwrap:
        return None
    try:
        pieces = [piece for piece in unwrap(text, rules.unwrap) if isinstance(piece, str) and piece.strip()]
    except UnreadableError:
        return None
    # Text without markup in it has its paragraphs on lines.
    html = "".join(
        piece if "<" in piece else f"<p>{piece.replace(_LINE_END, '</p><p>')}</p>" for piece in pieces
    )
    return parse(f"<div>{html}</div>") if html else None


def page_article(
    tree: HtmlElement, page: Page, entry: Entry, source: SourceConfig, inner: HtmlElement | None = None
) -> Article:
    """Title, text, date and named attachments of an HTML page; `inner` is its body if it stood in JSON."""
    rules, meta = source.article, metadata(tree)
    bases = (absolute(page.url, node.get("href")) for node in select(tree, "base[href]")[:1])
    base = next(bases, None) or page.url
    title = configured(tree, rules.title) or find_title(tree, meta, entry.title)
    title = title[:_LONGEST_TITLE]
    if rules.remove:
        for node in select(tree, rules.remove.replace("|", ",")):
            node.drop_tree()
    body, container = (paragraphs(inner), inner) if inner is not None else (None, None)
    if not body:
        body, container = find_body(tree, page.url, rules.body)
        body = body if container is not None else _without_headline(body, title)
    published = _published(tree, meta, body, container, title, page, entry, source)
    return Article(
        entry.url if entry.detail else page.url,
        title,
        body,
        source.publisher(),
        published,
        source.language,
        tuple(_attachments(tree, container, base, rules)),
    )


def _without_headline(body: str, title: str) -> str:
    """A body found without its element may begin with the headline, once for each width of screens."""
    lines = body.split("\n")
    kept = [text for text in lines[:_FIRST_LINES] if text != title] + lines[_FIRST_LINES:]
    return "\n".join(kept) or body


def configured(tree: HtmlElement, selector: str | None) -> str:
    """The first text that a selector of the configuration finds, "" if there is none."""
    for choice in choices(selector) if selector else ():
        attribute = None if choice.attribute == "text" else choice.attribute
        for node in select(tree, choice.css) if choice.css else [tree]:
            if text := " ".join((node.get(attribute) or "").split()) if attribute else line(node):
                return text
    return ""


def _published(
    tree: HtmlElement,
    meta: Metadata,
    body: str,
    container: HtmlElement | None,
    title: str,
    page: Page,
    entry: Entry,
    source: SourceConfig,
) -> datetime | None:
    """Order of belief: the source's selector, meta tags, the head of the article, list or feed, the URL, and
    last what the head says without a year."""
    rules, zone = source.article, source.timezone
    heads = [head for head in _heads(tree, container, title) if head]
    selected = read_date(
        configured(tree, rules.date), zone, rules.date_format, page.fetched, rules.date_prefix
    )
    said = (
        selected,
        find_date(meta, zone, page.fetched),
        plausible(_printed(heads, body, source), page.fetched),
        entry.published,
        day_in_url(page.url, zone),
        plausible(_printed(heads, body, source, page.fetched), page.fetched),
    )
    known = [moment for moment in said if moment]
    return _finest(known, zone) if known else None


def _finest(moments: list[datetime], zone: str) -> datetime:
    """The first one; where it says the day only, the first that says the time of that same day."""
    here = [moment.astimezone(ZoneInfo(zone)) for moment in moments]
    timed = (moment for moment in here if moment.date() == here[0].date() and moment.time() != time(0))
    return next(timed, here[0]).astimezone(UTC)


def _printed(
    heads: Sequence[str], body: str, source: SourceConfig, now: datetime | None = None
) -> datetime | None:
    """The date printed in the head: below the headline where it stands first, or where the body begins.

    With `now` dates count that are counted from it ("昨天", 03-05): a comment may have one too.
    """
    language = source.language or "zh"
    found = [find_published(head, language, source.timezone, now) for head in heads]
    found.append(find_published(body[:_HEAD], language, source.timezone) if body else None)
    return next((moment for moment in found if moment), None)


def _heads(tree: HtmlElement, container: HtmlElement | None, title: str) -> Iterator[str]:
    """The lines between the headline and the body, for each place where the headline stands."""
    lines = paragraphs(tree).split("\n")
    body = paragraphs(container).split("\n", 1)[0] if container is not None else ""
    for number, text in enumerate(lines[:400]):
        if title and title[:20] in text:
            after = lines[number + 1 : number + 12]
            yield "\n".join(after[: after.index(body)] if body in after else after)[:_HEAD]


def _attachments(
    tree: HtmlElement, container: HtmlElement | None, base: str, rules: ArticleRules
) -> list[Attachment]:
    links: Iterable[HtmlElement]
    roots = [tree]
    if container is not None and container.getroottree() is not tree.getroottree():
        roots.append(container.getroottree().getroot())  # a body from JSON is a document of its own
    if rules.attachments:
        css = rules.attachments.replace("|", ",")
        links = [node for root in roots for node in select(root, css) if node.get("href")]
    else:
        links = (node for root in roots for node in _own_links(root, container, base))
    found: dict[str, Attachment] = {}
    for node in links:
        url = absolute(base, node.get("href"))
        kind = _extension(url)
        if url and url not in found and (kind or rules.attachments):
            title = line(node) or node.get("title") or unquote(url.rsplit("/", 1)[-1])
            found[url] = Attachment(url, title[:_LONGEST_TITLE], _media(kind[1] if kind else "pdf"))
        if len(found) == _MOST_FILES:
            break
    return list(found.values())


def _own_links(tree: HtmlElement, container: HtmlElement | None, base: str) -> Iterable[HtmlElement]:
    """The article's own links to files: those in its body, or in a place named for attachments."""
    inside = set(container.iter("a")) if container is not None else set()
    for node in tree.iter("a"):
        href = node.get("href")
        if not href or not _FILE.search(href) or not _extension(absolute(base, href)):
            continue
        if container is None or node in inside or _near_attachments(node):
            yield node


def _extension(url: str | None) -> re.Match[str] | None:
    return _EXTENSION.search(unquote(urlsplit(url).path)) if url else None


def _near_attachments(node: HtmlElement) -> bool:
    """Looks at a few elements about the link only: a page may hold a hundred thousand links."""
    about = [node, *islice(node.iterancestors(), 3)]
    named = " ".join(f"{one.get('class') or ''} {one.get('id') or ''}" for one in about)
    parent = about[1] if len(about) > 1 else node
    words = "".join(f"{one.text or ''} {one.tail or ''} " for one in islice(parent.iter("*"), _NEAR))
    return bool(_FILE_PLACE.search(named) or _FILE_PLACE.search(" ".join(words[:2000].split())[:200]))


def _media(extension: str) -> Media:
    return {"pdf": "pdf", "docx": "docx"}.get(extension.lower(), "other")  # type: ignore[return-value]


def attached(attachment: Attachment, page: Page) -> Attachment:
    """An attachment with the text of its file, or with the problem why there is none."""
    media = media_of(page.body, page.content_type)
    if media is None:
        return replace(attachment, media="other", problem="not a file: the server sent a page")
    read = read_file(page.body, media)
    return replace(attachment, media=media, text=read.text, pages=read.pages, problem=read.problem)


def file_article(page: Page, entry: Entry, source: SourceConfig, media: Media) -> Article:
    """An article that is a file itself: its text is the article's, the attachment says pages or problem."""
    if media == "other":
        raise UnreadableError("not a page, a PDF or a DOCX", lasting=True)
    read = read_file(page.body, media)
    title = entry.title or read.title or read.text.split("\n", 1)[0][:200]
    printed = find_published(read.text[:_HEAD], source.language or "zh", source.timezone)
    published = entry.published or plausible(printed, page.fetched)
    file = Attachment(page.url, title, media, "", read.pages, read.problem)
    return Article(
        page.url,
        title,
        read.text,
        source.publisher(),
        published or day_in_url(page.url, source.timezone),
        source.language,
        (file,),
    )
