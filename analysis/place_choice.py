"""The places that a typed name may mean -> whether it is one among other words, and who else is called so."""

from __future__ import annotations

from analysis.gazetteer import Place, gazetteer

NAMESAKES = 3


def stands_alone(place: Place, phrase: str) -> bool:
    """Whether a name is understood among other words: "yuan" beside "digital" is no county."""
    if place.level != "county" or place.bare == "free" or " " in phrase:
        return True
    return phrase in (place.name_zh, place.name_en, place.name_de) or (
        place.bare == "near" and not phrase.isascii()
    )


def namesakes(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Other places that a person may have meant: as large, and not within or around the first one."""
    first, covers = places[0], gazetteer().covers
    return tuple(
        each
        for each in places[1:]
        if (each.level == "county") == (first.level == "county")
        and not covers(first.adcode, each.adcode)
        and not covers(each.adcode, first.adcode)
    )[:NAMESAKES]
