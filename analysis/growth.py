"""What is new in a story that is known already: a further stage, or a figure that was changed at its source.

More outlets and more facts only make its message grow; what is decided here makes a new one. Each needs
evidence of its own, since a second push for the same news is what readers complain of most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.kinds import shows_stage
from analysis.types import Announcement, Fact, FactType, Stage

# A stage is further than those before it. A draft and a mere announcement are equally far.
RANK: dict[Stage, int] = {
    "announced": 0,
    "consultation": 0,
    "launched": 1,
    "expanded": 2,
    "completed": 3,
    "cancelled": 4,
}
APART = timedelta(hours=24)  # a start that is reported on the day of the announcement is the same news
_TELLING: tuple[FactType, ...] = ("amount", "count", "batch", "period", "date")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that stood for one thing and now stands otherwise; for a stage, `type` is None."""

    type: FactType | None
    unit: str | None
    before: int | float | str
    after: int | float | str


def new_stage(told: Stage | None, item: Announcement, since: datetime) -> Change | None:
    """The further stage that an announcement brings to a story last told at `told`, `since` (aware) known.

    It must stand in the title and be dated a day later at least.
    """
    if told is None or item.stage is None or item.dated is None or RANK[item.stage] <= RANK[told]:
        return None
    if item.dated - since < APART or not shows_stage(item.article.title, item.stage):
        return None
    return Change(None, None, told, item.stage)


def changed_facts(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[Change, ...]:
    """Figures of which an edition had one value and the next has another: 200 yuan each are now 300.

    Where several figures of one sort come or go nobody can tell which became which.
    """
    old, new = _by_sort(before), _by_sort(after)
    changes = []
    for sort in sorted(old.keys() & new.keys(), key=str):
        gone = [value for value in old[sort] if value not in new[sort]]
        come = [value for value in new[sort] if value not in old[sort]]
        if len(gone) == len(come) == 1:
            changes.append(Change(sort[0], sort[1], gone[0], come[0]))
    return tuple(changes)


def _by_sort(facts: Iterable[Fact]) -> dict[tuple[FactType, str | None], list[int | float | str]]:
    found: dict[tuple[FactType, str | None], list[int | float | str]] = defaultdict(list)
    for fact in facts:
        if fact.type in _TELLING:
            found[fact.type, fact.unit].append(fact.value)
    return found
