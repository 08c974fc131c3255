"""Turns what a folded text says about documents and rounds into facts: pages, document numbers, batches."""

from __future__ import annotations

import re

from analysis.finding import Finding, sentence_around
from analysis.numerals import read_number
from analysis.types import Language

_DOCUMENT_NO = re.compile(r"[〔\[(【]\s?(?P<year>(?:19|20)\d\d)\s?[〕\])】]\s?(?P<no>\d{1,4})\s?号")
# A tender's number: 项目编号：LZZC-2022-0417.
_PROJECT_NO = re.compile(
    r"(?:项目|招标|采购|合同|公告)编号\s?[:：]\s?(?P<no>[a-z\d][a-z\d()〔〕/._-]{5,40}[a-z\d])"
)
_DOCUMENT_BODY = re.compile(r"[\u4e00-\u9fff]{2,12}\s?$")
# Words that a sentence puts before a document number, so that they are not taken for its letters.
_DOCUMENT_LEAD = re.compile(
    r".*(?:文号|字号|编号|依据|根据|按照|印发|以|的|和|与|及|通知|精神|办法|规定|意见|落实)"
)
_PAGES = {
    "zh": re.compile(r"(?<![第\d.])(\d{1,4}|[一二三四五六七八九十百]+)\s?(?:多|余)?页(?![一-龥]?码|面)"),
    "en": re.compile(r"(?<![\d.,$])(\d{1,4})[\s-]pages?\b(?!\sview)"),
    "de": re.compile(r"(?<![\d.,])(\d{1,4})(?:\s?-?seitig\w*|\s(?:\w+e[nrs]?\s)?seiten\b)"),
}
_ORDINALS_EN = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINALS_DE = ("zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt")
_EVENT = (
    r"(?:batch|round|group|tranche|phase|wave|such campaign|lottery|giveaway|campaign|trial round|issue of)"
)
_ROUND_DE = r"(?:runde|tranche|gruppe|charge|phase|welle|staffel|verlosung|auslosung|aktion|lotterie)n?"
_BATCH = {
    "zh": re.compile(
        r"第(?P<n>[二三四五六七八九十]{1,3}|\d{1,2})(?:批|轮|波|期(?=[^间限])"
        r"|次(?=[^会]{0,8}(?:发放|开展|试点|红包|派发|投放|活动)))(?![会届])"
    ),
    "en": re.compile(
        rf"\b(?P<n>{'|'.join(_ORDINALS_EN)}|\d{{1,2}}(?:nd|rd|th))\s(?:[a-z-]+\s){{0,4}}?{_EVENT}\b"
    ),
    "de": re.compile(
        rf"\b(?P<n>{'|'.join(_ORDINALS_DE)}|\d{{1,2}}\.)(?:e[nrs]?)?\s(?:\w+e[nrs]?\s){{0,2}}?{_ROUND_DE}\b"
    ),
}
# Without one of these words there is no batch; looking for them is quicker.
_ROUNDS = {
    "zh": ("第",),
    "en": (
        "batch",
        "round",
        "group",
        "tranche",
        "phase",
        "wave",
        "campaign",
        "lottery",
        "giveaway",
        "issue of",
    ),
    "de": (
        "runde",
        "tranche",
        "gruppe",
        "charge",
        "phase",
        "welle",
        "staffel",
        "losung",
        "aktion",
        "lotterie",
    ),
}
_FIRST = {
    "zh": re.compile(r"第一[批轮期次波]"),
    "en": re.compile(r"\bfirst\s(?:batch|round|group|tranche|phase)"),
    "de": re.compile(r"\berste[nrs]?\s(?:runde|tranche|gruppe|phase)"),
}
_RUMOUR = re.compile(r"rumou?r|unconfirmed|传闻|网传|gerücht")


def find_document_numbers(folded: str) -> list[Finding]:
    """Official document numbers, brackets normalised: 京政办发〔2020〕19号."""
    found = []
    for match in _DOCUMENT_NO.finditer(folded) if "号" in folded else ():
        before = _DOCUMENT_BODY.search(folded, max(0, match.start() - 13), match.start())
        if before is None:
            continue
        lead = _DOCUMENT_LEAD.match(before[0])
        start = before.start() + (lead.end() if lead else 0)
        body = folded[start : match.start()].strip()
        if 2 <= len(body) <= 10:
            found.append(
                Finding("document_no", f"{body}〔{match['year']}〕{match['no']}号", None, start, match.end())
            )
    found += [
        Finding("document_no", match["no"].upper(), None, *match.span("no"))
        for match in _PROJECT_NO.finditer(folded)
        if any(char.isdigit() for char in match["no"])
    ]
    return found


def find_pages(folded: str, language: Language) -> list[Finding]:
    """How long a document is: 145页, 145-page, 145-seitig."""
    if not any(word in folded for word in ("页", "page", "seit")):
        return []
    found = []
    for match in _PAGES[language].finditer(folded):
        pages = read_number(match[1], language)
        if isinstance(pages, int) and pages > 1:
            found.append(Finding("pages", pages, "pages", *match.span()))
    return found


def find_batches(folded: str, language: Language) -> list[Finding]:
    """Which batch or round it is, from the second on; a sentence that lists several is no such statement."""
    if not any(word in folded for word in _ROUNDS[language]):
        return []
    found = []
    for match in _BATCH[language].finditer(folded):
        batch = _ordinal(match["n"], language)
        if batch and not _enumerates(folded, match, language):
            found.append(Finding("batch", batch, None, *match.span()))
    return found


def _ordinal(words: str, language: Language) -> int | None:
    if language == "zh":
        value = read_number(words, "zh")
        return value if isinstance(value, int) and value > 1 else None
    if words[0].isdigit():
        value = int(re.sub(r"\D", "", words))
        return value if value > 1 else None
    ordinals = _ORDINALS_DE if language == "de" else _ORDINALS_EN
    return ordinals.index(words) + 2


def _enumerates(folded: str, match: re.Match[str], language: Language) -> bool:
    sentence = sentence_around(folded, *match.span())
    return bool(_RUMOUR.search(sentence) or _FIRST[language].search(sentence))
