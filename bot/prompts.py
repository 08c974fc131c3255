"""Questions that are answered by a reply: the words of a subscription, a time zone, quiet hours.

What a reply answers is read off the question itself, so nothing is remembered, and an answer may come after a
restart. Who may answer is checked again, for a question can be replied to by anybody in a group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from analysis.types import LANGUAGES
from bot.markup import line
from bot.render import message
from bot.texts import texts
from bot.types import Message, Reader

About = Literal["words", "places", "zone", "quiet"]
ABOUT: tuple[About, ...] = ("words", "places", "zone", "quiet")
_MARK = "\x00"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question; `subscription_id` where it is about one."""

    about: About
    subscription_id: int | None = None


def ask(prompt: Prompt, reader: Reader) -> Message:
    """The question, to which Telegram opens a reply."""
    text = texts(reader.language)(f"prompt.{prompt.about}", id=prompt.subscription_id)
    return replace(message([line(each) for each in text.split("\n")]), asks=True)


def asked(question: str) -> Prompt | None:
    """What a message of the bot asks; None where it is no such question."""
    for about, shape in _shapes():
        if found := shape.fullmatch(question):
            number = found.groupdict().get("id")
            return Prompt(about, int(number) if number else None)
    return None


@cache
def _shapes() -> tuple[tuple[About, re.Pattern[str]], ...]:
    written = [
        (about, re.escape(texts(language)(f"prompt.{about}", id=_MARK)))
        for language in LANGUAGES
        for about in ABOUT
    ]
    number = r"(?P<id>[1-9][0-9]{0,17})"
    return tuple((about, re.compile(text.replace(re.escape(_MARK), number))) for about, text in written)
