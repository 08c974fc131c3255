"""Turns the places meant in an article into the few it is mainly about.

Title before lead; the publisher's own place where neither names one. A place that is only recalled
("following Shenzhen"), or only says where another lies ("capital of Sichuan province"), is not what a text is
about; in a list of newly added areas each is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.gazetteer import gazetteer
from analysis.place_meaning import ancestors
from analysis.types import Publisher

LIST_LENGTH = 3  # so many places side by side in the lead are a list of areas


Where = Literal["title", "lead", "body"]
Role = Literal["acts", "around", "recalled", "brand"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place named once.

    `role`: it acts, only says where another place lies, is recalled, or stands in the name of an app or
    zone. `opens`: a sentence begins with it, or it stands in a row of what is new. `more`: it stands for
    others too (上海等六地). `added`: its sentence says what is new on a list. `kind`: what the text calls
    it ("county" for a district).
    """

    adcode: str
    start: int
    where: Where
    role: Role
    paragraph: int = 0
    opens: bool = False
    more: bool = False
    added: bool = False
    kind: str | None = None


def weigh(
    mentions: list[Mention], own: str | None, publisher: Publisher, *, titled: bool = False
) -> set[str]:
    """The codes an article is mainly about. `own` is the publisher's place, if the text speaks of it;
    `titled` where the title does ("our city")."""
    title = _acting(mentions, "title")
    lead = _acting(mentions, "lead")
    more = any(mention.more for mention in mentions if mention.where == "title")
    rows = lead or (_first_named(mentions) if not title or more else set())
    listed = _list_of_areas(mentions, title, rows)
    if listed:
        return listed
    if title and own and (titled or own in _all(mentions, "title")):
        # A local paper names its own city in the title: it speaks of the city.
        title = title | {own}
    if title:
        return title | _kin(title, lead, mentions) | _only_district(title, mentions)
    if own is not None and publisher.kind == "government":
        below = _below(lead, {own})
        # One district is where it happens; several are those that take part.
        return {own} | (below if len(below) == 1 else set())
    lead = {code for code in lead if not _is_around(code, lead) or _level(code) != "province"}
    lead |= _kin(lead, set(), mentions) | _only_district(lead, mentions)
    if own is not None and (not lead or all(own in ancestors(code) for code in lead)):
        return lead | {own}
    return lead if len(lead) < LIST_LENGTH or _share_parent(lead) else set()


def _acting(mentions: list[Mention], where: str) -> set[str]:
    return {mention.adcode for mention in mentions if mention.where == where and mention.role == "acts"}


def _all(mentions: list[Mention], where: str) -> set[str]:
    return {mention.adcode for mention in mentions if mention.where == where}


def _first_named(mentions: list[Mention]) -> set[str]:
    """The places of the first paragraph that names any."""
    below = [mention for mention in mentions if mention.where != "title"]
    first = min((mention.paragraph for mention in below), default=0)
    return {mention.adcode for mention in below if mention.paragraph == first and mention.role == "acts"}


def _level(adcode: str) -> str:
    place = gazetteer().place(adcode)
    return place.level if place else "county"


def _is_around(code: str, codes: set[str]) -> bool:
    return any(code in ancestors(other)[1:] for other in codes)


def _below(codes: set[str], outer: set[str]) -> set[str]:
    return {code for code in codes if outer & set(ancestors(code)[1:])}


def _list_of_areas(mentions: list[Mention], title: set[str], lead: set[str]) -> set[str]:
    """Newly added areas: many in the lead, and the title's among them (one in the title stands alone)."""
    wide = {code for code in lead if _level(code) != "county" and not _is_around(code, lead)}
    more = any(mention.more for mention in mentions if mention.where == "title")
    if len(wide) < LIST_LENGTH or (len(title) == 1 and not more):
        return set()
    if not title <= wide:
        # "Four whole provinces", says the title, and the lead goes on: 同时新增济南、南宁、昆明.
        new = {mention.adcode for mention in mentions if mention.where == "lead" and mention.added}
        if len(title) < LIST_LENGTH or len(wide & new) < LIST_LENGTH:
            return set()
        wide |= title
    acting = [mention for mention in mentions if mention.role == "acts"]
    if not title and not any(mention.added for mention in acting):
        return set()
    opening = {mention.adcode for mention in acting if mention.opens and _level(mention.adcode) != "county"}
    districts = {m.adcode for m in acting if m.added and _level(m.adcode) == "county"}
    districts = {code for code in districts if not wide & set(ancestors(code)[1:])}
    return wide | districts | {code for code in opening if not _is_around(code, wide)}


def _kin(title: set[str], lead: set[str], mentions: list[Mention]) -> set[str]:
    """Districts in the lead of a city in the title, and the city of a district in the title that acts too."""
    districts = {code for code in _below(lead, title) if _level(code) != "prefecture"}
    towns = _below(lead, title) - districts
    news = any(mention.added for mention in mentions if mention.where == "lead")
    # One city in the lead is where it happens; several are those that take part, unless they are the news.
    named = {mention.adcode for mention in mentions if mention.opens and news}
    if len(districts) >= LIST_LENGTH and not news:
        districts = set()  # 金凤区7个、西夏区3个、贺兰县2个: where it is spread, not what it is about
    districts = districts | (towns if len(towns) == 1 else towns & named)
    acting = {mention.adcode for mention in mentions if mention.role == "acts"}
    cities = {code for code in acting if _is_city_of(code, title)}
    return districts | cities


def _only_district(title: set[str], mentions: list[Mention]) -> set[str]:
    """The one district of the title's city that a text for foreign readers calls a district."""
    counties = {mention.adcode for mention in mentions if _level(mention.adcode) == "county"}
    called = {m.adcode for m in mentions if m.kind == "county" and m.role == "acts" and m.where != "title"}
    return {
        code for code in called if len(counties) == 1 and any(_is_city_of(city, {code}) for city in title)
    }


def _is_city_of(code: str, title: set[str]) -> bool:
    """A city above one of the title's urban districts (a county or county-level city stands for itself)."""
    for below in title:
        place = gazetteer().place(below)
        if place and place.name_zh.endswith("区") and place.level == "county" and place.parent == code:
            return True
    return False


def _share_parent(codes: set[str]) -> bool:
    return len({gazetteer().ancestors(code)[-1] for code in codes}) == 1
