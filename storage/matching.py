"""Whether a story is what a wish asks for: pure, over a small view of the story.

Words are looked for in titles and summaries, in the way of the search: Chinese anywhere, other words whole,
by their stems. Which wishes are looked at for a story at all is a lookup by place and topic, not done here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analysis.fold import fold
from analysis.query import Query
from analysis.types import Kind, Language, PublisherKind, Topic
from analysis.wishes import Wish
from storage.faces import reach
from storage.terms import Term, read_terms
from storage.types import Story
from storage.words import RUN, english_stem, german_stem, is_chinese


@dataclass(frozen=True, slots=True)
class Subject:
    """A story as wishes see it. `places` are those it is mainly about and what they lie in; `text` is folded,
    and `stems` are those of its words that are not Chinese."""

    places: frozenset[str]
    topics: frozenset[Topic]
    kind: Kind | None
    organisations: frozenset[str]
    sources: frozenset[str]
    publishers: frozenset[PublisherKind]
    languages: frozenset[Language]
    text: str
    stems: frozenset[str]


def subject_of(story: Story) -> Subject:
    """The view of a story with all its announcements."""
    items = story.announcements
    pieces = dict.fromkeys(
        piece for item in items for piece in (item.title, item.summary, *item.summaries.values()) if piece
    )
    text = fold("\n".join(pieces))
    return Subject(
        places=frozenset(reach(story.places)),
        topics=frozenset(story.topics),
        kind=story.kind,
        organisations=frozenset(story.organisations),
        sources=frozenset(item.publisher_id for item in items),
        publishers=frozenset(item.publisher_kind for item in items),
        languages=frozenset(item.language for item in items),
        text=text,
        stems=frozenset(
            stem for run in set(RUN.findall(text)) if not is_chinese(run) for stem in _stems(run)
        ),
    )


def matches(wish: Wish, subject: Subject) -> bool:
    """Whether the story has what each field of the wish asks for."""
    asked: Iterable[tuple[Iterable[str], frozenset[str]]] = (
        (wish.places, subject.places),
        (wish.topics, subject.topics),
        (wish.kinds, frozenset(filter(None, (subject.kind,)))),
        (wish.organisations, subject.organisations),
        (wish.sources, subject.sources),
        (wish.languages, subject.languages),
    )
    if any(wanted and has.isdisjoint(wanted) for wanted, has in asked):
        return False
    if wish.official and "government" not in subject.publishers:
        return False
    return all(_says(subject, word) for word in wish.words) and not any(
        _says(subject, word) for word in wish.not_words
    )


def _says(subject: Subject, word: str) -> bool:
    term = _term(word)
    if term is None:
        return False
    return _may_say(subject, term) and any(True for _ in term.hits(subject.text))


def _may_say(subject: Subject, term: Term) -> bool:
    """A quick look that saves reading the text: whether all words of a term have their stems in it."""
    if term.prefix:
        return True
    foreign = (run for run in term.runs if not is_chinese(run))
    return not any(subject.stems.isdisjoint(_stems(run)) for run in foreign)


@lru_cache(maxsize=10_000)
def _term(word: str) -> Term | None:
    return next(iter(read_terms(Query(words=(word,)))), None)


def _stems(run: str) -> tuple[str, str]:
    return f"en:{english_stem(run)}", f"de:{german_stem(run)}"
