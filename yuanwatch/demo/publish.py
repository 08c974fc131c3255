"""Documents of an edition -> what the web server holds: lists, feeds, article pages and PDFs by path."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from string import Template

from yuanwatch.demo.documents import Document, Edition, Site, data, load_paper, load_sites
from yuanwatch.demo.pdf import write_pdf

ROBOTS = "User-agent: *\nDisallow: /internal/\n"
_SHORT = 28  # characters of a title that a list shows before it cuts
# Lists change with the edition, so their date must move with it although the news is years old.
_FIRST_EDITION = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Resource:
    """What an address answers; `modified` is aware UTC."""

    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        """A strong entity tag of the bytes, with its quotes."""
        return f'"{sha256(self.body).hexdigest()[:20]}"'


def publish(base_url: str, edition: Edition) -> dict[str, Resource]:
    """All resources by absolute path, for a server at `base_url` (no slash at its end)."""
    issued = _FIRST_EDITION + timedelta(days=edition - 1)
    resources = {"/robots.txt": Resource(ROBOTS.encode(), "text/plain; charset=utf-8", _FIRST_EDITION)}
    for site in load_sites():
        documents = published_documents(site, edition)
        resources[f"/{site.id}/{site.index}"] = _list(site, documents, base_url, issued)
        for document in documents:
            resources |= _pages(site, document, base_url)
    return resources


def published_documents(site: Site, edition: Edition) -> tuple[Document, ...]:
    """What a site shows in an edition: the newest edition first, then the newest news first."""
    shown = [document for document in site.documents if document.edition <= edition]
    return tuple(sorted(shown, key=lambda document: (document.edition, document.published), reverse=True))


def path_of(document: Document) -> str:
    """The absolute path a list links to."""
    return f"/{document.site}/{document.path}"


def _list(site: Site, documents: tuple[Document, ...], base_url: str, issued: datetime) -> Resource:
    rows = "\n".join(
        Template(site.row).substitute(_fields(site, document, base_url)) for document in documents
    )
    feed = site.index.endswith(".xml")
    template = _template(site.id, "feed.xml" if feed else "list.html")
    page = template.substitute(
        name=escape(site.name),
        base=base_url,
        home=f"{base_url}/{site.id}/{site.index}",
        rows=rows,
        updated=issued.isoformat(),
        updated_rfc=format_datetime(issued),
    )
    content_type = "application/xml; charset=utf-8" if feed else site.declared
    return Resource(page.encode(site.encoding), content_type, issued)


def _pages(site: Site, document: Document, base_url: str) -> Iterator[tuple[str, Resource]]:
    """The article's page and its paper, as pairs of path and resource."""
    modified = document.published.astimezone(UTC)
    if document.paper is not None:
        yield paper_path(document), Resource(_pdf(document.paper), "application/pdf", modified)
    if not document.paper_only:
        page = _template(site.id, "article.html").substitute(_fields(site, document, base_url))
        yield path_of(document), Resource(page.encode(site.encoding), site.declared, modified)


def paper_path(document: Document) -> str:
    """The absolute path of a document's PDF: the document itself, or a file beside it."""
    if document.paper_only:
        return path_of(document)
    return f"{posixpath.dirname(path_of(document))}/P0{document.published:%Y%m%d}-{document.paper}.pdf"


@functools.cache
def _pdf(name: str) -> bytes:
    paper = load_paper(name)
    return write_pdf(paper.title, paper.pages)


def _template(site: str, name: str) -> Template:
    return Template(data("sites", "templates", f"{site}.{name}").read_text("utf-8"))


def _fields(site: Site, document: Document, base_url: str) -> Mapping[str, str]:
    """What a template may name. Everything but `body` and `text` is plain text, escaped."""
    title = document.title
    plain = {
        "id": document.id,
        "site": site.name,
        "title": title,
        "short": title if len(title) <= _SHORT else title[:_SHORT] + "…",
        "href": _href(site, document, base_url),
        "url": base_url + path_of(document),
        "home": f"{base_url}/{site.id}/{site.index}",
        "date": document.published.strftime(site.date),
        "day": document.published.strftime("%Y-%m-%d"),
        "minute": document.published.strftime("%Y-%m-%d %H:%M"),
        "iso": document.published.isoformat(),
        "rfc": format_datetime(document.published),
        "lead": document.text.partition("\n")[0],
    }
    body = _body(document)
    return {key: escape(value) for key, value in plain.items()} | {"body": body, "escaped_body": escape(body)}


def _href(site: Site, document: Document, base_url: str) -> str:
    path = path_of(document)
    if site.links == "absolute":
        return base_url + path
    if site.links == "rooted":
        return path
    relative = posixpath.relpath(path, posixpath.dirname(f"/{site.id}/{site.index}"))
    return relative if relative.startswith(".") else f"./{relative}"


def _body(document: Document) -> str:
    paragraphs = [f"<p>{escape(line)}</p>" for line in document.text.split("\n") if line.strip()]
    if document.paper is not None and not document.paper_only:
        name = posixpath.basename(paper_path(document))
        title = escape(load_paper(document.paper).title)
        paragraphs.append(f'<p>附件：<a href="./{name}" title="{title}">{title}.pdf</a></p>')
    return "\n".join(paragraphs)
