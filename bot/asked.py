"""A sentence of a person (深圳 上个月 红包, chengdu wallets since may) -> what is asked. Pure.

Place, topic, kind and time are understood, all other words are looked for: none is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from analysis.fold import fold
from analysis.gazetteer import Place, gazetteer
from analysis.query import Query as SearchQuery
from analysis.query import read_query, resolve_kinds
from analysis.types import KINDS, Kind, Topic
from analysis.whens import ANY_TIME, When, find_when, since_when
from bot.cleaning import clean_line
from bot.queries import ARGUMENT_CHARS, SUGGESTIONS, understand

Part = Literal["place", "topic", "kinds", "when", "words"]
PARTS: tuple[Part, ...] = ("words", "kinds", "when", "topic", "place")  # the narrowest first

_QUOTED = re.compile(r'"[^"]+"|“[^”]+”|„[^“”]+[“”]|「[^」]+」|『[^』]+』|«[^»]+»|《[^》]+》')
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_KIND_WORDS = 3
# Said of too much to mean a kind of announcement; they are looked for like all other words.
_NO_KIND = re.compile(
    "use|using|data|daten|数据|news|meldung|andere|other|sonstiges|其他|动态|start|launch|启动|落地|应用|扩大|监管"
)
_LEAST_MISSPELT = (4, 3)  # letters, Chinese characters; shorter words are like too many names


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: of all parts that are given, each holds. `kinds` widen; `words` are as typed."""

    place: str | None = None
    topic: Topic | None = None
    kinds: tuple[Kind, ...] = ()
    when: When = ANY_TIME
    words: str = ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that are given, the narrowest first."""
        return tuple(part for part in PARTS if getattr(self, part))

    def without(self, part: Part) -> Asked:
        """The same without one part."""
        empty = Asked()
        return replace(self, **{part: getattr(empty, part)})

    def query(self, now: datetime, zone: ZoneInfo) -> SearchQuery:
        """The same in the words of the search."""
        return replace(
            read_query(self.words, now=now, zone=zone),
            places=(self.place,) if self.place else (),
            topics=(self.topic,) if self.topic else (),
            kinds=self.kinds,
            since=self.when.begins(zone),
            until=self.when.ends(zone),
        )


@dataclass(frozen=True, slots=True)
class Understood:
    """How a sentence was understood. `text`: all of it, cleaned and cut; `kind_words`: the words that were
    taken for a kind; `everything`: whether it asks for all there is."""

    text: str
    asked: Asked
    namesakes: tuple[Place, ...] = ()
    kind_words: str = ""
    everything: bool = False


def ask(typed: str, today: date, *, since: bool = False) -> Understood:
    """What a sentence asks for; `since`: whether a time in it is a beginning, whatever it says."""
    text = clean_line(typed)[:ARGUMENT_CHARS].strip()
    quoted = _QUOTED.findall(text)
    when, rest = (since_when if since else find_when)(_QUOTED.sub(" ", text), today)
    query = understand(rest)
    if any("-" in word for word in query.rest):  # Blockchain-Pläne: two things in one word, if both are known
        parts = understand(_HYPHEN.sub(" ", rest))
        query = query if _take_kinds(parts.rest)[2] else parts
    kinds, kind_words, others = _take_kinds(query.rest)
    asked = Asked(query.adcode, query.topic, kinds, when, " ".join((*quoted, *others)))
    return Understood(text, asked, query.namesakes, kind_words, query.everything)


def as_words(asked: Asked, kind_words: str) -> Asked | None:
    """The same with the words that were taken for a kind looked for instead; None without such words."""
    if not kind_words:
        return None
    return replace(asked.without("kinds"), words=f"{asked.words} {kind_words}".strip())


def misspelt(asked: Asked) -> tuple[tuple[Place, str], ...]:
    """Places that words which were not understood may be meant for, with the other words; best first."""
    if asked.place:
        return ()
    words = asked.words.split()
    found: dict[str, tuple[Place, str]] = {}
    for index, word in enumerate(words[:SUGGESTIONS]):
        others = " ".join(words[:index] + words[index + 1 :])
        if len(word) >= _LEAST_MISSPELT[word >= "\u3400"]:
            for place in gazetteer().suggest(word)[:SUGGESTIONS]:
                found.setdefault(place.adcode, (place, others))
    return tuple(found.values())[:SUGGESTIONS]


def _take_kinds(words: tuple[str, ...]) -> tuple[tuple[Kind, ...], str, list[str]]:
    """The kinds that words name, the longest first; the words they were, and the others."""
    kinds: list[Kind] = []
    taken: list[str] = []
    left = list(words)
    for size in range(_KIND_WORDS, 0, -1):
        start = 0
        while start + size <= len(left):
            phrase = " ".join(left[start : start + size])
            found = () if _NO_KIND.fullmatch(fold(phrase)) else resolve_kinds(phrase)
            if found:
                kinds += found
                taken.append(phrase)
                del left[start : start + size]
            else:
                start += 1
    named = tuple(kind for kind in KINDS if kind in kinds and kind != "other")
    return (named, " ".join(taken), left) if named else ((), "", list(words))
