"""Files what a crawl brings in: articles through the analysis into the database, and the state of sources.

Each article is one write transaction (announcement, story, deliveries, seen mark), and so are an article that
cannot be read, the lists of a source that is read for the first time, and the end of a source. A dry run only
analyses. What is raised here is our own fault, never that of an article. `Revisits` files edits of articles.
"""

from __future__ import annotations

import logging
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
from crawler.identity import TOLD_IN_A_STORM, is_storm, names, since, titles
from crawler.mill import Mill
from crawler.narrator import Narrator
from crawler.politeness import Hosts, remembered
from crawler.poll import Poll, announced, run_of, state_after
from crawler.revisits import Revisits, first_look
from crawler.rhythm import WINDOW
from crawler.settings import host_of
from crawler.states import status_of
from crawler.types import INTERRUPTED, Entry, UnreadableError
from storage import hosts, sources
from storage.config import DeliveryRules
from storage.database import Database, DatabaseError
from storage.filing import file, is_known
from storage.looks import save_look
from storage.sources import Connection
from storage.types import Outcome, SourceState, Validator

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
        self.mill = Mill()
        self.revisits = Revisits(database, rules, clock, () if dry_run else self._crawl.revisit)

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
        named = names(entries)
        keys = {name for those in named.values() for name in those} | {canonical(one.url) for one in entries}
        with self._database.read() as conn:
            known = sources.known(conn, poll.source.id, sorted(keys))
            new = [entry for entry in entries if not known & named[entry.key]]
            filed = sources.filed_in_full(conn, (canonical(entry.url) for entry in new))
        met = [entry for entry in new if canonical(entry.url) in filed]
        if met and not self._dry_run:
            now, unseen = self._clock(), _unseen(poll)
            with self._database.write() as conn:
                for entry in met:
                    number = filed[canonical(entry.url)]
                    sources.mark_seen(conn, poll.source.id, entry.key, entry.url, now, number, unseen)
        return [entry for entry in new if canonical(entry.url) not in filed]

    def calm(self, poll: Poll, entries: Sequence[Entry], new: list[Entry]) -> list[Entry]:
        """The new entries of a list, less those that are known by their title where nearly all are new.

        Where too many are left all the same they are read, but few of them are told: see `file`.
        """
        named, titled = names(entries), titles(entries)
        if not poll.tell or not is_storm(len(new), len(entries)):
            return new
        asked = {name for those in named.values() for name in those} | set(titled.values())
        with self._database.read() as conn:
            met = sources.met(conn, poll.source.id, sorted(asked))
        left = [entry for entry in new if named[entry.key] & met or titled.get(entry.key) not in met]
        self._know(poll, [entry for entry in new if entry not in left])
        read = poll.state.succeeded
        odd = [one for one in left if not named[one.key] & met and not since(one.published, read)]
        if is_storm(len(odd), len(entries)):
            words = f"{len(odd)} of {len(entries)} entries are new at once, and not by their dates"
            poll.storm = f"{words}: at most {TOLD_IN_A_STORM} of them are told; was the site rebuilt?"
            log.warning("%s: %s", poll.source.id, poll.storm)
        return left

    def _know(self, poll: Poll, entries: Sequence[Entry]) -> None:
        if entries and not self._dry_run:
            now = self._clock()
            with self._database.write() as conn:
                sources.mark_all_seen(conn, poll.source.id, {one.key: one.url for one in entries}, now)

    def note_first(self, poll: Poll) -> None:
        """Remembers what stands on the lists of a source that is read for the first time; see `file`.

        From then on the source has its baseline, even where nothing of it can be read yet.
        """
        if not self._dry_run:
            self._name(poll)
            urls = {name: entry.url for entry in poll.found for name in poll.names[entry.key]}
            with self._database.write() as conn:
                sources.note_first(conn, poll.source.id, urls, self._clock())
                sources.save_state(conn, replace(poll.state, baseline=True))
        poll.noted = True

    async def analysed(self, poll: Poll, entry: Entry, article: Article) -> Announcement:
        """What an article says, with summaries of a language model where one is asked: for what is told."""
        item, narrator = await self.mill.run(analyse, article), self._narrator
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
            return not sources.stood_first(conn, poll.source.id, self._known_by(poll, entry))

    def file(self, poll: Poll, entry: Entry, announcement: Announcement, validator: Validator) -> None:
        """Files what an article says, and counts what came of it; `validator` is for looking at it again.

        Nobody is told of what stood there when the source was first read, however late it is read itself.
        """
        if self._dry_run:
            poll.relevant += announcement.relevance != "no"
            return
        with self._database.write() as conn:
            outcome = self._file(conn, poll, entry, announcement, validator)
        _count(poll, outcome)

    def _name(self, poll: Poll) -> None:
        titled = titles(poll.found)
        poll.names = {
            key: those | {titled[key]} if key in titled else those for key, those in names(poll.found).items()
        }

    def _known_by(self, poll: Poll, entry: Entry) -> list[str]:
        if entry.key not in poll.names:
            self._name(poll)
        return sorted(poll.names.get(entry.key, {entry.key}))

    def _file(
        self, conn: Connection, poll: Poll, entry: Entry, announcement: Announcement, validator: Validator
    ) -> Outcome:
        now, known_by = self._clock(), self._known_by(poll, entry)
        dated = max(filter(None, (entry.published, announcement.article.published)), default=None)
        odd = poll.storm is not None and not since(dated, poll.state.succeeded)
        tell = poll.tell and not (odd and poll.told >= TOLD_IN_A_STORM)
        filed = file(
            conn,
            announcement,
            now=now,
            tell=tell and not sources.stood_first(conn, poll.source.id, known_by),
            max_age=self._rules.max_age,
            settle=self._rules.settle,
        )
        poll.told += odd and filed.deliveries > 0
        seen = dict.fromkeys(known_by, entry.url)
        sources.mark_all_seen(conn, poll.source.id, seen, now, filed.announcement_id, _unseen(poll))
        if look := first_look(poll.source, entry, announcement, filed, validator, now):
            save_look(conn, look)
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
                outcome = self._file(conn, poll, entry, analyse(announced(poll.source, entry)), Validator())
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
            "%s: %d entries, %d new, %d relevant, %d changed, %d failed%s",
            *(run.source_id, run.entries, run.new, run.relevant, run.changed, run.failed),
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


def _count(poll: Poll, outcome: Outcome) -> None:
    poll.relevant += outcome != "irrelevant"
    poll.duplicates += outcome in _DUPLICATES
