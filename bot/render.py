"""A story -> the message that tells it: headline in their language, linked title, summary, facts, sources."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.types import Fact, Language, Topic
from bot.callbacks import Action, MoreLatest, encode
from bot.cleaning import clean, clean_line, safe_link
from bot.figures import changed, fact_lines, further
from bot.headlines import headline, key_facts
from bot.labels import PRINTED_ZONE, SEPARATOR, hashtags, listed, published, subject
from bot.markup import BLANK, Line, Part, compose, cut, line
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


def render(story: Story, reader: Reader) -> Message:
    """The message that tells a story to a reader: within Telegram's limits whatever the story holds."""
    return message(story_lines(story, reader), buttons=_more(story, reader))


def story_lines(story: Story, reader: Reader) -> list[Line]:
    """What is told of a story, line by line."""
    told = [*key_facts(story, reader.language), *_published_day(story)]
    return [
        line(*_badge(story), Part(headline(story, reader.language), "b")),
        line(title(story)),
        *(line(Part(each, "i")) for each in news(story, reader.language)),
        BLANK,
        *paragraphs(story.summary(reader.language)),
        BLANK,
        *(line(each) for each in fact_lines(further(story.facts, told), reader.language)),
        BLANK,
        line(sources(story, reader)),
        line(f"🕐 {published(story, reader.language, reader.zone)}"),
        line(hashtags(story, reader.language)),
    ]


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


def _badge(story: Story) -> tuple[str, ...]:
    return (f"{OFFICIAL} ",) if story.official else ()


def main_subject(story: Story) -> tuple[str | None, Topic | None]:
    """The place a story is about, or failing that its topic: where more like it is found."""
    place = next((each.adcode for each in story.places if each.primary), None)
    return place, story.topics[0] if story.topics and place is None else None


def _more(story: Story, reader: Reader) -> Rows:
    place, topic = main_subject(story)
    label = texts(reader.language)("button.more", subject=subject(place, topic, reader.language))
    return rows(button(label, MoreLatest(place, topic)))
