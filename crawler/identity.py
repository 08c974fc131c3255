"""What an entry is known by: guid, address, title on its day; and when too much is new to be news. Pure.

Feeds sometimes give all their entries new guids, sites move all their articles to new addresses: what stood
there before is no news then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from analysis.fold import fold
from analysis.urls import canonical
from crawler.types import Entry

TOLD_IN_A_STORM = 3
_FEWEST = 10  # entries of a list; of a shorter one most may well be new
_SHORTEST = 8  # characters of a title that says which article it is


def names(entries: Sequence[Entry]) -> dict[str, set[str]]:
    """By key, what each entry is known by: its key, and its address unless several of them share it."""
    addresses = Counter(entry.url for entry in entries)
    return {
        entry.key: {entry.key} if addresses[entry.url] > 1 else {entry.key, canonical(entry.url)}
        for entry in entries
    }


def titles(entries: Sequence[Entry]) -> dict[str, str]:
    """By key, the title of each entry with its day as one more name, unless several of them share it.

    It counts only where most of a list is new: else two notices of one title on one day are two.
    """
    named = {entry.key: name for entry in entries if (name := _title(entry))}
    shared = Counter(named.values())
    return {key: name for key, name in named.items() if shared[name] == 1}


def _title(entry: Entry) -> str | None:
    title = fold(entry.title).strip()
    if entry.published is None or len(title) < _SHORTEST:
        return None
    return "title:" + sha256(f"{entry.published.date()} {title}".encode()).hexdigest()[:32]


def is_storm(new: int, entries: int) -> bool:
    """Whether so many new entries of a list that is known can hardly be news."""
    return entries >= _FEWEST and 2 * new > entries


def since(published: datetime | None, read: datetime | None) -> bool:
    """Whether something is dated after its source was last read, and so may well be new."""
    return published is not None and read is not None and published > read
