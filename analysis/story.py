"""Turns two announcements into a verdict: the same event or document, or not, and why.

Facts decide, words only propose. First the vetoes: another place, batch, year, stage, document number,
period or key figure makes two announcements two stories however alike they read. Then the evidence is
weighed: place, kind, topics, dates, organisations, facts in common by their rarity, and, in one
language, words. Across languages there are no words in common, and the facts alone speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.fingerprint import overlap
from analysis.fold import fold
from analysis.gazetteer import gazetteer
from analysis.rarity import KeyFacts, key_facts, rarity, roughly, shared_days, shared_facts
from analysis.terms import Terms, read_rows, split_aliases
from analysis.types import Announcement, Kind

THRESHOLD = 2.9
# Near copies: most of the text is the same. A copy with a cut tail and a new paragraph still holds two
# thirds of the shorter text; two reports made from one template reached .31 and .48 at most.
_COPY_JACCARD = 0.42
_COPY_CONTAINMENT = 0.65
_COPY_LEAST_JACCARD = 0.33
# Of 40 bands of 4 rows, texts that share 62 % of their n-grams have 6 in common, and such of .48 have 2.
_COPY_BANDS = 6

_SUMMARY = 200  # characters of a summary that say what it is about

_DOCUMENTS = frozenset({"plan", "regulation", "funding"})
_MISCELLANY = frozenset({"statistics", "opinion", "event", "other"})
_STEPS = frozenset({"pilot-launch", "pilot-expansion", "application", "cross-border", "event"})
_RUNS = re.compile(r"[a-zäöüß]{4,}|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two announcements tell one story, and whether one is a copy of the other.

    `score` is the weight of the evidence (`THRESHOLD` is enough, a veto is minus infinity); `reasons`
    are short English sentences for a person who asks why.
    """

    same: bool
    near_copy: bool
    reasons: tuple[str, ...]
    score: float = 0.0


def same_story(a: Announcement, b: Announcement) -> Verdict:
    """The verdict on two announcements; symmetric."""
    verdict = compare(a, b)
    if verdict.score == -float("inf"):
        return verdict
    if (verdict.same or shares_band(a, b)) and is_copy(a, b):
        return Verdict(
            True, True, ("most of the text is the same", *verdict.reasons), max(verdict.score, 9.0)
        )
    return verdict


def compare(a: Announcement, b: Announcement) -> Verdict:
    """The verdict without the full texts (they may be empty): what candidates are sifted with."""
    facts_a, facts_b = key_facts(a.facts), key_facts(b.facts)
    for veto in _vetoes(a, b, facts_a, facts_b):
        return Verdict(False, False, (veto,), -float("inf"))
    weighed = [item for item in _evidence(a, b, facts_a, facts_b) if item[0]]
    score = round(sum(weight for weight, _ in weighed), 3)
    reasons = tuple(f"{words} ({weight:+.1f})" for weight, words in weighed)
    return Verdict(score >= THRESHOLD, False, reasons, score)


def shares_band(a: Announcement, b: Announcement) -> bool:
    """Whether MinHash proposes the two as copies."""
    return not set(a.fingerprint.bands).isdisjoint(b.fingerprint.bands)


def is_copy(a: Announcement, b: Announcement) -> bool:
    """Whether most of the text is the same, by true similarity and in one language.

    A text too short for a fingerprint ("see the attachment") is nobody's copy. Where a text is kept in the
    archive only, the bands it left must do: they find fewer copies, and no more false ones.
    """
    if a.language != b.language or not a.fingerprint.bands or not b.fingerprint.bands:
        return False
    if not a.article.text or not b.article.text:
        return len(set(a.fingerprint.bands) & set(b.fingerprint.bands)) >= _COPY_BANDS
    shared = overlap(_full(a), _full(b))
    return shared.jaccard >= _COPY_JACCARD or (
        shared.containment >= _COPY_CONTAINMENT and shared.jaccard >= _COPY_LEAST_JACCARD
    )


def _full(item: Announcement) -> str:
    return f"{item.article.title}\n{item.article.text}"


def _vetoes(a: Announcement, b: Announcement, facts_a: KeyFacts, facts_b: KeyFacts) -> Iterator[str]:
    places_a, places_b = specific_places(a), specific_places(b)
    if places_a and places_b and not _related(places_a, places_b):
        yield f"other places: {', '.join(sorted(places_a))} and {', '.join(sorted(places_b))}"
    if ("consultation" in (a.stage, b.stage)) and a.stage != b.stage:
        yield "one is a draft for consultation, the other is not"
    if "completed" in (a.stage, b.stage) and a.stage and b.stage and a.stage != b.stage:
        yield "one reports the end, the other an earlier stage"
    if "cancelled" in (a.stage, b.stage) and a.stage != b.stage:
        yield "one reports a cancellation"
    yield from facts_a.conflicts(facts_b)


def specific_places(item: Announcement) -> frozenset[str]:
    """Its primary places without those that merely contain another of them."""
    return _most_specific(item.primary_places)


@lru_cache(maxsize=4096)
def _most_specific(primary: tuple[str, ...]) -> frozenset[str]:
    outer = {up for code in primary for up in gazetteer().ancestors(code) if up != code}
    return frozenset(primary) - outer


def _related(a: Iterable[str], b: frozenset[str]) -> bool:
    covers = gazetteer().covers
    return any(covers(one, two) or covers(two, one) for one in a for two in b)


def _evidence(
    a: Announcement, b: Announcement, facts_a: KeyFacts, facts_b: KeyFacts
) -> Iterator[tuple[float, str]]:
    yield _places(a, b)
    yield _kinds(a.kind, b.kind)
    yield _topics(a, b)
    yield _dates(a, b)
    yield _organisations(a, b)
    yield from _facts(facts_a, facts_b)
    yield _event_day(a, b, facts_a, facts_b)
    yield _words(a, b)
    yield _things(a, b)


def _places(a: Announcement, b: Announcement) -> tuple[float, str]:
    one, two = specific_places(a), specific_places(b)
    if not one and not two:
        return 0.4, "no place in either"
    if not one or not two:
        return -1.0, "only one has a place"
    if len(one) + len(two) > 4 and 3 * len(one & two) < len(one | two):
        return -2.0, "lists of places that hardly meet"
    common = one & two
    if common:
        weight = max(_by_size(code) for code in common)
        return weight + min(0.3 * (len(common) - 1), 1.5), f"places in common: {', '.join(sorted(common))}"
    return 0.7, "one place lies in the other"


def _by_size(code: str) -> float:
    """The smaller a place, the rarer its news: a county 1.5, a city 1.2, a province 1.0."""
    return 1.0 if code.endswith("0000") else 1.2 if code.endswith("00") else 1.5


def _kinds(one: Kind | None, two: Kind | None) -> tuple[float, str]:
    if one is None or two is None:
        return 0.0, ""
    if one == two:
        return 0.3 if one in _MISCELLANY else 0.7, f"both are {one}"
    pair = {one, two}
    if pair <= _DOCUMENTS or pair <= _STEPS:
        return -0.3, f"{one} and {two}"
    if "opinion" in pair or "other" in pair:
        return -0.5, f"{one} and {two}"
    return -1.2 if "statistics" in pair else -0.8, f"{one} and {two}"


def _topics(a: Announcement, b: Announcement) -> tuple[float, str]:
    if not a.topics or not b.topics:
        return 0.0, ""
    if set(a.topics) & set(b.topics):
        return 0.4, "topic in common"
    return -2.0, "other topics"


def _dates(a: Announcement, b: Announcement) -> tuple[float, str]:
    if a.dated is None or b.dated is None:
        return 0.0, ""
    days = abs((a.dated - b.dated).total_seconds()) / 86400
    for limit, weight in ((2, 0.5), (7, 0.3), (14, 0.0), (31, -0.5), (62, -1.5)):
        if days <= limit:
            return weight, f"published {days:.0f} days apart"
    return -4.0, f"published {days:.0f} days apart"


def _organisations(a: Announcement, b: Announcement) -> tuple[float, str]:
    common = set(a.organisations) & set(b.organisations)
    weight = sum(0.05 if name in _EVERYWHERE else 0.3 for name in common)
    return min(weight, 0.9), f"names {', '.join(sorted(common))}"


# The central bank and the big banks stand in most texts on our subject.
_EVERYWHERE = frozenset(
    {
        "People's Bank of China",
        "Digital Currency Institute",
        "ICBC",
        "Bank of China",
        "Agricultural Bank of China",
        "China Construction Bank",
        "Bank of Communications",
        "Postal Savings Bank of China",
    }
)


def _facts(a: KeyFacts, b: KeyFacts) -> Iterator[tuple[float, str]]:
    common = shared_facts(a, b)
    for fact, exact in common[:6]:
        yield rarity(fact) * (1.0 if exact else 0.6), f"{fact[0]} {fact[1]} in common"
    if a.telling and b.telling and not any(rarity(fact) >= 0.5 for fact, _ in common):
        yield -1.0, "figures, but none in common"
    if a.money and b.money and not roughly(a.money[0], b.money[0]):
        yield -0.7, f"largest sums {a.money[0]:,.0f} and {b.money[0]:,.0f} yuan"
    if others := a.other_counts(b):
        yield -0.6 * min(len(others), 2), f"other numbers of {', '.join(others)}"
    if a.other_dates(b):
        yield -2.0, "held on other dates"
    apart = a.days_apart(b)
    if apart is not None and apart > 30:
        yield -1.5 if apart <= 180 else -3.0, f"the dates in the texts lie {apart} days apart"


def _event_day(a: Announcement, b: Announcement, facts_a: KeyFacts, facts_b: KeyFacts) -> tuple[float, str]:
    """A day in common shortly before both were published is most likely the day of the event."""
    for day in shared_days(facts_a, facts_b):
        if all(item.dated and 0 <= (item.dated.date() - day.date).days <= 10 for item in (a, b)):
            return 0.4, f"{day.date} is shortly before both"
    return 0.0, ""


def _words(a: Announcement, b: Announcement) -> tuple[float, str]:
    if a.language != b.language:
        return 0.0, ""
    one, two = _title_words(a), _title_words(b)
    if not one or not two:
        return 0.0, ""
    share = len(one & two) / min(len(one), len(two))
    return round(max(0.0, share - 0.25) * 1.2, 2), "words of the titles in common"


# What a kind says already proves nothing: every draw of a city speaks of red packets.
_SAID_BY_KIND: dict[Kind, set[str]] = {
    "lottery": {"redpacket", "coupon"},
    "funding": {"fund", "subsidy"},
    "regulation": {"standard"},
}


@cache
def _thing_terms() -> Terms:
    return Terms((thing, split_aliases(words)) for thing, words in read_rows("things.tsv", 2))


@lru_cache(maxsize=2048)
def _named_things(text: str) -> frozenset[str]:
    return frozenset(hit.label for hit in _thing_terms().find(fold(text)))


def _things(a: Announcement, b: Announcement) -> tuple[float, str]:
    """What both are about, in words of any language; the title counts most, then the summary."""
    titles = _named_things(a.article.title), _named_things(b.article.title)
    whole = [titles[n] | _named_things(item.summary[:_SUMMARY]) for n, item in enumerate((a, b))]
    said = {thing for kind in (a.kind, b.kind) if kind for thing in _SAID_BY_KIND.get(kind, ())}
    common = ((titles[0] & whole[1]) | (titles[1] & whole[0])) - said
    if common:
        return min(0.4 * len(common), 0.8), f"both speak of {', '.join(sorted(common))}"
    if titles[0] and titles[1] and not titles[0] & titles[1]:
        return -0.6, f"one speaks of {min(titles[0])}, the other of {min(titles[1])}"
    return 0.0, ""


def _title_words(item: Announcement) -> frozenset[str]:
    return _cut(item.article.title)


@lru_cache(maxsize=512)
def _cut(title: str) -> frozenset[str]:
    words: set[str] = set()
    for run in _RUNS.findall(fold(title)):
        words.update(
            {run} if run.isascii() or run[0] < "\u3400" else {run[i : i + 2] for i in range(len(run) - 1)}
        )
    return frozenset(words)
