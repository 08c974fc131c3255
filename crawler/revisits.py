"""Looks at articles again that were filed before, so that an edit at their source is noticed.

What comes of a look is written in one transaction with what was read. Whatever goes wrong with it leaves the
stored article as it is, and says nothing of its source: it was read before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from analysis.growth import changed_facts
from analysis.types import Announcement, Article
from analysis.urls import canonical
from crawler.again import Steps, Visit, chosen, edited, mark_of, not_an_edit, since, standing
from crawler.config import SourceConfig
from crawler.politeness import Hosts
from crawler.poll import Poll
from crawler.settings import host_of
from crawler.types import Entry, UnreadableError
from storage import sources
from storage.candidates import load
from storage.config import DeliveryRules
from storage.database import Database
from storage.filing import file
from storage.looks import save_listed, save_look, young_looks
from storage.sources import Connection
from storage.types import Filed, Look, Validator

log = logging.getLogger(__name__)


class Revisits:
    """Chooses the looks of a poll and files what they give. `steps`: so long after its first reading an
    article is looked at; none is where they are empty. `clock` gives aware UTC."""

    def __init__(
        self, database: Database, rules: DeliveryRules, clock: Callable[[], datetime], steps: Steps
    ) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._steps = steps

    def planned(self, poll: Poll, hosts: Hosts) -> list[Visit]:
        """What is to be looked at again, of what stands on the lists of a source that was read well."""
        if not self._steps or poll.problem is not None or not poll.tell:
            return []
        now = self._clock()
        with self._database.read() as conn:
            looks = young_looks(conn, poll.source.id, since(self._steps, now))
        found = standing(looks, poll.found)
        whole = poll.unchanged == 0 and not poll.partial
        # What an unchanged list showed when it was read, it shows still.
        listed = {
            look.announcement_id
            for look in looks
            if look.announcement_id in found or (look.listed and not whole)
        }
        self._keep_listed(looks, listed)
        return chosen(
            poll.source,
            [look for look in looks if look.announcement_id in listed],
            found,
            self._steps,
            now,
            lambda url: hosts.resting(host_of(url)) is not None,
        )

    def _keep_listed(self, looks: list[Look], listed: set[int]) -> None:
        for stands in (True, False):
            other = [
                look.announcement_id
                for look in looks
                if look.listed is not stands and (look.announcement_id in listed) is stands
            ]
            if other:
                with self._database.write() as conn:
                    save_listed(conn, other, stands)

    def is_edited(self, visit: Visit, article: Article) -> bool:
        """Whether a page says something else than what is stored. Raises UnreadableError: see `edited`."""
        with self._database.read() as conn:
            return edited(load(conn, visit.look.announcement_id), article)

    def file(self, poll: Poll, visit: Visit, item: Announcement, validator: Validator) -> None:
        """Files an edit. Readers are told of it as storage.filing has it: if a key figure was changed.

        Raises UnreadableError where it must not replace what is stored.
        """
        now = self._clock()
        with self._database.write() as conn:
            before = load(conn, visit.look.announcement_id)
            if wrong := not_an_edit(before, item):
                raise wrong
            changes = changed_facts(before.facts, item.facts)
            filed = file(
                conn,
                item,
                now=now,
                # The same change in several articles is one story, or the frame about all of them.
                tell=changes not in poll.retold and self._tell(conn, poll, visit.entry),
                max_age=self._rules.max_age,
                settle=self._rules.settle,
            )
            changed = filed.outcome == "changed"
            save_look(conn, _looked(visit, now, validator, changed))
        if changed:
            log.info("%s: %s was edited", poll.source.id, visit.look.url)
            poll.changed += 1
        if changes:
            poll.retold.add(changes)

    def _tell(self, conn: Connection, poll: Poll, entry: Entry) -> bool:
        names = [entry.key, canonical(entry.url)]
        return poll.storm is None and not sources.stood_first(conn, poll.source.id, names)

    def unchanged(self, visit: Visit, validator: Validator) -> None:
        """Notes that an article reads as before."""
        with self._database.write() as conn:
            save_look(conn, _looked(visit, self._clock(), validator, changed=False))

    def fail(self, poll: Poll, visit: Visit, error: UnreadableError) -> None:
        """Notes what is wrong with an article now; what was read of it before stays.

        The look counts, so that a dead page is not asked for with each poll. The next one asks without
        conditions: those of before may be what is refused.
        """
        log.info("%s: %s, read before: %s", poll.source.id, visit.look.url, error.problem)
        if error.unasked or error.status == "limited":
            return  # this says nothing of the article
        look, now = visit.look, self._clock()
        dead = error.lasting and error.status in ("gone", "unreachable")
        failed = replace(
            look,
            looked=now,
            validator=Validator(),
            problem=error.problem,
            gone=look.gone or (now if dead else None),
            futile=look.futile + visit.hinted,
        )
        with self._database.write() as conn:
            save_look(conn, failed)


def first_look(
    source: SourceConfig, entry: Entry, item: Announcement, filed: Filed, validator: Validator, now: datetime
) -> Look | None:
    """What is remembered of an article for looking at it again; None where nobody would be told of an edit,
    or where it is another source that follows it."""
    if filed.story_id is None or filed.outcome == "unchanged":
        return None
    return Look(
        *(filed.announcement_id, source.id, entry.key, entry.url, entry.title, entry.published),
        detail=entry.detail,
        mark=mark_of(source, entry),
        born=min(item.dated or now, now),
        first=now,
        looked=now,
        validator=validator,
    )


def _looked(visit: Visit, now: datetime, validator: Validator, changed: bool) -> Look:
    entry, futile = visit.entry, visit.look.futile
    return replace(
        visit.look,
        key=entry.key,
        url=entry.url,
        title=entry.title,
        published=entry.published,
        detail=entry.detail,
        mark=visit.mark,
        looked=now,
        validator=validator,
        listed=True,
        futile=0 if changed else futile + visit.hinted,
        problem=None,
        gone=None,
    )
