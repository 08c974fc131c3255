"""Guesses who speaks on a page: id, name, level, language, place and time zone of a source."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from analysis.gazetteer import gazetteer
from analysis.language import detect
from analysis.places import find_places
from analysis.types import Language, Publisher
from crawler.extract.metadata import metadata
from crawler.extract.tree import line, parse, select

_GOVERNMENT_HOST = re.compile(r"(?:^|\.)gov\.(?:cn|hk|mo)$")
_GOVERNMENT_NAME = re.compile(r"人民政府|政府门户|政务公开|people's government", re.IGNORECASE)
_COMMON_LABELS = frozenset("www m wap www2 gov com cn org net edu co hk mo de eu info".split())  # noqa: SIM905
_EMPTY_PARTS = re.compile(r"(?:首页|网站首页|index|home|default|list|startseite)\Z", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[_|–—·>»]|--|\s-\s|-)\s*")
_CITY_PROVINCES = ("110000", "120000", "310000", "500000")
_LONGEST_ID = 40
_ZONES = ((re.compile(r"\.(?:de|at|ch)$"), "Europe/Berlin"), (re.compile(r"\.hk$"), "Asia/Hong_Kong"))
_LEVELS = "central, provincial, municipal, district, media or research"


@dataclass(frozen=True, slots=True)
class Identity:
    """The keys of a block that say who speaks, and what is to be said beside some of them."""

    values: dict[str, Any]
    comments: dict[str, str]


def identify(
    url: str, markup: str, titles: Sequence[str], taken: Collection[str], named: str = ""
) -> Identity:
    """Who speaks at `url`, whose page is `markup`; `titles` are headlines of it, `taken` ids not to be used.

    `named` is what a feed calls itself.
    """
    host = urlsplit(url).hostname or ""
    name, declared = _names(markup)
    name = named or name or host
    language = detect(name, " ".join(titles), declared)
    official = bool(_GOVERNMENT_HOST.search(host) or _GOVERNMENT_NAME.search(name))
    values: dict[str, Any] = {"id": _id(url, taken), "name": name, "level": "media", "language": language}
    comments = {"level": f"guessed, please check: {_LEVELS}"}
    if official:
        place = _place(name, language)
        values["level"] = _level(place)
        if place is not None:
            values["place"] = place
            comments["place"] = f"{gazetteer().name(place, 'zh')}, guessed from the name"
    if (zone := _zone(host, language)) != "Asia/Shanghai":
        values["timezone"] = zone
        comments["timezone"] = "guessed: of dates without a zone"
    return Identity(values, comments)


def _names(markup: str) -> tuple[str, Language | None]:
    """What a page calls its site and its column, and the language it says it is in."""
    tree = parse(markup)
    if tree is None:
        return "", None
    lang = str(tree.get("lang") or "")[:2].lower()
    declared: Language | None = {"zh": "zh", "en": "en", "de": "de"}.get(lang)  # type: ignore[assignment]
    tags = metadata(tree).tags
    site, column = tags.get("sitename") or tags.get("og:site_name", ""), tags.get("columnname", "")
    if site and (column or "sitename" not in tags):
        return " ".join(dict.fromkeys((site, column))).strip(), declared
    title = next((line(node) or " ".join(node.itertext()) for node in select(tree, "title")), "")
    parts = [part.strip() for part in _SEPARATOR.split(title) if part.strip()]
    parts = list(dict.fromkeys(part for part in parts if not _EMPTY_PARTS.match(part)))
    # "Notices_Site" in a title; we name the site first.
    return " ".join(" ".join(parts[::-1][:2]).split())[:80], declared


def _id(url: str, taken: Collection[str]) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        labels = [str(ip_address(host))]
    except ValueError:
        labels = [label for label in host.split(".") if label not in _COMMON_LABELS] or [host]
    steps = [step for step in parts.path.split("/") if step and "." not in step]
    last = steps[-1] if steps and not re.search(r"\d{4}", steps[-1]) else ""
    words = [*labels[::-1][:2], *([last] if last and last not in labels else [])]
    plain = re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")[:_LONGEST_ID].strip("-")
    plain = plain if len(plain) > 1 else f"{plain or 'source'}-1"
    tried = [plain, *(f"{plain}-{number}" for number in range(2, len(taken) + 3))]
    return next(one for one in tried if one not in taken)


def _place(name: str, language: Language) -> str | None:
    found = find_places(name, "", Publisher("", name, "government"), language)
    return next((mention.adcode for mention in found if mention.primary), None)


def _level(place: str | None) -> str:
    """A place says what it is; without one, most portals are those of cities."""
    if place is None or place in _CITY_PROVINCES:
        return "municipal"
    if place.endswith("0000"):
        return "provincial"
    return "municipal" if place.endswith("00") else "district"


def _zone(host: str, language: Language) -> str:
    zone = next((zone for ending, zone in _ZONES if ending.search(host)), None)
    if zone or language == "zh" or host.endswith(".cn"):
        return zone or "Asia/Shanghai"
    return "Europe/Berlin" if language == "de" else "UTC"
