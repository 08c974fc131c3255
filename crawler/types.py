"""What passes between the steps of a crawl: a fetched page, a line of a list, and how far the crawl is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from analysis.types import Language
from storage.types import SourceStatus

Phase = Literal["list", "articles", "done"]
INTERRUPTED = "interrupted before it was read to the end"


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of an answer.

    `url` is where they came from in the end, `content_type` the raw header, `fetched` (aware UTC) what
    "3 hours ago" on the page counts from; without it such dates stay unknown. `text` is what the bytes say,
    where somebody has decoded them already.
    """

    url: str
    body: bytes
    content_type: str | None = None
    fetched: datetime | None = None
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a feed or a list: an article announced, not read yet.

    `key` is the guid, or the canonical URL where there is none; `url` is absolute; `published` is aware
    UTC or None; `text` is the whole article where the list holds it; `detail` is where the article is fetched
    from when `url`, which is for readers, holds only a frame; `updated` (aware UTC) when it was last changed,
    where the list says so.
    """

    source_id: str
    key: str
    url: str
    title: str
    published: datetime | None = None
    summary: str = ""
    text: str | None = None
    language: Language | None = None
    detail: str | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a source is at, and how far the crawl is: `done` of `total` lists and articles of all sources.

    `total` grows as lists are read and new articles are found on them.
    """

    source_id: str
    phase: Phase
    done: int
    total: int


class UnreadableError(Exception):
    """A page that gives no article or no list: what is wrong, as a sentence, and what kind of wrong it is.

    `lasting`: asking again will not help (gone, forbidden by robots.txt, refused by the guard). `unasked`:
    it was not even asked for, since its host rests or the crawl ends.
    """

    def __init__(
        self, problem: str, status: SourceStatus = "failed", lasting: bool = False, unasked: bool = False
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status: SourceStatus = status
        self.lasting = lasting
        self.unasked = unasked

    def __reduce__(self) -> tuple[type[UnreadableError], tuple[str, SourceStatus, bool, bool]]:
        return type(self), (self.problem, self.status, self.lasting, self.unasked)
