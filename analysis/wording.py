"""Topics, kinds and organisations to the words that people type for them, in three languages.

So a search for "red packets" finds the Chinese notice, and one for PBOC what 人民银行 has published.
"""

from __future__ import annotations

from functools import cache

from analysis.organisations import short_names
from analysis.terms import read_rows, split_aliases
from analysis.types import Announcement


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {label: tuple(split_aliases(words)) for label, words in read_rows("wording.tsv", 2)}


def search_words(item: Announcement) -> tuple[str, ...]:
    """What an announcement may be looked for by, although its text may not say it in these words."""
    labels = (*item.topics, *((item.kind,) if item.kind else ()))
    found = [word for label in labels for word in _words().get(label, ())]
    for name in item.organisations:
        found += [name, *short_names(name)]
    return tuple(dict.fromkeys(found))
