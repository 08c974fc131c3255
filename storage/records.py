"""Turns announcements into rows and rows into announcements; the only place that knows both forms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column

from analysis.growth import Change
from analysis.types import (
    Announcement,
    Article,
    Attachment,
    Fact,
    Fingerprint,
    PlaceMention,
    Publisher,
    Span,
)
from analysis.urls import canonical
from storage.instants import Instant, read_instant

Stored = str | int | None
"""What sqlite3 gives for a column: JSON as text, times as microseconds."""
Values = dict[str, Any]


def address_of(item: Announcement) -> str:
    """What an announcement is known by: what has no address (a file, a pipe) by its content."""
    return canonical(item.article.url) or f"content:{item.fingerprint.content_hash}"


def announcement_values(item: Announcement, fetched: datetime) -> Values:
    """The columns of an announcement, without id, story and near copy. Texts of attachments are dropped."""
    article = item.article
    return {
        "url": article.url,
        "canonical_url": address_of(item),
        "content_hash": item.fingerprint.content_hash,
        "bands": list(item.fingerprint.bands),
        "title": article.title,
        "text": article.text,
        "attachments": [[a.url, a.title, a.media, a.pages, a.problem] for a in article.attachments],
        "summary": item.summary,
        "summaries": dict(item.summaries),
        "language": item.language,
        "relevance": item.relevance,
        "reason": item.reason,
        "topics": list(item.topics),
        "kind": item.kind,
        "stage": item.stage,
        "stage_quote": item.stage_quote,
        "places": place_values(item.places),
        "organisations": list(item.organisations),
        "facts": fact_values(item.facts),
        "notes": list(item.notes),
        "published": article.published,
        "signed": item.signed.isoformat() if item.signed else None,
        "dated": item.dated,
        "fetched": fetched,
        "publisher_id": article.publisher.id,
        "publisher_name": article.publisher.name,
        "publisher_kind": article.publisher.kind,
        "publisher_place": article.publisher.place,
        "publisher_timezone": article.publisher.timezone,
        "archived": None,  # one that is filed anew has its text again
        "full_length": None,
    }


def from_stored(columns: Iterable[Column[Any]], values: Iterable[Stored]) -> Values:
    """A row of these columns as sqlite3 gives it, by their names."""
    return {column.name: _from_stored(column, value) for column, value in zip(columns, values, strict=True)}


def _from_stored(column: Column[Any], value: Stored) -> Any:
    if isinstance(column.type, JSON):
        return json.loads(str(value))
    return read_instant(value) if isinstance(column.type, Instant) else value  # type: ignore[arg-type]


def read_announcement(row: Mapping[Any, Any]) -> Announcement:
    """The announcement of a row; a candidate's row has no text, attachments, bands and notes."""
    publisher = Publisher(
        row["publisher_id"],
        row["publisher_name"],
        row["publisher_kind"],
        row["publisher_place"],
        row["publisher_timezone"],
    )
    article = Article(
        url=row["url"],
        title=row["title"],
        text=row.get("text", ""),
        publisher=publisher,
        published=row["published"],
        language=row["language"],
        attachments=tuple(
            Attachment(url, title, media, "", pages, problem)
            for url, title, media, pages, problem in row.get("attachments", ())
        ),
    )
    return Announcement(
        article=article,
        language=row["language"],
        relevance=row["relevance"],
        reason=row["reason"],
        fingerprint=Fingerprint(row["content_hash"], tuple(row.get("bands", ()))),
        topics=tuple(row["topics"]),
        kind=row["kind"],
        stage=row["stage"],
        stage_quote=row["stage_quote"],
        places=read_places(row["places"]),
        organisations=tuple(row["organisations"]),
        facts=read_facts(row["facts"]),
        summary=row["summary"],
        dated=row["dated"],
        signed=date.fromisoformat(row["signed"]) if row["signed"] else None,
        summaries=row["summaries"],
        notes=tuple(row.get("notes", ())),
    )


def place_values(places: Iterable[PlaceMention]) -> list[list[Any]]:
    """Places as JSON."""
    return [[place.adcode, place.primary, place.quote, place.count] for place in places]


def read_places(values: list[list[Any]]) -> tuple[PlaceMention, ...]:
    """Places from JSON."""
    return tuple(PlaceMention(*value) for value in values)


def fact_values(facts: Iterable[Fact]) -> list[list[Any]]:
    """Facts as JSON."""
    return [
        [fact.type, fact.value, fact.unit, fact.quote, [fact.at.part, fact.at.start, fact.at.end]]
        if fact.at
        else [fact.type, fact.value, fact.unit, fact.quote]
        for fact in facts
    ]


def read_facts(values: list[list[Any]]) -> tuple[Fact, ...]:
    """Facts from JSON; those that a former version wrote have no span."""
    return tuple(
        Fact(kind, value, unit, quote, Span(*at[0]) if at else None)
        for kind, value, unit, quote, *at in values
    )


def change_values(changes: Iterable[Change]) -> list[list[Any]]:
    """Changes as JSON."""
    return [[change.type, change.unit, change.before, change.after] for change in changes]


def read_changes(values: list[list[Any]]) -> tuple[Change, ...]:
    """Changes from JSON."""
    return tuple(Change(*value) for value in values)
