"""Sources and how they do -> for each place that is not heard in full: what is wrong, and who is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.types import SourceLine, SourceStatus

# The gravest first: it stands for all that is wrong in a place.
TROUBLE: tuple[SourceStatus, ...] = ("gone", "blocked", "unreachable", "layout", "empty", "limited", "failed")
WORKING: tuple[SourceStatus, ...] = ("ok", "quiet", "late")
Left = Literal["official", "press", "none"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A place of which official sources cannot be read. `place` is None for the central government.

    `since` is when the last of them that are in `status` got into it, `troubled` of `all` how many are in
    trouble, `left` who still tells of the place.
    """

    place: str | None
    status: SourceStatus
    since: datetime | None
    troubled: int
    all: int
    left: Left


def coverage(lines: Iterable[SourceLine]) -> list[Coverage]:
    """The places in trouble, in the order of the sources. Sources that are switched off count as none."""
    watched = [line for line in lines if line.status != "disabled"]
    press = any(not line.official and line.status in WORKING for line in watched)
    places: dict[str | None, list[SourceLine]] = {}
    for line in watched:
        if line.official:
            places.setdefault(line.place, []).append(line)
    return [found for place, group in places.items() if (found := _of(place, group, press))]


def _of(place: str | None, group: Sequence[SourceLine], press: bool) -> Coverage | None:
    bad = [line for line in group if line.status in TROUBLE]
    if not bad:
        return None
    worst = next(status for status in TROUBLE if any(line.status == status for line in bad))
    times = [line.since for line in bad if line.status == worst and line.since]
    official = any(line.status in WORKING for line in group)
    left: Left = "official" if official else "press" if press else "none"
    return Coverage(place, worst, max(times, default=None), len(bad), len(group), left)
