"""Announcements as the analysis would make them, with what a test cares about spelt out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from analysis.fingerprint import fingerprint
from analysis.types import Announcement, Article, Fact, Kind, Language, PlaceMention, Publisher, PublisherKind

NOON = datetime(2024, 5, 20, 12, tzinfo=UTC)


def announcement(
    url: str = "https://news.example.org/1",
    title: str = "深圳发放数字人民币红包",
    text: str = "",
    *,
    places: tuple[str, ...] = ("440300",),
    named: tuple[str, ...] = (),
    facts: tuple[Fact, ...] = (),
    kind: Kind | None = "lottery",
    publisher: PublisherKind = "media",
    name: str = "",
    language: Language = "zh",
    dated: datetime | None = NOON,
    **rest: Any,
) -> Announcement:
    """Relevant, about the digital yuan in Shenzhen, dated `NOON`, unless said otherwise."""
    text = text or title  # too short to be anybody's copy
    article = Article(url, title, text, Publisher(name or publisher, name or publisher, publisher), dated)
    values: dict[str, Any] = {
        "relevance": "yes",
        "reason": "about the digital yuan",
        "topics": ("digital-yuan",),
    }
    mentions = [PlaceMention(code, True, code) for code in places]
    mentions += [PlaceMention(code, False, code) for code in named]
    return Announcement(
        article=article,
        language=language,
        fingerprint=rest.pop("fingerprint", None) or fingerprint(title, text),
        kind=kind,
        places=tuple(mentions),
        facts=facts,
        dated=dated,
        **(values | rest),
    )


def yuan(value: float) -> Fact:
    """A sum."""
    return Fact("amount", value, "CNY", f"{value:g}元")


def count(value: float, what: str = "red packets") -> Fact:
    """A number of things."""
    return Fact("count", value, what, f"{value:g} {what}")


def on(value: str) -> Fact:
    """A day, or a period written first/last."""
    return Fact("period" if "/" in value else "date", value, None, value)
