"""Turns codes into places and what a person types into codes: the table of China's divisions and named areas.

Divisions are those of GB/T 2260 down to the counties, Hong Kong and Macau (data/places.tsv); named areas
such as Xiong'an stand in data/place_areas.tsv, other names of both in data/place_aliases.tsv.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, cast

from analysis.fold import fold
from analysis.terms import read_rows, split_aliases
from analysis.types import Language

Level = Literal["country", "province", "prefecture", "county", "area"]
Bare = Literal["free", "near", "never"]

_RANK: dict[Level, int] = {"country": 0, "province": 1, "prefecture": 2, "area": 3, "county": 4}
_NOT_IN_KEYS = re.compile(r"[\s'’.,·()（）_/-]+")
_SUGGESTIONS = 5
_NEARNESS = 0.7


@dataclass(frozen=True, slots=True)
class Place:
    """A division or named area. `parent` is the adcode above it, None for provinces.

    `short_zh` and `latin` are the names without their kind (罗湖, Luohu); `bare` says whether `short_zh`
    may stand alone in a text (see the head of data/places.tsv).
    """

    adcode: str
    level: Level
    name_zh: str
    name_en: str
    name_de: str
    parent: str | None
    short_zh: str = ""
    latin: str = ""
    bare: Bare = "free"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a place; one that is not `in_text` is only understood when a person types it."""

    adcode: str
    name: str
    in_text: bool


def _key(words: str) -> str:
    """Folded, without accents, spaces, apostrophes and hyphens: "Xi’an" and "xi an" are one."""
    plain = fold(words)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _NOT_IN_KEYS.sub("", plain)


class Gazetteer:
    """Every place the program knows. Reading only; made once by :func:`gazetteer`."""

    def __init__(self, places: Iterable[Place], aliases: Iterable[Alias]) -> None:
        self._places = {place.adcode: place for place in places}
        self.aliases = tuple(aliases)
        shorts: defaultdict[str, int] = defaultdict(int)
        for place in self._places.values():
            shorts[place.short_zh] += place.level in ("province", "prefecture")
        self._shared_shorts = {short for short, count in shorts.items() if count > 1}

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def place(self, adcode: str) -> Place | None:
        """The place of a code, None if there is none."""
        return self._places.get(adcode)

    def name(self, adcode: str, language: Language) -> str:
        """What a reader of `language` calls it ("深圳", "罗湖区", "Peking"); the code itself if unknown."""
        place = self._places.get(adcode)
        if place is None:
            return adcode
        if language == "zh":
            plain = place.level in ("province", "prefecture") and place.short_zh not in self._shared_shorts
            return place.short_zh if plain or place.level == "province" else place.name_zh
        return place.name_de if language == "de" else place.name_en

    def ancestors(self, adcode: str) -> tuple[str, ...]:
        """The code itself first, then what lies above it, up to the province."""
        chain = [adcode]
        place = self._places.get(adcode)
        if place is None:
            above = (adcode[:4] + "00", adcode[:2] + "0000")
            return (adcode, *(code for code in above if code in self._places and code != adcode))
        while place is not None and place.parent is not None:
            chain.append(place.parent)
            place = self._places.get(place.parent)
        return tuple(chain)

    def official(self, adcode: str) -> str:
        """The code itself if GB/T 2260 has it, else that of what the named area lies in."""
        place = self._places.get(adcode)
        own = place is not None and place.level == "area" and adcode[4] == "9"
        return self.official(place.parent) if own and place and place.parent else adcode

    def covers(self, outer: str, inner: str) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        return outer in self.ancestors(inner)

    def resolve(self, words: str) -> tuple[Place, ...]:
        """The places a person may mean by `words`, best first, () if unknown.

        Any script, case, accent or apostrophe; with or without 市, City, Stadt and the like; a city and
        its district together too ("深圳罗湖", "Luohu, Shenzhen").
        """
        key = _key(words)
        if not key or len(key) > 60:
            return ()
        return self._lookup(key) or self._lookup_pair(words, key)

    def suggest(self, words: str) -> tuple[Place, ...]:
        """Places whose names are spelt nearly like `words`, best first, at most five."""
        key = _key(words)
        if not key or len(key) > 60:
            return ()
        begun = [k for k in self._by_key if k.startswith(key)]
        near = difflib.get_close_matches(key, self._by_key, n=50, cutoff=_NEARNESS if key.isascii() else 0.5)
        closeness: dict[str, float] = {}
        for name in dict.fromkeys((*begun, *near)):
            ratio = difflib.SequenceMatcher(None, key, name).ratio()
            for code in self._by_key[name]:
                closeness[code] = max(ratio, closeness.get(code, 0.0))

        def order(code: str) -> tuple[float, int, str]:
            return (-round(closeness[code], 1), _RANK[self._places[code].level], code)

        return tuple(self._places[code] for code in sorted(closeness, key=order)[:_SUGGESTIONS])

    @cached_property
    def _by_key(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for place in self._places.values():
            for name in {place.name_zh, place.short_zh, place.latin, place.name_en, place.name_de}:
                found[_key(name)].append(place.adcode)
        for alias in self.aliases:
            found[_key(alias.name)].append(alias.adcode)
        return {key: list(dict.fromkeys(codes)) for key, codes in found.items()}

    def _lookup(self, key: str) -> tuple[Place, ...]:
        """Places of a key, those whose official name it is first; then the key without its kind."""
        codes: dict[str, None] = dict.fromkeys(self._sorted(self._by_key.get(key, []), None, official=key))
        for name, kind in _without_kind(key):
            codes |= dict.fromkeys(self._sorted(self._by_key.get(name, []), kind))
        return tuple(self._places[code] for code in codes)

    def _lookup_pair(self, words: str, key: str) -> tuple[Place, ...]:
        if len(parts := [part for part in re.split(r"[,，/]", words) if part.strip()]) == 2:
            pairs = [(_key(parts[1]), _key(parts[0])), (_key(parts[0]), _key(parts[1]))]
        elif not key.isascii():
            pairs = [(key[:cut], key[cut:]) for cut in range(2, len(key) - 1)]
        else:
            pairs = []
        for outer, inner in pairs:
            above = {place.adcode for place in self._lookup(outer)}
            inside = [p for p in self._lookup(inner) if above & set(self.ancestors(p.adcode)[1:])]
            if inside:
                return tuple(inside)
        return ()

    def _sorted(self, codes: Iterable[str], kind: str | None, official: str = "") -> list[str]:
        def order(code: str) -> tuple[bool, bool, int, str]:
            place = self._places[code]
            return (_key(place.name_zh) != official, not _is_kind(place, kind), _RANK[place.level], code)

        return sorted(codes, key=order)


@cache
def _kind_words() -> tuple[tuple[str, str, str], ...]:
    rows = read_rows("place_kinds.tsv", 3)
    words = [(where, word, kind) for where, kind, cell in rows for word in split_aliases(cell)]
    return tuple(sorted(words, key=lambda row: -len(row[1])))


def _without_kind(key: str) -> Iterator[tuple[str, str]]:
    """The key without a word for its kind (吉林市: 吉林, city), the longest such word first."""
    for where, word, kind in _kind_words():
        if len(key) <= len(word) + 1:
            continue
        if where == "after" and key.endswith(word):
            yield key[: -len(word)], kind
        elif where == "before" and key.startswith(word):
            yield key[len(word) :], kind


def _is_kind(place: Place, kind: str | None) -> bool:
    if kind is None:
        return True
    if kind == "province":
        return place.level == "province"
    if kind == "city":
        return place.name_zh.endswith("市") or place.level == "prefecture"
    return place.level in ("county", "area")


@cache
def gazetteer() -> Gazetteer:
    """The table, read from the data files when first asked for (a few tens of milliseconds)."""
    rows = read_rows("places.tsv", 9) + read_rows("place_areas.tsv", 9)
    places = [
        Place(
            code,
            cast(Level, level),
            zh,
            en,
            de,
            None if parent == "-" else parent,
            short,
            latin,
            cast(Bare, bare),
        )
        for code, level, zh, short, bare, latin, en, de, parent in rows
    ]
    aliases = [Alias(code, name, where == "text") for code, where, name in read_rows("place_aliases.tsv", 3)]
    return Gazetteer(places, aliases)
