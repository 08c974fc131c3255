"""A place that we do not hear fully -> one line: "Hainan: portal blocked since 3 Nov, press only"."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from analysis.types import Language
from bot.labels import day_of, place_in_province
from bot.texts import texts
from storage.coverage import Coverage


def coverage_line(one: Coverage, language: Language, zone: ZoneInfo) -> str:
    """What is wrong at a place, since which day in `zone`, and what is left of it."""
    words = texts(language)
    name = place_in_province(one.place, language) if one.place else words("level.central")
    state, left = words(f"status.{one.status}"), words(f"coverage.{one.left}")
    if one.since:
        state = words("coverage.since", state=state, day=day_of(one.since, language, zone))
    if one.troubled < one.all:
        return words("coverage.part", place=name, n=one.troubled, all=one.all, state=state, left=left)
    if one.all > 1:
        return words("coverage.all", place=name, n=one.all, state=state, left=left)
    return words("coverage.portal", place=name, state=state, left=left)
