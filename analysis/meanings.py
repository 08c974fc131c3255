"""A phrase of a wish -> what it says: a place, a topic, a kind, how often, and so on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from analysis.fold import fold
from analysis.gazetteer import Place, gazetteer
from analysis.organisations import locate_organisations
from analysis.place_choice import stands_alone
from analysis.query import resolve_kinds
from analysis.terms import read_rows, split_aliases
from analysis.topics import resolve_topic

Field = Literal[
    "delivery",
    "official",
    "language",
    "everything",
    "not",
    "and",
    "filler",
    "topic",
    "kind",
    "place",
    "organisation",
]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says. `values` belong to the field; `places` are all that a name may mean, best first."""

    field: Field
    values: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


def meaning_of(phrase: str, *, inside: bool = False, whole: bool = False) -> Meaning | None:
    """What a phrase says by itself; None where it is not understood.

    `inside`: it was found within a run of Chinese, where the short name of a county may be anything.
    `whole`: nothing else was typed, so that the name of a small place is one.
    """
    if (said := _said().get(_key(phrase))) is not None:
        return Meaning(*said)
    if topic := resolve_topic(phrase):
        return Meaning("topic", (topic,))
    if kinds := resolve_kinds(phrase):
        return Meaning("kind", kinds)
    places = gazetteer().resolve(phrase) if len(phrase) > 1 else ()
    if places and (whole or (_safe(places[0], phrase) if inside else stands_alone(places[0], phrase))):
        return Meaning("place", (places[0].adcode,), places)
    return _organisation(phrase)


def _safe(place: Place, phrase: str) -> bool:
    return place.level != "county" or phrase == place.name_zh or (place.bare == "free" and len(phrase) > 1)


def _organisation(phrase: str) -> Meaning | None:
    """An organisation whose name is the whole phrase."""
    found = locate_organisations(phrase)
    if len(found) == 1 and (found[0][1], found[0][2]) == (0, len(phrase)):
        return Meaning("organisation", (found[0][0],))
    return None


@cache
def _said() -> dict[str, tuple[Field, tuple[str, ...]]]:
    return {
        _key(word): (cast(Field, field), () if value in ("-", "yes") else (value,))
        for field, value, words in reversed(read_rows("wanted.tsv", 3))  # of two rows the first one counts
        for word in split_aliases(words)
    }


def _key(phrase: str) -> str:
    return "".join(char for char in fold(phrase) if char.isalnum()) or phrase
