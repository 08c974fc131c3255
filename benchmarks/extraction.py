"""How well pages, feeds and old encodings are read, measured on real ones in ../shared/pages.

    python -m benchmarks.extraction             the figures, and what is wrong page by page
    python -m benchmarks.extraction seal WORDS  the mark of words, for a line of the labels

The German pages come with what their publishers say (JSON). Of the Chinese pages and the feeds we have read
the source ourselves and noted in `pages_zh.tsv` and `feeds.tsv` what a reader finds there: dates, numbers and
addresses as they are; words as marks only (`seal`), since the texts are not ours. A line of `pages_zh.tsv`:
file, title, day of publication (Asia/Shanghai), first and last 16 characters of the body, day of the capture
where the page tells only the day of the year, and a note; "-" is what a page does not have.

Nothing helps the extraction: the entry has no title, summary or date.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import mean
from typing import Any
from zoneinfo import ZoneInfo

from analysis.types import Article, Language
from crawler.config import SourceConfig
from crawler.extract.article import extract
from crawler.extract.decode import decode
from crawler.spiders.feed import read_feed
from crawler.types import Entry, Page, UnreadableError

HERE = Path(__file__).resolve().parent
PAGES = HERE.parents[1] / "shared" / "pages"
SEALED = 16  # characters of a body's beginning and end that are labelled
MARGIN = 100  # characters that may stand before the first and behind the last sentence
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(
    r"""(?:og:url["']?\s+content=["']?|rel=["']?canonical["']?\s+href=["']?)(https?://[^"'>\s]+)"""
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a page was read rightly; `score` is the token F1 of the body, or 1 and 0 where it is only seen
    whether it begins and ends right. `said` is what stands where something is wrong."""

    name: str
    title: bool
    day: bool
    minute: bool
    score: float
    said: str = ""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What of a feed was read rightly: how many entries and dates there are, the words and the address of
    the first, the words of the last, the first day, and each character."""

    name: str
    entries: bool
    titles: bool
    links: bool
    dates: bool
    decoded: bool

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.entries and self.titles and self.links and self.dates and self.decoded


def seal(words: str, characters: int | None = None, end: bool = False) -> str:
    """The mark of words, blind to white space and full width: of all, or of the first or last characters."""
    text = bare(words)
    part = text if characters is None else text[-characters:] if end else text[:characters]
    return sha256(part.encode()).hexdigest()[:16]


def bare(words: str) -> str:
    """Words without what no reader sees: white space, soft hyphens, the width of characters."""
    seen = (
        char
        for char in unicodedata.normalize("NFKC", words)
        if unicodedata.category(char) not in ("Cf", "Zs")
    )
    return "".join("".join(seen).split())


def source(language: Language, zone: str) -> SourceConfig:
    """A source that says nothing but its language and zone."""
    return SourceConfig.model_validate(
        {"id": "any", "name": "Any", "kind": "feed", "level": "media", "urls": ["https://any.example/"]}
        | {"language": language, "timezone": zone}
    )


def read(body: bytes, by: SourceConfig, fetched: datetime | None) -> Article:
    """The article of a captured page under the address that it gives itself, without any help of a list."""
    head = _ADDRESS.search(body.decode("latin-1"))
    url = head[1] if head else "https://any.example/page"
    return extract(Page(url, body, "text/html", fetched), Entry(by.id, url, url, ""), by)


def german() -> list[Reading]:
    """Every page of ../shared/pages/de against what its publisher says of it."""
    by = source("de", "Europe/Berlin")
    return [_german(path, by) for path in sorted((PAGES / "de").glob("*.html.gz"))]


def _german(path: Path, by: SourceConfig) -> Reading:
    body = gzip.decompress(path.read_bytes())
    gold = _gold(path, body)
    name = path.name.removesuffix(".html.gz")
    captured = datetime.strptime(name[-10:], "%Y_%m_%d").replace(tzinfo=UTC)
    article = read(body, by, captured + timedelta(days=1))
    expected = datetime.fromisoformat(gold["publishing_date"])
    zone = ZoneInfo(by.timezone)
    expected = (expected if expected.tzinfo else expected.replace(tzinfo=zone)).astimezone(zone)
    found = article.published.astimezone(zone) if article.published else None
    title, text = bare(article.title) == bare(gold["title"]), _body(gold)
    day = found is not None and found.date() == expected.date()
    return Reading(
        name,
        title,
        day,
        found is not None and abs(found - expected) < timedelta(minutes=1),
        f1(article.text, text),
        "" if title and day else f"{article.title} ({found}) for {gold['title']} ({expected})",
    )


def _gold(path: Path, body: bytes) -> dict[str, Any]:
    """Of the captures that a JSON describes, the one whose words this page holds."""
    known: dict[str, dict[str, Any]] = json.loads(
        (path.parent / f"{path.name.split('_')[0]}.json").read_text("utf-8")
    )
    page = tokens(body.decode("utf-8", "replace"))

    def held(gold: dict[str, Any]) -> float:
        words = tokens(gold["title"] + " " + _body(gold))
        return (words & page).total() / words.total()

    return max(known.values(), key=held)


def _body(gold: dict[str, Any]) -> str:
    parts = [*gold["body"]["summary"]]
    for section in gold["body"]["sections"]:
        parts += [*section["headline"], *section["paragraphs"]]
    return "\n".join(parts)


def tokens(text: str) -> Counter[str]:
    """The words of a text, each as often as it stands there."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold()))


def f1(found: str, expected: str) -> float:
    """Agreement of two texts in their words, 0 to 1."""
    one, other = tokens(found), tokens(expected)
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


def chinese() -> list[Reading]:
    """Every page of ../shared/pages/zh against our labels."""
    by = source("zh", "Asia/Shanghai")
    return [_chinese(label, by) for label in _labels("pages_zh.tsv")]


def _chinese(label: dict[str, str], by: SourceConfig) -> Reading:
    body = gzip.decompress((PAGES / "zh" / f"{label['file']}.html.gz").read_bytes())
    zone = ZoneInfo(by.timezone)
    fetched = None if label["captured"] == "-" else datetime.fromisoformat(label["captured"] + "T23:59+08:00")
    try:
        article = read(body, by, fetched)
    except UnreadableError as error:
        return Reading(label["file"], False, False, False, 0.0, error.problem)
    found = article.published.astimezone(zone) if article.published else None
    title = seal(article.title) == label["title"]
    day = str(found.date() if found else "-") == label["day"]
    begins, ends = framed(article.text, label["first"], label["last"])
    said = f"{article.title} ({found}), begins {begins}, ends {ends}"
    right = title and day and begins and ends
    return Reading(label["file"], title, day, day, float(begins and ends), "" if right else said)


def framed(text: str, first: str, last: str) -> tuple[bool, bool]:
    """Whether a body begins and ends with the labelled words, but for MARGIN characters of noise."""
    words = bare(text)
    head, tail = words[: MARGIN + SEALED], words[-MARGIN - SEALED :]
    return _holds(head, first), last == "-" or _holds(tail, last)


def _holds(text: str, mark: str) -> bool:
    return any(seal(text[place : place + SEALED]) == mark for place in range(max(1, len(text) - SEALED + 1)))


def feeds() -> list[FeedReading]:
    """Every captured feed, in old encodings too, against our labels."""
    return [_feed(label) for label in _labels("feeds.tsv")]


def _feed(label: dict[str, str]) -> FeedReading:
    body, zone = (PAGES / label["file"]).read_bytes(), ZoneInfo(label["zone"])
    entries = read_feed(source("zh", label["zone"]), Page("https://any.example/feed", body, "text/xml"))
    titles = [seal(entry.title) for entry in entries]
    days = [str(entry.published.astimezone(zone).date()) for entry in entries if entry.published]
    return FeedReading(
        label["file"],
        len(entries) == int(label["entries"]),
        [*titles[:1], *titles[-1:]] == [label["first"], label["last"]],
        bool(entries) and entries[0].url == label["link"],
        (len(days), days[0] if days else "-") == (int(label["dated"]), label["day"]),
        decode(body, "text/xml") == body.decode(label["encoding"]),
    )


def _labels(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def share(rights: Iterable[bool]) -> float:
    """How many of them are right, 0 to 1."""
    return mean(map(float, rights))


def report(readings: dict[str, list[Reading]], read_feeds: list[FeedReading]) -> Iterator[str]:
    """The figures as lines of a table, then what is wrong."""
    yield f"{'':10}{'pages':>7}{'titles':>9}{'days':>9}{'minutes':>9}{'body':>9}"
    for name, found in readings.items():
        figures = (
            share(one.title for one in found),
            share(one.day for one in found),
            share(one.minute for one in found),
            mean(one.score for one in found),
        )
        yield f"{name:10}{len(found):>7}" + "".join(f"{figure:>9.3f}" for figure in figures)
    right = sum(one.right for one in read_feeds)
    yield f"{'feeds':10}{len(read_feeds):>7}{right:>9} right"
    for one in (one for found in readings.values() for one in found):
        if one.said or one.score < 0.9:
            yield f"  {one.name}: body {one.score:.3f} {one.said}"
    for feed in (feed for feed in read_feeds if not feed.right):
        yield f"  {feed}"


def main() -> None:
    """Print the figures, or the mark of the words given."""
    if sys.argv[1:2] == ["seal"]:
        words = " ".join(sys.argv[2:])
        print(seal(words), seal(words, SEALED), seal(words, SEALED, end=True))
    elif not PAGES.is_dir():
        print("extraction: not measured, since ../shared/pages is not there")
    else:
        print("\n".join(report({"German": german(), "Chinese": chinese()}, feeds())))


if __name__ == "__main__":
    main()
