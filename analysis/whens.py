"""Turns what a question says of time (since May, zwischen März und Juni, 去年以来) into first and last days.

Words that say no time are left as they are: `find_when` gives them back, with a gap where the time stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analysis.fold import fold
from analysis.moments import EARLIEST, Moment, find_moments, in_year
from analysis.times import parse_duration

LATEST = EARLIEST + timedelta(days=36**3 - 1)  # what a button can carry
_GAP = "\n"
_SHORT = re.compile(r"(?<!\S)\d{1,4}[dwy](?!\S)")  # 30d, as the search has it

_THE = r"(?:\s*(?:the|dem|der|den|zum|zur|anfang|beginn|jahre?|month of|year|年|月)\s)?\s*$"
_START = r"(?:(?<![a-zäöüß])|(?<=[\u3400-\u9fff]))"
_SINCE = re.compile(rf"{_START}(?:since|seit(?:dem)?|ab|starting|自从?){_THE}")
_FROM = re.compile(rf"{_START}(?:from|between|von|vom|zwischen|从|由|在){_THE}")
_UNTIL = re.compile(rf"{_START}(?:until|till|up to|bis|截至|截止到?|直到|到){_THE}")
_BEFORE = re.compile(rf"{_START}(?:before|prior to|vor){_THE}")
_AFTER = re.compile(rf"{_START}(?:after|nach){_THE}")
_IN = re.compile(
    rf"{_START}(?:in|im|on|am|during|während|within|of|from|aus(?: de[mr])?|in de[rnm]|des|vo[mn]|在){_THE}"
)
_SINCE_AFTER = re.compile(r"\s*(?:以来|至今|起|开始|到现在|到今天|(?:onwards?|on|an)(?![a-zäöüß]))")
_BEFORE_AFTER = re.compile(r"\s*[之以]?前")
_AFTER_AFTER = re.compile(r"\s*[之以]?后")
_IN_AFTER = re.compile(r"\s*(?:期间|之?间|里|内|(?<=[月年])中(?!国))")
_TO = re.compile(r"\s*(?:-|–|—|~|至|到|to|until|till|through|bis)\s*(?:the|zum|dem|zur)?\s*")
_AND = re.compile(r"\s*(?:and|und|和|与)\s*")
_BETWEEN = re.compile(r"(?:between|zwischen|在)\s*$")


@dataclass(frozen=True, slots=True)
class When:
    """A time that is asked about, in days of the reader's zone: both are inclusive, None is open."""

    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None

    def begins(self, zone: ZoneInfo) -> datetime | None:
        """The first moment of it, in UTC."""
        return datetime.combine(self.since, time(), zone).astimezone(UTC) if self.since else None

    def ends(self, zone: ZoneInfo) -> datetime | None:
        """The first moment after it, in UTC."""
        after = self.until + timedelta(days=1) if self.until else None
        return datetime.combine(after, time(), zone).astimezone(UTC) if after else None


ANY_TIME = When()


@dataclass(frozen=True, slots=True)
class _Said:
    """A time with the words around it that belong to it."""

    when: When
    start: int
    end: int


def find_when(text: str, today: date) -> tuple[When, str]:
    """The time that a text asks about, and its other words; a line break stands where the time stood.

    One time is understood, or a beginning and an end; what is named beside them stays a word.
    """
    folded = fold(text)
    said = list(_read(folded, text, today))
    taken: list[_Said] = []
    when = When()
    for each in said:
        if not when or (_completes(when, each.when)):
            when = When(each.when.since or when.since, each.when.until or when.until)
            taken.append(each)
    if when.since and when.until and when.since > when.until:
        return When(), text
    for each in reversed(taken):
        text = text[: each.start] + _GAP + text[each.end :]
    return _bounded(when), text


def since_when(text: str, today: date) -> tuple[When, str]:
    """The same for who asks what came since: one time that is named is the beginning."""
    when, rest = find_when(text, today)
    for last in () if when else ("last ", "近"):  # "30 days Suzhou", "三个月"
        longer, others = find_when(f"{last}{text}", today)
        if longer and others.startswith(_GAP):
            return longer, others
    if match := None if when else _SHORT.search(text):
        length = min(parse_duration(match[0]), timedelta(days=20_000))
        return _bounded(When(today - length)), _GAP.join((text[: match.start()], text[match.end() :]))
    if when.since and when.until and not _is_range(text, today):
        moments = find_moments(fold(text), text, today)
        exact = moments[0].exact if moments else None
        when = When(exact or when.since)
    return when, rest


def _is_range(text: str, today: date) -> bool:
    return len(find_moments(fold(text), text, today)) > 1


def _completes(when: When, more: When) -> bool:
    """Whether one says the beginning and the other the end."""
    one = when.until is None and more.since is None
    return one or (when.since is None and more.until is None)


def _bounded(when: When) -> When:
    def kept(day: date | None) -> date | None:
        return None if day is None else min(max(day, EARLIEST), LATEST)

    return When(kept(when.since), kept(when.until))


def _read(folded: str, text: str, today: date) -> list[_Said]:
    moments, said = find_moments(folded, text, today), []
    while moments:
        first, *moments = moments
        if moments and (both := _range(folded, first, moments[0])):
            said.append(both)
            moments = moments[1:]
        else:
            said.append(_alone(folded, first))
    return said


def _range(folded: str, first: Moment, second: Moment) -> _Said | None:
    """From the one to the other, where the words between them say so."""
    between, before = folded[first.end : second.start], folded[: first.start]
    if not _TO.fullmatch(between) and not (_AND.fullmatch(between) and _BETWEEN.search(before)):
        return None
    if first.month and not second.month:
        first = in_year(first, second.first.year)
    elif second.month and not first.month:
        second = in_year(second, first.first.year + (first.first.month > second.month))
    elif first.first > second.last and first.month:
        first = in_year(first, first.first.year - 1)
    opening = _FROM.search(before) or _SINCE.search(before) or _IN.search(before)
    closing = _IN_AFTER.match(folded, second.end)
    if first.first > second.last:
        return None
    return _Said(
        When(first.first, second.last),
        opening.start() if opening else first.start,
        closing.end() if closing else second.end,
    )


def _alone(folded: str, moment: Moment) -> _Said:
    before, start, end = folded[: moment.start], moment.start, moment.end
    whole = When(moment.first, None if moment.running else moment.last)
    after_words = (
        (_SINCE_AFTER, When(moment.exact or moment.first)),
        (_BEFORE_AFTER, When(None, _day_before(moment.exact or moment.first))),
        (_AFTER_AFTER, When(_day_after(moment.last))),
        (_IN_AFTER, whole),
    )
    for pattern, when in after_words:
        if match := pattern.match(folded, end):
            opening = _SINCE.search(before) or _FROM.search(before)
            return _Said(when, opening.start() if opening else start, match.end())
    before_words = (
        (_SINCE, When(moment.exact or moment.first)),
        (_UNTIL, When(None, moment.last)),
        (_BEFORE, When(None, _day_before(moment.exact or moment.first))),
        (_AFTER, When(_day_after(moment.last))),
        (_IN, whole),
        (_FROM, whole),
    )
    for pattern, when in before_words:
        if match := pattern.search(before):
            return _Said(when, match.start(), end)
    return _Said(whole, start, end)


def _day_before(day: date) -> date:
    return max(EARLIEST, day - timedelta(days=1))


def _day_after(day: date) -> date:
    return min(LATEST, day + timedelta(days=1))
