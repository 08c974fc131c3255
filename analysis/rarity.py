"""Turns the facts of an announcement into what tells stories apart: how rare each is, and what conflicts.

"145 pages" or "47,573 people" hardly occur twice by chance; "200 yuan" and "2022" occur everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analysis.calendar_days import Day, Period, read_day, read_period
from analysis.types import Fact

# (type, value, currency of an amount): what is equal in every language.
Key = tuple[str, int | float | str, str | None]

_PLAN_DAYS = 300  # a longer period is the term of a plan, not the dates of an event
_FAR_DAYS = 21  # two periods further apart than that are two events
_BY_TYPE = {"document_no": 3.0, "pages": 2.0, "batch": 0.8, "day": 0.8, "term": 0.5, "percent": 0.4}
_FIGURES = frozenset({"amount", "count"})


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The facts of one announcement, sorted by what they can prove."""

    keys: frozenset[Key]
    days: tuple[Day, ...]
    events: tuple[Period, ...]
    terms: frozenset[tuple[int, int]]
    batches: frozenset[int]
    documents: frozenset[str]
    money: tuple[float, ...]  # sums in yuan, the largest first
    counts: dict[str, tuple[float, ...]]  # by what is counted
    telling: bool  # whether there is a figure by which the event could be recognised

    def conflicts(self, other: KeyFacts) -> Iterator[str]:
        """What cannot both be true of one event, in words."""
        if self.documents and other.documents and not self.documents & other.documents:
            yield f"other documents: {min(self.documents)} and {min(other.documents)}"
        if self.batches and other.batches and not self.batches & other.batches:
            yield f"other batches: {max(self.batches)} and {max(other.batches)}"
        if self.terms and other.terms and not _any_overlap(self.terms, other.terms):
            yield "plans for other years"
        if self.events and other.events and _least_gap(self.events, other.events) > _FAR_DAYS:
            yield "held at other times"
        if self._other_money(other):
            yield f"other sums: {self.money[0]:,.0f} and {other.money[0]:,.0f} yuan"

    def days_apart(self, other: KeyFacts) -> int | None:
        """The least distance between days that the two texts write out; None where one writes none."""
        mine, theirs = ([day for day in side.days if day.written] for side in (self, other))
        return min((one.apart(two) for one in mine for two in theirs), default=None)

    def other_dates(self, other: KeyFacts) -> bool:
        """Whether both name the dates of an event, and no two begin or end on one day."""
        if not self.events or not other.events:
            return False
        return not any(one.meets(two) for one in self.events for two in other.events)

    def other_counts(self, other: KeyFacts) -> list[str]:
        """What both count, and count differently: 8,000 merchants here, 26,000 there."""
        return [
            unit
            for unit in sorted(self.counts.keys() & other.counts.keys())
            if not any(roughly(one, two) for one in self.counts[unit] for two in other.counts[unit])
        ]

    def _other_money(self, other: KeyFacts) -> bool:
        """The largest sum of each is missing from the other, and nothing rare is shared either."""
        if not self.money or not other.money or min(self.money[0], other.money[0]) < 100_000:
            return False
        if any(roughly(self.money[0], value) for value in other.money):
            return False
        if any(roughly(other.money[0], value) for value in self.money):
            return False
        return sum(rarity(key) for key, _ in shared_facts(self, other)) < 2.0


@lru_cache(maxsize=512)
def key_facts(facts: tuple[Fact, ...]) -> KeyFacts:
    """The facts of one announcement, ready to be compared."""
    periods = [period for fact in facts if fact.type == "period" and (period := read_period(fact))]
    events = tuple(period for period in periods if period.length < _PLAN_DAYS)
    days = [day for fact in facts if fact.type == "date" and (day := read_day(fact))]
    keys = frozenset(_key(fact) for fact in facts if fact.type != "period")
    sums = {float(fact.value) for fact in facts if fact.type == "amount" and fact.unit == "CNY"}
    return KeyFacts(
        keys=keys,
        days=tuple(dict.fromkeys([*days, *(end for event in events for end in (event.first, event.last))])),
        events=events,
        terms=frozenset((p.first.date.year, p.last.date.year) for p in periods if p.length >= _PLAN_DAYS),
        batches=frozenset(int(fact.value) for fact in facts if fact.type == "batch"),
        documents=frozenset(str(fact.value) for fact in facts if fact.type == "document_no"),
        money=tuple(sorted(sums, reverse=True)),
        counts={
            unit: tuple(float(fact.value) for fact in facts if fact.type == "count" and fact.unit == unit)
            for unit in {fact.unit or "" for fact in facts if fact.type == "count"}
        },
        telling=any(rarity(key) >= 0.5 for key in keys if key[0] in _FIGURES or key[0] == "pages"),
    )


@lru_cache(maxsize=8192)
def rarity(key: Key) -> float:
    """How much a fact in common weighs, from 0 (says nothing) to 3 (as good as a name)."""
    kind, value, _ = key
    if kind in _FIGURES:
        return _figure(float(value), kind)
    if kind == "date":
        return {4: 0.1, 7: 0.4}.get(len(str(value)), 0.0)  # whole dates are compared as days
    return _BY_TYPE.get(kind, 0.0)


def _figure(value: float, kind: str) -> float:
    """Each digit that is not a trailing zero makes a coincidence less likely; so does size."""
    middle, large = (1_000, 100_000) if kind == "amount" else (10, 100)
    weight = 0.7 if value >= large else 0.4 if value >= middle else 0.2
    return min(weight + 0.5 * (_digits(value) - 1), 2.0)


def shared_facts(a: KeyFacts, b: KeyFacts) -> list[tuple[Key, bool]]:
    """Facts in common, the rarest first, and whether each is equal to the digit or only rounded."""
    found: list[tuple[Key, bool]] = [(key, True) for key in a.keys & b.keys if key[0] != "batch"]
    if batches := a.batches & b.batches:
        found.append((("batch", max(batches), None), True))
    found += [(("day", day.date.isoformat(), None), True) for day in shared_days(a, b)]
    found += [(("term", f"{one}-{two}", None), True) for one, two in a.terms & b.terms]
    found += _rounded(a, b)
    return sorted(((key, exact) for key, exact in found if rarity(key)), key=lambda item: -rarity(item[0]))


def shared_days(a: KeyFacts, b: KeyFacts) -> list[Day]:
    """Days of the first that the second has too, each once."""
    found = {
        (day.date.month, day.date.day): day for day in a.days if any(not day.apart(two) for two in b.days)
    }
    return list(found.values())


def _rounded(a: KeyFacts, b: KeyFacts) -> list[tuple[Key, bool]]:
    only_a = [key for key in a.keys - b.keys if key[0] in _FIGURES]
    only_b = [key for key in b.keys - a.keys if key[0] in _FIGURES]
    return [
        (min(one, two, key=rarity), False)
        for one in only_a
        for two in only_b
        if one[0] == two[0] and one[2] == two[2] and roughly(float(one[1]), float(two[1]))
    ]


def roughly(one: float, two: float) -> bool:
    """Whether one figure is the other, rounded or cut to two digits or more (8,764,000 and 8.76 million)."""
    if one == two:
        return True
    if min(one, two) <= 0 or max(one, two) > 1.1 * min(one, two):
        return False
    return any(_is_cut(fine, rough) for fine, rough in ((one, two), (two, one)))


def _is_cut(fine: float, rough: float) -> bool:
    digits = _digits(rough)
    if digits < 2:
        return False
    step = 10.0 ** (len(f"{int(rough)}") - digits)
    return any(abs(whole * step - rough) < step / 100 for whole in (round(fine / step), int(fine / step)))


def _digits(value: float) -> int:
    """Digits without zeros at either end: 1 for 10,000,000 and 4 for 3,389."""
    return len(f"{value:.10g}".replace(".", "").partition("e")[0].strip("0"))


def _key(fact: Fact) -> Key:
    numeric = isinstance(fact.value, int | float)
    return (
        fact.type,
        float(fact.value) if numeric else fact.value,
        fact.unit if fact.type == "amount" else None,
    )


def _any_overlap(a: frozenset[tuple[int, int]], b: frozenset[tuple[int, int]]) -> bool:
    return any(one[0] <= two[1] and two[0] <= one[1] for one in a for two in b)


def _least_gap(a: tuple[Period, ...], b: tuple[Period, ...]) -> int:
    return min(one.gap(two) for one in a for two in b)
