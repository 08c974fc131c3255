"""What a story is -> one small picture, so that a column of lines is read at a glance."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.types import Kind, Language, Stage
from bot.labels import SEPARATOR
from bot.texts import texts
from storage.types import Story

_KINDS: dict[Kind, str] = {
    "plan": "📋",
    "pilot-launch": "🚀",
    "pilot-expansion": "🌱",
    "regulation": "⚖️",
    "funding": "💰",
    "application": "📱",
    "statistics": "📊",
    "event": "🎪",
    "lottery": "🧧",
    "cross-border": "🌏",
    "opinion": "💬",
    "other": "📰",
}
_STAGES: dict[Stage, str] = {"consultation": "📝", "completed": "🏁", "cancelled": "❌"}


def sign(story: Story) -> str:
    """The picture of a story: of its stage where that tells more than its kind."""
    return _STAGES.get(story.stage or "announced") or kind_sign(story.kind)


def kind_sign(kind: Kind | None) -> str:
    """The picture of a kind."""
    return _KINDS[kind or "other"]


def legend(kinds: Iterable[Kind | None], language: Language) -> str:
    """What the pictures of these kinds mean."""
    named = dict.fromkeys(kind or "other" for kind in kinds)
    return SEPARATOR.join(f"{_KINDS[kind]} {texts(language)(f'kind.{kind}')}" for kind in named)
