"""One source being read: what is still awaited, what came of it, and what is remembered afterwards.

The state and the run are made by pure functions of the tally and the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from analysis.growth import Change
from analysis.types import Article
from crawler.again import Visit
from crawler.config import SourceConfig
from crawler.freshness import Header, conditions, fresh, heard
from crawler.requests import Ask
from crawler.types import Entry, UnreadableError
from storage.types import SourceRun, SourceState, SourceStatus, Validator


@dataclass(slots=True)
class Poll:
    """The tally of one source in one crawl. `waiting` holds the list URLs and entry keys still under way."""

    source: SourceConfig
    state: SourceState
    started: datetime
    waiting: set[str] = field(default_factory=set)
    validators: dict[str, Validator] = field(default_factory=dict)
    found: list[Entry] = field(default_factory=list)
    ended: datetime | None = None
    partial: bool = False  # a list was cut off: it must be read again in full
    unchanged: int = 0
    lists_asked: set[str] = field(default_factory=set)  # of each url, keyword and page
    lists: int = 0
    entries: int = 0
    new: int = 0
    done: int = 0
    relevant: int = 0
    duplicates: int = 0
    failed: int = 0
    retry: int = 0
    problem: str | None = None
    status: SourceStatus = "ok"
    noted: bool = False  # what stood on its lists when it was first read is remembered
    names: dict[str, set[str]] = field(default_factory=dict)  # what each entry found is known by, by its key
    storm: str | None = None  # most of what it shows is new at once, which can hardly be news
    again: int = 0  # articles that are looked at again
    changed: int = 0  # those of them that read otherwise now
    retold: set[tuple[Change, ...]] = field(default_factory=set)  # what readers are told of that
    told: int = 0  # stories told although it may be none
    stopped: bool = False  # nothing more can be filed: all that is left waits for the next poll
    held: list[Draft] = field(default_factory=list)  # articles found elsewhere than announced

    @property
    def asked(self) -> int:
        """How many lists and articles it comes to, as far as is known."""
        return len(self.lists_asked) + self.new + self.again

    @property
    def answered(self) -> int:
        """How many of them are dealt with."""
        return self.lists + self.done

    @property
    def tell(self) -> bool:
        """Whether readers are told: not in the poll that reads the source for the first time."""
        return self.state.baseline

    @property
    def first_read(self) -> bool:
        """Whether its lists have now been read for the first time: what stands there is news to nobody.

        One dead list of several must not keep the others silent for ever.
        """
        return not self.tell and (self.problem is None or (self.entries > 0 and self.state.failures >= 3))

    def plan(self, keys: Iterable[str]) -> None:
        """Lists that are going to be asked for."""
        keys = set(keys)
        self.waiting |= keys
        self.lists_asked |= keys

    def conditions(self, key: str) -> dict[str, str]:
        """The headers with which a list is asked for only if it has changed."""
        return conditions(self._kept(key), self.started)

    def spared(self, key: str) -> bool:
        """Whether a list need not be asked for, since by its own word it is as it was. It counts as read."""
        if not fresh(self._kept(key), self.started):
            return False
        self.lists_asked.add(key)
        self.lists += 1
        self.unchanged += 1
        return True

    def heard(self, key: str, header: Header) -> None:
        """A list was read: what its headers say about asking again."""
        self.validators[key] = heard(header, self.started)

    def confirmed(self, key: str, header: Header) -> bool:
        """A list was answered with 304; False where nothing is kept that this could refer to."""
        kept = self._kept(key)
        if kept is None:
            return False
        self.validators[key] = heard(header, self.started, kept)
        self.unchanged += 1
        return True

    def _kept(self, key: str) -> Validator | None:
        return (self.state.validators or {}).get(key)

    def fail(self, problem: str, status: SourceStatus = "failed") -> None:
        """The source itself failed; the first problem is the one that is reported."""
        if self.problem is None:
            self.problem, self.status = problem, status

    def stop(self, problem: str) -> None:
        """The source fails by our own fault: what is left of it is neither filed nor counted as tried."""
        self.stopped = True
        self.fail(problem)


@dataclass(slots=True)
class Draft:
    """The item: an article that was read, and where it comes from.

    `landed` is where it was found, `validator` what is kept for asking again, `visit` why it was read where
    that was not the first time.
    """

    poll: Poll = field(repr=False)  # Scrapy prints items when it logs everything
    entry: Entry
    article: Article = field(repr=False)
    landed: str = ""
    validator: Validator = field(default_factory=Validator)
    visit: Visit | None = None


def announced(source: SourceConfig, entry: Entry) -> Article:
    """The article as far as the list tells it."""
    return Article(
        entry.url,
        entry.title,
        entry.text or entry.summary,
        source.publisher(),
        entry.published,
        entry.language or source.language,
    )


def had_entries(state: SourceState) -> bool:
    """Whether an earlier poll found something on the source's lists."""
    return state.succeeded is not None and not (state.status == "empty" and state.failures == 0)


def emptiness(poll: Poll) -> UnreadableError | None:
    """Why a list without entries is a failure; None where it may be: a feed that never had any."""
    if had_entries(poll.state):
        status: SourceStatus = "layout" if poll.source.kind == "listing" else "empty"
        return UnreadableError("no entries where there were some: has the layout changed?", status)
    if poll.source.kind == "feed":
        return None
    return UnreadableError("no entries found: the selectors match nothing", "empty")


def empty_list(poll: Poll, ask: Ask, script: bool) -> UnreadableError | None:
    """Why a page of a list without entries is a failure; `script`: it is an empty frame that scripts fill.

    A keyword may find nothing, and a list of lists or a last page hold nothing.
    """
    source = poll.source
    if source.searches or ask.page > 0 or source.list.follow or source.kind == "sitemap":
        return None
    why = emptiness(poll)
    if why is None or not script:
        return why
    return UnreadableError(f"{why.problem}; the page is made by JavaScript", why.status)


def run_of(poll: Poll) -> SourceRun:
    """The poll as it is recorded and shown."""
    return SourceRun(
        poll.source.id,
        poll.started,
        poll.ended or poll.started,
        poll.entries,
        poll.new,
        poll.relevant,
        poll.duplicates,
        poll.failed,
        poll.problem,
        0 < len(poll.lists_asked) == poll.unchanged,
        poll.changed,
    )


def state_after(poll: Poll, now: datetime, status: SourceStatus, problem: str | None) -> SourceState:
    """What is remembered of the source: `status` and `problem` are what states.status_of says of it.

    Validators of conditional requests are kept only when all their lists gave is filed: an article that has
    to be tried again would otherwise hide behind a 304.
    """
    before = poll.state
    since = before.since if status == before.status and before.since else now
    if poll.problem is not None:
        baseline = before.baseline or poll.noted
        failures = before.failures + 1
        return SourceState(
            *(before.source_id, status, now, before.succeeded, baseline, failures, problem),
            before.validators,
            since,
        )
    complete = poll.retry == 0 and not poll.partial
    kept = {url: pair for url, pair in (before.validators or {}).items() if url not in poll.validators}
    return SourceState(
        *(before.source_id, status, now, now, before.baseline or poll.noted, 0, problem),
        kept | poll.validators if complete else {},
        since,
    )
