"""A story -> the message that tells it: headline in their language, linked title, summary, facts, sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.types import Fact, Language, Topic
from bot.callbacks import Action, encode
from bot.cleaning import clean, clean_line, safe_link
from bot.figures import changed, fact_lines, further
from bot.headlines import headline, key_facts
from bot.labels import PRINTED_ZONE, SEPARATOR, hashtags, listed, told_at
from bot.markup import BLANK, Line, Part, compose, cut, line
from bot.story_actions import StoryView, View
from bot.texts import texts
from bot.types import Button, Message, Reader
from storage.types import Story, StoryLine

TITLE_UNITS = 300
SUMMARY_UNITS = 1000
NAME_UNITS = 60
SOURCE_NAMES = 4
BUTTON_UNITS = 60
OFFICIAL = "🏛"

Rows = tuple[tuple[Button, ...], ...]


def render(story: Story, reader: Reader, delivery_id: int | None = None) -> Message:
    """The message that tells a story to a reader: within Telegram's limits whatever the story holds.

    `delivery_id`: the message of the outbox that it is, so that its buttons know which.
    """
    return message(story_lines(story, reader), buttons=story_buttons(story, reader, delivery_id))


def story_lines(story: Story, reader: Reader, outlets: Sequence[Line] | None = None) -> list[Line]:
    """What is told of a story; `outlets` stand in the place of the line that names its sources."""
    told = [*key_facts(story, reader.language), *_published_day(story)]
    return [
        *head(story, reader),
        *(line(Part(each, "i")) for each in news(story, reader.language)),
        BLANK,
        *paragraphs(story.summary(reader.language)),
        BLANK,
        *(line(each) for each in fact_lines(further(story.facts, told), reader.language)),
        BLANK,
        *(outlets or [line(sources(story, reader))]),
        line(f"🕐 {_published(story, reader)}"),
        line(hashtags(story, reader.language)),
    ]


def head(story: Story, reader: Reader) -> list[Line]:
    """What a story is known by: its headline, and its title below."""
    badge = (f"{OFFICIAL} ",) if story.official else ()
    return [line(*badge, Part(headline(story, reader.language), "b")), line(title(story))]


def story_buttons(story: StoryLine, reader: Reader, delivery_id: int | None = None) -> Rows:
    """What can be done with a story, in two rows that fit on a phone."""
    words = texts(reader.language)

    def offer(label: str, view: View) -> tuple[Button, ...]:
        return button(label, StoryView(view, story.id, delivery_id))

    outlets = words.plural("story.sources", len(story.publishers))
    return rows(
        offer(f"🗞 {outlets}", "sources")
        + offer(words("button.steps"), "timeline")
        + offer(words("button.similar"), "similar"),
        offer(words("button.mute"), "mute") + offer(words("button.why"), "why") + offer("⚑", "feedback"),
    )


def back_button(asked: StoryView, reader: Reader) -> tuple[Button, ...]:
    """The way from a view of a story back to the story."""
    return button(texts(reader.language)("button.story"), replace(asked, view="story", page=0))


def message(lines: Sequence[Line], buttons: Rows = (), *, silent: bool = False) -> Message:
    """Lines and buttons as a message."""
    markup = compose(lines)
    return Message(markup.html, markup.plain, buttons, silent)


def button(text: str, action: Action) -> tuple[Button, ...]:
    """A button, or none where its meaning does not fit in Telegram's 64 bytes."""
    data = encode(action)
    return (Button(cut(clean_line(text), BUTTON_UNITS), data),) if data else ()


def rows(*buttons: tuple[Button, ...]) -> Rows:
    """Rows of buttons without the empty ones."""
    return tuple(row for row in buttons if row)


def title(story: StoryLine, limit: int = TITLE_UNITS) -> Part:
    """The original title, linked where the link is fit to be shown."""
    words = cut(clean_line(story.face.title), limit) or cut(clean_line(story.face.url), NAME_UNITS) or "–"
    return Part(words, link=safe_link(story.face.url))


def paragraphs(text: str) -> list[Line]:
    """A text as lines that give way first when the message grows too long."""
    words = cut(clean(text), SUMMARY_UNITS)
    return [line(Part(each, elastic=True)) for each in words.split("\n") if each]


def sources(story: Story, reader: Reader) -> str:
    """ "🏛 official · 3 sources: 北京市人民政府, 新华社, Handelsblatt"."""
    words = texts(reader.language)
    names = [cut(clean_line(name), NAME_UNITS) for name in story.publishers]
    named = listed(filter(None, names[:SOURCE_NAMES]), reader.language)
    if len(names) > SOURCE_NAMES:
        named += " " + words.plural("story.more_sources", len(names) - SOURCE_NAMES)
    badge = (words("story.official"),) if story.official else ()
    sign = OFFICIAL if story.official else "🗞"
    if len(names) == 1:
        return f"{sign} {SEPARATOR.join((*badge, named))}"
    count = SEPARATOR.join((*badge, words.plural("story.sources", len(names))))
    return f"{sign} {words('story.by', what=count, names=named)}"


def news(story: Story, language: Language) -> list[str]:
    """What is new in a further message about a story: "🔄 launched (before: announced)"."""
    words = texts(language)
    return [
        "🔄 "
        + words("story.changed", after=changed(each, language), before=changed(each, language, before=True))
        for each in story.changes
    ]


def _published_day(story: Story) -> tuple[Fact, ...]:
    """The day of publication as a fact: it stands at the foot of the message already."""
    day = story.face.shown.astimezone(PRINTED_ZONE).date().isoformat()
    return tuple(fact for fact in story.facts if fact.type == "date" and fact.value == day)


def main_subject(story: Story) -> tuple[str | None, Topic | None]:
    """The place a story is about, or failing that its topic: where more like it is found."""
    place = next((each.adcode for each in story.places if each.primary), None)
    return place, story.topics[0] if story.topics and place is None else None


def _published(story: Story, reader: Reader) -> str:
    """When the face was published; if it does not say, when it was first seen, and that it is so."""
    if story.face.published is None:
        return texts(reader.language)("story.seen", when=told_at(story.face.fetched, reader))
    return told_at(story.face.shown, reader)
