"""A story -> when each of its stages was first told, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from analysis.growth import RANK
from analysis.types import Stage
from storage.tables import announcements

_A = announcements.c


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a story: first told then (aware, UTC), by this outlet, in the article at this address."""

    stage: Stage
    when: datetime
    publisher: str
    url: str


def steps(conn: Connection, story_id: int) -> list[Step]:
    """The stages of a story, each once, the earliest first."""
    query = select(_A.stage, _A.dated, _A.fetched, _A.publisher_name, _A.url).where(
        _A.story_id == story_id, _A.stage.is_not(None)
    )
    told = [
        Step(row.stage, min(row.dated or row.fetched, row.fetched), row.publisher_name, row.url)
        for row in conn.execute(query)
    ]
    first: dict[Stage, Step] = {}
    for each in sorted(told, key=lambda step: (step.when, RANK[step.stage])):
        first.setdefault(each.stage, each)
    return list(first.values())
