"""Turns an `Article` into an `Announcement`: the one verb of this room, composed of all the others.

Pure: the same article always gives the same announcement, whatever the clock or the network do.
"""

from __future__ import annotations

from datetime import datetime

from analysis.clean import strip_noise
from analysis.dates import find_published
from analysis.facts import find_facts
from analysis.fingerprint import fingerprint
from analysis.kinds import find_kind, find_stage
from analysis.language import detect
from analysis.organisations import find_organisations
from analysis.places import find_places
from analysis.reading import read_text
from analysis.relevance import Context, judge
from analysis.summary import summarise_reading
from analysis.topics import find_topics
from analysis.types import Announcement, Article, Fact, Language

SHORT_BODY = 400  # a notice shorter than this only points to its attachments: they are the announcement
ATTACHED = 60_000  # characters of attachments that are read; the rest of a long plan repeats its head


def analyse(article: Article) -> Announcement:
    """What an article says, as far as this program understands it. Never raises for any text.

    Topics, kind and stage are empty where it is not relevant. `dated` is the article's own date, else
    one printed in its text, else None.
    """
    language = detect(article.title, article.text, article.language)
    body, notes = _with_attachments(article, strip_noise(article.text, article.title, language))
    dated = article.published or _printed_date(article, language)
    places = find_places(article.title, body, article.publisher, language)
    organisations = find_organisations(article.title, body, article.publisher)
    facts = _facts(article, body, dated, language)
    reading = read_text(article.title, body)
    relevance, reason = judge(reading, Context(language, article.publisher, places, organisations))
    kind = find_kind(reading) if relevance != "no" else None
    return Announcement(
        article=article,
        language=language,
        relevance=relevance,
        reason=reason,
        fingerprint=fingerprint(article.title, body),
        topics=find_topics(reading) if relevance != "no" else (),
        kind=kind,
        stage=find_stage(reading, kind) if kind else None,
        places=places,
        organisations=organisations,
        facts=facts,
        summary=summarise_reading(reading, facts, language),
        dated=dated,
        notes=notes,
    )


def _printed_date(article: Article, language: Language) -> datetime | None:
    return find_published(article.text, language, article.publisher.timezone)


def _with_attachments(article: Article, body: str) -> tuple[str, tuple[str, ...]]:
    """The body, with the attachments' text where the body is short, and notes on what could not be read."""
    notes = tuple(f"{item.title or item.url}: {item.problem}" for item in article.attachments if item.problem)
    texts = [item.text.strip() for item in article.attachments if item.text.strip()]
    if not texts or len(body) >= SHORT_BODY:
        return body, notes
    return "\n".join([body, *texts]).strip()[: len(body) + ATTACHED], notes


def _facts(article: Article, body: str, dated: datetime | None, language: Language) -> tuple[Fact, ...]:
    found = find_facts(article.title, body, dated, language, article.publisher.timezone)
    stated = {fact.value for fact in found if fact.type == "pages"}
    pages = tuple(
        Fact("pages", item.pages, "pages", item.title)
        for item in article.attachments
        if item.pages and item.pages not in stated
    )
    return found + pages
