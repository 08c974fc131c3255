"""What the block of a source finds on a page of its list, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bs4 import Tag

from crawler.checking.steps import counted, dated, kept_links, present, unwrapping
from crawler.checking.types import Finding, judged
from crawler.config import SourceConfig
from crawler.extract.dates import read_date
from crawler.extract.decode import text_of
from crawler.rules import ApiRules
from crawler.spiders.feed import read_feed, truncated
from crawler.spiders.links import about
from crawler.spiders.listing import base_of, date_of, markup_of, title_of
from crawler.spiders.selectors import choices, first, nodes
from crawler.spiders.sitemap import children, read_sitemap
from crawler.types import Entry, Page, UnreadableError
from crawler.unwrap import field, parsed, unwrap, walk

_ITEM = (
    "Open the page's source, find the element that holds one entry, and write its selector into list.item. "
    "If the source shows no entries, they come from elsewhere: look for JSON (kind api)."
)


def examine_list(
    source: SourceConfig, patterns: Mapping[str, str], page: Page, entries: Sequence[Entry]
) -> list[Finding]:
    """A finding for each step of the block that reads lists. `entries` are what the page gave."""
    try:
        return [*_of_kind(source, patterns, page, len(entries)), *_of_all(source, entries)]
    except UnreadableError as error:
        return [Finding("list", "failed", error.problem)]


def _of_kind(source: SourceConfig, patterns: Mapping[str, str], page: Page, given: int) -> list[Finding]:
    if source.code is not None:
        return [judged(f"code {source.code}", given > 0, counted(given, "entry"), _CODE, "failed")]
    if source.kind == "feed":
        cut = truncated(page, source)
        said = counted(len(all_of := read_feed(_open(source), page)), "item")
        end = "; it breaks off before its end, and its last item is left out" if cut else ""
        return [
            Finding("feed", "warning" if cut else "ok", f"{said}{end}"),
            *_kept(source, {}, page, all_of),
        ]
    if source.kind == "api":
        return _api(source, patterns, page)
    if source.kind == "sitemap":
        lists = children(page)
        if lists:
            return [Finding("sitemap", "ok", f"an index; the latest is {lists[0]}")]
        all_of = read_sitemap(_open(source), patterns, page)
        said = counted(len(all_of), "address")
        return [
            judged("sitemap", bool(all_of), said, "It is empty."),
            *_kept(source, patterns, page, all_of),
        ]
    return _listing(source, patterns, page)


def _open(source: SourceConfig) -> SourceConfig:
    """The source without its rules about links, to see what there is before they choose."""
    rules = dict.fromkeys(("link_include", "link_exclude", "link_pattern", "link_param"))
    rules_of_list = source.list.model_copy(update={**rules, "require_date": False})
    return source.model_copy(update={"list": rules_of_list})


def _kept(
    source: SourceConfig, patterns: Mapping[str, str], page: Page, entries: Sequence[Entry]
) -> list[Finding]:
    """What the rules about links leave; without `patterns` they have no say in it."""
    if not entries:
        return []
    if not patterns:
        source = source.model_copy(update={"list": source.list.model_copy(update={"link_pattern": None})})
    return kept_links([entry.url for entry in entries], page.url, source, patterns)[1]


_CODE = "Look at its code; the page it reads has changed, or the address."


def _of_all(source: SourceConfig, entries: Sequence[Entry]) -> list[Finding]:
    findings = []
    if words := source.list.only_words:
        kept = sum(about(entry, words) for entry in entries)
        said = f"{kept} of {counted(len(entries), 'entry')} would be read"
        findings.append(Finding("list.only_words", "ok", said))
    if source.article.in_list and entries:
        have = sum(bool(entry.text) for entry in entries)
        findings.append(present("article.in_list", have, len(entries), "The list no longer holds the texts."))
    return findings


# Listings


def _listing(source: SourceConfig, patterns: Mapping[str, str], page: Page) -> list[Finding]:
    rules, text = source.list, text_of(page, source.encoding)
    findings = unwrapping("list", text, rules.unwrap)
    if any(one.verdict == "failed" for one in findings):
        return findings
    soups, removed = markup_of(source, page)
    if rules.remove:
        findings.append(judged("list.remove", removed > 0, counted(removed, "node"), _OLD))
    rows, used = [], ""
    for choice in choices(rules.item):
        if rows := [row for soup in soups for row in nodes(soup, choice)]:
            used = f" by {choice.css}" if "|" in rules.item else ""
            break
    said = f"{counted(len(rows), 'node')}{used}"
    findings.append(judged("list.item", bool(rows), said, _ITEM, "failed"))
    return findings if not rows else [*findings, *_rows(rows, base_of(soups, page), source, patterns, page)]


_OLD = "It finds nothing any more; it may be left out."


def _rows(
    rows: Sequence[Tag], base: str, source: SourceConfig, patterns: Mapping[str, str], page: Page
) -> list[Finding]:
    rules = source.list
    links = [first(row, rules.link, "href") for row in rows]
    linked = [(row, link) for row, link in zip(rows, links, strict=True) if link]
    advice = "Find the element with the address within an item and write its selector into list.link."
    findings = [present("list.link", len(linked), len(rows), advice)]
    if not linked:
        return findings
    fitting, about_links = kept_links([link for _, link in linked], base, source, patterns)
    findings += about_links
    kept = [row for (row, _), fits in zip(linked, fitting, strict=True) if fits]
    if not kept:
        return findings
    titles = sum(bool(title_of(row, rules)) for row in kept)
    findings.append(
        present("list.title", titles, len(kept), "Write the selector of the headline into list.title.")
    )
    if rules.title_remove:
        found = sum(bool(nodes(row, choice)) for row in kept for choice in choices(rules.title_remove))
        findings.append(judged("list.title_remove", found > 0, counted(found, "node"), _OLD))
    return [*findings, *_dates(kept, source, patterns, page)]


def _dates(
    rows: Sequence[Tag], source: SourceConfig, patterns: Mapping[str, str], page: Page
) -> list[Finding]:
    rules = source.list
    otherwise = rules.link_pattern is not None and "(?P<d>" in patterns[rules.link_pattern]
    if rules.date is None:
        return [Finding("list.date", "ok", "none asked for; the day is in the address")] if otherwise else []
    written = [first(row, rules.date) for row in rows]
    read = [date_of(row, source, page.fetched) is not None for row in rows]
    findings = [dated("list.date", written, read, otherwise=otherwise)]
    if rules.require_date and not otherwise and (without := read.count(False)):
        said = f"{counted(without, 'item')} of {len(rows)} left out for having none"
        findings.append(Finding("list.require_date", "ok", said))
    return findings


# JSON


def _api(source: SourceConfig, patterns: Mapping[str, str], page: Page) -> list[Finding]:
    rules, text = source.api, text_of(page, source.encoding)
    assert rules is not None, "SourceConfig asks for it"
    findings = unwrapping("api", text, rules.unwrap)
    if any(one.verdict == "failed" for one in findings):
        return findings
    try:
        items = [item for piece in unwrap(text, rules.unwrap) for item in walk(parsed(piece), rules.items)]
    except UnreadableError as error:
        return [*findings, Finding("api.items", "failed", error.problem, _JSON)]
    findings.append(judged("api.items", bool(items), counted(len(items), "item"), _JSON, "failed"))
    return findings if not items else [*findings, *_items(items, rules, source, patterns, page)]


_JSON = "Look at the answer and write the path of the list of articles into api.items."


def _items(
    items: Sequence[Any], rules: ApiRules, source: SourceConfig, patterns: Mapping[str, str], page: Page
) -> list[Finding]:
    findings = []
    for name in ("title", "link", "summary", "text", "detail"):
        if (rule := getattr(rules, name)) is not None:
            have, needed = sum(bool(field(item, rule)) for item in items), name in ("title", "link", "detail")
            advice = f"{_known_names(items)} Write the path of the {name} into api.{name}."
            findings.append(present(f"api.{name}", have, len(items), advice, needed=needed))
    links = [link for item in items if (link := field(item, rules.link))]
    if links:
        findings += kept_links(links, rules.base or page.url, source, patterns)[1]
    if rules.date is not None:
        written = [field(item, rules.date) for item in items]
        read = [
            bool(
                text and read_date(text, source.timezone, rules.date_format, page.fetched, rules.date_prefix)
            )
            for text in written
        ]
        findings.append(dated("api.date", written, read, otherwise=False, rules="api"))
    return findings


def _known_names(items: Sequence[Any]) -> str:
    names = [str(name)[:30] for name in items[0]][:12] if isinstance(items[0], dict) else []
    return f"An item has {', '.join(names)}." if names else "An item is no block of names and values."
