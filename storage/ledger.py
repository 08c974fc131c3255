"""What was gained and what was missed: duplicates avoided, and who told of a story first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, case, func, select

from storage.records import read_places
from storage.tables import announcements, merges, stories

_A = announcements.c


@dataclass(frozen=True, slots=True)
class Entry:
    """A story, when an official source and when the press first told of it (None: never), and its places."""

    story_id: int
    official: datetime | None
    press: datetime | None
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The balance of a time. Delays are medians, None where there was no such story.

    `official_first` and `press_first` count stories that both told of; `press_only` those never seen at an
    official source, `silent` how many of these each primary place has, the most first.
    """

    announcements: int
    stories: int
    copies: int
    merges: int
    official_first: int
    press_first: int
    official_only: int
    press_only: int
    press_after: timedelta | None
    official_after: timedelta | None
    silent: tuple[tuple[str, int], ...]

    @property
    def avoided(self) -> int:
        """Messages that a reader of everything did not get twice."""
        return self.announcements - self.stories


def entries(conn: Connection, since: datetime | None = None) -> list[Entry]:
    """Who told of each relevant story first; those filed since a time, or all."""
    told = func.coalesce(_A.dated, _A.fetched)
    government = _A.publisher_kind == "government"
    query = (
        select(
            stories.c.id,
            func.min(case((government, told))).label("official"),
            func.min(case((~government, told))).label("press"),
            stories.c.places,
        )
        .join_from(stories, announcements, _A.story_id == stories.c.id)
        .where(stories.c.relevance == "yes", _A.relevance == "yes")
        .group_by(stories.c.id)
    )
    if since is not None:
        query = query.where(stories.c.filed >= since)
    return [
        Entry(
            row.id,
            row.official,
            row.press,
            tuple(place.adcode for place in read_places(row.places) if place.primary),
        )
        for row in conn.execute(query)
    ]


def ledger(conn: Connection, since: datetime | None = None) -> Ledger:
    """The balance since a time, or of all that is stored."""
    found = entries(conn, since)
    known = select(func.count(), func.count(_A.near_copy_of)).where(_A.story_id.is_not(None))
    joined = select(func.count()).select_from(merges)
    if since is not None:
        known = known.join_from(announcements, stories, _A.story_id == stories.c.id).where(
            stories.c.filed >= since
        )
        joined = joined.where(merges.c.merged >= since)
    relevant, copies = conn.execute(known).one()
    total = select(func.count()).select_from(stories)
    if since is not None:
        total = total.where(stories.c.filed >= since)
    both = [(one.official, one.press) for one in found if one.official and one.press]
    ahead = [press - official for official, press in both if official <= press]
    behind = [official - press for official, press in both if press < official]
    return Ledger(
        announcements=relevant,
        stories=conn.execute(total).scalar_one(),
        copies=copies,
        merges=conn.execute(joined).scalar_one(),
        official_first=len(ahead),
        press_first=len(behind),
        official_only=sum(one.press is None for one in found),
        press_only=sum(one.official is None for one in found),
        press_after=_median(ahead),
        official_after=_median(behind),
        silent=_silent(found),
    )


def _median(delays: Sequence[timedelta]) -> timedelta | None:
    seconds = [delay.total_seconds() for delay in delays]
    return timedelta(seconds=median(seconds)) if seconds else None


def _silent(found: Sequence[Entry]) -> tuple[tuple[str, int], ...]:
    counted = Counter(place for one in found if one.official is None for place in one.places)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
