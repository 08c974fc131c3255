"""Turns names found in a text into the places meant: each sighting gets one code or is dropped.

A name that several places bear, or that is too short to stand alone, is decided by what the text calls it,
by the cities and provinces named around it, and by the publisher's own place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from analysis.gazetteer import gazetteer
from analysis.place_context import is_metonym, speaks_of_beijing
from analysis.place_names import Form, Sighting
from analysis.sentences import Sentence
from analysis.types import Language

BEIJING = "110000"
_RANK = {"province": 3, "prefecture": 2, "area": 1, "county": 0, "country": 0}
_ADJACENT, _CALLED, _SAME_SENTENCE, _NAMED, _IN_PROVINCE, _OWN = 100, 60, 40, 20, 16, 15
_ENOUGH = _OWN  # what a short name needs to count


@dataclass(frozen=True, slots=True)
class Meant:
    """A sighting and the place it means."""

    sighting: Sighting
    adcode: str


@cache
def ancestors(adcode: str) -> tuple[str, ...]:
    """As :meth:`Gazetteer.ancestors`, remembered."""
    return gazetteer().ancestors(adcode)


def settle(sightings: list[Sighting], sentences: list[Sentence], own: str | None) -> list[Meant]:
    """The sightings whose meaning is clear, in order. `own` is the publisher's place."""
    sure = {s.start: s.forms[0].place.adcode for s in sightings if _is_sure(s)}
    meant = _settled(sightings, sentences, own, sure)
    # A city that is known only now (Suzhou, of which there are two) tells what its district means.
    cities = {one.sighting.start: one.adcode for one in meant if not _is_county(one.adcode)}
    return _settled(sightings, sentences, own, sure | cities) if len(cities.keys() - sure.keys()) else meant


def _is_county(adcode: str) -> bool:
    place = gazetteer().place(adcode)
    return place is not None and place.level == "county"


def _settled(
    sightings: list[Sighting], sentences: list[Sentence], own: str | None, sure: dict[int, str]
) -> list[Meant]:
    """As `settle`, with what each of the `sure` sightings means."""
    likely = {code for sighting in sightings if (code := _likely(sighting))}
    starts = [sentence.start for sentence in sentences]
    by_sentence: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for start, code in sure.items():
        by_sentence[bisect_right(starts, start)].append((start, code))
    meant: list[Meant] = []
    for sighting in sightings:
        meaning = sure.get(sighting.start)
        if meaning is None:
            neighbours = by_sentence[bisect_right(starts, sighting.start)]
            # That a name may be a city's does not speak for the city against its namesakes.
            named = set(sure.values()) | (likely - {form.place.adcode for form in sighting.forms})
            meaning = _choose(sighting, named, _codes_around(sighting.start, neighbours), meant, own)
        if meaning is not None:
            meant.append(Meant(sighting, meaning))
    return meant


def _is_sure(sighting: Sighting) -> bool:
    codes = {form.place.adcode for form in sighting.forms}
    return len(codes) == 1 and sighting.forms[0].strength == "free"


def _likely(sighting: Sighting) -> str | None:
    """The city or province of a name that only a county bears too (Wuxi of Jiangsu, not of Chongqing)."""
    wide = {form.place.adcode for form in sighting.forms if form.strength == "free"}
    wide -= {form.place.adcode for form in sighting.forms if form.place.level == "county"}
    return next(iter(wide)) if len(wide) == 1 and sighting.kind != "county" else None


def _codes_around(start: int, neighbours: list[tuple[int, str]]) -> dict[str, int]:
    """Sure codes of the same sentence and how far away they are."""
    distances: dict[str, int] = {}
    for at, code in neighbours:
        distances[code] = min(abs(at - start), distances.get(code, abs(at - start)))
    return distances


def _choose(
    sighting: Sighting, named: set[str], same: dict[str, int], meant: list[Meant], own: str | None
) -> str | None:
    last = meant[-1] if meant else None
    adjacent = last.adcode if last and last.sighting.end == sighting.start else None
    scored = [(_score(form, sighting, named, same, adjacent, own), form) for form in sighting.forms]
    best = max(score for score, _ in scored)
    winners = {form.place.adcode: form for score, form in scored if score == best}
    if len(winners) > 1:
        # Two cities of one name: the better known have the lower codes. Two districts: nobody knows.
        if all(form.place.level == "county" for form in winners.values()):
            return None
        return min(winners)
    code, form = next(iter(winners.items()))
    if (
        form.strength == "free"
        or best - _fits(sighting.kind, form.place.level, form.place.name_zh) >= _ENOUGH
    ):
        return code
    is_only = sighting.kind == "county" and len(sighting.forms) == 1
    return code if is_only else None


def _score(
    form: Form,
    sighting: Sighting,
    named: set[str],
    same: dict[str, int],
    adjacent: str | None,
    own: str | None,
) -> float:
    place = form.place
    above = ancestors(place.adcode)
    score = float(_RANK[place.level])
    if form.strength == "free":
        score += 5.0 if place.level == "county" else 10.0
    score += _fits(sighting.kind, place.level, place.name_zh)
    if adjacent in above[1:]:
        return score + _ADJACENT
    if near := [distance for code, distance in same.items() if code in above]:
        score += _SAME_SENTENCE - min(near) / 1000
    elif named & set(above[:2]):
        score += _NAMED
    elif named & set(above) and place.name_zh.endswith("市"):
        score += _IN_PROVINCE
    if own is not None and _is_local(own, above):
        score += _OWN
    return score


def _is_local(own: str, above: tuple[str, ...]) -> bool:
    """Whether a place lies in the publisher's city (in its province, for a province's publisher)."""
    ours = ancestors(own)
    return own in above or any(code in above for code in ours if not code.endswith("0000"))


def _fits(kind: str | None, level: str, name: str) -> float:
    """What the text calls it weighs more than what is named around it."""
    if kind is None:
        return 0.0
    if kind == "county":
        return _CALLED if level in ("county", "area") else -_CALLED
    if kind == "province":
        return _CALLED if level == "province" else 0.0
    return _CALLED if level == "prefecture" or name.endswith("市") else 0.0


def drop_metonyms(
    folded: str, meant: list[Meant], sentences: list[Sentence], language: Language
) -> list[Meant]:
    """Without the "Beijing" that stands for the central government (English and German)."""
    named_district = any(one.adcode.startswith(BEIJING[:2]) and one.adcode != BEIJING for one in meant)
    if language == "zh" or named_district or speaks_of_beijing(folded):
        return meant
    kept = []
    starts = [sentence.start for sentence in sentences]
    for number, one in enumerate(meant):
        start, end = one.sighting.start, one.sighting.end
        at = bisect_right(starts, start) - 1
        listed = _is_listed(folded, meant, number)
        if one.adcode == BEIJING and at >= 0 and not listed and is_metonym(folded, sentences[at], start, end):
            continue
        kept.append(one)
    return kept


def _is_listed(folded: str, meant: list[Meant], number: int) -> bool:
    """Whether a name stands in a row of places ("Shenzhen, Suzhou and Beijing")."""
    here = meant[number].sighting
    for other in meant[max(0, number - 1) : number] + meant[number + 1 : number + 2]:
        left, right = sorted((here, other.sighting), key=lambda sighting: sighting.start)
        if folded[left.end : right.start].strip(" ,、") in ("", "and", "und", "sowie", "&", "as well as"):
            return True
    return False
