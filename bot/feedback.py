"""Buttons behind the flag: what is wrong with a story, in a reader's opinion, kept or taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from zlib import crc32

from analysis.types import Fact
from bot.cleaning import clean_line
from bot.figures import fact_words
from bot.headlines import headline
from bot.labels import place_in_province
from bot.markup import BLANK, Line, line
from bot.render import Rows, back_button, button, head, message, rows
from bot.services import Services
from bot.story_actions import GiveFeedback, StoryView, View
from bot.texts import texts
from bot.types import Button, Message, Reader
from storage import stories
from storage.feedback import (
    FEEDBACK_KINDS,
    FeedbackKind,
    TooMuchFeedback,
    figure_value,
    give,
    take_back,
)
from storage.types import Story

A_DAY = 20  # what one chat may say in a day
CHOICES = 8
_WHICH: dict[FeedbackKind, View] = {"place": "place", "duplicate": "duplicate", "figure": "figure"}
_DAY = timedelta(days=1)

Given = Mapping[FeedbackKind, str | None]


def feedback_view(story: Story, said: Given, asked: StoryView, reader: Reader) -> Message:
    """What may be wrong, each as a button; what the chat has said already takes it back."""
    words = texts(reader.language)
    offers = []
    for kind in FEEDBACK_KINDS:
        label = words(f"feedback.{kind}")
        if kind in said:
            offers.append(button(f"✓ {label}", GiveFeedback(kind, False, story.id, asked.delivery_id)))
        elif kind in _WHICH:
            offers.append(button(label, StoryView(_WHICH[kind], story.id, asked.delivery_id)))
        else:
            offers.append(button(label, GiveFeedback(kind, True, story.id, asked.delivery_id)))
    hint = line(words("feedback.given" if said else "feedback.hint"))
    lines = [*head(story, reader), BLANK, line(words("feedback.ask")), BLANK, hint]
    return message(lines, rows(*offers, back_button(asked, reader)))


def place_view(story: Story, asked: StoryView, reader: Reader) -> Message:
    """Which place is wrong: one that the story is told under, or one that it names and is about."""
    words, choices = texts(reader.language), []
    for place in story.places[:CHOICES]:
        label = words(
            "feedback.not_about" if place.primary else "feedback.about",
            place=place_in_province(place.adcode, reader.language),
        )
        choices.append((label, int(place.adcode) * (-1 if place.primary else 1)))
    return _which("place", story, choices, asked, reader)


def figure_view(story: Story, asked: StoryView, reader: Reader) -> Message:
    """Which figure is wrong."""
    facts = {figure_ref(fact): fact for fact in story.facts}
    choices = [(fact_words(fact, reader.language), ref) for ref, fact in list(facts.items())[:CHOICES]]
    return _which("figure", story, choices, asked, reader)


def duplicate_view(story: Story, twins: Sequence[Story], asked: StoryView, reader: Reader) -> Message:
    """Which other story it is the same as."""
    choices = [(headline(each, reader.language), each.id) for each in twins[:CHOICES]]
    return _which("duplicate", story, choices, asked, reader)


def say(services: Services, reader: Reader, story: Story, said: GiveFeedback) -> str:
    """Keep or take back what was said, committed when this returns; what the reader is told of it."""
    words = texts(reader.language)
    if not said.on:
        with services.database.write() as connection:
            take_back(connection, reader.chat_id, story.id, said.kind)
        return words("feedback.taken_back")
    if not _is_known(services, story, said):
        return words("press.old")
    now = services.clock()
    try:
        with services.database.write() as connection:
            give(
                connection,
                reader.chat_id,
                story.id,
                said.kind,
                _value(story, said),
                language=reader.language,
                since=now - _DAY,
                limit=A_DAY,
                now=now,
            )
    except TooMuchFeedback:
        return words.plural("feedback.limit", A_DAY)
    return words("feedback.thanks")


def figure_ref(fact: Fact) -> int:
    """A number for a fact that fits into a button."""
    return crc32(figure_value(fact).encode()) or 1


def _value(story: Story, said: GiveFeedback) -> str | None:
    if not said.ref:
        return None
    match said.kind:
        case "place":
            return f"{'-' if said.ref < 0 else '+'}{abs(said.ref):06}"
        case "figure":
            return next(figure_value(fact) for fact in story.facts if figure_ref(fact) == said.ref)
    return str(said.ref)


def _is_known(services: Services, story: Story, said: GiveFeedback) -> bool:
    """Whether what a button names is there: it may be forged, or the story another one by now."""
    if not said.ref:
        return True
    match said.kind:
        case "place":
            return any(int(place.adcode) == abs(said.ref) for place in story.places)
        case "figure":
            return any(figure_ref(fact) == said.ref for fact in story.facts)
        case "duplicate":
            with services.database.read() as connection:
                other = stories.story(connection, said.ref) if said.ref > 0 else None
            return other is not None and other.id != story.id
    return False


def _which(
    kind: FeedbackKind, story: Story, choices: Iterable[tuple[str, int]], asked: StoryView, reader: Reader
) -> Message:
    words = texts(reader.language)
    listed = [*((clean_line(label) or "–", ref) for label, ref in choices), (words("feedback.other"), 0)]
    offers: Rows = rows(
        *(button(label, GiveFeedback(kind, True, story.id, asked.delivery_id, ref)) for label, ref in listed)
    )
    lines: list[Line] = [*head(story, reader), BLANK, line(words(f"feedback.which_{kind}"))]
    back: tuple[Button, ...] = button(
        words("button.back"), StoryView("feedback", story.id, asked.delivery_id)
    )
    return message(lines, rows(*offers, back))
