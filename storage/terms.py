"""Turns what is asked for into `Term`s: what to say to the index, and where a text shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analysis.fold import fold
from analysis.query import Query
from storage.words import (
    HAN,
    RUN,
    english_stem,
    foreign_stems,
    german_stem,
    is_chinese,
    plain,
    same_umlauts,
)

MOST_BEGUN = 64  # words that `prefix*` stands for
_SHORTEST_PREFIX = 3
_WORD = re.compile(rf"[^\W_{HAN}]+")
_GAP = re.compile(r"[\W_]{0,4}")  # what may stand between two words of a phrase in a text

Begun = Callable[[str], Sequence[str]]
"""The words of the index that begin with some letters."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase: its runs of characters, folded; `prefix` where it asks for what begins so."""

    runs: tuple[str, ...]
    prefix: bool = False

    def expression(self, begun: Begun) -> str:
        """What asks the index for it, in the words of FTS5."""
        if self.prefix:
            return self._any_of(begun)
        if all(map(is_chinese, self.runs)):
            return f"{{words german}} : {_phrase(self.runs, str)}"
        english, german = _phrase(self.runs, english_stem), _phrase(self.runs, german_stem)
        foreign = {_phrase(self.runs, lambda run, form=form: foreign_stems(run)[form]) for form in (0, 1)}  # type: ignore[misc]
        found = [f"words : {phrase}" for phrase in sorted(foreign - {english})]
        if english == german:
            found.append(f"{{words german}} : {english}")
        else:
            found += [f"words : {english}", f"german : {german}"]
        return _either(found)

    def hits(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a folded text, in order."""
        first, *rest = self.runs
        for start, end in self._run_hits(folded, first):
            for run in rest:
                end = _next(folded, end, run)
                if end < 0:
                    break
            else:
                yield start, end

    def words(self) -> tuple[tuple[str, ...], ...]:
        """For each run the words by which the index holds it; used to count them."""
        return tuple(
            tuple(_pairs(run, last=True)) if is_chinese(run) else (english_stem(run), german_stem(run))
            for run in self.runs
        )

    def _any_of(self, begun: Begun) -> str:
        run = self.runs[0]
        starts = dict.fromkeys((plain(run), same_umlauts(run)))
        found = {english_stem(run), german_stem(run), *foreign_stems(run)}.union(
            *(begun(start) for start in starts)
        )
        return _either([f'{{words german}} : "{word}"' for word in sorted(found)])

    def _run_hits(self, folded: str, run: str) -> Iterator[tuple[int, int]]:
        if not is_chinese(run):
            for match in _WORD.finditer(folded):
                if _same(match[0], run) or (self.prefix and _begins(match[0], run)):
                    yield match.span()
            return
        start = folded.find(run)
        while start >= 0:
            yield start, start + len(run)
            start = folded.find(run, start + len(run))


def read_terms(query: Query) -> list[Term]:
    """The terms of a query's words and phrases, each once; () where nothing is left of them."""
    found = [_read_phrase(phrase) for phrase in query.phrases] + [_read_word(word) for word in query.words]
    return list(dict.fromkeys(term for term in found if term is not None))


def source_expression(source: str) -> str:
    """What asks the index for a publisher by its id or by words of its name; "" where nothing is left."""
    runs = RUN.findall(fold(source))
    if not runs:
        return ""
    squeezed = "".join(runs)
    either = {f"source : {_phrase(runs, english_stem)}"}
    if not is_chinese(squeezed):
        either.add(f'source : "{squeezed}"')
    return _either(sorted(either))


def _read_phrase(text: str) -> Term | None:
    runs = tuple(RUN.findall(fold(text)))
    return Term(runs) if runs else None


def _read_word(text: str) -> Term | None:
    term = _read_phrase(text)
    if term is None or not text.endswith("*") or len(term.runs) > 1 or is_chinese(term.runs[0]):
        return term
    return Term(term.runs, prefix=len(term.runs[0]) >= _SHORTEST_PREFIX)


def _phrase(runs: Sequence[str], stem: Callable[[str], str]) -> str:
    """Words in this order, quoted; a single character at the end is one that others may follow."""
    words: list[str] = []
    for place, run in enumerate(runs, 1):
        words += _pairs(run, last=place == len(runs)) if is_chinese(run) else [stem(run)]
    open_end = is_chinese(runs[-1]) and len(runs[-1]) == 1
    return f'"{" ".join(words)}"' + (" *" if open_end else "")


def _pairs(run: str, *, last: bool) -> list[str]:
    """The words of a run; the character that ends it counts only where something else follows."""
    pairs = [run[start : start + 2] for start in range(len(run) - 1)]
    return pairs if last and pairs else [*pairs, run[-1]]


def _either(expressions: Sequence[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"({' OR '.join(expressions)})"


def _next(folded: str, at: int, run: str) -> int:
    """The end of the run if it is what follows in the text, else -1."""
    match = _GAP.match(folded, at)
    at = match.end() if match else at
    if is_chinese(run):
        return at + len(run) if folded.startswith(run, at) else -1
    word = _WORD.match(folded, at)
    return word.end() if word and _same(word[0], run) else -1


def _same(word: str, run: str) -> bool:
    return word == run or english_stem(word) == english_stem(run) or german_stem(word) == german_stem(run)


def _begins(word: str, run: str) -> bool:
    return plain(word).startswith(plain(run)) or same_umlauts(word).startswith(same_umlauts(run))
