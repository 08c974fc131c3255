"""The data files in demo/sites -> the documents of the bundled sites, and what a test expects of each.

A site file holds a `site` block (how it looks) and `documents`; `sites/papers` holds the texts of PDFs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml

from analysis.types import Kind, Language, Relevance, Topic

Edition = Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a careful reader finds in a document. Places are adcodes; `story` groups one event's documents."""

    relevant: Relevance
    topics: tuple[Topic, ...] = ()
    kind: Kind | None = None
    primary: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    story: str | None = None
    near_copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One publication. `text` has paragraphs separated by newlines; `paper` names a PDF of `sites/papers`.

    With `paper_only` the list links the PDF itself; else the paper is the attachment of a page.
    Edition 1 is the archive, edition 2 what is published the next morning.
    """

    id: str
    site: str
    path: str
    edition: Edition
    language: Language
    published: datetime
    title: str
    text: str
    expect: Expectation
    paper: str | None = None
    paper_only: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """How a site publishes: `index` is the path of its list or feed, `row` the markup of one entry in it.

    `declared` is the Content-Type header of its pages; the bytes are in `encoding`.
    """

    id: str
    name: str
    index: str
    encoding: str
    declared: str
    links: Literal["relative", "rooted", "absolute"]
    row: str
    date: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF: one text for each page."""

    title: str
    pages: tuple[str, ...]


def data(*names: str) -> Traversable:
    """A file of the demo's data, wherever the package is installed."""
    return files("yuanwatch.demo").joinpath(*names)


@functools.cache
def load_sites() -> tuple[Site, ...]:
    """Every bundled site, in order of its id. Raises ValueError for a copy whose edits do not fit."""
    loaded = {
        entry.name.removesuffix(".yaml"): yaml.safe_load(entry.read_text("utf-8"))
        for entry in data("sites").iterdir()
        if entry.name.endswith(".yaml")
    }
    raw = {record["id"]: record for content in loaded.values() for record in content["documents"]}
    return tuple(_site(name, content, raw) for name, content in sorted(loaded.items()))


def load_documents() -> Iterator[Document]:
    """Every document of every site."""
    for site in load_sites():
        yield from site.documents


@functools.cache
def load_paper(name: str) -> Paper:
    """A paper: its `front` pages, one page for each pair of `subjects` and `records`, its `back` pages."""
    content = yaml.safe_load(data("sites", "papers", f"{name}.yaml").read_text("utf-8"))
    pairs = [(subject, record) for subject in content.get("subjects", ()) for record in content["records"]]
    middle = [
        content["page"].format(number=number, subject=subject, record=record)
        for number, (subject, record) in enumerate(pairs, 1)
    ]
    pages = (*content["front"], *middle, *content["back"])
    return Paper(content["title"], tuple(page.strip() for page in pages))


def _site(name: str, content: Mapping[str, Any], raw: Mapping[str, Mapping[str, Any]]) -> Site:
    look = dict(content["site"])
    language = look.pop("language")
    documents = tuple(_document(name, language, record, raw) for record in content["documents"])
    return Site(id=name, documents=documents, **look)


def _document(
    site: str, language: Language, record: Mapping[str, Any], raw: Mapping[str, Mapping[str, Any]]
) -> Document:
    return Document(
        id=record["id"],
        site=site,
        path=record["path"],
        edition=record.get("edition", 1),
        language=language,
        published=record["published"],
        title=record["title"],
        text=_text(record, raw).strip(),
        expect=_expectation(record["expect"]),
        paper=record.get("paper"),
        paper_only=record.get("paper_only", False),
    )


def _text(record: Mapping[str, Any], raw: Mapping[str, Mapping[str, Any]]) -> str:
    """The text as written, or that of another document with the edits an editor made to it."""
    copy = record.get("copy")
    if copy is None:
        return str(record.get("text", ""))
    text = str(raw[copy["of"]]["text"])
    for old, new in copy.get("replace", ()):
        if old not in text:
            raise ValueError(f"document {record['id']!r}: {old!r} does not stand in {copy['of']!r}")
        text = text.replace(old, new)
    return text + str(copy.get("add", ""))


def _expectation(block: Mapping[str, Any]) -> Expectation:
    lists = ("topics", "primary", "mentioned")
    values: dict[str, Any] = {key: tuple(value) if key in lists else value for key, value in block.items()}
    return Expectation(**values)
