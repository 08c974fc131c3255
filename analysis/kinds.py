"""Turns a reading into the kind of announcement it is, and the stage the thing announced stands at.

Each kind collects points for its words: most in the title, less in the lead, little in the rest. What
counts is the announcement's own act. Words and wordings are data (kinds.tsv, kind_patterns.tsv, stages.tsv).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import cast

from analysis.fold import fold
from analysis.reading import Reading
from analysis.terms import Terms, read_rows, split_aliases
from analysis.types import KINDS, STAGES, Kind, Stage

_TITLE, _LEAD, _BODY = 3.0, 1.2, 0.4
_BODY_LIMIT = 5.0  # however long a document is, its body outweighs no title
_LEAD_REACH = 800  # characters of the lead, for texts that lost their full stops
_ABROAD = 7.0  # another country in the title: the money goes there, unless more speaks for something else
_BASIS = re.compile(r"(?:根据|依据|按照|依照)《[^》]{1,80}》")  # what a notice rests on is not what it does
_HAN, _LATIN = re.compile(r"[一-鿿]"), re.compile(r"[a-zäöüß]{2}")
_LEAST = 1.5  # fewer points than that name no kind
_USUAL_STAGE: dict[Kind, Stage] = {
    "plan": "announced",
    "pilot-launch": "launched",
    "pilot-expansion": "expanded",
    "application": "launched",
    "cross-border": "launched",
    "lottery": "announced",
    "event": "announced",
    "regulation": "announced",
    "funding": "announced",
}


def _rows(name: str, columns: int, vocabulary: Iterable[str]) -> list[list[str]]:
    rows = read_rows(name, columns)
    for row in rows:
        if row[0] not in vocabulary:
            raise ValueError(f"analysis/data/{name}: {row[0]!r} is none of {', '.join(vocabulary)}")
    return rows


_TELLING = ("cancelled", "consultation", "completed")


@cache
def _kind_terms() -> Terms:
    rows = _rows("kinds.tsv", 3, (*KINDS, "nothing"))
    return Terms((f"{kind}:{weight}", split_aliases(words)) for kind, weight, words in rows)


@cache
def _kind_patterns(latin: bool) -> tuple[tuple[Kind, float, str, re.Pattern[str]], ...]:
    """Without those that no text can match that has no Latin words, unless it has."""
    rows = _rows("kind_patterns.tsv", 4, KINDS)
    return tuple(
        (cast(Kind, kind), float(weight), at, re.compile(regex))
        for kind, weight, at, regex in rows
        if latin or _HAN.search(regex)
    )


@cache
def _stage_terms() -> Terms:
    rows = _rows("stages.tsv", 2, STAGES)
    return Terms((stage, split_aliases(words)) for stage, words in rows)


def find_kind(reading: Reading) -> Kind:
    """The kind with the most points; "other" where too little speaks for any."""
    points = _points(reading)
    best = max(KINDS, key=lambda kind: points[kind])
    return best if points[best] >= _LEAST else "other"


def _points(reading: Reading) -> dict[Kind, float]:
    points: dict[Kind, float] = defaultdict(float)
    title, lead, body = _zones(reading)
    for text, factor in ((title, _TITLE), (lead, _LEAD)):
        for kind, weight in _word_points(text).items():
            points[kind] += factor * weight
    for kind, weight in _word_points(body).items():
        points[kind] += min(_BODY * weight, _BODY_LIMIT)
    if reading.title.foreign():
        points["cross-border"] += _ABROAD
    latin = _LATIN.search(title) is not None or _LATIN.search(lead) is not None
    for kind, weight, where, pattern in _kind_patterns(latin):
        if pattern.search(title):
            points[kind] += weight
        elif where == "lead" and pattern.search(lead):
            points[kind] += weight / 2
    return points


def _zones(reading: Reading) -> tuple[str, str, str]:
    lead = _BASIS.sub("", " ".join(unit.folded for unit in reading.lead))
    body = " ".join(unit.folded for unit in reading.units[len(reading.lead) :])
    return reading.title.folded, lead[:_LEAD_REACH], body


def _word_points(folded: str) -> dict[Kind, float]:
    points: dict[Kind, float] = defaultdict(float)
    for label in {(hit.label, hit.alias) for hit in _kind_terms().find(folded)}:
        kind, _, weight = label[0].partition(":")
        if kind != "nothing":
            points[cast(Kind, kind)] += float(weight)
    return points


def find_stage(reading: Reading, kind: Kind) -> tuple[Stage | None, str | None]:
    """The stage shown by title or lead, else the usual one of the kind, and the sentence that shows it.

    None and None for opinions and the like.
    """
    stage = _stage(reading, kind)
    return stage, _shown_by(reading, kind, stage) if stage else None


def shows_stage(words: str, stage: Stage) -> bool:
    """Whether these words say by themselves that a stage is reached."""
    return stage in _stages(fold(words))


def _stages(folded: str) -> frozenset[str]:
    """The stages whose words stand in a text."""
    return frozenset(hit.label for hit in _stage_terms().find(folded))


def _shown_by(reading: Reading, kind: Kind, stage: Stage) -> str | None:
    """The first of lead and title that has a word of the stage, else one of the kind, else the lead."""
    units = [*reading.lead, reading.title]
    for unit in units:
        if stage in _stages(unit.folded):
            return unit.sentence.text
    for unit in units:
        if _word_points(unit.folded).get(kind):
            return unit.sentence.text
    return next((unit.sentence.text for unit in units if unit.folded), None)


def telling_stages(folded: str) -> frozenset[str]:
    """The stages shown anywhere in a text that overrule the kind's usual one."""
    return _stages(folded) & frozenset(_TELLING)


def _stage(reading: Reading, kind: Kind) -> Stage | None:
    if kind in ("opinion", "other"):
        return None
    title, lead, _ = _zones(reading)
    for text in (title, lead):
        shown = _stages(text)
        # Every text launches or announces something: only the telling stages overrule the kind's usual one.
        for stage in _TELLING:
            if stage in shown:
                return cast(Stage, stage)
    if kind in _USUAL_STAGE and kind not in ("lottery", "cross-border", "funding", "regulation"):
        return _USUAL_STAGE[kind]
    shown = _stages(f"{title}\n{lead}")
    in_order = [stage for stage in ("expanded", "launched", "announced") if stage in shown]
    return cast(Stage, in_order[0]) if in_order else _USUAL_STAGE.get(kind)
