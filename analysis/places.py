"""Turns an article into the Chinese places it names: codes, the words for them, and which are primary."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection

from analysis.fold import fold
from analysis.gazetteer import gazetteer
from analysis.place_context import (
    adds_areas,
    dateline_end,
    find_own,
    is_among_others,
    is_part,
    is_partner,
    is_recalled,
    is_teaser,
    is_venue,
    lies_around,
)
from analysis.place_meaning import Meant, ancestors, drop_metonyms, settle
from analysis.place_names import find_names
from analysis.place_rows import find_rows
from analysis.place_weight import Mention, Role, Where, weigh
from analysis.sentences import Sentence, split_sentences
from analysis.types import Language, PlaceMention, Publisher

# "各区县（市）人民政府，长沙高新区管委会，市直机关各单位：" says who gets a notice.
_ADDRESSEES = re.compile(
    r"^(?=.{0,30}各)(?=.*(?:政府|单位|部门|机构|企业|委员会|管委会|办事处)).{4,200}[:：]\s*$"
)
# "供应商地址：台州市椒江区市府大道" is where a firm has its letter box.
_ADDRESS = re.compile(r"^\S{0,8}(?:地址|住所|通讯处)\s*[:：]|^(?:[Aa]ddress|Anschrift)\s*:")
_SPECIAL = ("810000", "820000")  # Hong Kong and Macau
LAST_LINES = 4  # so many lines of a page may lead elsewhere
LEAD_ZH, LEAD_LATIN = 40, 100  # a shorter first paragraph does not make a lead alone
LONG_ZH, LONG_LATIN = 300, 700  # of a longer one, only so much is the lead


def find_places(title: str, text: str, publisher: Publisher, language: Language) -> tuple[PlaceMention, ...]:
    """The places named in title and text, primary ones first, then by how often they are named.

    Page noise should be gone from `text` (see analysis/clean.py). Quotes are words of the title or the text.
    """
    whole = f"{title}\n{text}"
    body = len(title) + 1
    folded = fold(whole)
    sentences = split_sentences(whole)
    hidden = _hidden(whole, body, publisher)
    sightings = [s for s in find_names(whole) if not any(start <= s.start < end for start, end in hidden)]
    meant = drop_metonyms(folded, settle(sightings, sentences, publisher.place), sentences, language)
    mentions = _mentions(folded, meant, sentences, body, _lead_end(whole, body, language))
    own = _own_words(folded, body, publisher, language, {m.adcode for m in mentions if m.where == "title"})
    own_named = publisher.place if own or _names_own(mentions, publisher) else None
    primary = weigh(mentions, own_named, publisher, titled=own is not None and own[1] < body)
    quotes = [(one.adcode, one.sighting.start, one.sighting.end) for one in meant]
    return _collect(whole, quotes + ([(own[0], own[1], own[2])] if own else []), primary)


def _names_own(mentions: list[Mention], publisher: Publisher) -> bool:
    """Whether a text names its publisher's place; a paper that does so far down speaks of something else."""
    official = publisher.kind == "government"
    return any(m.adcode == publisher.place and (official or m.where != "body") for m in mentions)


def _hidden(whole: str, body: int, publisher: Publisher) -> list[tuple[int, int]]:
    """Stretches in which names do not count: datelines, addressees, the name of the paper itself."""
    spans = []
    at = body
    lines = whole[body:].split("\n")
    for number, line in enumerate(lines):
        leads_elsewhere = number >= max(2, len(lines) - LAST_LINES) and is_teaser(fold(line))
        apart = leads_elsewhere or _ADDRESSEES.search(line) or _ADDRESS.match(line)
        end = len(line) if apart else dateline_end(line)
        if end:
            spans.append((at, at + end))
        at += len(line) + 1
    if publisher.kind == "media" and publisher.name:
        at = whole.find(publisher.name)
        while at >= 0:
            spans.append((at, at + len(publisher.name)))
            at = whole.find(publisher.name, at + 1)
    return spans


def _lead_end(whole: str, body: int, language: Language) -> int:
    """Where the first paragraph of some length ends."""
    short, long = (LEAD_ZH, LONG_ZH) if language == "zh" else (LEAD_LATIN, LONG_LATIN)
    end = whole.find("\n", min(len(whole), body + short))
    end = len(whole) if end < 0 else end
    return min(end, body + long)


def _mentions(
    folded: str, meant: list[Meant], sentences: list[Sentence], body: int, lead: int
) -> list[Mention]:
    starts = [sentence.start for sentence in sentences]
    within = [sentences[max(0, bisect_right(starts, one.sighting.start) - 1)] for one in meant]
    rows = find_rows(folded, meant)
    recalled, opening = _recalled(folded, meant, within, rows), _opening(folded, meant, within, rows)
    found: list[Mention] = []
    paragraph, counted = 0, 0
    for number, one in enumerate(meant):
        start, end = one.sighting.start, one.sighting.end
        following = meant[number + 1] if number + 1 < len(meant) else None
        paragraph += folded.count("\n", counted, start)
        counted = start
        where: Where = "title" if start < body else "lead" if start < lead else "body"
        role = _role(folded, one, following, within[number], found, rows[number] in recalled)
        found.append(
            Mention(
                one.adcode,
                start,
                where,
                role,
                paragraph,
                opens=rows[number] in opening,
                more=is_among_others(folded, end),
                added=adds_areas(folded, within[number]),
                kind=one.sighting.kind,
            )
        )
    return found


def _recalled(folded: str, meant: list[Meant], within: list[Sentence], rows: list[int]) -> set[int]:
    """The rows of which one place is recalled."""
    return {
        row
        for row, one, sentence in zip(rows, meant, within, strict=True)
        if is_recalled(folded, sentence, one.sighting.start, one.sighting.end)
    }


def _opening(folded: str, meant: list[Meant], within: list[Sentence], rows: list[int]) -> set[int]:
    """The rows that begin a sentence, or stand in one that says what is new and names several places."""
    together = Counter(sentence.start for sentence in within)
    sizes = Counter(rows)

    def opens(row: int) -> bool:
        sentence = within[row]
        if meant[row].sighting.start - sentence.start < 3:
            return True
        return max(sizes[row], together[sentence.start] - 1) > 1 and adds_areas(folded, sentence)

    return {row for row in sizes if opens(row)}


def _role(
    folded: str,
    one: Meant,
    following: Meant | None,
    sentence: Sentence,
    before: list[Mention],
    recalled: bool,
) -> Role:
    sighting = one.sighting
    if sighting.brand or sighting.zone:
        return "brand"
    if following and _touches(folded, one, following) and one.adcode in ancestors(following.adcode)[1:]:
        return "around"
    if recalled or is_partner(folded, sighting.start, sighting.end):
        return "recalled"
    if is_venue(folded, sighting.start):
        return "around"
    if lies_around(folded, sighting.start) and _surrounds(one.adcode, before, sentence):
        return "around"
    is_province = one.adcode.endswith("0000") and sighting.forms[0].place.name_zh[-1] != "市"
    return "around" if is_province and is_part(folded, sighting.start, sighting.end) else "acts"


def _surrounds(adcode: str, before: list[Mention], sentence: Sentence) -> bool:
    """Whether a place named before in the sentence lies in it."""
    for mention in reversed(before):
        if mention.start < sentence.start:
            return False
        if adcode in ancestors(mention.adcode)[1:]:
            return True
    return False


def _touches(folded: str, one: Meant, following: Meant) -> bool:
    return folded[one.sighting.end : following.sighting.start].strip() in ("", "市", "省", "·", "'s", ",")


def _own_words(
    folded: str, body: int, publisher: Publisher, language: Language, title: set[str]
) -> tuple[str, int, int] | None:
    """Where a local publisher speaks of its place as "our city", if the title names no other."""
    place = gazetteer().place(publisher.place or "")
    if place is None or any(publisher.place not in (code, *ancestors(code)) for code in title):
        return None
    is_city = place.name_zh.endswith("市")
    level = "city" if is_city else "province" if place.level == "province" else "region"
    if place.adcode in _SPECIAL:
        level = "special"
    if language != "zh":
        level = "latin"
    match = find_own(folded, level)
    return (place.adcode, match.start(), match.end()) if match else None


def _collect(whole: str, quotes: list[tuple[str, int, int]], primary: set[str]) -> tuple[PlaceMention, ...]:
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for code, start, end in quotes:
        spans[code].append((start, end))
    found = [
        PlaceMention(code, code in primary, whole[where[0][0] : where[0][1]], len(where))
        for code, where in spans.items()
        if not _is_unneeded(code, spans.keys(), primary)
    ]
    return tuple(sorted(found, key=lambda mention: (not mention.primary, -mention.count)))


def _is_unneeded(code: str, codes: Collection[str], primary: set[str]) -> bool:
    """An area without a code in official use says nothing that its city, named too, does not say."""
    place = gazetteer().place(code)
    if place is None or place.level != "area" or code[4] != "9":
        return False
    return any(above in (primary if code in primary else codes) for above in ancestors(code)[1:])
