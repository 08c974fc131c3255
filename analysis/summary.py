"""Turns an article into a summary: one to three of its own sentences, in reading order.

A sentence gains by figures, by the subject, by the body that acts, by standing early and by sharing
words with the title; notices' salutations and labels lose. Datelines and bylines are cut off, so what is left
of a sentence is still cut from the original.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum

from analysis.reading import LEAD, Reading, Unit, read_text
from analysis.types import Fact, Language

LIMIT = 320  # characters: what a phone shows without scrolling
SENTENCES = 3
REACH = 100  # sentences that are considered: a plan of 145 pages says what it is at its beginning
_SUBJECT = ("digital-yuan", "mbridge", "blockchain", "cbdc", "on-chain")
_KIND_WEIGHT = {"amount": 2.0, "count": 1.5, "pages": 1.5, "percent": 1.0, "period": 1.0, "batch": 1.0}
_LEAST = 1.0  # points below which a sentence adds nothing worth a reader's time

# What stands before the first words of a report: place, date and agency.
_DATELINE = re.compile(
    r"(?:[【\[](?:本[报報刊])[讯訊][】\]]\s*"
    r"|[^。，,]{0,18}?(?:讯|訊|电|電|消息)\s*[（(][^）)]{0,6}(?:记者|記者|通讯员|通訊員)[^）)]{1,30}[）)]\s*"
    r"|[（(][^）)]{0,6}(?:记者|記者|通讯员|通訊員)[^）)]{1,30}[）)]\s*"
    r"|[\u4e00-\u9fff]{2,14}(?:\d{1,2}月\d{1,2}日)?(?:讯|訊|电|電|消息)[\s:：]+"
    r"|新[闻聞]稿\s*"
    r"|[A-Z][A-Za-z.'’/ -]{2,60}(?:,| \() ?(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8})\)?"
    r"(?:,? \d{4})?(?: \([A-Za-z .]{2,30}\))? ?[-–—] "
    r"|[A-ZÄÖÜ][A-ZÄÖÜ .'’-]{2,30} (?:\([A-Za-z .]{2,30}\) )?[-–—] "
    r"|[A-ZÄÖÜ][\w.'’/ -]{2,40} \([a-zäöü/]{2,12}\)(?:[.:]\s*| ?[-–—] |$)"
    r"|\d{1,2}\. [A-Z][a-zä]{2,8} \d{4} ?[-–—] )"
)
_LABEL = re.compile(r"^(?:\[.{2,8}\]|\S{2,8}[:：])\s*\S{1,40}$")
_ADDRESSED = re.compile(r"各[\u4e00-\u9fff]")
_NOTICE = ("印发给你们", "特此通知", "通知如下", "说明如下", "意见如下", "有关事项")
_ITEM = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百\d]{1,4}条\s?"
    r"|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、]\s?(?=\D))"
)
_PRONOUN = re.compile(
    r"(?:sie|er|es|dies|diese[rs]?|dort|dazu|damit|danach|it|they|he|she|this|these|those|there|both|neither|"
    r"however|but|zudem|doch|aber)\b|(?:其|该|这|此外|另外|他|她|它)",
    re.IGNORECASE,
)
_FINISHED = frozenset('。！？.!?”"»)）」』；')
_CLAUSE = re.compile(r"[，；;,]\s?")


_Figure = tuple[str, int | float | str]


@dataclass(frozen=True, slots=True)
class _Choice:
    """A sentence that may be taken: its place in the article, its words, its points, the facts in it."""

    number: int
    words: str
    points: float
    facts: frozenset[_Figure] = frozenset()
    dangling: bool = False  # "It has already ..." says nothing without the sentence before it


def summarise(title: str, text: str, facts: Sequence[Fact], language: Language) -> str:
    """At most three sentences, and at most 320 characters.

    `text` is the article without page noise. "" only if there is no text.
    """
    return summarise_reading(read_text(title, text), facts, language)


def summarise_reading(reading: Reading, facts: Sequence[Fact], language: Language) -> str:
    """As :func:`summarise`, from a reading already made."""
    title = _pairs(reading.title.folded)
    choices = [_choice(number, unit, title, facts) for number, unit in enumerate(reading.units[:REACH])]
    choices = [choice for choice in choices if choice.words]
    if not choices:
        return ""
    taken = _take(choices, LIMIT)
    glue = "" if language == "zh" else " "
    return glue.join(choice.words for choice in sorted(taken, key=lambda choice: choice.number))


def _take(choices: Sequence[_Choice], limit: int) -> list[_Choice]:
    """The best sentences that fit, one after the other; a figure that is already told counts no more."""
    best = max(choices, key=lambda choice: (choice.points, -choice.number))
    if len(best.words) > limit:
        return [replace(best, words=_cut(best.words, limit))]
    taken, room = [best], limit - len(best.words)
    while len(taken) < SENTENCES:
        told = frozenset[_Figure]().union(*(choice.facts for choice in taken))
        after = {choice.number + 1 for choice in taken}
        fitting = [choice for choice in choices if choice not in taken and len(choice.words) < room]
        gains = [(_gain(choice, told, after), -choice.number, choice) for choice in fitting]
        gain, _, choice = max(gains, default=(0.0, 0, best), key=lambda entry: entry[:2])
        if gain < _LEAST:
            break
        taken.append(choice)
        room -= len(choice.words) + 1
    return taken


def _gain(choice: _Choice, told: frozenset[_Figure], after: set[int]) -> float:
    points = choice.points - 3.0 * (choice.dangling and choice.number not in after)
    if choice.facts.isdisjoint(told):
        return points
    repeated = _worth(choice.facts) - _worth(choice.facts - told)
    return points - repeated - (1.0 if repeated else 0.0)


def _choice(number: int, unit: Unit, title: set[str], facts: Sequence[Fact]) -> _Choice:
    words = _ITEM.sub("", unit.sentence.text) if number > LEAD else without_dateline(unit.sentence.text)
    if len(words) < 6 or _LABEL.match(words) or words[-1] not in _FINISHED:
        # Headings and signatures are no sentences, but in a text of nothing else they are all there is.
        return _Choice(number, words, -1.0 if len(words) > 12 else -2.0)
    figures = _within(facts, unit.sentence.text)
    points = _worth(figures)
    points += 2.0 * unit.has(*_SUBJECT) + 0.7 * unit.has("government") + 0.5 * unit.has("policy")
    points += max(0.0, 3.0 - 0.9 * number) + 2.0 * _shared(unit, title)
    points -= 3.0 * _is_salutation(words) + 1.5 * unit.has("fraud", "crypto", "market", "ad")
    return _Choice(number, words, points, figures, bool(_PRONOUN.match(words)))


def _is_salutation(words: str) -> bool:
    return bool(_ADDRESSED.match(words)) or any(phrase in words for phrase in _NOTICE)


def _worth(figures: frozenset[_Figure]) -> float:
    # Figures come in no order, and a plain sum of fractions would depend on it.
    return min(fsum([_KIND_WEIGHT.get(kind, 0.3) for kind, _ in figures]), 5.0)


def _within(facts: Sequence[Fact], sentence: str) -> frozenset[_Figure]:
    return frozenset([(fact.type, fact.value) for fact in facts if fact.quote and fact.quote in sentence])


def _shared(unit: Unit, title: set[str]) -> float:
    """How much of the title's wording the sentence repeats, 0 to 1, by pairs of characters."""
    folded = unit.folded
    return sum([pair in folded for pair in title]) / len(title) if title else 0.0


def _pairs(folded: str) -> set[str]:
    return {folded[at : at + 2] for at in range(len(folded) - 1) if folded[at : at + 2].isalnum()}


def without_dateline(sentence: str) -> str:
    """A sentence without the dateline or byline before it, and without its number in a list."""
    for pattern in (_DATELINE, _ITEM):
        match = pattern.match(sentence)
        if match:
            sentence = sentence[match.end() :].lstrip()
    return sentence


def _cut(words: str, limit: int) -> str:
    """The clauses of a long sentence that fit; the words themselves where it has no clauses."""
    ends = [match.start() for match in _CLAUSE.finditer(words) if match.start() <= limit - 1]
    if ends and ends[-1] > limit // 3:
        return words[: ends[-1]] + "…"
    return words[: words.rfind(" ", 0, limit) if " " in words[:limit] else limit - 1] + "…"
