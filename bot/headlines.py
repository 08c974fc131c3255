"""A story -> its headline in the reader's language: place, topic, kind, and the figures that tell it.

"Shenzhen · digital yuan · red packets · ¥10 million · 50,000 people · 12–18 Oct 2020". Put together from
what the analysis read, so it says the same whatever language the source is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.types import Fact, Kind, Language
from bot.figures import count_is_named, fact_words, short_amount
from bot.labels import SEPARATOR, TELLING_STAGES, listed, main_places
from bot.texts import texts
from storage.types import Story, StoryLine

_FEW = 3  # amounts that are looked at: a text ends with figures of other times and places
# What is counted where a kind is news; the first of them that an article counts tells most.
_COUNTED: dict[Kind, tuple[str, ...]] = {
    "lottery": ("people", "red packets"),
    "statistics": ("transactions", "wallets", "merchants", "scenarios"),
    "application": ("merchants", "scenarios", "people"),
    "pilot-launch": ("merchants", "scenarios", "people"),
    "pilot-expansion": ("places", "cities", "merchants"),
    "plan": ("government services", "scenarios", "companies"),
}
_DATED: tuple[Kind, ...] = ("lottery", "event")


def about(story: StoryLine, language: Language) -> str:
    """Place, topic and kind: "Beijing · blockchain · plan"."""
    words = texts(language)
    kind = words(f"kind.{story.kind}") if story.kind else ""
    if story.stage in TELLING_STAGES:
        kind = listed(filter(None, (kind, words(f"stage.{story.stage}"))), language)
    topics = listed((words(f"topic.{topic}") for topic in story.topics), language)
    return SEPARATOR.join(filter(None, (main_places(story, language), topics, kind)))


def headline(story: Story, language: Language) -> str:
    """`about`, with the key facts behind it."""
    figures = (
        short_amount(fact, language) if fact.type == "amount" else fact_words(fact, language)
        for fact in key_facts(story, language)
    )
    return SEPARATOR.join((about(story, language), *figures))


def key_facts(story: Story, language: Language) -> tuple[Fact, ...]:
    """At most one batch, amount, count and time: what the title says, or what its kind is about."""
    amounts = [fact for fact in story.facts if fact.type == "amount" and not isinstance(fact.value, str)]
    found = (
        next((fact for fact in story.facts if fact.type == "batch"), None),
        _amount(amounts),
        _count([fact for fact in story.facts if fact.type == "count"], story.kind, language),
        _time(story.facts, story.kind),
    )
    return tuple(fact for fact in found if fact is not None)


def _amount(amounts: Sequence[Fact]) -> Fact | None:
    """The largest in the title, or else of the first few: not the 200 yuan that each receives."""
    titled = [fact for fact in amounts if fact.at and fact.at.part == "title"]
    return max(titled or amounts[:_FEW], key=lambda fact: float(fact.value), default=None)


def _count(counts: Iterable[Fact], kind: Kind | None, language: Language) -> Fact | None:
    named = [fact for fact in counts if count_is_named(fact, language)]
    titled = [fact for fact in named if fact.at and fact.at.part == "title"]
    wanted = _COUNTED.get(kind, ()) if kind else ()
    usual = [fact for unit in wanted for fact in named if fact.unit == unit]
    return next(iter((*titled, *usual)), None)


def _time(facts: Sequence[Fact], kind: Kind | None) -> Fact | None:
    periods = [fact for fact in facts if fact.type == "period"]
    days = [fact for fact in facts if fact.type == "date" and len(str(fact.value)) == len("2020-10-12")]
    if kind in _DATED:
        return next(iter((*periods, *days)), None)
    return next(iter(periods), None) if kind == "plan" else None
