"""Turns title and text into a reading: the sentences, and which words of the subject stand in each.

Topics, relevance, kind and summary all decide on this one reading, so the text is matched once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis.fold import fold
from analysis.sentences import Sentence, split_sentences
from analysis.terms import Hit, Terms, read_rows, split_aliases

LEAD = 2  # the lead of an article: its first sentences


@dataclass(frozen=True, slots=True)
class Unit:
    """The title or one sentence, as it stands and folded, with the subject words in it."""

    sentence: Sentence
    folded: str
    hits: tuple[Hit, ...]
    labels: frozenset[str]

    def has(self, *labels: str) -> bool:
        return not self.labels.isdisjoint(labels)

    def foreign(self) -> int:
        """How often places and bodies outside China are named."""
        return sum(hit.label.startswith("foreign:") for hit in self.hits)

    def count(self, *labels: str) -> int:
        return sum([hit.label in labels for hit in self.hits]) if self.has(*labels) else 0


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as units of matched words; `units` are the body's sentences in order."""

    title: Unit
    units: tuple[Unit, ...]

    @property
    def lead(self) -> tuple[Unit, ...]:
        return self.units[:LEAD]

    def with_any(self, *labels: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.has(*labels))

    def count(self, *labels: str) -> int:
        return self.title.count(*labels) + sum(unit.count(*labels) for unit in self.units)


@cache
def subject_terms() -> Terms:
    """The matcher over analysis/data/subjects.tsv."""
    return Terms((label, split_aliases(aliases)) for label, aliases in read_rows("subjects.tsv", 2))


def _unit(sentence: Sentence, folded: str, hits: Iterable[Hit]) -> Unit:
    kept = tuple([hit for hit in hits if hit.label != "nothing"])
    return Unit(sentence, folded, kept, frozenset([hit.label for hit in kept]))


@lru_cache(maxsize=4)
def read_text(title: str, text: str) -> Reading:
    """The reading of an article whose noise has been stripped."""
    sentences = _sayings(title, text)
    starts = [sentence.start for sentence in sentences]
    grouped: list[list[Hit]] = [[] for _ in sentences]
    folded = fold(text)
    for hit in subject_terms().find(folded):
        index = bisect_right(starts, hit.start) - 1
        if index >= 0 and hit.end <= sentences[index].end:
            grouped[index].append(hit)
    units = tuple(
        _unit(sentence, folded[sentence.start : sentence.end], hits)
        for sentence, hits in zip(sentences, grouped, strict=True)
    )
    head = fold(title)
    return Reading(_unit(Sentence(title, 0, len(title)), head, subject_terms().find(head)), units)


def _sayings(title: str, text: str) -> list[Sentence]:
    """The sentences, without the title where extraction repeats it as the first line."""
    sentences = split_sentences(text)
    if len(sentences) > 1 and sentences[0].text == title.strip():
        return sentences[1:]
    return sentences
