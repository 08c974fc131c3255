"""One source being read: what is still awaited, what came of it, and what is remembered afterwards.

The state and the run are made by pure functions of the tally and the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from analysis.types import Article
from crawler.config import SourceConfig
from crawler.types import Entry
from storage.types import SourceRun, SourceState, SourceStatus

Validators = dict[str, tuple[str | None, str | None]]


@dataclass(slots=True)
class Poll:
    """The tally of one source in one crawl. `waiting` holds the list URLs and entry keys still under way."""

    source: SourceConfig
    state: SourceState
    started: datetime
    waiting: set[str] = field(default_factory=set)
    validators: Validators = field(default_factory=dict)
    found: list[Entry] = field(default_factory=list)
    ended: datetime | None = None
    partial: bool = False  # a list was cut off: it must be read again in full
    unchanged: int = 0
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
    stopped: bool = False  # nothing more can be filed: all that is left waits for the next poll
    held: list[Draft] = field(default_factory=list)  # articles found elsewhere than announced

    @property
    def asked(self) -> int:
        """How many lists and articles it comes to, as far as is known."""
        return len(self.source.urls) + self.new

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
    """The item: an article that was read, and where it comes from."""

    poll: Poll = field(repr=False)  # Scrapy prints items when it logs everything
    entry: Entry
    article: Article = field(repr=False)


def had_entries(state: SourceState) -> bool:
    """Whether an earlier poll found something on the source's lists."""
    return state.succeeded is not None and not (state.status == "empty" and state.failures == 0)


def emptiness(poll: Poll) -> str | None:
    """Why a list without entries is a failure; None where it may be: a feed that never had any."""
    if had_entries(poll.state):
        return "no entries where there were some: has the layout changed?"
    return None if poll.source.kind == "feed" else "no entries found: the selectors match nothing"


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
        poll.unchanged == len(poll.source.urls),
    )


def state_after(poll: Poll, now: datetime) -> SourceState:
    """What is remembered of the source.

    Validators of conditional requests are kept only when all their lists gave is filed: an article that has
    to be tried again would otherwise hide behind a 304.
    """
    before = poll.state
    if poll.problem is not None:
        return SourceState(
            before.source_id,
            poll.status,
            now,
            before.succeeded,
            before.baseline or poll.noted,
            before.failures + 1,
            poll.problem,
            before.validators,
        )
    complete = poll.retry == 0 and not poll.partial
    kept = {url: pair for url, pair in (before.validators or {}).items() if url not in poll.validators}
    nothing = poll.entries == 0 and poll.unchanged == 0
    unchanged = poll.unchanged == len(poll.source.urls) and before.status == "empty"
    return SourceState(
        before.source_id,
        "empty" if nothing or unchanged else "ok",
        now,
        now,
        before.baseline or poll.noted,
        0,
        None,
        kept | poll.validators if complete else {},
    )
