"""Turns an `Article` into an `Announcement`: the one verb of this room, composed of all the others.

Pure: the same article always gives the same announcement, whatever the clock or the network do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from analysis.clean import strip_noise
from analysis.dates import find_published
from analysis.facts import find_facts
from analysis.fingerprint import fingerprint
from analysis.kinds import find_kind, find_stage
from analysis.language import detect
from analysis.organisations import find_organisations
from analysis.origins import Origins
from analysis.places import find_places
from analysis.reading import Reading, read_text
from analysis.relevance import Context, judge
from analysis.signing import find_signed
from analysis.summary import summarise_reading
from analysis.topics import find_topics
from analysis.types import Announcement, Article, Fact, Language, Part

SHORT_BODY = 400  # a notice shorter than this only points to its attachments: they are the announcement
OWN_WORDS = 80  # characters from which a notice says by itself what it announces
LONGEST = 200_000  # characters of a text that are read: a book is no announcement
ATTACHED = 60_000  # characters of attachments that are read; the rest of a long plan repeats its head


def analyse(article: Article) -> Announcement:
    """What an article says, as far as this program understands it. Never raises for any text.

    Topics, kind and stage are empty where it is not relevant. `dated` is the article's own date, else
    one printed in its text, else None. Of a very long text the beginning is read, and a note says so.
    """
    article, cut = _bounded(article)
    language = detect(article.title, article.text, article.language)
    own = strip_noise(article.text, article.title, language)
    body, notes = _with_attachments(article, own)
    notes += cut
    dated = article.published or _printed_date(article, language)
    places = find_places(article.title, body, article.publisher, language)
    organisations = find_organisations(article.title, body, article.publisher)
    facts = _facts(article, body, dated, language)
    reading = read_text(article.title, body)
    relevance, reason = judge(reading, Context(language, article.publisher, places, organisations))
    acts = _act(article, own, body, reading)
    kind = find_kind(acts) if relevance != "no" else None
    stage, stage_quote = find_stage(acts, kind) if kind else (None, None)
    return Announcement(
        article=article,
        language=language,
        relevance=relevance,
        reason=reason,
        fingerprint=fingerprint(article.title, body),
        topics=find_topics(reading) if relevance != "no" else (),
        kind=kind,
        stage=stage,
        stage_quote=stage_quote,
        places=places,
        organisations=organisations,
        facts=facts,
        summary=summarise_reading(acts, facts, language),
        dated=dated,
        signed=find_signed(article.text, language),
        notes=notes,
    )


def _act(article: Article, own: str, body: str, reading: Reading) -> Reading:
    """What says what the announcement does: its own words, not the many things its attachment lists."""
    return read_text(article.title, own) if body != own and len(own) >= OWN_WORDS else reading


def _bounded(article: Article) -> tuple[Article, tuple[str, ...]]:
    """The article with no more text than is worth reading, and a note where it had more."""
    if len(article.text) <= LONGEST:
        return article, ()
    note = f"only the first {LONGEST} of {len(article.text)} characters were read"
    return replace(article, text=article.text[:LONGEST]), (note,)


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
    texts: list[tuple[Part, str]] = [("text", article.text)]
    texts += [(number, item.text) for number, item in enumerate(article.attachments)]
    origins = Origins(body, texts)
    found = tuple(
        replace(fact, at=origins.locate(fact.at.start, fact.at.end))
        if fact.at and fact.at.part == "text"
        else fact
        for fact in found
    )
    stated = {fact.value for fact in found if fact.type == "pages"}
    pages = tuple(
        Fact("pages", item.pages, "pages", item.title)
        for item in article.attachments
        if item.pages and item.pages not in stated
    )
    return found + pages
