"""`yuanwatch analyse`: a document in, what the analysis makes of it out.

A .jsonl of documents (fields id, source, url, title, text, published, optional lang) gives one JSON
line a document, grouped into stories in file order by the filing code that the crawl uses.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from analysis.analyse import analyse as understand
from analysis.gazetteer import gazetteer
from analysis.types import Announcement, Article, Fact, PlaceMention, Publisher
from crawler.config import CrawlConfig
from crawler.documents import DocumentError, fetch_document, read_document
from storage.database import Database
from storage.filing import file
from storage.types import Filed
from yuanwatch.config import load
from yuanwatch.wiring import now


def analyse(what: str, config_path: Path, *, as_json: bool) -> int:
    """Analyse a file, an address or standard input ("-"). Returns 0, or 1 where it cannot be read."""
    try:
        if what.endswith((".jsonl", ".ndjson")):
            return _analyse_lines(Path(what))
        article = _article(what, config_path)
    except (DocumentError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(f"{what}: cannot be read: {reason}", file=sys.stderr)
        return 1
    announcement = understand(article)
    if as_json:
        print(json.dumps(record(announcement), ensure_ascii=False, indent=2))
    else:
        Console().print(_table(announcement))
    return 0


def record(announcement: Announcement) -> dict[str, Any]:
    """An announcement in the labelled documents' format, with what they leave out beside it.

    The date is told in the publisher's zone: there it is the day that was printed.
    """
    dated = announcement.dated
    zone = ZoneInfo(announcement.article.publisher.timezone)
    return {
        "title": announcement.article.title,
        "url": announcement.article.url,
        "lang": announcement.language,
        "published": dated.astimezone(zone).isoformat() if dated else None,
        "signed": announcement.signed.isoformat() if announcement.signed else None,
        "relevant": announcement.relevance,
        "reason": announcement.reason,
        "topics": list(announcement.topics),
        "kind": announcement.kind,
        "stage": announcement.stage,
        "stage_quote": announcement.stage_quote,
        "places": _places(announcement.places),
        "orgs": list(announcement.organisations),
        "facts": [
            {"type": fact.type, "value": fact.value, "unit": fact.unit, "quote": fact.quote, "at": _at(fact)}
            for fact in announcement.facts
        ],
        "summary": announcement.summary,
        "notes": list(announcement.notes),
    }


def _places(mentions: Iterable[PlaceMention]) -> list[dict[str, Any]]:
    """Places by GB/T 2260, which has no code for most named areas: those stand under their city's."""
    found: dict[str, dict[str, Any]] = {}
    for item in mentions:
        code = gazetteer().official(item.adcode)
        row = {"adcode": code, "name_en": gazetteer().name(code, "en"), "primary": item.primary}
        found[code] = {**row, "primary": item.primary or found.get(code, row)["primary"]}
        if code != item.adcode:
            found[code]["area_en"] = gazetteer().name(item.adcode, "en")
    return list(found.values())


def _at(fact: Fact) -> list[Any] | None:
    """[part, start, end]: the quote is article[part][start:end]; None for a file's pages."""
    return [fact.at.part, fact.at.start, fact.at.end] if fact.at else None


def _article(what: str, config_path: Path) -> Article:
    publisher = Publisher("analyse", "", "media")
    if what == "-":
        return read_document(sys.stdin.buffer.read(), "-", None, publisher)
    if what.startswith(("http://", "https://")):
        crawl = load(config_path).crawl if config_path.exists() else CrawlConfig()
        data, content_type, url = fetch_document(what, crawl)
        return read_document(data, url, content_type, publisher)
    return read_document(Path(what).read_bytes(), what, None, publisher)


def _analyse_lines(path: Path) -> int:
    database = Database("sqlite:///:memory:")
    database.migrate()
    names: dict[int, str] = {}
    with database.write() as connection:
        for key, article in _documents(path):
            announcement = understand(article)
            filed = file(connection, announcement, now=now(), tell=False, max_age=None)
            names.setdefault(filed.announcement_id, key)
            print(
                json.dumps(
                    {"id": key} | record(announcement) | _grouping(filed, key, names), ensure_ascii=False
                )
            )
    database.close()
    return 0


def _grouping(filed: Filed, key: str, names: dict[int, str]) -> dict[str, Any]:
    original = filed.near_copy_of
    if original is None and names[filed.announcement_id] != key:
        original = filed.announcement_id  # the very same text or address again
    return {
        "story": f"story-{filed.story_id}" if filed.story_id is not None else f"alone-{key}",
        "near_dup_of": names.get(original) if original is not None else None,
    }


def _documents(path: Path) -> Iterator[tuple[str, Article]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                key, article = str(row["id"]), _document(row)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DocumentError(f"line {number}: not a document: {error!r}") from None
            yield key, article


def _document(row: dict[str, Any]) -> Article:
    source = row.get("source") or {}
    published = datetime.fromisoformat(row["published"]) if row.get("published") else None
    if published is not None and published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    name = str(source.get("name") or "")
    publisher = Publisher(name, name, source.get("kind") or "media", source.get("place"))
    return Article(
        url=str(row.get("url") or ""),
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        publisher=publisher,
        published=published.astimezone(UTC) if published else None,
        language=row.get("lang"),
    )


def _table(announcement: Announcement) -> Table:
    values = record(announcement)
    table = Table(show_header=False, header_style="bold", pad_edge=False, box=None)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    values["places"] = "\n".join(
        f"{place['name_en']} ({place['adcode']}){' primary' if place['primary'] else ''}"
        for place in values["places"]
    )
    values["facts"] = "\n".join(
        f"{fact['type']}: {fact['value']} {fact['unit'] or ''}".rstrip() + f"  “{fact['quote']}”"
        for fact in values["facts"]
    )
    for name, value in values.items():
        shown = ", ".join(value) if isinstance(value, list) else str(value or "")
        if shown:
            table.add_row(name, escape(shown))
    return table
