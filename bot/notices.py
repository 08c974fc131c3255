"""A notice -> a message: the words of its name in the reader's language, with its values filled in."""

from __future__ import annotations

from bot.cleaning import clean, clean_line
from bot.markup import line
from bot.render import message
from bot.texts import texts
from bot.types import Message, Reader
from storage.types import Notice


def notice_message(notice: Notice, reader: Reader) -> Message | None:
    """The text "notice.<name>"; None where there is none (any more). A text that has a plural
    is chosen by the number `n` among the values; others have no `n`."""
    words, key = texts(reader.language), f"notice.{notice.name}"
    if not words.knows(key):
        return None
    values = {name: clean_line(str(value)) for name, value in notice.values.items()}
    number = notice.values.get("n")
    text = words.plural(key, number, **values) if isinstance(number, int) else words(key, **values)
    return message([line(each) for each in clean(text).split("\n")])
