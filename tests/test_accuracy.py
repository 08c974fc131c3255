"""Accuracy on the bundled documents, with floors: how well the analysis agrees with a careful reader.

The documents and what is expected of them are our own; the rules were not made for them, but have learnt
from some of their errors. The figures stand in the README.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from itertools import combinations

import pytest
import yaml

from analysis.analyse import analyse
from analysis.types import Announcement, Article
from crawler.config import SourceConfig
from storage.database import Database
from storage.filing import file
from yuanwatch.demo.documents import Document, data, load_documents

Rows = list[tuple[Document, Announcement, int | None]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Every bundled document, what the analysis makes of it, and the story it was filed under."""
    text = data("sources.yaml").read_text("utf-8").replace("{base}", "http://demo.example.org")
    sources = [SourceConfig.model_validate(block) for block in yaml.safe_load(text)]
    publishers = {source.id.removeprefix("demo-"): source.publisher() for source in sources}
    database = Database("sqlite:///:memory:")
    database.migrate()
    found: Rows = []
    with database.write() as connection:
        for item in sorted(load_documents(), key=lambda item: item.published):
            url = f"http://demo.example.org/{item.site}/{item.path}"
            article = Article(
                url, item.title, item.text, publishers[item.site], item.published, item.language
            )
            announcement = analyse(article)
            filed = file(connection, announcement, now=datetime.now(UTC), tell=False, max_age=None)
            found.append((item, announcement, filed.story_id))
    database.close()
    return found


def f1(pairs: Iterable[tuple[set[Hashable], set[Hashable]]]) -> float:
    """Micro F1 of (expected, found) sets."""
    both = extra = missed = 0
    for expected, found in pairs:
        both += len(expected & found)
        extra += len(found - expected)
        missed += len(expected - found)
    return 2 * both / (2 * both + extra + missed)


def share(rows: Rows, right: Callable[[Document, Announcement], bool]) -> float:
    relevant = [(item, found) for item, found, _ in rows if item.expect.relevant == "yes"]
    return sum(right(item, found) for item, found in relevant) / len(relevant)


def test_relevance(rows: Rows) -> None:
    judged = [(item, found) for item, found, _ in rows if item.expect.relevant != "borderline"]
    wrong = [
        item.id for item, found in judged if (found.relevance == "yes") != (item.expect.relevant == "yes")
    ]
    assert len(wrong) / len(judged) <= 0.03, wrong


def test_topics_and_kinds(rows: Rows) -> None:
    assert share(rows, lambda item, found: set(found.topics) == set(item.expect.topics)) >= 0.95
    assert share(rows, lambda item, found: found.kind == item.expect.kind) >= 0.88


def test_places(rows: Rows) -> None:
    relevant = [(item, found) for item, found, _ in rows if item.expect.relevant == "yes"]
    named = [
        (set(item.expect.primary) | set(item.expect.mentioned), {place.adcode for place in found.places})
        for item, found in relevant
    ]
    assert f1(named) >= 0.95  # type: ignore[arg-type]
    assert share(rows, lambda item, found: set(found.primary_places) == set(item.expect.primary)) >= 0.9


def test_one_story_is_one_story_and_no_two_are_joined(rows: Rows) -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    filed: dict[int, set[str]] = defaultdict(set)
    for item, _, story_id in rows:
        if item.expect.relevant == "yes":
            expected[item.expect.story or item.id].add(item.id)
            filed[story_id or -len(filed) - 1].add(item.id)
    wanted = {pair for members in expected.values() for pair in combinations(sorted(members), 2)}
    joined = {pair for members in filed.values() for pair in combinations(sorted(members), 2)}
    assert joined <= wanted, f"wrongly joined: {sorted(joined - wanted)}"
    assert len(joined) >= 0.95 * len(wanted), f"split: {sorted(wanted - joined)}"
