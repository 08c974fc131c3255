"""What an export is about, and what a story says in it: for readers, in their language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from analysis.types import Language, Topic
from bot.cleaning import clean, clean_line, safe_link
from bot.figures import fact_lines
from bot.headlines import headline
from bot.labels import subject
from bot.markup import escape
from storage.types import StoredAnnouncement, Story
from yuanwatch.export.record import key_of, updated

NAME = "Yuanwatch"
_FACTS = 40


@dataclass(frozen=True, slots=True)
class Channel:
    """The stories of a place, a topic, both or all, for readers of a language; `written` is now."""

    language: Language
    written: datetime
    place: str | None = None
    topic: Topic | None = None

    @property
    def key(self) -> str:
        """A name that stays: urn:uuid:..."""
        return key_of(f"channel {self.place or ''}/{self.topic or ''}")

    @property
    def title(self) -> str:
        """What it is called: "Yuanwatch: Shenzhen · digital yuan"."""
        return f"{NAME}: {subject(self.place, self.topic, self.language)}"

    def newest(self, stories: Iterable[Story]) -> datetime:
        """When what is in it last changed; where nothing is, when it was written."""
        return max((updated(story) for story in stories), default=self.written)


def html(story: Story, language: Language) -> str:
    """A story as a fragment of HTML: headline, summary, facts, every outlet with its link."""
    summary = clean(story.summary(language)).split("\n")
    lines = fact_lines(story.facts, language, _FACTS)
    parts = [
        f"<p><strong>{escape(clean_line(headline(story, language)))}</strong></p>",
        *(f"<p>{escape(each)}</p>" for each in summary if each),
        _list(escape(each) for each in lines),
        _list(_outlet(item) for item in story.announcements),
    ]
    return "".join(parts)


def title(story: Story) -> str:
    """The face's own title, fit to be shown; its address where it has none."""
    return clean_line(story.face.title) or clean_line(story.face.url) or "–"


def stamp(moment: datetime) -> str:
    """A time as RFC 3339 wants it, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _list(items: Iterator[str]) -> str:
    inside = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{inside}</ul>" if inside else ""


def _outlet(item: StoredAnnouncement) -> str:
    name, words = escape(clean_line(item.publisher_name)), escape(clean_line(item.title))
    link = safe_link(item.url)
    return f'{name}: <a href="{escape(link)}">{words}</a>' if link else f"{name}: {words}"
