"""The words the rooms share: what an article is and what the analysis makes of it.

All types are frozen; times are aware and in UTC; a date that is not known is ``None``, never "now".
Values follow these closed vocabularies:

* relevance ``yes`` | ``borderline`` | ``no``
* topics ``digital-yuan``, ``blockchain``
* kinds and stages: see :data:`KINDS` and :data:`STAGES`
* places by the six digits of GB/T 2260 ("110000"), named new areas by their own code (Xiong'an "133100")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Language = Literal["zh", "en", "de"]
Relevance = Literal["yes", "borderline", "no"]
Topic = Literal["digital-yuan", "blockchain"]
PublisherKind = Literal["government", "media", "research"]
FactType = Literal["amount", "count", "date", "period", "pages", "percent", "batch", "document_no"]
Kind = Literal[
    "plan",
    "pilot-launch",
    "pilot-expansion",
    "regulation",
    "funding",
    "application",
    "statistics",
    "event",
    "lottery",
    "cross-border",
    "opinion",
    "other",
]
Stage = Literal["announced", "consultation", "launched", "expanded", "completed", "cancelled"]

Part = Literal["title", "text"] | int
"""Where in an article something stands; a number is the place of an attachment among its attachments."""

LANGUAGES: tuple[Language, ...] = ("zh", "en", "de")
TOPICS: tuple[Topic, ...] = ("digital-yuan", "blockchain")
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
STAGES: tuple[Stage, ...] = Stage.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who published an article; `place` is the adcode a local publisher speaks for ("our city")."""

    id: str
    name: str
    kind: PublisherKind
    place: str | None = None
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to an article. `problem` says in words why its text could not be read."""

    url: str
    title: str
    media: Literal["pdf", "docx", "other"]
    text: str = ""
    pages: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What extraction gives: paragraphs separated by newlines, no markup.

    `language` is what the source declares, or None; `published` is None where no date was found.
    """

    url: str
    title: str
    text: str
    publisher: Publisher
    published: datetime | None = None
    language: Language | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A Chinese place an article names; `primary` when the article is mainly about it."""

    adcode: str
    primary: bool
    quote: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters of an article as it came: `part[start:end]`, in code points."""

    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with the words it came from.

    `value`: a number for amount, count and percent; int for pages and batch; ISO text for date
    ("2022", "2024-06", "2020-09-16") and period ("2020-01-01/2022-12-31"); text for document_no.
    `unit`: ISO 4217 for amounts, what is counted in English for counts ("red packets"), else None.
    `at` is where the quote stands; None for the pages of an attachment, which nobody wrote down. Two facts
    are the same wherever they stand.
    """

    type: FactType
    value: int | float | str
    unit: str | None
    quote: str
    at: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How near copies are found: exact hash of the folded text, and MinHash bands (signed 64-bit)."""

    content_hash: str
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an article says, as far as this program understands it.

    `reason` tells a reader why it is (not) relevant. `organisations` are canonical English names.
    `summary` is cut from the article in its own language. `dated` is the publication date, from the
    article's metadata or, failing that, from its text; `signed` is the day a notice bears beside it.
    `stage_quote` is the sentence that shows the stage. `summaries` are what a language model wrote in
    readers' languages, where one is configured and has kept to the text.
    """

    article: Article
    language: Language
    relevance: Relevance
    reason: str
    fingerprint: Fingerprint
    topics: tuple[Topic, ...] = ()
    kind: Kind | None = None
    stage: Stage | None = None
    places: tuple[PlaceMention, ...] = ()
    organisations: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    summary: str = ""
    dated: datetime | None = None
    signed: date | None = None
    stage_quote: str | None = None
    summaries: Mapping[Language, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def primary_places(self) -> tuple[str, ...]:
        """Adcodes of the places it is mainly about, in order of weight."""
        return tuple(place.adcode for place in self.places if place.primary)
