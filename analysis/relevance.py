"""Turns a reading into whether an article is for our readers, and a sentence that says why.

Decided by what the text is about: the title, the lead, how many sentences speak of the subject, who
acts and where. A word in passing makes an article borderline at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.fold import fold
from analysis.organisations import organisation_kinds
from analysis.pagekind import PageKind, page_kind
from analysis.reading import Reading, Unit
from analysis.topics import YUAN, chain_units, yuan_units
from analysis.types import Language, PlaceMention, Publisher, Relevance

_SORTS: dict[PageKind, str] = {
    "job": "a job offer",
    "ad": "an advert",
    "fraud": "a warning against fraud",
    "howto": "a how-to of the advertising sort",
    "market": "a report on prices or shares",
    "mining": "about cryptocurrency mining",
    "game": "about games",
    "roundup": "a roundup of short news",
}
_ORDER: tuple[Relevance, ...] = ("yes", "borderline", "no")
_NEVER: frozenset[PageKind] = frozenset({"job", "game"})
_NEAR = 5  # characters between "digital yuan" and the red packets it is in
_COMPANIES = frozenset({"company", "exchange"})
_PUBLIC = frozenset({"central-bank", "central-bank-body", "central-bank-institute", "ministry", "state"})


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the analysis knows of the article when relevance is judged."""

    language: Language
    publisher: Publisher
    places: Sequence[PlaceMention] = ()
    organisations: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Weight:
    """How much of an article speaks of one subject."""

    in_title: bool
    in_lead: bool
    sentences: int
    of: int
    explains_title: bool = False

    @property
    def named(self) -> bool:
        return self.in_title or self.sentences > 0

    @property
    def share(self) -> float:
        return self.sentences / self.of if self.of else 0.0

    @property
    def central(self) -> bool:
        """Whether the article is about the subject rather than mentions it."""
        if self.in_title or self.explains_title:
            return True
        if self.in_lead:
            return (self.sentences >= 2 and self.share >= 0.12) or self.share >= 0.3
        return self.sentences >= 3 and self.share >= 0.3

    def said(self) -> str:
        where = f"in {self.sentences} of {self.of} sentences"
        if not self.in_title:
            return where
        return f"in the title and {where}" if self.sentences else "in the title"


def _weigh(units: tuple[Unit, ...], reading: Reading) -> _Weight:
    body = [unit for unit in units if unit is not reading.title]
    in_lead = any(unit in reading.lead for unit in body)
    # "Red packets for Beijing", and the lead says of what: the title meant the subject.
    explains = reading.title.has("carrier") and any(_carried(unit) for unit in body if unit in reading.lead)
    return _Weight(len(body) < len(units), in_lead, len(body), len(reading.units), explains)


def _carried(unit: Unit) -> bool:
    """Whether the digital yuan is what is handed out or tried, side by side: 数字人民币红包."""
    yuan = [hit for hit in unit.hits if hit.label in YUAN]
    carriers = [hit for hit in unit.hits if hit.label == "carrier"]
    return any(max(a.start, b.start) - min(a.end, b.end) <= _NEAR for a in yuan for b in carriers)


def judge(reading: Reading, context: Context) -> tuple[Relevance, str]:
    """Relevance, and an English sentence that answers "why did I get this?" (or did not)."""
    yuan = _weigh(yuan_units(reading), reading)
    chain = _weigh(chain_units(reading), reading)
    sort = page_kind(reading)
    if not (yuan.named or chain.named):
        if sort == "mining" and _at_home(reading, context) and _public_actor(reading, context):
            return "borderline", "A measure against cryptocurrency mining, not about blockchain itself."
        return "no", "Names neither the digital yuan nor blockchain."
    if sort is not None and not (sort == "roundup" and (yuan.in_title or chain.in_title)):
        return _sorted_out(sort, yuan, reading, context)
    verdicts = []
    if yuan.named:
        verdicts.append(_judge_yuan(yuan, reading))
    if chain.named:
        verdicts.append(_judge_chain(chain, reading, context))
    return min(verdicts, key=lambda verdict: _ORDER.index(verdict[0]))


def _sorted_out(sort: PageKind, yuan: _Weight, reading: Reading, context: Context) -> tuple[Relevance, str]:
    what = _SORTS[sort]
    measure = sort in ("mining", "fraud") and _at_home(reading, context)
    if sort in _NEVER or not (yuan.named or measure):
        return "no", f"This is {what}, not an announcement."
    subject = "the digital yuan" if yuan.named else "blockchain"
    return "borderline", f"This is {what} that mentions {subject}."


def _judge_yuan(weight: _Weight, reading: Reading) -> tuple[Relevance, str]:
    others, ours = reading.count("foreign-cbdc"), reading.count(*YUAN)
    elsewhere = reading.title.has("foreign-cbdc") and not weight.in_title
    if (elsewhere and others >= ours) or (others > 1 and others > ours):
        return "borderline", f"About another country's digital money; the digital yuan is {weight.said()}."
    if weight.central:
        return "yes", f"About the digital yuan: {weight.said()}."
    return "borderline", f"Mentions the digital yuan in passing, {weight.said()}."


def _judge_chain(weight: _Weight, reading: Reading, context: Context) -> tuple[Relevance, str]:
    if not _at_home(reading, context):
        return "no", "Names blockchain, but nothing that happens in China."
    if not weight.central:
        return "borderline", f"Mentions blockchain in passing, {weight.said()}."
    if _company_news(reading, context):
        return "borderline", "A company's own news about blockchain; no public body acts."
    if not (_public_actor(reading, context) or any(place.primary for place in context.places)):
        return "borderline", "About blockchain in China, but no public body or place acts."
    return "yes", f"About blockchain in China: {weight.said()}."


def _at_home(reading: Reading, context: Context) -> bool:
    """Whether the article plays in China rather than elsewhere: the title weighs most, then the lead."""
    quotes = [fold(place.quote) for place in context.places]
    home = 3.0 if context.publisher.place else 0.0
    home += sum(2.0 for place in context.places if place.primary)
    away = 0.0
    for unit, weight in _weighted(reading):
        home += weight * (unit.has("china") + any(quote in unit.folded for quote in quotes))
        away += weight * min(unit.foreign(), 2)
    if home == away == 0.0:
        # A Chinese text need not say that it speaks of China, as long as a public body acts.
        return context.language == "zh" and _public_actor(reading, context)
    tied = home == away and not reading.title.foreign()
    return home > away or (tied and any(place.primary for place in context.places))


def _weighted(reading: Reading) -> list[tuple[Unit, float]]:
    rest = [(unit, 1.0) for unit in reading.units[len(reading.lead) :]]
    return [(reading.title, 4.0), *((unit, 2.0) for unit in reading.lead), *rest]


def _public_actor(reading: Reading, context: Context) -> bool:
    if context.publisher.kind == "government" or reading.title.has("government", "policy"):
        return True
    kinds = organisation_kinds()
    if any(kinds.get(name) in _PUBLIC for name in context.organisations):
        return True
    return bool(reading.with_any("government"))


def _company_news(reading: Reading, context: Context) -> bool:
    if context.publisher.kind == "government":
        return False
    front = (reading.title, *reading.lead)
    leading = organisation_kinds().get(next(iter(context.organisations), "")) in _COMPANIES
    business = any(unit.has("business") for unit in front)
    public = any(unit.has("government") for unit in front) or _place_acts(reading, context)
    return (leading or business) and not public


def _place_acts(reading: Reading, context: Context) -> bool:
    """Whether a policy is the news, and the place in the title has it: "Hainan announces six measures"."""
    titled = any(place.primary and fold(place.quote) in reading.title.folded for place in context.places)
    measures = any(unit.has("policy") for unit in (reading.title, *reading.lead))
    return titled and measures and bool(reading.with_any("government"))
