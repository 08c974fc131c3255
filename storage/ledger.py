"""What was gained and what was missed: duplicates avoided, and who told of a story first."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import BigInteger, Connection, Subquery, case, func, select, type_coerce

from storage.records import read_places
from storage.tables import announcements, merges, stories

_A = announcements.c


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


def ledger(conn: Connection, since: datetime | None = None, *, places: bool = True) -> Ledger:
    """The balance since a time, or of all that is stored; without `places`, `silent` is left empty.

    Read in one pass; the places are those of stories that no official source told.
    """
    known = select(func.count(), func.count(_A.near_copy_of)).where(_A.story_id.is_not(None))
    joined = select(func.count()).select_from(merges)
    total = select(func.count()).select_from(stories)
    if since is not None:
        known = known.join_from(announcements, stories, _A.story_id == stories.c.id).where(
            stories.c.filed >= since
        )
        joined = joined.where(merges.c.merged >= since)
        total = total.where(stories.c.filed >= since)
    relevant, copies = conn.execute(known).one()
    told = _told(since)
    ahead, behind, only = array("q"), array("q"), Counter[bool]()  # delays in microseconds; official only?
    for official, press in conn.execute(select(told.c.official, told.c.press)):
        if official is None or press is None:
            only[press is None] += 1
        elif official <= press:
            ahead.append(press - official)
        else:
            behind.append(official - press)
    return Ledger(
        announcements=relevant,
        stories=conn.execute(total).scalar_one(),
        copies=copies,
        merges=conn.execute(joined).scalar_one(),
        official_first=len(ahead),
        press_first=len(behind),
        official_only=only[True],
        press_only=only[False],
        press_after=_median(ahead),
        official_after=_median(behind),
        silent=_silent(conn, told) if places else (),
    )


def _told(since: datetime | None) -> Subquery:
    """When an official source and when the press first told of each relevant story, in microseconds."""
    when = type_coerce(func.coalesce(_A.dated, _A.fetched), BigInteger)
    government = _A.publisher_kind == "government"
    query = (
        select(
            stories.c.places,
            func.min(case((government, when))).label("official"),
            func.min(case((~government, when))).label("press"),
        )
        .join_from(stories, announcements, _A.story_id == stories.c.id)
        .where(stories.c.relevance == "yes", _A.relevance == "yes")
        .group_by(stories.c.id)
    )
    return (query if since is None else query.where(stories.c.filed >= since)).subquery()


def _median(delays: Sequence[int]) -> timedelta | None:
    return timedelta(microseconds=median(delays)) if delays else None


def _silent(conn: Connection, told: Subquery) -> tuple[tuple[str, int], ...]:
    found = conn.execute(select(told.c.places).where(told.c.official.is_(None))).scalars()
    counted = Counter(place.adcode for places in found for place in read_places(places) if place.primary)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
