"""Turns the text of a page into the text of the article: share prompts, bylines, links and navigation go.

Works line by line; where extraction has made one line of a whole page, its head and tail are cut off.
What is left is the original's own words. The patterns are data: analysis/data/noise.yaml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from analysis.fold import fold
from analysis.terms import read_yaml
from analysis.types import Language

LONG_LINE = 300  # a line longer than this may be a page that lost its line breaks
HEAD_REACH = 900  # how far into such a line its head (navigation, byline, date) may reach
# What a notice's head says about the document itself (number, date of signature) is worth keeping.
_NUMBER = re.compile(r"[〔\[(]\d{4}[〕\])]\s?第?\d+号")
_CREDIT = re.compile(
    r"[【\[(]\s*(?:责任编辑|责编|编辑|校对|作者|记者|来源|reporting by|editing by)\s*[: ]"
    r"[^】\])]{1,60}[】\])]\s*$"
)
_SAYING = re.compile(r"[。！？.!?;；:：”\"»)]$")


@dataclass(frozen=True, slots=True)
class _Patterns:
    lines: re.Pattern[str]
    closers: re.Pattern[str]
    heads: re.Pattern[str]
    tails: re.Pattern[str]


@cache
def _noise() -> dict[str, dict[str, list[str]]]:
    return {str(part): dict(languages) for part, languages in read_yaml("noise.yaml").items()}


@cache
def _patterns(language: Language) -> _Patterns:
    def compiled(part: str) -> re.Pattern[str]:
        table = _noise()[part]
        return re.compile("|".join(f"(?:{one})" for one in table.get("any", []) + table[language]))

    return _Patterns(compiled("lines"), compiled("closers"), compiled("heads"), compiled("tails"))


def strip_noise(text: str, title: str, language: Language) -> str:
    """The article's own lines, in order and unchanged, joined by newlines.

    A line that bears a document number (京政发〔2020〕3号) or its date of signature stays. If everything
    looks like noise, the text is given back as it is: better too much than nothing.
    """
    patterns = _patterns(language)
    lines = [_cut_page(line.strip(), title, patterns) for line in text.splitlines()]
    kept = _article_lines([line for line in lines if line], patterns)
    return "\n".join(kept) or text.strip()


def _article_lines(lines: list[str], patterns: _Patterns) -> list[str]:
    kept: list[str] = []
    closed = False
    for number, line in enumerate(lines):
        folded = fold(line)
        if _is_official(folded):
            kept.append(line)
        elif patterns.closers.match(folded) and len(line) <= LONG_LINE:
            # A share bar above the text closes nothing: only one in the second half does.
            closed = closed or 2 * number >= len(lines)
        elif not (patterns.lines.match(folded) or (closed and _is_link(line))):
            kept.append(_without_credit(line, folded))
    return kept


def _is_official(folded: str) -> bool:
    return "成文日期" in folded or ("号" in folded and bool(_NUMBER.search(folded)))


def _is_link(line: str) -> bool:
    return len(line) < 120 and not _SAYING.search(line)


def _without_credit(line: str, folded: str) -> str:
    match = _CREDIT.search(folded) if folded.endswith(("】", "]", ")")) else None
    return line[: match.start()].rstrip() if match else line


def _cut_page(line: str, title: str, patterns: _Patterns) -> str:
    if len(line) <= LONG_LINE:
        return line
    folded = fold(line)
    begin = _end_of_head(folded, fold(title.strip()), patterns)
    end = _start_of_tail(folded, patterns)
    return line[begin:end].strip() if begin < end else line


def _end_of_head(folded: str, title: str, patterns: _Patterns) -> int:
    """After navigation, the repeated title, the byline and the date; 0 if there is none of them."""
    begin = 0
    if 8 <= len(title) < HEAD_REACH:
        at = folded.rfind(title, 0, HEAD_REACH + len(title))
        begin = at + len(title) if at >= 0 else 0
    reach = min(len(folded) // 2, begin + HEAD_REACH)
    ends = [match.end() for match in patterns.heads.finditer(folded, begin, reach)]
    return max(ends, default=begin)


def _start_of_tail(folded: str, patterns: _Patterns) -> int:
    for match in patterns.tails.finditer(folded, len(folded) // 2):
        before = folded[: match.start()]
        if before[-1:].isspace() or _SAYING.search(before[-1:]):
            return match.start()
    return len(folded)
