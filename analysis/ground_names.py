"""Turns a text into the names in it, and says which names of a summary its source does not have.

Places, organisations, countries and the words of the subject are compared by what they mean, over languages.
All else that looks like a name must stand in the source letter by letter, and in doubt a word looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel import Locale

from analysis.days import names
from analysis.fold import fold
from analysis.organisations import locate_organisations
from analysis.place_names import find_names
from analysis.reading import subject_terms
from analysis.terms import Hit, Terms, read_rows, split_aliases
from analysis.types import LANGUAGES, Language

_SUBJECTS = frozenset(
    {"digital-yuan", "mbridge", "cbdc", "blockchain", "smart-contract", "crypto", "mining", "foreign-cbdc"}
)
_COLUMN = {"en": 2, "de": 3}
_LATIN = re.compile(r"[^\W\d_\u3400-\u9fff](?:[\w'’&.+-]*[^\W_])?")
_GLUED = re.compile(r"[^\x00-\u024f\u2000-\u206f]")
_QUOTED = re.compile(r"[“„\"«「『《‚‘]([^“”„\"«»「」『』《》‘’]{1,80})[”“\"»」』》’‘]")
# In Chinese nothing but what follows says that a name stands there: an organisation, a person, a street.
_ZH_NAMED = re.compile(
    r"(?=(?P<name>[\u3400-\u9fff]{2})(?P<tail>公司|集团|银行|大学|学院|研究院|研究所|协会|学会|委员会|联盟|基金|法院|交易所|科技|"
    r"支付|医院|商场|商城|广场|大厦|机场|口岸|街道|新区|园区|示范区|大道|[路街镇村乡]|市长|省长|区长|县长|书记|局长|部长|司长|"
    r"处长|主任|行长|总裁|董事长|总经理|院长|教授|博士|先生|女士|记者|表示|指出|强调|透露|介绍))"
)
_ZH_TITLED = re.compile(
    r"(?:市长|省长|区长|县长|书记|局长|部长|司长|处长|主任|行长|总裁|董事长|总经理|院长|教授|记者)(?=([\u3400-\u9fff]{2}))"
)
_GENERIC = frozenset("家个各类些多在向与和及的由到对等")
_GENERIC_WORDS = frozenset(
    {"官方", "当局", "政府", "部门", "商业", "国有", "运营", "合作", "移动", "电子", "公共"}
)
_POSSESSIVE = re.compile(r"['’]s?$")
# German endings that make words of the dictionary, in words too long to be the name of a firm.
_GERMAN_NOUN = re.compile(
    r"\w{4,}(?:ungs?|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|nisse?n?|ierung)"
)


@dataclass(frozen=True, slots=True)
class Names:
    """What a text names: adcodes of each mention, canonical organisations, labels of the subject,
    country codes; `foreign` are names of other places as they stand. `spans` is where all these stand."""

    places: tuple[tuple[str, frozenset[str]], ...]
    organisations: frozenset[str]
    subjects: frozenset[str]
    countries: frozenset[str]
    foreign: frozenset[str]
    spans: tuple[tuple[int, int], ...]

    @property
    def adcodes(self) -> frozenset[str]:
        """Every place that may be meant."""
        return frozenset[str]().union(*(codes for _, codes in self.places))


def read_names(text: str) -> Names:
    """The names that this program knows, in a text of any language."""
    folded = fold(text)
    bodies = locate_organisations(text)
    inside = [(start, end) for _, start, end in bodies]
    places = [
        (text[one.start : one.end], frozenset(form.place.adcode for form in one.forms), (one.start, one.end))
        for one in find_names(text)
        if not _within(one.start, one.end, inside)
    ]
    lands = _countries().find(folded)
    hits = [hit for hit in subject_terms().find(folded) if not _within(hit.start, hit.end, inside)]
    subjects = [hit for hit in hits if hit.label in _SUBJECTS]
    foreign = [hit for hit in hits if hit.label.startswith("foreign:") and not _covered(hit, lands)]
    return Names(
        tuple((words, codes) for words, codes, _ in places),
        frozenset(name for name, _, _ in bodies),
        frozenset(hit.label for hit in subjects),
        frozenset(hit.label for hit in lands),
        frozenset(folded[hit.start : hit.end] for hit in foreign),
        (*inside, *(span for _, _, span in places), *((hit.start, hit.end) for hit in (*subjects, *lands))),
    )


def _within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(begin <= start and end <= last for begin, last in spans)


def _covered(hit: Hit, others: Iterable[Hit]) -> bool:
    return any(other.start < hit.end and hit.start < other.end for other in others)


@cache
def _countries() -> Terms:
    """Names of countries in three languages, as Unicode's CLDR has them; China's parts are places here."""
    found: dict[str, list[str]] = {"US": ["usa"]}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if re.fullmatch(r"(?!CN|HK|MO|TW|X|ZZ|QO)[A-Z]{2}", code):
                found.setdefault(code, []).append(fold(name))
    return Terms(found.items())


def missing_name(
    text: str, summary: Names, language: Language, source_text: str, source: Names
) -> str | None:
    """The first name of a summary that its source does not have, in a few words; None if all are there."""
    folded_source = fold(source_text)
    for words, codes in summary.places:
        if codes.isdisjoint(source.adcodes):
            return f"place {words}"
    subjects = source.subjects | ({"cbdc"} if "digital-yuan" in source.subjects else set())
    for kind, mine, known in (
        ("organisation", summary.organisations, source.organisations),
        ("subject", summary.subjects, subjects),
        ("country", summary.countries, source.countries),
    ):
        for name in sorted(mine - known):
            return f"{kind} {name}"
    for name in sorted(summary.foreign):
        if name not in folded_source:
            return f"place {name}"
    return _unknown(_blanked(text, summary.spans), text, language, folded_source)


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _unknown(rest: str, text: str, language: Language, source: str) -> str | None:
    """What looks like a name, is none that is known, and does not stand in the source."""
    for match in _QUOTED.finditer(text):
        if fold(match[1]).strip(" .,，。") not in source:
            return f"quotation {match[1]}"
    written = set(_words(source))
    for word in _words(rest):
        named = language == "zh" or any(char.isupper() for char in word)
        if named and not _stands(word, language, written):
            return f"name {word}"
    return _unknown_zh(fold(rest), source) if language == "zh" else None


def _words(text: str) -> list[str]:
    return [_POSSESSIVE.sub("", match[0]) for match in _LATIN.finditer(_GLUED.sub(" ", text))]


def _stands(word: str, language: Language, written: set[str]) -> bool:
    if fold(word) in written or (language != "zh" and _is_plain(word, language)):
        return True
    parts = [part for part in re.split(r"[-–/.&]", word) if part]
    return len(parts) > 1 and all(
        part.islower() or fold(part) in written or (language != "zh" and _is_plain(part, language))
        for part in parts
    )


@cache
def _plain(language: Language) -> tuple[frozenset[str], tuple[str, ...]]:
    """(words, ends of words) that name nobody."""
    aliases = [
        a for row in read_rows("plain_words.tsv", 2) if row[0] == language for a in split_aliases(row[1])
    ]
    aliases += [a for row in read_rows("units.tsv", 4) for a in split_aliases(row[_COLUMN[language]])]
    words = {fold(word) for alias in aliases for word in alias.strip("*").split()}
    words |= names("month", language).keys() | names("weekday", language).keys()  # dates are read as figures
    ends = {fold(alias.strip("*")) for alias in aliases if alias.startswith("*") and " " not in alias}
    return frozenset(words), tuple(sorted(end for end in ends if len(end) > 2))


def _is_plain(word: str, language: Language) -> bool:
    if any(char.isupper() for char in word[1:]):
        return False
    folded = fold(word)
    words, ends = _plain(language)
    if language == "en":
        return folded in words or folded.removesuffix("s") in words
    stems = {folded, *(folded.removesuffix(ending) for ending in ("s", "es", "n", "en"))}
    return (
        not stems.isdisjoint(words)
        or any(stem.endswith(ends) for stem in stems)
        or bool(len(folded) > 7 and _GERMAN_NOUN.fullmatch(folded))
    )


def _unknown_zh(folded: str, source: str) -> str | None:
    for match in _ZH_NAMED.finditer(folded):
        words = match["name"] + match["tail"]
        generic = match["name"][-1] in _GENERIC or match["name"] in _GENERIC_WORDS
        if not generic and words not in source:
            return f"name {words}"
    for match in _ZH_TITLED.finditer(folded):
        if match[0] + match[1] not in source:
            return f"name {match[0]}{match[1]}"
    return None
