"""Turns an announcement into its entry in the index of the search: words, publisher, tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.fold import fold
from analysis.gazetteer import gazetteer
from analysis.query import Query
from analysis.types import LANGUAGES, Announcement
from analysis.wording import search_words
from storage.faces import reach
from storage.words import BOUNDARY, index_fields, index_words, umlaut_words


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """The columns of a row; each holds words between spaces. See storage/words.py for the first two."""

    words: str
    german: str
    source: str
    tags: str


def search_entry(item: Announcement) -> SearchEntry:
    """What an announcement is found by. The places of its tags are those that it is mainly about."""
    texts, names = tuple(_texts(item)), tuple(dict.fromkeys(_names(item)))
    own = index_fields(texts, item.language)
    named = {language: index_fields(names, language) for language in ("en", "de")}
    german = own if item.language == "de" else umlaut_words(texts)
    publisher = item.article.publisher
    return SearchEntry(
        words=_together("" if item.language == "de" else own, named["en"]),
        german=_together(german, named["de"]),
        source=_together(_squeezed(publisher.id), index_words(publisher.name, "en")),
        tags=" ".join(_tags(item)),
    )


def asked_tags(query: Query) -> list[list[str]]:
    """For each filter of a query the tags that it takes, any of which will do."""
    groups = {
        "place": query.places,
        "topic": query.topics,
        "kind": query.kinds,
        "lang": query.languages,
        "has": query.facts,
    }
    return [[_tag(name, value) for value in values] for name, values in groups.items() if values]


def _tags(item: Announcement) -> Iterator[str]:
    yield _tag("lang", item.language)
    if item.kind:
        yield _tag("kind", item.kind)
    for topic in item.topics:
        yield _tag("topic", topic)
    for adcode in reach(item.places):
        yield _tag("place", adcode)
    for fact in dict.fromkeys(fact.type for fact in item.facts):
        yield _tag("has", fact)


def _tag(name: str, value: str) -> str:
    return name + _squeezed(value)


def _squeezed(text: str) -> str:
    """One word of letters and digits."""
    return "".join(char for char in fold(text) if char.isalnum())


def _together(*fields: str) -> str:
    return f" {BOUNDARY} ".join(filter(None, fields))


def _texts(item: Announcement) -> Iterator[str]:
    yield item.article.title
    yield item.summary
    yield item.article.text
    for attachment in item.article.attachments:
        yield attachment.title
        yield attachment.text


def _names(item: Announcement) -> Iterator[str]:
    yield from search_words(item)
    yield item.article.publisher.name
    for mention in item.places:
        for language in LANGUAGES:
            yield gazetteer().name(mention.adcode, language)
        place = gazetteer().place(mention.adcode)
        if place is not None:
            yield place.name_zh  # 北京市, where the name above is 北京
