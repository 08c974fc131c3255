"""Turns an article into its facts: amounts, counts, dates, periods, percentages, pages, batches, numbers.

Each fact carries the words it was read from, cut from the original. A figure that means nothing certain
(a price of a coin, an exchange rate, a date in a byline) is no fact.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analysis.amounts import blank_misleading, find_amounts, find_percents
from analysis.counts import find_counts
from analysis.days import find_days
from analysis.finding import Finding, blank
from analysis.fold import fold
from analysis.numerals import find_numbers
from analysis.papers import find_batches, find_document_numbers, find_pages
from analysis.periods import find_periods
from analysis.types import Fact, Language, Part, Span

# A full-width comma ends a clause and never groups digits (今年100，200人): here it is one no number has.
_CLAUSE_COMMA = "\u201a"
# What `analysis.clean` may have left, or what a caller gives who has not cleaned: related articles, captions.
_NOISE_LINE = re.compile(
    r"^[ \t]*[\[(【]?(?:(?:相关|推荐|延伸|热门)(?:阅读|链接|新闻|推荐)?[:： ]|更多[:：]|上一篇|下一篇|"
    r"责任?编|编辑|天气[:：]|附件|图[:：]|related:|read more|see also|more on|cite this|photo:|image:|"
    r"copyright|©|lesen sie auch|mehr zum thema|das könnte sie|foto:|bild:|kommentare)[^\n]*",
    re.MULTILINE,
)
# Lines of labels at the head of a notice: only the signing date and the document number in them are facts.
_LABEL = re.compile(
    r"(?:索引号|来源|(?:发布|公布|公开|发文|更新)(?:时间|日期)|发布机构|信息分类|浏览次数|字体)"
    r"[\]】]?\s?[: ]|打印本页"
    r"|(?:^|[\s\[【|])(?:日期|时间)[\]】]?\s?:\s?(?=\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s|$))",
    re.MULTILINE,
)
_IN_LABELS = ("索引号", "来源", "时间", "日期", "发布机构", "信息分类", "浏览次数", "字体", "打印本页")
_LINE_OF_TEXT = re.compile(r"[。!?]")
_SIGNED = re.compile(r"(?:成文|印发|签发|生成)(?:日期|时间)\]?\s?:?\s?(\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?)")
_NUMBER_LABEL = re.compile(r"[〔\[(][12]\d{3}[〕\])]\s?\d+\s?号")
_HEAD = 800
_PRINTED_LATER = 3  # days between a dateline and the publication, at most
_EDGES = ' \n\t,，-–—"“'  # what a quote does not begin or end with
_DATELINE_ZH = re.compile(r"^[^\n。!?.]{0,20}?\d{1,2}月\d{1,2}日(?:讯|电|消息)", re.MULTILINE)
_DATELINE = re.compile(
    r"^[a-z' ./-]{2,40}[,(]\s?[a-z]{3,9}\.?\s\d{1,2}(?:,\s\d{4})?\)?(?:\s?\([^)\n]{2,30}\))?\s?[-—–:]"
    r"|^\d{1,2}\.?\s[a-zä]{3,9}\s\d{4}\s?[-—–|]|^[^\n.]{0,60}\|\s?\d{1,2}\.?\s[a-zä]{3,9}\s\d{4}$",
    re.MULTILINE,
)
_UPDATED = re.compile(
    r"(?:aktualisiert|updated|published|posted|veröffentlicht|stand)(?:\s(?:am|on))?:?\s"
    r"(?:\d{1,2}\.?\s[a-zä]{3,9}|[a-zä]{3,9}\.?\s\d{1,2},?|\d{1,2}\.\d{1,2}\.)\s?\d{4}"
)


def find_facts(
    title: str, text: str, published: datetime | None, language: Language, timezone: str
) -> tuple[Fact, ...]:
    """The facts of an article in the order in which they stand, each (type, value, unit) once.

    Their spans are those of `title` and of `text` as given here.

    `published` (aware) and `timezone` (the publisher's, IANA) resolve dates without a year, weekdays and
    words such as 昨天; without `published` those are left out.
    """
    original = f"{title}\n{text}"
    whole = with_clause_commas(original, fold(original))
    folded = _without_noise(whole, language)
    today = published.astimezone(ZoneInfo(timezone)).date() if published else None
    today = _told_on(whole[:_HEAD], today, language) if today else None
    return _as_facts(original, _find(folded, today, language, len(title)), len(title) + 1)


def _told_on(head: str, published: date, language: Language) -> date:
    """The day that "today" and "on Monday" mean: that of the dateline, where it is a little earlier."""
    match = (_DATELINE_ZH if language == "zh" else _DATELINE).search(head)
    for day in find_days(match[0], language) if match else ():
        known = day.on(day.year or published.year)
        if day.day is not None and known and 0 <= (published - known).days <= _PRINTED_LATER:
            return known
    return published


def _find(folded: str, today: date | None, language: Language, body: int) -> list[Finding]:
    found = find_document_numbers(folded)
    rest = blank_misleading(blank(folded, found))
    found += find_periods(rest, today, language, body)
    rest = blank(rest, found)
    found += (batches := find_batches(rest, language)) + (pages := find_pages(rest, language))
    rest = blank(blank(rest, batches), pages)
    numbers = find_numbers(rest, language)
    money = find_amounts(rest, numbers, language) + find_percents(rest, numbers, language)
    rest = blank(rest, money)
    left = [number for number in numbers if rest[number.start] != "\x00"]
    return found + money + find_counts(rest, left, language)


def with_clause_commas(original: str, folded: str) -> str:
    """The folded text with a mark of its own for each full-width comma, which folding makes a plain one."""
    parts, position = [], 0
    for clause in original.split("，")[:-1]:
        end = position + len(clause)
        parts += [folded[position:end], _CLAUSE_COMMA]
        position = end + 1
    return "".join([*parts, folded[position:]])


def _blank_match(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _without_labels(folded: str) -> str:
    """The text with lines of labels (索引号：…) blanked but for their signing date and document number."""
    if not any(word in folded for word in _IN_LABELS):
        return folded
    parts, position = [], 0
    while match := _LABEL.search(folded, position):
        start = folded.rfind("\n", position, match.start()) + 1 or position
        end = folded.find("\n", match.end())
        end = len(folded) if end < 0 else end
        line = folded[start:end]
        labels = len(line) < 300 and not _LINE_OF_TEXT.search(line)
        parts += [folded[position:start], _label_line(line) if labels else line]
        position = end
    return "".join([*parts, folded[position:]])


def _label_line(line: str) -> str:
    keep = [found.span(1) for found in _SIGNED.finditer(line)]
    keep += [(max(0, found.start() - 12), found.end()) for found in _NUMBER_LABEL.finditer(line)]
    return "".join(char if any(a <= at < b for a, b in keep) else " " for at, char in enumerate(line))


def _without_noise(folded: str, language: Language) -> str:
    """The folded text with lines of page furniture, labels and datelines blanked, same length."""
    folded = _NOISE_LINE.sub(_blank_match, folded)
    folded = _without_labels(folded)
    dateline = _DATELINE_ZH if language == "zh" else _DATELINE
    head = dateline.sub(_blank_match, folded[:_HEAD])
    return (head if language == "zh" else _UPDATED.sub(_blank_match, head)) + folded[_HEAD:]


def _as_facts(original: str, findings: list[Finding], body: int) -> tuple[Fact, ...]:
    """`body` is where the text begins behind the title."""
    facts: dict[tuple[str, object, str | None], Fact] = {}
    for found in sorted(findings, key=lambda finding: (finding.start, finding.end)):
        words = original[found.start : found.end]
        quote = words.strip(_EDGES)
        start = found.start + len(words) - len(words.lstrip(_EDGES))
        part: Part = "title" if start < body else "text"
        start -= 0 if part == "title" else body
        at = Span(part, start, start + len(quote))
        facts.setdefault(
            (found.type, found.value, found.unit), Fact(found.type, found.value, found.unit, quote, at)
        )
    return tuple(facts.values())
