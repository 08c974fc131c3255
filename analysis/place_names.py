"""Turns a text into the names of places that stand in it, each with the places it may mean.

Matching is over folded text; Latin names must begin with a capital and end with the word (German and
English endings aside). What only looks like a name (streets, banks, newspapers, words that meet by chance) is
left out by the rules in data/place_rules.tsv, place_traps.tsv and place_words.tsv.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from analysis.fold import fold
from analysis.gazetteer import Place, gazetteer
from analysis.terms import read_rows

Strength = Literal["free", "near", "edge", "after"]
_ENDINGS = re.compile(r"(?:'s|s'|'|ern|ers|er|s|ns)?(?![^\W\d_])")
_AFTER_KIND = re.compile(
    r"(?:(?:'s)?[ -]|, an? (?:\w+ )?|, ein(?:em?|er)? (?:\w+ )?)"
    r"(?:(?P<county>districts?|county|counties|banner|bezirk|kreis)"
    r"|(?P<province>province|provinz|autonomous region)|(?P<city>city|municipality|prefecture))\b"
)
_BEFORE_KIND = re.compile(
    r"(?:(?P<county>(?:stadt|land)?(?:bezirke?s?|kreise?s?)|district of|county of|districts of)|(?P<province>"
    r"provinz(?:en)?|province of|inselprovinz)|(?P<city>stadt|metropole|cit(?:y|ies) of)) $"
)
_GENERIC = frozenset("城郊矿东西南北") | frozenset(
    ("市中", "城中", "城关", "城东", "城西", "城北", "城厢", "新城", "港口", "站前", "南部", "铁东", "铁西")
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Form:
    """One reading of a name. `free` stands alone, `near` needs its city or province in the text or its
    own full name, `edge` needs that and a word boundary before it (和县 in 市和县), `after` must follow the
    name of what it belongs to (长宁 in 上海长宁)."""

    place: Place
    strength: Strength
    short: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name at `start:end` of the text and what it may mean; `kind` is what the text calls it, or None."""

    start: int
    end: int
    forms: tuple[Form, ...]
    kind: str | None = None
    brand: bool = False
    zone: bool = False


@dataclass(frozen=True, slots=True)
class _Trap:
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Matcher:
    automaton: AhoCorasick
    patterns: tuple[str, ...]
    forms: dict[str, tuple[Form, ...]]


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    """Patterns by rule and script ("after zh"): a Chinese name is only followed by Chinese words."""
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for rule, pattern, _example in read_rows("place_rules.tsv", 3):
        script = "zh" if _HAN.search(pattern) or rule == "brand" else "latin"
        parts[f"{rule} {script}"].append(f"(?:{pattern})")
    return {rule: re.compile("|".join(patterns)) for rule, patterns in parts.items()}


@cache
def _traps() -> dict[str, _Trap]:
    def compiled(side: str) -> re.Pattern[str] | None:
        return None if side == "-" else re.compile(side)

    rows = read_rows("place_traps.tsv", 3)
    return {fold(name): _Trap(compiled(before), compiled(after)) for name, before, after in rows}


@cache
def _matcher() -> _Matcher:
    forms: defaultdict[str, list[Form]] = defaultdict(list)
    places = gazetteer()
    for place in places:
        for name, form in _forms(place):
            forms[fold(name)].append(form)
    for alias in places.aliases:
        place_of = places.place(alias.adcode)
        if alias.in_text and place_of is not None:
            for name in _spellings(fold(alias.name)):
                forms[name].append(Form(place_of, "free", short=False))
    for (word,) in read_rows("place_words.tsv", 1):
        forms.setdefault(fold(word), [])
    patterns = tuple(forms)
    automaton = AhoCorasick(
        patterns, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
    )
    return _Matcher(automaton, patterns, {name: tuple(found) for name, found in forms.items()})


def _forms(place: Place) -> Iterator[tuple[str, Form]]:
    generic = place.level == "county" and place.short_zh in _GENERIC
    full: Strength = "edge" if len(place.name_zh) == 2 or generic else "free"
    yield place.name_zh, Form(place, full, short=False)
    if place.bare != "never" and place.short_zh != place.name_zh:
        yield place.short_zh, Form(place, place.bare, short=True)
    elif place.level == "county" and len(place.short_zh) > 1 and not generic:
        yield place.short_zh, Form(place, "after", short=True)
    if place.name_zh.endswith("自治州"):
        yield place.short_zh + "州", Form(place, "free", short=False)
    if place.name_zh.endswith("自治县") and len(place.short_zh) > 1:
        yield place.short_zh + "县", Form(place, "free", short=False)
    yield from _latin_forms(place)


def _latin_forms(place: Place) -> Iterator[tuple[str, Form]]:
    latin = fold(place.latin)
    if place.level == "county" and len(place.short_zh) == 1:
        latin += "xian" if place.name_zh.endswith("县") else " district"
    known = place.bare == "free" and (len(latin) > 5 or place.name_zh.endswith("市"))
    wide = place.level != "county" or known
    strength: Strength = "free" if wide and len(latin) > 3 else "near"
    names = {latin} if place.level == "county" else {latin, fold(place.name_en), fold(place.name_de)}
    for name in sorted({spelling for one in names for spelling in _spellings(one)}):
        yield name, Form(place, strength, short=True)


def _spellings(name: str) -> Iterator[str]:
    """A Latin name as it is, without accents, and without apostrophes where that is no short syllable."""
    yield name
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    if name.isascii() or not _HAN.search(name):
        spellings = {plain, plain.replace("'", "")} if len(name) > 6 else {plain}
        yield from sorted(spellings - {name})


def find_names(text: str) -> list[Sighting]:
    """The names in `text`, in order; offsets are those of `text`. What they mean is not decided here."""
    folded = fold(text)
    matcher = _matcher()
    found: list[Sighting] = []
    for index, start, end in matcher.automaton.find_matches_as_indexes(folded):
        name = matcher.patterns[index]
        forms = matcher.forms[name]
        if forms and (_HAN.match(name) is not None):
            sighting = _chinese(folded, start, end, forms)
        elif forms:
            sighting = _latin(text, folded, start, end, forms)
        else:
            continue
        if sighting is not None:
            found.append(sighting)
    return sorted([*found, *_letters(folded)], key=lambda sighting: sighting.start)


_LETTER = re.compile(
    r"(?<=[在来抵])([京沪津渝汉蓉穗杭甬厦榕筑邕昆沈])"
    r"(?=开幕|闭幕|举行|举办|召开|启动|揭牌|发布|成立|落地|挂牌|上线|签约|开跑|亮相|揭幕|试点|开业|运营|正式)"
)


def _letters(folded: str) -> Iterator[Sighting]:
    """Cities by one letter, where something happens there: 在汉开幕 is in Wuhan."""
    for match in _LETTER.finditer(folded):
        place = gazetteer().place(_by_letter()[match[1]])
        if place is not None:
            yield Sighting(match.start(), match.end(), (Form(place, "free", short=True),))


@cache
def _by_letter() -> dict[str, str]:
    return {row[0]: row[1] for row in read_rows("place_letters.tsv", 2)}


def _chinese(folded: str, start: int, end: int, forms: tuple[Form, ...]) -> Sighting | None:
    if _TORN.match(folded, end - 1):
        # 市中区块链, 东方市场: the last character begins the next word.
        forms = _matcher().forms.get(folded[start : end - 1], ())
        end -= 1
    if not forms:
        return None
    trap = _traps().get(folded[start:end])
    if trap is not None and _is_trapped(trap, folded, start, end):
        return _second_reading(folded, start, end)
    forms = tuple(f for f in forms if f.strength != "after" or _follows_parent(folded, start, f.place))
    if not forms:
        return _second_reading(folded, start, end)
    if not _at_edge(folded, start):
        forms = tuple(form for form in forms if form.strength != "edge") or tuple(
            form for form in forms if _follows_parent(folded, start, form.place)
        )
    if _rules()["short zh"].match(folded, end):
        # 武功山, 龙华镇: a mountain, a village of that name.
        forms = tuple(form for form in forms if form.strength == "free")
    return _checked(folded, folded, start, end, end, forms, None)


_TORN = re.compile(r"区(?=块链|域|间|别|分|位)|市(?=场|值|面|价|盈|占)|县(?=域|级)|州(?=际)")


def _second_reading(folded: str, start: int, end: int) -> Sighting | None:
    """链上海南: the trapped name's last character begins another name."""
    for length in (2, 3):
        forms = _matcher().forms.get(folded[end - 1 : end - 1 + length])
        if forms:
            return _chinese(folded, end - 1, end - 1 + length, forms)
    return None


def _is_trapped(trap: _Trap, folded: str, start: int, end: int) -> bool:
    before = trap.before is not None and trap.before.search(folded[max(0, start - 4) : start])
    after = trap.after is not None and trap.after.match(folded, end)
    return bool(before or after)


def _at_edge(folded: str, start: int) -> bool:
    return start == 0 or _HAN.match(folded, start - 1) is None


def _follows_parent(folded: str, start: int, place: Place) -> bool:
    parent = gazetteer().place(place.parent or "")
    before = folded[max(0, start - 8) : start]
    return parent is not None and before.endswith((parent.short_zh, parent.name_zh))


def _latin(text: str, folded: str, start: int, end: int, forms: tuple[Form, ...]) -> Sighting | None:
    if not text[start].isupper() or (start and (text[start - 1].isalnum() and text[start - 1].isascii())):
        return None
    ending = _ENDINGS.match(folded, end)
    if ending is None:
        return None
    before = _BEFORE_KIND.search(folded[max(0, start - 16) : start])
    kind = _AFTER_KIND.match(folded, end) or before
    if kind is None and (trap := _traps().get(folded[start:end])) and _is_trapped(trap, folded, start, end):
        return None
    return _checked(text, folded, start, end, ending.end(), forms, kind.lastgroup if kind else None)


def _checked(
    text: str, folded: str, start: int, end: int, last: int, forms: tuple[Form, ...], kind: str | None
) -> Sighting | None:
    """The sighting, unless what stands around makes it no place. `text` is what follows-rules are read in."""
    rules = _rules()
    script = "zh" if text is folded else "latin"
    after = rules["after " + script]
    if not forms or after.match(text, end) or (last > end and after.match(text, last)):
        return None
    window = folded[max(0, start - 40) : start]
    if rules["before " + script].search(window):
        return None
    brand = script == "zh" and rules["brand zh"].search(window) is not None
    return Sighting(start, end, forms, kind, brand, rules["zone " + script].match(text, last) is not None)
