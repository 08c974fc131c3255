"""Turns a text into the organisations it names, by their canonical English names.

Local governments are no organisations here: they follow from the place. "The central bank" is the
People's Bank of China unless another country claims it; "the central bank's Digital Currency Institute" is
the institute alone, so the bank is added only where it is named besides.
"""

from __future__ import annotations

import re
from functools import cache

from analysis.fold import fold
from analysis.reading import subject_terms
from analysis.terms import Hit, Terms, read_rows, split_aliases
from analysis.types import Publisher

CENTRAL_BANK = "People's Bank of China"
_OTHERS = re.compile(
    r"(?:\b(?:other|foreign|each|every|any|another|ander|ausländisch|jede|keine|fremde)\w*\s|各国|各|外国|他国|多国|该国)$"
)
_NEAR = 30  # characters around "central bank" in which another country claims it
# 国家税务总局深圳市税务局 is the city's tax office, not the national one.
_LOCAL_OFFICE = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:税务局|税务分局)")


@cache
def _terms() -> Terms:
    rows = read_rows("organisations.tsv", 3)
    return Terms((f"{kind}:{name}", split_aliases(aliases)) for name, kind, aliases in rows)


@cache
def organisation_kinds() -> dict[str, str]:
    """Canonical name -> kind ("bank", "company", "exchange", "ministry", ...), as in the data file."""
    return {name: kind for name, kind, _ in read_rows("organisations.tsv", 3)}


@cache
def _short_names() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, _, aliases in read_rows("organisations.tsv", 3):
        words = [alias.lstrip("=") for alias in split_aliases(aliases) if "*" not in alias]
        latin = [word for word in words if word.isascii() and word.isalnum() and len(word) <= 12]
        chinese = [word for word in words if not word.isascii() and len(word) <= 6]
        found[name] = (*latin, *chinese[:3])
    return found


def short_names(name: str) -> tuple[str, ...]:
    """What people call an organisation for short: Latin names of one word, and Chinese ones (PBOC, 人行)."""
    return _short_names().get(name, ())


def find_organisations(title: str, text: str, publisher: Publisher | None = None) -> tuple[str, ...]:
    """Canonical names in the order of their first mention, the title first.

    A public body that publishes the article itself (a branch of the central bank) counts as named.
    """
    names: dict[str, None] = {}
    for part in (title, text):
        folded = fold(part)
        for hit in _terms().find(folded):
            name = _canonical(hit, folded)
            if name:
                names.setdefault(name)
    if publisher is not None and publisher.kind == "government":
        for name in _publishing(publisher):
            names.setdefault(name)
    return tuple(names)


def locate_organisations(text: str) -> list[tuple[str, int, int]]:
    """Each mention in a text: the canonical name and where it stands."""
    folded = fold(text)
    return [(name, hit.start, hit.end) for hit in _terms().find(folded) if (name := _canonical(hit, folded))]


def _canonical(hit: Hit, folded: str) -> str | None:
    kind, name = hit.label.split(":", 1)
    if kind in ("nothing", "foreign"):
        return None
    if kind == "central-bank-word":
        return None if _of_others(hit, folded) else CENTRAL_BANK
    if kind == "state" and _LOCAL_OFFICE.match(folded, hit.end, hit.end + 16):
        return None
    return name


def _of_others(hit: Hit, folded: str) -> bool:
    """Whether another country's central bank is meant ("Norwegens Zentralbank", "central bank of Norway")."""
    before = folded[max(0, hit.start - _NEAR) : hit.start]
    after = folded[hit.end : hit.end + _NEAR]
    if _OTHERS.search(before):
        return True
    owner = [near for near in subject_terms().find(before) if len(before) - near.end <= 3]
    owner += [near for near in subject_terms().find(after) if near.start <= 8]
    return any(near.label.startswith("foreign:") for near in owner)


def _publishing(publisher: Publisher) -> list[str]:
    hits = _terms().find(fold(publisher.name))
    return [name for hit in hits if (name := _canonical(hit, fold(publisher.name)))]
