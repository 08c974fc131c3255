"""Decides which articles that were read before are looked at again, and what of it is an edit. Pure.

Times are aware UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from analysis.clean import strip_noise
from analysis.fingerprint import fingerprint, overlap
from analysis.fold import fold
from analysis.types import Announcement, Article
from analysis.urls import canonical
from crawler.config import SourceConfig
from crawler.freshness import fresh
from crawler.identity import names
from crawler.types import Entry, UnreadableError
from storage.types import Look

MOST = 5  # articles of one source in one poll
BELIEVED = timedelta(days=5)  # validators of an article; the last look of a week asks for all of it
_LATE = timedelta(days=1)  # a poll may be; no source is asked less often
_PATIENCE = 3  # looks for nothing; some lists date their entries anew each time they are asked
_COMMON = 0.3  # share of what an edition has in common with the one before; two pages of a site have less
_ENOUGH = 60  # characters; less than that may be what a list said of an article that could not be read
# How often a page was read, which is another number each time; in folded text.
_COUNTER = re.compile(
    r"(?:浏览|阅读|点击|访问|评论)(?:次数|人数|总数|数|量)?\s?[:(]?\s?[\d,.]+\s?万?(?:人次|次)?|"
    r"[\d,.]+\s?(?:人次|人|次)(?:浏览|阅读|点击|访问)|"
    r"\b(?:views|reads?|aufrufe)\s?:?\s?[\d,.]+|[\d,.]+\s?(?:views|aufrufe)\b"
)
Steps = Sequence[timedelta]


@dataclass(frozen=True, slots=True)
class Visit:
    """A look that is taken now. `entry` is what is read, `mark` what the list says now; `hinted`: it was
    the list that gave reason."""

    look: Look
    entry: Entry
    mark: str
    hinted: bool


def mark_of(source: SourceConfig, entry: Entry) -> str:
    """A digest of what a list says of an article, which changes when the article is edited.

    Of a list for people only the day counts: "two hours ago" is another time with each poll.
    """
    when = entry.published
    if source.kind == "listing" and when is not None:
        dated = when.astimezone(ZoneInfo(source.timezone)).date().isoformat()
    else:
        dated = str(when)
    text = entry.text if source.article.in_list else ""
    said = "\n".join((fold(entry.title).strip(), dated, str(entry.updated), text or ""))
    return sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def since(steps: Steps, now: datetime) -> datetime:
    """When an article was first read that is looked at now for the last time."""
    return now - max(steps) - _LATE


def due(look: Look, steps: Steps, now: datetime) -> bool:
    """Whether the time for the next look has come: so long after the first reading as one of `steps` says.

    An article that was old when it was first read is left alone, and so is one that is still good by its
    own headers.
    """
    if look.first - look.born > max(steps) or look.first < since(steps, now) or fresh(look.validator, now):
        return False
    return any(look.looked < look.first + step <= now for step in steps)


def hinted(look: Look, mark: str, steps: Steps, now: datetime) -> bool:
    """Whether the list shows that an article was changed since it was looked at, and may be believed."""
    return look.mark != mark and look.futile < _PATIENCE and look.first >= since(steps, now)


def standing(looks: Sequence[Look], entries: Sequence[Entry]) -> dict[int, Entry]:
    """The entries that are articles of `looks`, by announcement id: by their key, else by their address."""
    by_key = {entry.key: entry for entry in entries}
    named = names(entries)
    by_address = {canonical(one.url): one for one in entries if canonical(one.url) in named[one.key]}
    found = {one.announcement_id: by_key.get(one.key) or by_address.get(canonical(one.url)) for one in looks}
    return {number: entry for number, entry in found.items() if entry is not None}


def chosen(
    source: SourceConfig,
    looks: Iterable[Look],
    found: dict[int, Entry],
    steps: Steps,
    now: datetime,
    rests: Callable[[str], bool],
) -> list[Visit]:
    """What is looked at again in a poll: what its list shows to be changed, then what waits longest.

    `found` are the entries that its lists show now. `rests` says whether an address must be left alone.
    """
    visits = []
    for look in looks:
        entry = found.get(look.announcement_id)
        mark = look.mark if entry is None else mark_of(source, entry)
        if source.article.in_list:  # nothing is asked for, so there is no need for patience or a time
            wanted = hint = look.mark != mark
        else:
            hint = hinted(look, mark, steps, now)
            wanted = (hint or due(look, steps, now)) and not rests(look.detail or look.url)
        if wanted:
            visits.append(Visit(look, entry or _entry(look, source), mark, hint))
    visits.sort(key=lambda visit: (not visit.hinted, visit.look.looked))
    return visits[:MOST]


def _entry(look: Look, source: SourceConfig) -> Entry:
    """The entry that a list showed when it was last read."""
    return Entry(
        *(look.source_id, look.key, look.url, look.title, look.published),
        language=source.language,
        detail=look.detail,
    )


def edited(before: Announcement, article: Article) -> bool:
    """Whether a page says something else than what is stored of it, attachments left aside.

    Raises UnreadableError where it does, but is no edit of that article.
    """
    if canonical(article.url) != canonical(before.article.url):
        raise UnreadableError("it leads to another page now")
    if _words(before, before.article) == _words(before, article):
        return False
    if not article.title or 2 * len(article.text) < len(before.article.text):
        raise UnreadableError("less than half of its text is left: taken for a stub, not for an edit")
    told = before.article.text
    if len(told) >= _ENOUGH and overlap(told, article.text).containment < _COMMON:
        raise UnreadableError("it reads otherwise from end to end: taken for another page, not for an edit")
    return True


def _words(before: Announcement, article: Article) -> str:
    own = strip_noise(article.text, article.title, before.language)
    return fingerprint(article.title, _COUNTER.sub("", fold(own))).content_hash


def not_an_edit(before: Announcement, after: Announcement) -> UnreadableError | None:
    """Why what was read in full must not replace what is stored; None if it may."""
    if after.relevance == "no":
        return UnreadableError("it is about something else now: taken for another page, not for an edit")
    had = {file.url for file in before.article.attachments if file.problem is None}
    for file in after.article.attachments:
        if file.url in had and file.problem is not None:  # else its figures would be gone from the story
            return UnreadableError(f"its attachment cannot be read any more: {file.problem}")
    return None
