"""What a reader asks about the bot itself -> the message that answers it: hello, help, sources, language."""

from __future__ import annotations

from analysis.types import LANGUAGES
from bot import lists
from bot.callbacks import MoreLatest, PageSources, SetLanguage, Subscribe
from bot.markup import BLANK, Line, Part, line
from bot.render import button, message, rows
from bot.services import Services
from bot.texts import texts
from bot.types import Button, Message, Reader

LANGUAGE_NAMES = {"en": "English", "zh": "中文", "de": "Deutsch"}
# What is asked, how it is told, and the rest; each has a line in the list and an explanation of its own.
HELP = (
    ("latest", "search", "since", "timeline", "compare", "story", "stats", "map", "trend"),
    ("subscribe", "subscriptions", "unsubscribe", "settings", "data"),
    ("sources", "language"),
)


def start(reader: Reader, *, unknown_link: bool = False) -> Message:
    """The first message a reader sees: what this is, and three things to tap. `unknown_link`: they came by a
    link that says nothing."""
    words = texts(reader.language)
    blockchain, yuan = words("topic.blockchain"), words("topic.digital-yuan")
    offers = rows(
        button(words("button.latest"), MoreLatest(None, None)),
        button(words("button.subscribe", subject=blockchain), Subscribe(None, "blockchain")),
        button(words("button.subscribe", subject=yuan), Subscribe(None, "digital-yuan")),
        button(words("button.subscribe", subject=words("subject.everything")), Subscribe(None, None)),
        language_row(),
    )
    lines = [line(words("share.unknown")), BLANK] if unknown_link else []
    lines += [line(words("start.greeting")), BLANK, line(words("start.try")), BLANK, line("/help")]
    return message(lines, offers)


def help_text(reader: Reader, typed: str = "") -> Message:
    """All commands, one a line; for the name of one (with or without "/") what it can do."""
    words = texts(reader.language)
    asked = typed.strip().removeprefix("/").casefold()
    if any(asked in group for group in HELP):
        return message([line(words(f"help.{asked}"))])
    lines: list[Line] = [line(Part(words("help.title"), "b"))]
    for group in HELP:
        lines += [BLANK, *(line(f"/{name} – {words(f'command.{name}')}") for name in group)]
    return message([*lines, BLANK, line(words("help.more")), line(Part(words("help.notes"), "i"))])


def sources(services: Services, reader: Reader, asked: PageSources) -> Message:
    """The sources and how each is doing."""
    return lists.source_list(services.sources(), asked.page, reader, services.clock())


def ask_language(reader: Reader) -> Message:
    """The three languages as buttons."""
    return message([line(texts(reader.language)("language.ask"))], rows(language_row()))


def language_row() -> tuple[Button, ...]:
    """A button for each language, in its own name."""
    return tuple(each for code in LANGUAGES for each in button(LANGUAGE_NAMES[code], SetLanguage(code)))
