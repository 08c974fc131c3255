"""Turns a reading into the sort of page it is, where that sort is never an announcement.

Job offers, adverts, fraud warnings, market reports and the like use our words without announcing
anything. The cues are data: the labels job, ad, fraud ... of analysis/data/subjects.tsv.
"""

from __future__ import annotations

from typing import Literal

from analysis.reading import Reading
from analysis.topics import YUAN

PageKind = Literal["job", "ad", "fraud", "howto", "market", "mining", "game", "roundup"]


def page_kind(reading: Reading) -> PageKind | None:
    """The sort of page, or None for an ordinary article."""
    if _job(reading):
        return "job"
    if _advert(reading):
        return "ad"
    if reading.title.has("howto") and _cues(reading, "howto", "ad", "crypto") >= 2:
        return "howto"
    if _fraud(reading):
        return "fraud"
    if _mining(reading):
        return "mining"
    if reading.title.has("game") and not reading.title.has(*YUAN):
        return "game"
    if _market(reading):
        return "market"
    return "roundup" if reading.title.has("roundup") or _cues(reading, "roundup") >= 2 else None


def _cues(reading: Reading, *labels: str) -> int:
    """How many different words of these labels stand in the article."""
    units = (reading.title, *reading.units)
    return len({hit.alias for unit in units for hit in unit.hits if hit.label in labels})


def _job(reading: Reading) -> bool:
    return _cues(reading, "job") >= (2 if reading.title.has("job") else 3)


def _advert(reading: Reading) -> bool:
    return _cues(reading, "ad") >= (1 if reading.title.has("ad") else 2)


def _fraud(reading: Reading) -> bool:
    warned = len(reading.with_any("fraud"))
    return (reading.title.has("fraud") and warned > 0) or warned > 0.4 * len(reading.units) > 1


def _mining(reading: Reading) -> bool:
    # A raid on mines is against cryptocurrency; a sentence on miners in a blockchain text is not.
    return reading.title.has("mining") or (
        any(unit.has("mining") for unit in reading.lead) and len(reading.with_any("mining")) >= 2
    )


def _market(reading: Reading) -> bool:
    """Prices and shares: said in the title, and not the prize draw of a city."""
    title = reading.title
    if title.has("market"):
        return title.has("crypto", "blockchain", *YUAN) or len(reading.with_any("market", "crypto")) >= 2
    quiet = not title.has("blockchain", "government", "policy", *YUAN)
    return title.has("crypto") and quiet and len(reading.with_any("crypto", "market")) >= 2
