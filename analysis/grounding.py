"""Turns a summary that a language model wrote into the reason why it is thrown away, or None.

Whatever the model was told or talked into, a summary is kept only if it is short and plain, in the language
asked for, and every number, date and name in it stands in what the model was shown. In doubt it goes: the
reader then gets the extract, which is right by construction.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from analysis.fold import fold
from analysis.ground_figures import Figures, missing_figure, read_figures, with_resolved
from analysis.ground_names import Names, missing_name, read_names
from analysis.kinds import telling_stages
from analysis.language import detect
from analysis.narration import LONGEST, SENTENCES, material
from analysis.sentences import split_sentences
from analysis.types import Announcement, Language

_SHORTEST = {"zh": 8, "en": 25, "de": 25}
_MARKUP = re.compile(
    r"https?:|www\.|[\w-]\.(?:com|cn|org|net|io|de|me|top|xyz|info|app|cc|vip)\b|[\w-]+\.[a-z]{2,}/|[<>@#*_`|\\{}\[\]~^=$]|"
    r"&\w+;|\n",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_BAD_CATEGORIES = ("C", "So", "Sk", "Zl", "Zp", "M")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a summary may say: the material the model was shown, read."""

    today: date | None
    text: str
    folded: str
    figures: Figures
    names: Names
    stages: frozenset[str]


def ground_of(announcement: Announcement) -> Ground:
    """What an announcement gives a summary to stand on; worked out once for all its summaries."""
    text = f"{announcement.article.title}\n{material(announcement.article)}"
    names = read_names(text)
    today = (
        announcement.dated
        and announcement.dated.astimezone(ZoneInfo(announcement.article.publisher.timezone)).date()
    )
    figures = read_figures(text, announcement.language, today, names.spans, claims=False)
    shown = [fact for fact in announcement.facts if fact.quote and fact.quote in text]
    own = tuple(
        (place.quote, frozenset({place.adcode})) for place in announcement.places if place.quote in text
    )
    return Ground(
        today,
        text,
        fold(text),
        with_resolved(figures, shown),
        replace(names, places=names.places + own),
        telling_stages(fold(text)),
    )


def ungrounded(summary: str, announcement: Announcement, language: Language) -> str | None:
    """Why a summary in `language` may not be told: "number 5000", "place Shenzhen", "too long", or None."""
    return missing(summary, ground_of(announcement), language)


def missing(summary: str, ground: Ground, language: Language) -> str | None:
    """As :func:`ungrounded`, on ground already made."""
    if wrong := _malformed(summary, language):
        return wrong
    if detect("", summary, None) != language:
        return "other language"
    for stage in sorted(telling_stages(fold(summary)) - ground.stages):
        return f"stage {stage}"
    names = read_names(summary)
    return missing_name(summary, names, language, ground.text, ground.names) or missing_figure(
        read_figures(summary, language, ground.today, names.spans, claims=True),
        language,
        ground.figures,
        ground.folded,
    )


def _malformed(summary: str, language: Language) -> str | None:
    if not summary.strip():
        return "empty"
    if len(summary) < _SHORTEST[language]:
        return "too short"
    if len(summary) > LONGEST or len(split_sentences(summary)) > SENTENCES:
        return "too long"
    if match := _MARKUP.search(summary):
        return f"markup {match[0]}"
    for char in summary:
        category = unicodedata.category(char)
        if category.startswith(_BAD_CATEGORIES) or (category[0] == "L" and not _is_script(char, language)):
            return f"character U+{ord(char):04X}"
    return None


def _is_script(char: str, language: Language) -> bool:
    """Latin letters in all languages, Chinese characters in Chinese only."""
    if _HAN.match(char):
        return language == "zh"
    return unicodedata.name(char, "").startswith(("LATIN", "FULLWIDTH LATIN"))
