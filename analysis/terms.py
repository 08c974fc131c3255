"""Turns a table of words (label, aliases) into a matcher that finds all of them in a folded text in one pass.

An alias in a data file may carry marks: `*word` and `word*` let Latin letters go on at that end (German
compounds and endings), `=词` wants a short Chinese alias to stand alone, not inside a longer run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from analysis.fold import fold

# Characters that may touch a short Chinese name without making it part of a longer word (和工行、建行等).
_JOINERS = frozenset("和与及由在、联合通过等的将为向于跟同")
# Characters that make a short bank's name the middle of another word (其中行业、先行动).
_ENDINGS = frozenset("业为动程驶走政列李使人星径情家")


@dataclass(frozen=True, slots=True)
class Hit:
    """An alias found: its label and its offsets, which are those of the original text too."""

    label: str
    start: int
    end: int
    alias: str


@dataclass(frozen=True, slots=True)
class _Alias:
    """`open_*`: letters may go on at that end; `bound_*`: it ends in a letter after which they must not."""

    label: str
    word: str
    open_left: bool
    open_right: bool
    alone: bool
    bound_left: bool
    bound_right: bool


def read_rows(name: str, columns: int) -> list[list[str]]:
    """Rows of analysis/data/<name>: tab-separated, comments after a leading #.

    Raises ValueError naming the line if a row has not exactly `columns` fields.
    """
    rows = []
    for number, line in enumerate(_read(name).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        row = line.split("\t")
        if len(row) != columns or not all(cell.strip() for cell in row):
            raise ValueError(f"analysis/data/{name}, line {number}: expected {columns} fields between tabs")
        rows.append([cell.strip() for cell in row])
    return rows


def read_yaml(name: str) -> Any:
    """The contents of analysis/data/<name>."""
    # Both loaders are safe ones; libyaml's is ten times as fast, but not everywhere.
    return yaml.load(_read(name), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def _read(name: str) -> str:
    return resources.files("analysis").joinpath("data", name).read_text(encoding="utf-8")


def split_aliases(cell: str) -> list[str]:
    """The aliases of a cell, which stand between vertical bars."""
    return [alias.strip() for alias in cell.split("|") if alias.strip()]


def _read_alias(label: str, alias: str) -> _Alias:
    return _alias(
        label, fold(alias.strip("*=")), alias.startswith("*"), alias.endswith("*"), alias.startswith("=")
    )


def _alias(label: str, word: str, left: bool, right: bool, alone: bool) -> _Alias:
    bound_left, bound_right = not left and _is_latin(word[0]), not right and _is_latin(word[-1])
    return _Alias(label, word, left, right, alone, bound_left, bound_right)


def _merged(read: _Alias, earlier: _Alias | None) -> _Alias:
    """`word*` and `*word` of one label are one alias, open at both ends."""
    if earlier is None:
        return read
    left, right = read.open_left or earlier.open_left, read.open_right or earlier.open_right
    return _alias(read.label, read.word, left, right, read.alone and earlier.alone)


def _is_latin(char: str) -> bool:
    return char.isalnum() and not _is_cjk(char)


def _is_cjk(char: str) -> bool:
    return "㐀" <= char <= "鿿" or "豈" <= char <= "﫿"


class Terms:
    """Finds the longest alias at each place, leftmost first; aliases never overlap.

    A label may serve as a negative: a longer alias that swallows a shorter one of another label
    ("supply chain" under a label that nobody asks for).
    """

    def __init__(self, entries: Iterable[tuple[str, Sequence[str]]]) -> None:
        known: dict[str, _Alias] = {}
        for label, aliases in entries:
            for alias in aliases:
                read = _read_alias(label, alias)
                earlier = known.get(read.word)
                if earlier is None or earlier.label == label:
                    known[read.word] = _merged(read, earlier)
        self._aliases = list(known.values())
        self._automaton = AhoCorasick(
            [alias.word for alias in self._aliases],
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
        )

    def find(self, folded: str) -> list[Hit]:
        """All aliases in a text that `fold` has folded, in order."""
        return [
            Hit(alias.label, start, end, alias.word)
            for index, start, end in self._automaton.find_matches_as_indexes(folded)
            if _stands(alias := self._aliases[index], folded, start, end)
        ]


def _stands(alias: _Alias, folded: str, start: int, end: int) -> bool:
    if alias.bound_left and start and _is_latin(folded[start - 1]):
        return False
    if alias.bound_right and end < len(folded) and _is_latin(folded[end]):
        return False
    return not alias.alone or _is_alone(folded, start, end)


def _is_alone(folded: str, start: int, end: int) -> bool:
    before, after = folded[start - 1 : start], folded[end : end + 1]
    return after not in _ENDINGS and not (_is_cjk(before) and before not in _JOINERS)
