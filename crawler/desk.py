"""Files what a crawl brings in: articles through the analysis into the database, and the state of sources.

Each article is one write transaction (announcement, story, deliveries, seen mark), and so are an article that
cannot be read, the lists of a source that is read for the first time, and the end of a source. A dry run only
analyses. What is raised here is our own fault, never that of an article.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from analysis.analyse import analyse
from analysis.types import Announcement, Article
from analysis.urls import canonical
from crawler.config import CrawlConfig, SourceConfig
from crawler.due import due, pace_of, planned
from crawler.narrator import Narrator
from crawler.politeness import Hosts, remembered
from crawler.poll import Poll, run_of, state_after
from crawler.rhythm import WINDOW
from crawler.settings import host_of
from crawler.states import status_of
from crawler.types import INTERRUPTED, Entry, UnreadableError
from storage import hosts, sources
from storage.config import DeliveryRules
from storage.database import Database, DatabaseError
from storage.filing import file, is_known
from storage.sources import Connection
from storage.types import Outcome, SourceState

_DUPLICATES = ("joined", "near-copy", "unchanged")
log = logging.getLogger(__name__)


class Desk:
    """Where articles are filed. `dry_run`: everything but writing. `hosts` is what is known of hosts; what
    is learned of them is written with the next thing that is."""

    def __init__(
        self,
        database: Database,
        rules: DeliveryRules,
        clock: Callable[[], datetime],
        dry_run: bool = False,
        crawl: CrawlConfig | None = None,
        narrator: Narrator | None = None,
    ) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._dry_run = dry_run
        self._crawl = crawl or CrawlConfig()
        self._narrator = narrator
        self._rng = Random()  # noqa: S311 - chance, not secrecy
        self.hosts = Hosts(clock, self._crawl.delay)

    def now(self) -> datetime:
        """The time of the one clock."""
        return self._clock()

    def states(self, source_ids: Sequence[str]) -> dict[str, SourceState]:
        """What is remembered of each source."""
        with self._database.read() as conn:
            return {source_id: sources.state(conn, source_id) for source_id in source_ids}

    def meet(self, chosen: Collection[SourceConfig]) -> Hosts:
        """The hosts of a crawl of these sources, with what is remembered of them."""
        self.hosts = remembered(self._database, self._crawl, chosen, self._clock)
        return self.hosts

    def due(self, poll: Poll) -> bool:
        """Whether the time of a source has come, and a host of its lists may be asked."""
        if not due(poll.state, pace_of(self._crawl, poll.source), poll.started):
            return False
        return not all(self.hosts.resting(host_of(url)) for url in poll.source.urls)

    def unknown(self, poll: Poll, entries: Sequence[Entry]) -> list[Entry]:
        """The entries that were not filed or given up before, by their key or their address.

        What another source brought already is noted, and not fetched again.
        """
        keys = {entry.key for entry in entries} | {canonical(entry.url) for entry in entries}
        counted = Counter(entry.url for entry in entries)
        with self._database.read() as conn:
            known = sources.known(conn, poll.source.id, sorted(keys))
            new = [entry for entry in entries if not known & _keys(entry, counted[entry.url] > 1)]
            filed = sources.filed_in_full(conn, (canonical(entry.url) for entry in new))
        met = [entry for entry in new if canonical(entry.url) in filed]
        if met and not self._dry_run:
            now, unseen = self._clock(), _unseen(poll)
            with self._database.write() as conn:
                for entry in met:
                    number = filed[canonical(entry.url)]
                    sources.mark_seen(conn, poll.source.id, entry.key, entry.url, now, number, unseen)
        return [entry for entry in new if canonical(entry.url) not in filed]

    def note_first(self, poll: Poll) -> None:
        """Remembers what stands on the lists of a source that is read for the first time; see `file`.

        From then on the source has its baseline, even where nothing of it can be read yet.
        """
        if not self._dry_run:
            counted = Counter(entry.url for entry in poll.found)
            urls = {name: entry.url for entry in poll.found for name in _keys(entry, counted[entry.url] > 1)}
            with self._database.write() as conn:
                sources.note_first(conn, poll.source.id, urls, self._clock())
                sources.save_state(conn, replace(poll.state, baseline=True))
        poll.noted = True

    async def analysed(self, poll: Poll, entry: Entry, article: Article) -> Announcement:
        """What an article says, with summaries of a language model where one is asked: for what is told."""
        item, narrator = analyse(article), self._narrator
        if narrator is None or not narrator.willing or not self._told(poll, entry, item):
            return item
        async with narrator.turn:
            with self._database.read() as conn:
                known = is_known(conn, item, self._clock())
            return item if known else await narrator.narrate(item)

    def _told(self, poll: Poll, entry: Entry, item: Announcement) -> bool:
        """Whether readers will be told of it, as far as can be said before it is filed."""
        if self._dry_run or not poll.tell or item.relevance != "yes":
            return False
        age = self._clock() - (item.dated or self._clock())
        if self._rules.max_age is not None and age > self._rules.max_age:
            return False
        with self._database.read() as conn:
            return not sources.stood_first(conn, poll.source.id, sorted(_names(entry, poll.found)))

    def file(self, poll: Poll, entry: Entry, announcement: Announcement) -> None:
        """Files what an article says, and counts what came of it.

        Nobody is told of what stood there when the source was first read, however late it is read itself.
        """
        if self._dry_run:
            poll.relevant += announcement.relevance != "no"
            return
        with self._database.write() as conn:
            outcome = self._file(conn, poll, entry, announcement)
        _count(poll, outcome)

    def _file(self, conn: Connection, poll: Poll, entry: Entry, announcement: Announcement) -> Outcome:
        now, names = self._clock(), sorted(_names(entry, poll.found))
        filed = file(
            conn,
            announcement,
            now=now,
            tell=poll.tell and not sources.stood_first(conn, poll.source.id, names),
            max_age=self._rules.max_age,
            settle=self._rules.settle,
        )
        for name in names:
            sources.mark_seen(
                *(conn, poll.source.id, name, entry.url, now, filed.announcement_id), _unseen(poll)
            )
        hosts.save_changes(conn, *self.hosts.changes(), now)
        return filed.outcome

    def fail(self, poll: Poll, entry: Entry, error: UnreadableError) -> None:
        """Notes that an article could not be read: it is tried again at later polls, unless that is no use.

        After the last try what the list itself said of it is filed, so that the news is not lost; what is
        gone from the web is not.
        """
        log.info("%s: %s: %s", poll.source.id, entry.url, error.problem)
        if error.unasked or error.status == "limited":
            poll.retry += 1  # this says nothing of the article
            if error.status == "failed":
                poll.fail(INTERRUPTED)
        elif not self._dry_run:
            self._note_failure(poll, entry, error)
        poll.failed += 1

    def _note_failure(self, poll: Poll, entry: Entry, error: UnreadableError) -> None:
        now, source_id, outcome = self._clock(), poll.source.id, None
        with self._database.write() as conn:
            tries = sources.note_failure(
                *(conn, source_id, entry.key, entry.url, error.problem, now), _unseen(poll)
            )
            again = tries < sources.GIVE_UP and not error.lasting
            # A sitemap says nothing of its pages.
            if not again and entry.title and (error.status == "blocked" or not error.lasting):
                outcome = self._file(conn, poll, entry, analyse(announced(poll.source, entry)))
            elif not again:
                sources.mark_seen(conn, source_id, entry.key, entry.url, now)
        poll.retry += again
        if outcome is not None:
            _count(poll, outcome)

    def close(self, poll: Poll) -> None:
        """Remembers the source's state and records its run."""
        now = self._clock()
        poll.ended = now
        run = run_of(poll)
        log.info(
            "%s: %d entries, %d new, %d relevant, %d failed%s",
            *(run.source_id, run.entries, run.new, run.relevant, run.failed),
            f"; {run.problem}" if run.problem else "; not modified" if run.not_modified else "",
        )
        if self._dry_run or poll.problem == INTERRUPTED:
            return
        state = self._state(poll, now)
        with self._database.write() as conn:
            sources.save_state(conn, state)
            sources.record_run(conn, run)
            hosts.save_changes(conn, *self.hosts.changes(), now)

    def leave(self) -> None:
        """Writes what was learned of hosts since the last source was closed."""
        if self._dry_run:
            return
        try:
            with self._database.write() as conn:
                hosts.save_changes(conn, *self.hosts.changes(), self._clock())
        except DatabaseError as error:  # what the sources gave is told all the same
            log.error("what was learned of hosts could not be saved: %s", error)

    def _state(self, poll: Poll, now: datetime) -> SourceState:
        with self._database.read() as conn:
            history = sources.sightings(conn, poll.source.id, now - WINDOW)
        state = state_after(poll, now, *status_of(poll, history, now))
        pace, zone = pace_of(self._crawl, poll.source), ZoneInfo(poll.source.timezone)
        moment = planned(state, history, pace, zone, now, self._rng)
        rests = [until for url in poll.source.urls if (until := self.hosts.resting(host_of(url)))]
        if moment is not None and len(rests) == len(poll.source.urls):
            moment = max(moment, min(rests))
        return replace(state, next_poll=moment)


def _unseen(poll: Poll) -> datetime | None:
    """When the source was last read, without what is new now; None where all of it is new to us."""
    return poll.state.succeeded if poll.state.baseline else None


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


def _count(poll: Poll, outcome: Outcome) -> None:
    poll.relevant += outcome != "irrelevant"
    poll.duplicates += outcome in _DUPLICATES


def _names(entry: Entry, entries: Sequence[Entry]) -> set[str]:
    """What an entry is known by: its key and its address, unless several entries share that address.

    Feeds sometimes give all their entries new guids; the addresses then tell that they are not new.
    """
    return _keys(entry, sum(other.url == entry.url for other in entries) > 1)


def _keys(entry: Entry, shared: bool) -> set[str]:
    return {entry.key} if shared else {entry.key, canonical(entry.url)}
