"""What storage gives and takes: stories, subscriptions, deliveries, the state of a source.

All times are aware and in UTC. Ids are the integers of the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from analysis.growth import Change
from analysis.types import Fact, Kind, Language, PlaceMention, PublisherKind, Relevance, Stage, Topic
from storage.chat_types import Delivery as Delivery
from storage.chat_types import DeliveryState as DeliveryState
from storage.chat_types import Digest as Digest
from storage.chat_types import DigestEvery as DigestEvery
from storage.chat_types import Edit as Edit
from storage.chat_types import Letter as Letter
from storage.chat_types import Mute as Mute
from storage.chat_types import MuteKind as MuteKind
from storage.chat_types import Notice as Notice
from storage.chat_types import Subscription as Subscription

Outcome = Literal["new", "joined", "near-copy", "unchanged", "changed", "irrelevant"]
SourceStatus = Literal[
    "new",  # never asked
    "ok",  # read, and something new in it of late
    "quiet",  # read, nothing new in it, as is usual for it
    "late",  # read, but silent for longer than is usual or expected
    "empty",  # read, and there is nothing in it
    "layout",  # read, but what was there before, or is expected, is not found in it
    "blocked",  # a challenge, a refusal, robots.txt
    "limited",  # asked too often, it says
    "unreachable",  # no answer, or an error instead of one
    "failed",  # our own fault
    "gone",  # 410: it is not asked again
]


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing did with an announcement. `story_id` is None where it is not relevant.

    "changed": its address was known, and its content is now another. `near_copy_of` is the id of the
    announcement it copies, `deliveries` how many messages are owed for it, `reasons` why it was joined.
    """

    outcome: Outcome
    announcement_id: int
    story_id: int | None
    near_copy_of: int | None = None
    deliveries: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredAnnouncement:
    """One outlet's version of a story, as read back."""

    id: int
    url: str
    title: str
    summary: str
    language: Language
    publisher_id: str
    publisher_name: str
    publisher_kind: PublisherKind
    publisher_place: str | None
    published: datetime | None
    fetched: datetime
    near_copy_of: int | None = None
    summaries: Mapping[Language, str] = field(default_factory=dict)

    @property
    def shown(self) -> datetime:
        """The time to show and sort by: the publication, never later than when it was seen."""
        return min(self.published or self.fetched, self.fetched)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """What a list shows of a story: one event or document with all its outlets, the face (official first)
    at index 0.
    """

    id: int
    topics: tuple[Topic, ...]
    kind: Kind | None
    stage: Stage | None
    places: tuple[PlaceMention, ...]
    announcements: tuple[StoredAnnouncement, ...]

    @property
    def face(self) -> StoredAnnouncement:
        """The announcement that is shown: official source first, then the most complete."""
        return self.announcements[0]

    def summary(self, language: Language) -> str:
        """What is told of it in a language: the face's summary written in it, else that of the first outlet
        that publishes in it, else the face's own."""
        written = (item.summaries.get(language) for item in self.announcements)
        own = (item.summary for item in self.announcements if item.language == language)
        return next((text for text in (*written, *own) if text), self.face.summary)

    @property
    def official(self) -> bool:
        """Whether a government body is among its sources."""
        return any(item.publisher_kind == "government" for item in self.announcements)

    @property
    def publishers(self) -> tuple[str, ...]:
        """Names of the outlets, the face first, each once."""
        return tuple(dict.fromkeys(item.publisher_name for item in self.announcements))


@dataclass(frozen=True, slots=True)
class Story(StoryLine):
    """All of a story. `changes` are what is new in this version against the one before; first, nothing."""

    version: int
    relevance: Relevance
    reason: str
    organisations: tuple[str, ...]
    facts: tuple[Fact, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text as it was written (line breaks are spaces, … stands where it goes on); `marks`
    are the (start, end) of what was looked for, in code points of `text`, in order and apart."""

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A story that a search found, and a piece of the announcement that it was found by; None where its text
    does not say the words (its title does, or the name of a place, a topic or a kind in another language)."""

    story: StoryLine
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class Validator:
    """What an answer said about asking again. `full` is when it was last asked for unconditionally,
    `fresh_until` the time before which asking is no use."""

    etag: str | None = None
    modified: str | None = None
    full: datetime | None = None
    fresh_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """An article that stands in a story and is looked at again while it is young, and how that went.

    `key` to `detail` are what the list of its source says of it, as in an entry; `mark` is a digest of that.
    `born` is when it was published, `first` when it was first read, `looked` when it was last looked at.
    `listed`: it stood on the lists when they were last read. `futile` counts the looks in a row for which the
    list gave reason and the page did not. `problem` is what was wrong with it at the last look, `gone` since
    when it answers 404 or 410.
    """

    announcement_id: int
    source_id: str
    key: str
    url: str
    title: str
    published: datetime | None
    detail: str | None
    mark: str
    born: datetime
    first: datetime
    looked: datetime
    validator: Validator = Validator()
    listed: bool = True
    futile: int = 0
    problem: str | None = None
    gone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry that appeared at a source: `published` as it says, `seen` when we first saw it, `unseen`
    when the list was read without it before; None for what stood there at the first poll."""

    published: datetime | None
    seen: datetime
    unseen: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """When a host was last asked, until when it wants to be left alone, and the Crawl-delay it wants (s)."""

    host: str
    asked: datetime | None = None
    resting: datetime | None = None
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source between polls. `validators` are by URL; `since` is when the present
    status began, `next_poll` when it is to be asked again."""

    source_id: str
    status: SourceStatus = "new"
    polled: datetime | None = None
    succeeded: datetime | None = None
    baseline: bool = False  # whether a first poll was completed: before it nothing is told
    failures: int = 0
    problem: str | None = None
    validators: dict[str, Validator] | None = None
    since: datetime | None = None
    next_poll: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceRun:
    """What one poll of one source gave; `problem` says why it failed, `changed` how many articles that were
    filed before read otherwise now."""

    source_id: str
    started: datetime
    finished: datetime
    entries: int = 0
    new: int = 0
    relevant: int = 0
    duplicates: int = 0
    failed: int = 0
    problem: str | None = None
    not_modified: bool = False
    changed: int = 0


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as readers are shown it: what it is (from config.yaml) and how it does (remembered)."""

    id: str
    name: str
    name_en: str
    level: str
    language: Language | None
    place: str | None
    status: SourceStatus | Literal["disabled"]
    succeeded: datetime | None
    problem: str | None
    since: datetime | None = None
    next_poll: datetime | None = None

    @property
    def official(self) -> bool:
        """Whether a government body speaks in it."""
        return self.level not in ("media", "research")
